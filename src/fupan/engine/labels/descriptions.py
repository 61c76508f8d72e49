"""What a class is, before anyone has labelled a ticket: its names and keywords, in the languages of the team."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fupan.engine.errors import BadChoice, BadShape

Words = str | Sequence[str]


@dataclass(frozen=True, slots=True)
class Description:
    """The names and keywords of one class.

    Each is a dict by language ({"en": "Late delivery", "zh-hans": "物流延误"}), or a list, or one string. Write both
    languages of the team: a class described in English alone is found less well in Chinese.
    """

    names: Mapping[str, Words] | Words
    keywords: Mapping[str, Words] | Words = field(default=())

    def phrases(self) -> tuple[list[str], list[str]]:
        """(names, keywords), each phrase once, in the order given."""
        names = list(dict.fromkeys(_flat(self.names)))
        return names, [word for word in dict.fromkeys(_flat(self.keywords)) if word not in names]


def described(classes: Mapping[str, Description | str]) -> dict[str, Description]:
    """The classes with their descriptions; a bare string is a name.

    Raises BadChoice for no class at all, or a class without any name.
    """
    if not isinstance(classes, Mapping) or not classes:
        raise BadChoice("classes", f"expected a dict of code: Description, got {classes!r:.80}")
    found = {str(code): _description(str(code), told) for code, told in classes.items()}
    for code, told in found.items():
        if not told.phrases()[0]:
            raise BadChoice("classes", f"class {code!r} has no name")
    return found


def _description(code: str, told: object) -> Description:
    if isinstance(told, Description):
        return told
    if isinstance(told, str):
        return Description(told)
    raise BadShape("classes", f"expected a Description for {code!r}, got {told!r:.80}")


def _flat(words: Mapping[str, Words] | Words) -> Iterator[str]:
    if isinstance(words, str):
        clean = " ".join(words.replace("_", " ").split())
        if clean:
            yield clean
        return
    for part in words.values() if isinstance(words, Mapping) else words:
        yield from _flat(part)
