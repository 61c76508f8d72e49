"""`{% case value %}{% of "one" %}…{% of "two" %}…{% endcase %}`: draws the branch that is named like the value."""

from __future__ import annotations

from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.context import Context
from django.template.exceptions import TemplateSyntaxError


class Case(Node):
    child_nodelists = ("branches_in_order",)

    def __init__(self, value: FilterExpression, branches: dict[str, NodeList]) -> None:
        self.value, self.branches = value, branches
        self.branches_in_order = NodeList(node for branch in branches.values() for node in branch)

    def render(self, context: Context) -> str:
        branch = self.branches.get(self.value.resolve(context))
        return branch.render(context) if branch is not None else ""


def case(parser: Parser, token: Token) -> Case:
    """A list of columns asks for its kind hundreds of times a page; `if … elif` would ask each time for all of them."""
    _tag, value = token.split_contents()
    branches: dict[str, NodeList] = {}
    name = ""
    while True:
        inside = parser.parse(("of", "endcase"))
        if name:
            branches[name] = inside
        following = parser.next_token()
        if following.contents == "endcase":
            return Case(parser.compile_filter(value), branches)
        name = following.split_contents()[1].strip("\"'")
        if name in branches:
            raise TemplateSyntaxError(f"{name!r} stands twice in one case")
