"""The contexts of one action: its page, its form, the guest's page, and what other pages show of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from fupan.action.models import OPEN_STATES, Action, ActionState, GuestLink, Proof
from fupan.action.policies import may_move
from fupan.action.queries import page as asked
from fupan.action.queries.board import day_in, today_of
from fupan.action.queries.similar import similar
from fupan.action.told import Told, address, told
from fupan.action.wording import EVENTS, PROOF_ICONS
from fupan.core import clock, weeks
from fupan.core.http import panels
from fupan.insight.signal_words import Names
from fupan.people.models import Member
from fupan.people.policies import may
from fupan.review.models import Meeting, Problem, Why
from fupan.review.policies import meetings_seen_by, problems_seen_by, whys_seen_by
from fupan.review.queries.meetings import digging_into
from fupan.review.wording import VERDICTS

Context = dict[str, Any]
USUAL_WEEKS, USUAL_CHANGE, USUAL_DAYS = 8, -0.3, 14


def detail(member: Member, action: Action) -> Context:
    """Everything about one action."""
    mine = may_move(member, action)
    return {
        "action": action,
        "one": Told(action, Names(member), today_of(member), mine),
        "steps": list(action.steps.select_related("done_by__user")),
        "proofs": _proofs(action.proofs.all()),
        "comments": list(action.comments.select_related("by__user")),
        "history": _history(action),
        "links": list(asked.links_of(member, action)) if mine else [],
        "panels": panels("action"),
        "subject_url": _subject_url(action),
        "may_move": mine,
        "may_comment": may(member, "work_problems"),
        "may_create": may(member, "edit_actions"),
        "may_edit": mine and action.state in (*OPEN_STATES, ActionState.DONE),
        "open": action.state in OPEN_STATES,
        "now": clock.now(),
    }


def _proofs(rows: QuerySet[Proof]) -> list[tuple[Proof, str]]:
    return [(one, PROOF_ICONS[one.kind]) for one in rows.select_related("attachment", "by__user")]


def _history(action: Action) -> list[Context]:
    return [{"what": _said(line.event), "who": line.who, "at": line.event.at} for line in asked.history(action)]


def _said(event: Any) -> str:
    words = EVENTS.get(event.name)
    if words is None:
        return str(event.name)
    said = {name: value for name, value in event.data.items() if value is not None}
    if said.get("to") in ActionState.values:
        said["to"] = ActionState(said["to"]).label
    if said.get("verdict") in VERDICTS:
        said["verdict"] = VERDICTS[said["verdict"]][0]
    return str(words) % _Holes(said)


class _Holes(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "—"


def _subject_url(action: Action) -> str:
    """Where the template or article is changed, when such a page is there."""
    kind, key = action.subject.get("kind"), action.subject.get("id")
    return address(f"desk:{kind}", key) or address(f"library:{kind}", key) if kind and key else ""


# The form


def origins(member: Member, told_: Mapping[str, str]) -> Context:
    """What a new action hangs on, by the address: problem, why, meeting, an action to copy; only what one sees."""
    why = _one(whys_seen_by(member).select_related("problem"), told_.get("why"))
    problem = _one(problems_seen_by(member), told_.get("problem"))
    copied = asked.find(member, int(told_["copy"])) if _is_key(told_.get("copy")) else None
    problem = problem or (why.problem if why is not None else None) or (copied.problem if copied else None)
    meeting = _one(meetings_seen_by(member), told_.get("meeting"))
    return {
        "problem": problem,
        "why": why,
        "meeting": meeting or (digging_into(member, problem) if problem is not None else None),
        "copied_from": copied,
        "subject": _subject(told_.get("subject")) or (copied.subject if copied else {}),
    }


def _subject(text: str | None) -> dict[str, Any]:
    """“article:7”: what the action opens."""
    kind, _colon, key = (text or "").partition(":")
    return {"kind": kind, "id": int(key)} if kind.isidentifier() and _is_key(key) else {}


def _one(rows: Any, key: str | None) -> Any:
    return rows.filter(pk=int(key or 0)).first() if _is_key(key) else None


def _is_key(text: str | None) -> bool:
    return bool(text) and str(text).isascii() and str(text).isdecimal() and len(str(text)) < 16


def start(member: Member, origin: Mapping[str, Any]) -> Context:
    """What the form of a new action begins with."""
    problem: Problem | None = origin["problem"]
    why: Why | None = origin["why"]
    first: Context = {
        "metric": "incident_rate", "change": USUAL_CHANGE, "window": USUAL_WEEKS,
        "deadline": today_of(member) + timedelta(days=USUAL_DAYS),
    }  # fmt: skip
    if problem is not None:
        first |= {"metric": problem.metric, "slice": problem.slice}
    if why is not None:
        first["department"] = why.department_id or (why.cause.department_id if why.cause else None) or ""
    return first


def alike(member: Member, asked_: Mapping[str, str], *, but: int | None = None) -> Context:
    """What was tried before, while somebody writes."""
    found = similar(
        member, title=asked_.get("title", "")[:160], type=asked_.get("type", ""), slice=asked_.get("slice", "")[:300],
        but=but,
    )  # fmt: skip
    return {"similar": told(member, [one.action for one in found], today_of(member))}


# Parts of other pages


def of_problem(member: Member, problem: Problem) -> Context:
    rows = list(asked.of_problem(member, problem))
    return {
        "problem": problem,
        "actions": told(member, [one for one in rows if one.state != ActionState.DROPPED], today_of(member)),
        "may_create": may(member, "edit_actions"),
    }


def of_meeting(member: Member, meeting: Meeting) -> Context:
    found, today = asked.of_meeting(member, meeting), today_of(member)
    then = list(found["decided_then"])
    known = {one.pk for one in then}
    late = [one for one in found["open"].filter(deadline__lt=today) if one.pk not in known]
    return {
        "meeting": meeting,
        "last": found["last"],
        "then": told(member, then, today),
        "late": told(member, late, today),
        "now": told(member, found["decided_now"], today),
        "may_create": may(member, "edit_actions"),
    }


def for_guest(link: GuestLink) -> Context:
    """One action, and nothing that leads to anything else; of what was said and shown, only what guests of this name
    told: colleagues write for each other."""
    action = link.action
    return {
        "link": link,
        "action": action,
        "one": Told(action, Names(action.owner), day_in(action.workspace), movable=True),
        "steps": list(action.steps.all()),
        "proofs": _proofs(action.proofs.filter(guest=link.name)),
        "comments": list(action.comments.filter(guest=link.name)),
        "open": action.state in OPEN_STATES,
        "alive": action.state != ActionState.DROPPED,
        "until": link.expires_at.astimezone(weeks.zone(action.workspace.timezone)).date(),
        "owner": str(action.owner),
        "heading": _("%(action)s for %(name)s") % {"action": action, "name": link.name},
    }
