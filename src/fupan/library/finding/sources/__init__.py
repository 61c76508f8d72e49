"""The kinds of things that search finds; one more is one more file and one more line here."""

from __future__ import annotations

from fupan.library.finding.sources.articles import ARTICLES
from fupan.library.finding.sources.base import KEYS_PER_KIND, Document, Shown, Source
from fupan.library.finding.sources.cases import CASES
from fupan.library.finding.sources.templates import TEMPLATES
from fupan.library.finding.sources.tickets import TICKETS

SOURCES: tuple[Source, ...] = (CASES, ARTICLES, TEMPLATES, TICKETS)  # as pages list them
BY_LABEL = {source.label: source for source in SOURCES}
BY_KIND = {source.kind: source for source in SOURCES}
BY_NUMBER = {source.number: source for source in SOURCES}

__all__ = ["BY_KIND", "BY_LABEL", "BY_NUMBER", "KEYS_PER_KIND", "SOURCES", "Document", "Shown", "Source"]
