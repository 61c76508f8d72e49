"""Two kinds of wrong: `Refused` is for people; everything else is a bug and may be a 500."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Refused(Exception):
    """The rules do not allow this; the text is for the person who asked."""

    def __init__(self, message: StrOrPromise, *, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
