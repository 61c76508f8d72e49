"""What the simulated team did about its troubles: problems, actions with proof, checks, in the weeks they happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from fupan.action.models import Action, ActionType
from fupan.action.services import Given, add_proof, carry_out, create_action
from fupan.action.smart import Plan
from fupan.commerce.models import Listing
from fupan.core import clock, events, weeks
from fupan.core.slices import Slice
from fupan.demo.incidents import Planted
from fupan.desk.models import Tag
from fupan.people.models import Member, Workspace
from fupan.review.services import open_problem
from fupan.verification.models import Check
from fupan.verification.services import look

MORNING = time(4, tzinfo=UTC)
DECIDED_IN = timedelta(weeks=2)  # before the action


@dataclass(frozen=True, slots=True)
class Improvement:
    """One thing that was done. `planted` names its truth; without one, its true effect is none."""

    planted: str
    type: str
    problem: str
    detail: str
    metric: str
    change: float
    window: int
    chosen_by: tuple[int, ...]  # weeks before the action that drew attention
    proof: str
    places: tuple[str, ...] = ()  # shops; () is all that sell the product, or nowhere in particular
    everywhere: bool = False
    mark: str = ""  # tag of the replies that follow it
    title: str = ""
    slice: str = ""
    weeks_ago: int = 0


DONE = (
    Improvement(
        "listing_fix", ActionType.LISTING, "E3 连接失败偏多", "5 个站点各加 3 张配对步骤图，放在第 2 至第 4 张",
        "incident_rate", -0.4, 12, (3, 2), "商品页截图：第 2 至第 4 张为配对步骤", ("Amazon US", "Amazon DE"),
    ),
    Improvement(
        "calming_template", ActionType.TEMPLATE, "物流延误反复来问",
        "新话术写明最后扫描、预计日期，并承诺 2 天内主动跟进",
        "first_contact_resolution", 0.15, 8, (7, 6, 5, 4, 3), "话术 late-v2 已替换 late-v1",
        mark="template:late-v2",
    ),
    Improvement(
        "gasket", ActionType.SUPPLIER, "K4 漏水", "密封圈加厚到 2.4 毫米，新批次起换供应商", "incident_rate", -0.4, 10,
        (10,), "新批次到货检验报告：密封圈 2.4 毫米",
    ),
    Improvement(
        "picture_no_effect", ActionType.LISTING, "S8 尺寸与描述不符", "5 个站点主图标出内径 3 个尺寸", "incident_rate",
        -0.3, 10, (22,), "商品页截图：主图已标内径", everywhere=True,
    ),
    Improvement(
        "", ActionType.LISTING, "E5 连接失败", "照 E3 的做法，各站点加 3 张配对步骤图", "incident_rate", -0.3, 8, (3,),
        "商品页截图：第 2 至第 4 张为配对步骤", everywhere=True, title="蓝牙耳机 E5 商品页补 3 张配对步骤图",
        slice="issue_type=connect_fail&product=E5", weeks_ago=6,
    ),
)  # fmt: skip


def improve(
    workspace: Workspace, planted: Sequence[Planted], last_week: int, *, lead: Member, owner: Member
) -> list[Check]:
    """Tell the story through the product's own verbs, each in its week; the checks, judged up to now."""
    known = {one.code: one for one in planted}
    checks: list[Check] = []
    for one in DONE:
        action = _carried_out(one, known.get(one.planted), last_week, lead=lead, owner=owner)
        checks.extend(Check.objects.filter(action=action).select_related("workspace"))
    for check in checks:
        _looked_at(check)
    events.drain()
    return checks


def _carried_out(one: Improvement, planted: Planted | None, last_week: int, *, lead: Member, owner: Member) -> Action:
    day = planted.first if planted else weeks.monday(weeks.shift(last_week, -one.weeks_ago))
    where = str(Slice.of(planted.where)) if planted else one.slice
    title = planted.name[1] if planted else one.title
    week, workspace_id = weeks.week_of_day(day), owner.workspace_id
    with clock.set_to(_morning(day - DECIDED_IN)):
        problem = open_problem(
            title=one.problem, slice=where, metric=one.metric, by=lead, owner=owner,
            selection_weeks=[weeks.shift(week, -back) for back in one.chosen_by],
        )  # fmt: skip
        plan = Plan(str(one.type), title, one.detail, owner.pk, None, day, one.metric, where, one.change, one.window)
        action = create_action(plan=plan, by=lead, problem=problem, subject=_subject(one, workspace_id))
    with clock.set_to(_morning(day)):
        for given in _proofs(one, where, day, workspace_id):
            add_proof(action.pk, given=given, by=owner)
        carry_out(action.pk, day=day, by=owner)
        events.drain()
    return action


def _subject(one: Improvement, workspace_id: int) -> dict[str, Any] | None:
    tag = Tag.objects.filter(workspace_id=workspace_id, name=one.mark).first() if one.mark else None
    return {"kind": "tag", "id": tag.pk} if tag is not None else None


def _proofs(one: Improvement, where: str, day: date, workspace_id: int) -> list[Given]:
    places = one.places
    if one.everywhere:
        product = Slice.parse(where).as_dict()["product"]
        sold = Listing.objects.filter(workspace_id=workspace_id, product__code=product)
        places = tuple(sold.order_by("shop__pk").values_list("shop__name", flat=True).distinct())
    return [Given(text=one.proof, place=place, day=day) for place in places or ("",)]


def _looked_at(check: Check) -> None:
    """On the Monday after the planned week, or now when that is still to come."""
    due = _morning(weeks.monday(weeks.shift(check.due_week, 1)))
    with clock.set_to(min(due, clock.now())):
        look(check.pk)
        events.drain()


def _morning(day: date) -> datetime:
    return datetime.combine(day, MORNING)
