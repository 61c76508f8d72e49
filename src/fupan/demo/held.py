"""The finished weekly review the demo opens on: "won't charge" traced to one batch, with whys, minutes and actions."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from fupan.action.models import ActionType
from fupan.action.services import create_action, move_action
from fupan.action.smart import Plan
from fupan.core import clock, events, weeks
from fupan.core.slices import Slice
from fupan.desk.models import Ticket
from fupan.desk.queries.filters import filtered
from fupan.insight.models import Signal
from fupan.people.models import Department, Member
from fupan.review import services
from fupan.review.models import AgendaCode, EvidenceKind, Meeting, MeetingKind, Presence, Problem, ProblemOrigin, Why

AT = time(6, tzinfo=UTC)  # Tuesday, two in the afternoon in Shanghai
SHORT = timedelta(minutes=4)
ISSUE, PRODUCT = "wont_charge", "A20"


def hold(last_week: int, *, lead: Member, team: list[Member]) -> Meeting | None:
    """Hold the review of the last week; nothing is held when the batch was not noticed."""
    signal = Signal.objects.filter(
        workspace_id=lead.workspace_id, slice__contains=f"issue_type={ISSUE}", last_week__gte=weeks.shift(last_week, -2)
    ).filter(slice__contains=f"product={PRODUCT}").first()  # fmt: skip
    if signal is None:
        return None
    begun = _begun(last_week)
    with clock.set_to(begun - timedelta(days=1)):
        problem = _problem(signal, lead=lead, owner=team[0])
        meeting = services.plan_meeting(kind=MeetingKind.WEEKLY, period=weeks.label(last_week), at=begun, by=lead)
        services.invite(meeting.pk, member_ids=[member.pk for member in team], by=lead)
        events.drain()
    _run(meeting, problem, begun, lead=lead, team=team)
    events.drain()
    return meeting


def _begun(last_week: int) -> datetime:
    tuesday = weeks.monday(weeks.shift(last_week, 1)) + timedelta(days=1)
    return min(datetime.combine(tuesday, AT), clock.now() - timedelta(hours=3))


def _problem(signal: Signal, *, lead: Member, owner: Member) -> Problem:
    where = Slice.parse(signal.slice).as_dict()
    tickets = _behind(lead, where)
    return services.open_problem(
        title=f"充电宝 {PRODUCT} 批次 {where.get('batch', '')} 充不进电", slice=signal.slice, by=lead, owner=owner,
        origin=ProblemOrigin.SIGNAL, signal=signal, ticket_ids=[ticket.pk for ticket in tickets[:12]],
        selection_weeks=weeks.between(signal.week, signal.last_week),
    )  # fmt: skip


def _behind(lead: Member, where: dict[str, str]) -> list[Ticket]:
    return list(filtered(lead, where).order_by("-opened_at", "-pk")[:40])


def _run(meeting: Meeting, problem: Problem, begun: datetime, *, lead: Member, team: list[Member]) -> None:
    steps = iter(range(1, 60))

    def later() -> datetime:
        return begun + next(steps) * SHORT

    with clock.set_to(begun):
        services.start(meeting.pk, by=lead)
        events.drain()
        for member in team:
            services.set_presence(meeting.pk, member_id=member.pk, presence=Presence.PRESENT, by=lead)
        dive = meeting.agenda.filter(code=AgendaCode.DEEP_DIVE).first()
        if dive is not None:
            services.choose_problem(dive.pk, problem_id=problem.pk, by=lead)
    _say(meeting, later(), lead, "minute", "上次的行动都过了一遍：E3 配对图只换了两个站点，其余这周补齐。")
    with clock.set_to(later()):
        services.next_item(meeting.pk, by=lead)
    _say(meeting, later(), lead, "minute", "总量没有明显变化，只有充电宝 A20 的“充不进电”超出偶然。")
    with clock.set_to(later()):
        services.next_item(meeting.pk, by=lead)
        cause = _whys(problem, lead=lead)
    _say(meeting, later(), team[0], "minute", "退件里几乎都是同一批次，旧批次没有抬头。")
    _say(meeting, later(), lead, "decision", "这个批次先停售，在库的全部转检。")
    with clock.set_to(later()):
        services.next_item(meeting.pk, by=lead)
        _actions(meeting, problem, cause, lead=lead, team=team)
        events.drain()
    _say(meeting, later(), team[-1], "parked", "移动电源要不要统一换保护板供应商，下次带报价再谈。")
    with clock.set_to(later()):
        services.next_item(meeting.pk, by=lead)
    with clock.set_to(later()):
        services.end_meeting(meeting.pk, by=lead)
        services.send_minutes(meeting.pk, by=lead)


def _say(meeting: Meeting, at: datetime, by: Member, kind: str, text: str) -> None:
    with clock.set_to(at):
        services.write_entry(meeting.pk, kind=kind, text=text, by=by)


def _whys(problem: Problem, *, lead: Member) -> Why:
    """The tree of the picture: two confirmed branches, one to be checked, one ruled out."""
    tickets = [ticket.number for ticket in _behind(lead, Slice.parse(problem.slice).as_dict())]
    week = weeks.label(problem.selection_weeks[-1])

    def why(text: str, parent: Why | None = None) -> Why:
        return services.add_why(problem.pk, text=text, by=lead, parent=parent.pk if parent else None)

    def proof(of: Why, label: str) -> None:
        services.add_evidence(of.pk, kind=EvidenceKind.NOTE, by=lead, label=label)

    def held_up(of: Why, some: list[int]) -> None:
        services.add_evidence(of.pk, kind=EvidenceKind.TICKETS, by=lead, tickets=some)

    root = why("用两周左右就充不进电")
    services.add_evidence(
        root.pk, kind=EvidenceKind.NUMBER, by=lead, metric="incident_rate", slice=problem.slice, week=week
    )
    locked = why("保护板锁死，灯闪四下", root)
    held_up(locked, tickets[:20])
    threshold = why("过流阈值被设低了", locked)
    proof(threshold, "供应商变更单：换了保护板料号")
    unchecked = why("换料后没有做满充静置复检", threshold)
    proof(unchecked, "来料检验记录里没有这一项")
    supplier = why("供应商换料没有通知我们，来料检验照旧", unchecked)
    proof(supplier, "采购往来邮件，变更单未抄送")
    drained = why("出厂电量偏低，在途放空", locked)
    proof(drained, "海运在途 34 天")
    manual = why("5 W 充电头激活不了", root)
    held_up(manual, tickets[20:23] or tickets[:1])
    unsaid = why("说明书没写须用 18 W 以上充电头", manual)
    proof(unsaid, "说明书第 4 页")
    crushed = why("线材在运输中压坏", root)
    departments = {one.code: one.pk for one in Department.objects.filter(workspace_id=problem.workspace_id)}
    services.confirm_cause(supplier.pk, cause="supplier_batch", department=departments.get("purchasing"), by=lead)
    services.confirm_cause(unsaid.pk, cause="manual", department=departments.get("product"), by=lead)
    services.rule_out(crushed.pk, reason="换线后仍充不进", by=lead)
    return supplier


def _actions(meeting: Meeting, problem: Problem, cause: Why, *, lead: Member, team: list[Member]) -> None:
    today = clock.today()
    owner = team[0]
    incoming = Plan(
        str(ActionType.SUPPLIER), "到货抽检加一项：满充后静置 2 小时复测电量",
        "采购与供应商签变更通知条款；每批抽 20 件满充静置 2 小时，复测低于 95% 整批退回",
        owner.pk, None, today + timedelta(days=14), "incident_rate", f"issue_type={ISSUE}&product={PRODUCT}", -0.5, 8,
    )  # fmt: skip
    begun = create_action(plan=incoming, by=lead, problem=problem, why=cause, meeting=meeting)
    move_action(begun.pk, state="doing", by=owner)
    manual = Plan(
        str(ActionType.LISTING), "A20 说明书与商品页加 18 W 充电要求和激活图",
        "5 个站点的商品页第 3 张图与说明书第 4 页写明须用 18 W 以上充电头，附激活步骤图",
        owner.pk, None, today + timedelta(days=28), "incident_rate", f"issue_type={ISSUE}&product={PRODUCT}", -0.3, 12,
    )  # fmt: skip
    create_action(plan=manual, by=lead, problem=problem, meeting=meeting)
