"""The classifier: what the tree says of its classes, learning from labels, judging texts, asking the useful ones.

The engine is imported when it is used: a web process that only reads pages never loads it. Vectors are kept under
FUPAN_HOME/vectors by the hash of the redacted text.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings

from fupan.desk import trees
from fupan.desk.compute import Context, Suggestion
from fupan.desk.models import IssueType, KeywordRule, LabelSource

if TYPE_CHECKING:
    from fupan.engine.encoders import Encoder
    from fupan.engine.labels import Fitted

QUICK = "use"
NOTHING_FITS = "other"  # the node for what fits nowhere teaches what the rest is not
ASKED = 200
BESIDE = 3  # what else it thinks of, shown in the queue
_KEYWORDS = {"en": 12, "zh": 12}
_FEW_KEYWORDS = 2  # of every other language
Choices = tuple[tuple[str, float], ...]  # (code, share), best first
_NEVER = 2.0
_AT_ONCE = 128


class Lesson(NamedTuple):
    """A labelled ticket."""

    text: str
    code: str
    context: Context


class Figures(NamedTuple):
    """How a version does on tickets it did not learn from."""

    accuracy: float | None
    majority: float | None
    held_out: int
    threshold: float
    coverage: float | None
    declines: bool
    reason: dict[str, str]


# Encoders


def installed() -> tuple[str, ...]:
    """The encoders that can read tickets here, the quick one first; without any there is no classifier."""
    from fupan.engine import encoders

    here = encoders.installed()
    return tuple(name for name in (QUICK, "e5") if name in here) if QUICK in here else ()


def load(names: Iterable[str]) -> list[Encoder]:
    from fupan.engine import encoders

    return [encoders.load(name, cache=vectors_folder()) for name in names]


def vectors_folder() -> Path:
    return Path(settings.HOME) / "vectors"


def encode_ahead(names: Sequence[str], texts: Sequence[str], *, seconds: float) -> bool:
    """Read texts for some seconds so that their vectors are kept; whether all are."""
    until = time.monotonic() + seconds
    for encoder in load(names):
        for start in range(0, len(texts), _AT_ONCE):
            if time.monotonic() > until:
                return False
            encoder.encode(texts[start : start + _AT_ONCE])
    return True


def forget(texts: Sequence[str]) -> None:
    """Remove the vectors of these texts: they were purged, or their tickets are gone."""
    from fupan.engine.encoders import Cached

    names = [name for name in installed() if any(vectors_folder().glob(f"{name}-*.sqlite3"))]
    for encoder in load(names):
        if isinstance(encoder, Cached):
            encoder.forget(texts)


# What there is to learn


def classes_of(workspace_id: int, used: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Code -> names and keywords in both languages of the team, of the standing leaves and of what labels use."""
    nodes = list(IssueType.objects.filter(workspace_id=workspace_id, retired_at=None).order_by("order", "pk"))
    parents = {node.parent_id for node in nodes}
    kept = [node for node in nodes if (node.pk not in parents or node.code in set(used)) and node.code != NOTHING_FITS]
    rules = _phrases(workspace_id)
    return {
        node.code: {
            "names": {"en": node.name_en, "zh-hans": node.name_zh},
            "keywords": {"words": list(_words(node.code)), **rules.get(node.code, {})},
        }
        for node in kept
    }


def _words(code: str) -> tuple[str, ...]:
    entry = trees.by_code("issue").get(code)
    return entry.words if entry else ()


def _phrases(workspace_id: int) -> dict[str, dict[str, list[str]]]:
    """Some keyword rules per issue and language, the workspace's own first."""
    found: dict[str, dict[str, list[str]]] = {}
    shipped = trees.keywords()
    rows = KeywordRule.objects.filter(workspace_id=workspace_id, active=True, issue_type__retired_at=None)
    told = list(rows.order_by("pk").values_list("issue_type__code", "language", "words"))
    own = [row for row in told if row[2] not in shipped.get(row[1], {}).get(row[0], ())]
    for code, language, words in (*own, *told):
        phrases = found.setdefault(code, {}).setdefault(language, [])
        phrase = words.replace("*", "").replace(" + ", " ").strip()
        if len(phrases) < _KEYWORDS.get(language, _FEW_KEYWORDS) and phrase and phrase not in phrases:
            phrases.append(phrase)
    return found


def phrases_in(classes: dict[str, dict[str, Any]]) -> list[str]:
    """Every name and keyword, to be encoded ahead."""
    return [
        phrase
        for told in classes.values()
        for phrase in (*told["names"].values(), *(word for words in told["keywords"].values() for word in words))
    ]


