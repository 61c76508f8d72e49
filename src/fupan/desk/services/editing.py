"""Changes to a workspace's trees, rules and reason codes; every one of them makes a version."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from fupan.core import clock, stale
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.desk import trees
from fupan.desk.linking import chunks
from fupan.desk.models import Cause, IssueType, KeywordRule, Liable, ReasonCode, Resolution, Ticket
from fupan.desk.services._changed import mark_changed
from fupan.desk.services._incidents import homes_of, kin_weeks, rearrange
from fupan.desk.services._numbers import lock
from fupan.desk.services._versions import keep_version
from fupan.people.models import Department, Member

MODELS: dict[str, Any] = {"issue": IssueType, "cause": Cause, "resolution": Resolution}
_USES = {"issue": ("issue_type",), "cause": ("cause_guess", "cause_confirmed"), "resolution": ("resolution",)}
LANGUAGES = ("en", "zh", "de", "ja", "fr", "es", "pt", "it", "th", "vi", "ms")


@transaction.atomic
def add_node(
    tree: str, *, by: Member, name_en: str, name_zh: str, code: str = "", parent: str = "", **more: Any
) -> Any:
    """Add a node to a tree; the code is made from the English name when none is given."""
    model = _model(tree)
    own = slugify(code or name_en).replace("-", "_")[:60]
    if not own or not name_en.strip() or not name_zh.strip():
        raise Refused(_("A node needs a name in both languages."), code="no-name")
    nodes = model.objects.filter(workspace_id=by.workspace_id)
    if nodes.filter(code=own).exists():
        raise Refused(_("The code “%(code)s” is taken.") % {"code": own}, code="code-taken")
    values = _values(tree, by, more)
    if tree != "resolution":
        values["parent"] = _parent(tree, by, parent)
    last = nodes.aggregate(top=Max("order"))["top"] or 0
    node = model.objects.create(
        workspace_id=by.workspace_id,
        code=own,
        name_en=name_en.strip(),
        name_zh=name_zh.strip(),
        order=last + 1,
        **values,
    )
    keep_version(by.workspace_id, tree, by=by)
    record("desk.node_added", node, by=by, tree=tree, code=own)
    return node


@transaction.atomic
def edit_node(tree: str, code: str, *, by: Member, name_en: str, name_zh: str, **more: Any) -> Any:
    """Rename a node, or change its department, simple or liable; its code stays."""
    node = _standing(tree, by, code)
    if not name_en.strip() or not name_zh.strip():
        raise Refused(_("A node needs a name in both languages."), code="no-name")
    node.name_en, node.name_zh = name_en.strip(), name_zh.strip()
    for name, value in _values(tree, by, more).items():
        setattr(node, name, value)
    node.save()
    _mark_uses(tree, node)
    keep_version(by.workspace_id, tree, by=by)
    record("desk.node_edited", node, by=by, tree=tree, code=code)
    return node


@transaction.atomic
def retire_node(tree: str, code: str, *, by: Member, replaced_by: str = "") -> int:
    """Take a node out of use. Its tickets, rules and codes go over to what replaces it; the number of tickets moved."""
    lock(by.workspace_id)
    node = _standing(tree, by, code)
    if tree != "resolution" and node.children.filter(retired_at=None).exists():
        raise Refused(_("Retire or move what stands below it first."), code="has-children")
    heir = _standing(tree, by, replaced_by) if replaced_by else None
    if heir is not None and heir.pk == node.pk:
        raise Refused(_("A node cannot replace itself."), code="replaces-itself")
    used = _uses(tree, node)
    if used and heir is None:
        raise Refused(_("%(count)s tickets use it: say what replaces it.") % {"count": len(used)}, code="in-use")
    if tree == "issue" and heir is None and node.rules.exists():
        raise Refused(_("Keyword rules use it: say what replaces it."), code="in-use")
    _hand_over(tree, node, heir, used)
    node.retired_at = clock.now()
    if tree != "resolution":
        node.replaced_by = heir
    node.save()
    keep_version(by.workspace_id, tree, by=by)
    record("desk.node_retired", node, by=by, tree=tree, code=code, replaced_by=replaced_by, tickets=len(used))
    return len(used)


@transaction.atomic
def add_rule(*, by: Member, language: str, words: str, issue: str) -> KeywordRule:
    """Let words in a language say an issue type."""
    said = " + ".join(part for piece in words.split("+") if (part := " ".join(piece.split())))
    if language not in LANGUAGES:
        raise Refused(_("There are no rules in “%(language)s” yet.") % {"language": language}, code="no-such-language")
    if len(said.replace("*", "").strip()) < 2:
        raise Refused(_("A rule needs at least two letters."), code="too-short")
    node = _standing("issue", by, issue)
    rule, _made = KeywordRule.objects.update_or_create(
        workspace_id=by.workspace_id, language=language, words=said[:200], defaults={"issue_type": node, "active": True}
    )
    change = {"added": [language, rule.words, issue]}
    keep_version(by.workspace_id, "rules", by=by, change=change)
    record("desk.rule_added", rule, by=by, language=language, issue=issue)
    return rule


@transaction.atomic
def drop_rule(rule: KeywordRule, *, by: Member) -> None:
    """Forget a keyword rule; labels it gave stay until the rules are applied again."""
    change = {"dropped": [rule.language, rule.words, rule.issue_type.code]}
    record("desk.rule_dropped", rule, by=by, language=rule.language, issue=rule.issue_type.code)
    rule.delete()
    keep_version(by.workspace_id, "rules", by=by, change=change)


@transaction.atomic
def set_reason_code(code: str, issue: str, *, by: Member) -> ReasonCode:
    """Say which issue type a marketplace's code means; "" lets the text decide."""
    known = trees.normalise(code)[:60]
    if not known:
        raise Refused(_("A reason code needs letters."), code="no-code")
    node = _standing("issue", by, issue) if issue else None
    row, _made = ReasonCode.objects.update_or_create(
        workspace_id=by.workspace_id, code=known, defaults={"issue_type": node}
    )
    keep_version(by.workspace_id, "rules", by=by, change={"reason_code": [known, issue]})
    record("desk.reason_code_set", row, by=by, code=known, issue=issue)
    return row


