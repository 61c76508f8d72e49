"""`{% kept row columns filters %}…{% endkept %}`: what is drawn of the same values is drawn once a minute.

Fifty people look at the same list; drawing its rows anew for each of them was half of what the page cost. Unlike
Django's `cache` it never asks another process and compares the values themselves: name every value that is drawn.
"""

from __future__ import annotations

from collections.abc import Hashable

from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils.translation import get_language

from fupan.core import clock

MOST = 2000  # pieces of one place in a template


class Kept(Node):
    def __init__(self, values: list[FilterExpression], nodelist: NodeList) -> None:
        self.values, self.nodelist = values, nodelist
        self.drawn: dict[tuple[Hashable, ...], str] = {}
        self.minute = -1

    def render(self, context: Context) -> str:
        key = (get_language(), *(value.resolve(context) for value in self.values))
        drawn = self._of_this_minute()
        html = drawn.get(key)
        if html is None:
            html = drawn[key] = self.nodelist.render(context)
        return html

    def _of_this_minute(self) -> dict[tuple[Hashable, ...], str]:
        """Times left are told to the minute, so nothing is kept for longer."""
        minute = int(clock.now().timestamp() // 60)
        if minute != self.minute or len(self.drawn) >= MOST:
            self.drawn, self.minute = {}, minute
        return self.drawn


def kept(parser: Parser, token: Token) -> Kept:
    values = [parser.compile_filter(value) for value in token.split_contents()[1:]]
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(values, nodelist)