# Learning


def learn(
    classes: dict[str, dict[str, Any]], lessons: Sequence[Lesson], pool: Sequence[str], names: Sequence[str]
) -> Fitted:
    """A classifier from labelled tickets and unlabelled ones beside them; without labels from the names alone."""
    from fupan.engine.labels import NONE_OF_THESE, Description, Labeler

    described = {code: Description(told["names"], told["keywords"]) for code, told in classes.items()}
    codes = [NONE_OF_THESE if one.code == NOTHING_FITS else one.code for one in lessons]
    facts = [_facts(one.context) for one in lessons]
    texts = [one.text for one in lessons]
    return Labeler(described, load(names)).fit(texts, codes, unlabelled=list(pool), context=facts)


def figures_of(fitted: Fitted) -> Figures:
    kept = fitted.held_out
    reason = {lang: fitted.explain(lang) for lang in ("en", "zh-hans")}
    if kept is None:  # nothing has been checked: it suggests, and labels nothing by itself
        return Figures(None, None, 0, _NEVER, None, declines=False, reason=reason)
    return Figures(
        kept.accuracy, kept.majority, kept.tickets, kept.threshold, kept.coverage,
        declines=fitted.declines, reason=reason,
    )  # fmt: skip


def right_of(fitted: Fitted, lessons: Sequence[Lesson]) -> int:
    """How many of these tickets it would label as they are."""
    found = fitted.predict([one.text for one in lessons], context=[_facts(one.context) for one in lessons]).best
    return sum(best == one.code for best, one in zip(found, lessons, strict=True))


def to_bytes(fitted: Fitted) -> bytes:
    from fupan.engine import labels

    return labels.to_bytes(fitted)


@lru_cache(maxsize=2)
def read(path: Path, sha256: str, names: tuple[str, ...]) -> Learner | None:
    """The classifier of a file; None when its encoder is not installed here. `sha256` tells versions apart."""
    from fupan.engine.labels import from_bytes

    here = installed()
    known = [name for at, name in enumerate(names) if all(one in here for one in names[: at + 1])]
    return Learner(from_bytes(path.read_bytes(), load(known))) if known else None


def _facts(context: Context) -> dict[str, str | int | None]:
    return {"kind": context.kind, "country": context.country, "stars": context.stars}


# Judging


@dataclass(frozen=True, slots=True)
class Learner:
    """A classifier ready to judge."""

    fitted: Fitted

    def judge(self, texts: Sequence[str], contexts: Sequence[Context]) -> list[Suggestion]:
        """Its label where it is sure, and its likeliest ones for people to choose from."""
        if not texts:
            return []
        found = self.fitted.predict(list(texts), context=[_facts(one) for one in contexts])
        checked = self.fitted.held_out is not None
        beside = _likeliest(found.classes, found.probabilities)
        return [
            Suggestion(label, LabelSource.MODEL, round(float(sure), 3), others)
            if label and checked
            else Suggestion(others=others)
            for label, sure, others in zip(found.labels, found.confidence, beside, strict=True)
        ]

    def asks(
        self, texts: Sequence[str], contexts: Sequence[Context]
    ) -> list[tuple[int, tuple[tuple[str, float], ...]]]:
        """Which of these texts to ask a person about, the most useful first, each with its likeliest labels."""
        from fupan.engine.labels import most_useful

        if not texts:
            return []
        found = self.fitted.predict(list(texts), context=[_facts(one) for one in contexts])
        rows = most_useful(found.probabilities, self.fitted.vectors(list(texts)), ASKED).tolist()
        beside = _likeliest(found.classes, found.probabilities[rows])
        return list(zip(rows, beside, strict=True))


def _likeliest(classes: Sequence[str], probabilities: Any) -> list[Choices]:
    order = (-probabilities).argsort(axis=1)[:, :BESIDE]
    return [
        tuple((classes[at], round(float(shares[at]), 3)) for at in best.tolist())
        for best, shares in zip(order, probabilities, strict=True)
    ]


def interval(right: float, of: int) -> tuple[float, float]:
    """What a share of so many tickets allows the true share to be."""
    from fupan.engine.compare import interval as share

    found = share(right, of)
    return found.low, found.high


def same_said(texts: Sequence[str], orders: Sequence[str]) -> list[int]:
    """For each ticket the index of the first one that says the same about the same order."""
    from fupan.engine.labels import same_order_duplicates

    return [int(at) for at in same_order_duplicates(texts, orders)]