def _model(tree: str) -> Any:
    if tree not in MODELS:
        raise Refused(_("There is no tree “%(tree)s”.") % {"tree": tree}, code="no-such-tree")
    return MODELS[tree]


def _standing(tree: str, by: Member, code: str) -> Any:
    node = _model(tree).objects.filter(workspace_id=by.workspace_id, code=code, retired_at=None).first()
    if node is None:
        raise Refused(_("“%(code)s” is not in the tree.") % {"code": code}, code="not-in-the-tree")
    return node


def _parent(tree: str, by: Member, code: str) -> Any:
    parent = _standing(tree, by, code) if code else None
    if parent is not None and parent.parent_id is not None:
        raise Refused(_("The tree has two levels: choose a top node."), code="too-deep")
    return parent


def _values(tree: str, by: Member, more: dict[str, Any]) -> dict[str, Any]:
    """The columns of a node that only some trees have."""
    values: dict[str, Any] = {}
    if tree != "resolution" and "department" in more:
        wanted = more["department"]
        values["department"] = Department.objects.filter(workspace_id=by.workspace_id, code=wanted).first()
    if tree == "issue" and "simple" in more:
        values["simple"] = bool(more["simple"])
    if tree == "cause" and more.get("liable") in Liable.values:
        values["liable"] = more["liable"]
    return values


def _uses(tree: str, node: Any) -> list[int]:
    ids: set[int] = set()
    for name in _USES[tree]:
        ids |= set(Ticket.objects.filter(**{name: node}).values_list("pk", flat=True))
    return sorted(ids)


def _mark_uses(tree: str, node: Any) -> None:
    """Department, liable and simple stand in the facts of every week that uses the node."""
    found = {
        week for name in _USES[tree] for week in Ticket.objects.filter(**{name: node}).values_list("week", flat=True)
    }
    stale.mark(node.workspace_id, {("tickets", week) for week in found})


def _hand_over(tree: str, node: Any, heir: Any, used: list[int]) -> None:
    for name in _USES[tree]:
        Ticket.objects.filter(**{name: node}).update(**{name: heir})
    if tree == "issue" and heir is not None:
        KeywordRule.objects.filter(issue_type=node).update(issue_type=heir)
    if tree == "issue":
        ReasonCode.objects.filter(issue_type=node).update(issue_type=heir)
    weeks: set[tuple[str, int]] = set()
    for ids in chunks(used, 1000):
        weeks |= kin_weeks(ids)
        if tree == "issue":
            weeks |= rearrange(node.workspace_id, homes_of(node.workspace_id, ids))
    stale.mark(node.workspace_id, weeks)
    mark_changed(node.workspace_id, used)
