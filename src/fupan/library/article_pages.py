"""What the pages of articles show: the list, one article, its versions, and a run of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.http import QueryDict
from django.utils.translation import gettext as _

from fupan.desk.models import IssueType
from fupan.desk.queries.filters import one
from fupan.library import contents
from fupan.library.addresses import action_address
from fupan.library.case_pages import field_names, tabs
from fupan.library.contents import Node
from fupan.library.models import USABLE, Article, ArticleKind, ArticleVersion, Case, Run, State, VersionState
from fupan.library.policies import may_approve
from fupan.library.queries import articles as asked
from fupan.library.queries.content import changes
from fupan.library.queries.steps import course
from fupan.library.queries.uses import newest_uses
from fupan.library.wording import KIND_ICONS, STAGES, STATE_STONES, ended, reason
from fupan.people.models import Member
from fupan.people.policies import may


def listing(member: Member, params: QueryDict, page: Page[Any]) -> dict[str, Any]:
    """Articles by kind."""
    return {
        "tabs": tabs(member), "page": page, "kinds": ArticleKind.choices, "kind": one(params, "kind"),
        "rows": [(article, STATE_STONES[article.state], KIND_ICONS[article.kind]) for article in page.object_list],
        "q": one(params, "q"), "state": one(params, "state"), "states": State.choices,
        "may_write": may(member, "edit_articles"), "filtered": any(one(params, name) for name in asked.NAMES),
    }  # fmt: skip


@dataclass(slots=True)
class Branch:
    """A node of a tree with the answer that led to it, for the tree as a nested list."""

    said: str
    node: Node
    below: list[Branch]


def detail(member: Member, article: Article) -> dict[str, Any]:
    """An article as it is read, in the version in force."""
    making = asked.in_making(member, article)
    uses = list(newest_uses(member, article=article)[:5])
    steps = course(article) if article.kind in contents.RUNNABLE else None
    return {
        "article": article,
        "stone": STATE_STONES[article.state],
        "why_state": reason(article.state_reason),
        "icon": KIND_ICONS[article.kind],
        "body": shown(article.kind, article.content),
        "making": making,
        "cited": asked.cited(member, article),
        "flags": list(asked.open_flags(article)),
        "uses": [(use, ended(use)) for use in uses],
        "used": newest_uses(member, article=article).count(),
        "versions": list(article.versions.select_related("by__user", "decided_by__user")[:6]),
        "course": steps,
        "longest": max((row.minutes for row in steps.steps), default=0) if steps else 0,
        "runs": asked.newest_runs(member, article),
        "runnable": article.kind in contents.RUNNABLE and article.state in USABLE,
        "may_edit": may(member, "edit_articles") and article.state != State.ARCHIVED,
        "may_manage": may(member, "edit_articles"),
        "act_url": _act_url(member, article),
        "may_approve": may_approve(member) and making is not None and making.state == VersionState.IN_REVIEW,
    }


def _act_url(member: Member, article: Article) -> str:
    """Where changing it becomes an action that opens it."""
    if not may(member, "edit_actions"):
        return ""
    return action_address(
        title=_("Update %(article)s “%(title)s”") % {"article": article, "title": article.title}, type="process",
        subject=f"article:{article.number}", issue_type=article.issue_type.code if article.issue_type else "",
        product=article.product.code if article.product else "",
    )  # fmt: skip


def shown(kind: str, content: contents.Content) -> dict[str, Any]:
    """The content as the template draws it."""
    if not content:
        return {}
    if kind == ArticleKind.TREE:
        return {"root": _branch(content, "", contents.first(kind, content))}
    if kind == ArticleKind.SOP:
        return {"stages": _stages(content["steps"])}
    return {"items": content["items"]}


def _branch(content: contents.Content, said: str, name: str) -> Branch:
    node = contents.node(ArticleKind.TREE, content, name)
    return Branch(said, node, [_branch(content, words, to) for words, to in node.options])


def _stages(steps: list[dict[str, str]]) -> list[tuple[str, list[tuple[int, dict[str, str]]]]]:
    """Steps under their stages, numbered through."""
    found: list[tuple[str, list[tuple[int, dict[str, str]]]]] = []
    for number, step in enumerate(steps, 1):
        name = str(STAGES.get(step["stage"], ""))
        if not found or found[-1][0] != name:
            found.append((name, []))
        found[-1][1].append((number, step))
    return found


def version_words(version: ArticleVersion) -> dict[str, str]:
    """A version in words, to be compared with another."""
    content: dict[str, Any] = version.content
    workspace_id, kind = version.article.workspace_id, version.article.kind
    numbers = Case.objects.filter(workspace_id=workspace_id, pk__in=content["cases"]).order_by("number")
    issue = IssueType.objects.filter(workspace_id=workspace_id, code=content["issue_type"]).first()
    return {
        "title": content["title"], "about": content["about"], "body": contents.text_of(kind, content["body"]),
        "issue_type": str(issue or ""), "cases": ", ".join(str(one) for one in numbers),
        "tags": ", ".join(content["tags"]), "expires_on": content["expires_on"], "expires_why": content["expires_why"],
    }  # fmt: skip


def compared(article: Article, versions: list[ArticleVersion], params: QueryDict) -> dict[str, Any]:
    """Two versions side by side; without a choice the newest and the one before."""
    by_number = {version.number: version for version in versions}
    numbers = sorted(by_number, reverse=True)
    new = _number(params, "to", numbers, numbers[0] if numbers else 0)
    old = _number(params, "from", numbers, next((number for number in numbers if number < new), 0))
    before = version_words(by_number[old]) if old else {}
    after = version_words(by_number[new]) if new else {}
    names = field_names()
    told = [(names.get(change.field, change.field), change.pieces) for change in changes(before, after)]
    return {"article": article, "versions": versions, "old": old, "new": new, "changes": told}


def _number(params: QueryDict, name: str, numbers: list[int], otherwise: int) -> int:
    text = one(params, name)
    number = int(text) if text.isdecimal() and len(text) < 9 else otherwise
    return number if number in numbers else otherwise


def run_page(run: Run) -> dict[str, Any]:
    """A run where it stands: the question or step, and the way that led here."""
    version = run.article.versions.get(number=run.version)
    body = version.content["body"]
    here = contents.node(run.article.kind, body, run.at_node)
    total = len(body["steps"]) if run.article.kind == ArticleKind.SOP else 0
    return {
        "run": run, "article": run.article, "here": here, "stage": STAGES.get(here.stage, ""), "total": total,
        "answers": [(place, said or _("Done")) for place, (said, _to) in enumerate(here.options)],
        "outdated": run.version != run.article.version,
    }  # fmt: skip
