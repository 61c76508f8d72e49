"""The simulated war room: a carrier late now, a stock-out that is over, what Shopee's buyers said of the help."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from fupan.core import clock
from fupan.demo.people import address
from fupan.desk import services
from fupan.desk.models import BulletinKind, FollowUp, Survey, Ticket, TicketKind, TicketState
from fupan.desk.services.follow_ups import open_follow_up
from fupan.people.models import Department, Member, Workspace
from fupan.people.secrets import fingerprint, new_secret

HOUR = timedelta(hours=1)
SURVEYS = 60
SILENT = 150
EVERY = 3  # of the contented buyers, one in so many adds a word
LATE: dict[str, Any] = {
    "kind": BulletinKind.CARRIER,
    "title": "DHL 德国、奥地利线路晚到 3–5 天",
    "facts": (
        "莱比锡枢纽周五起积压，DHL 预计 4 个工作日内清完。已出库的包裹都有扫描记录，没有丢件。\n"
        "不主动补发，不提前退款；承诺时间过 7 天仍无扫描的，转二线。"
    ),
    "wordings": {
        "de": (
            "Vielen Dank für Ihre Nachricht und entschuldigen Sie bitte die Verzögerung. Ihr Paket ist unterwegs; "
            "wegen eines Rückstaus bei DHL verzögert sich die Zustellung derzeit um 3 bis 5 Werktage. "
            "Sollte es bis dahin nicht da sein, schreiben Sie uns bitte kurz: Wir kümmern uns sofort darum."
        ),
        "en": (
            "Thank you for your message, and please excuse the delay. Your parcel is on its way; because of a backlog "
            "at DHL, delivery takes 3 to 5 working days longer at the moment. Should it not have arrived by then, "
            "please write to us and we will take care of it at once."
        ),
        "zh": "非常抱歉让您久等。您的包裹正在途中，由于 DHL 枢纽积压，目前会晚到 3–5 个工作日。"
        "届时如仍未收到，请再联系我们，我们会马上处理。",
    },
    "slice": {"issue_type": "late", "carrier": "DHL"},
}
OUT: dict[str, Any] = {
    "kind": BulletinKind.STOCK_OUT,
    "title": "A20 充电宝替换件断货",
    "facts": "可换的新批次 11 月中到仓，之前一律退款，不承诺换货日期。",
    "wordings": {
        "en": "We are sorry. A replacement is out of stock at the moment, so we refund you in full today.",
        "zh": "非常抱歉，替换件暂时缺货，我们今天为您全额退款。",
    },
    "slice": {"product": "A20"},
}
WARM = {
    "en": (
        "Very fast reply, problem solved the same day.",
        "Kind and clear, thank you.",
        "They sent the part at once.",
    ),
    "vi": ("Trả lời rất nhanh, cảm ơn shop.", "Nhân viên nhiệt tình, giải quyết tốt.", "Rất hài lòng với cách xử lý."),
    "zh": ("回复很快，当天就解决了。", "客服很有耐心，谢谢。"),
}
COLD = {
    "en": ("I had to explain the same thing three times.", "Still waiting for the parcel."),
    "vi": ("Phải hỏi nhiều lần mới có câu trả lời.", "Hàng giao quá chậm."),
    "zh": ("同一个问题说了三遍才有人懂。", "东西还是没收到。"),
}
REASONS = ("speed", "answer", "delivery", "outcome")


@transaction.atomic
def brief(workspace: Workspace) -> None:
    """Two bulletins with their receipts and a question to logistics, scores of buyers, two follow-ups."""
    members = {one.user.email: one for one in Member.objects.filter(workspace=workspace).select_related("user")}
    lead, agent, manager = (members[address(key)] for key in ("lead", "agent", "manager"))
    now = clock.now()
    with clock.set_to(now - 9 * timedelta(days=1)):
        over = services.post_bulletin(**OUT, expires_at=clock.now() + timedelta(days=6), by=lead)
        for member in (agent, manager):
            services.read_bulletin(over.pk, by=member)
    with clock.set_to(now - 5 * HOUR):
        late = services.post_bulletin(**LATE, expires_at=_evening(now) + timedelta(days=3), by=lead)
        logistics = Department.objects.filter(workspace=workspace, code="logistics").first()
        if logistics is not None:
            asked = services.ask_help(
                late.pk, department_id=logistics.pk, about="DHL 什么时候恢复？要不要把德国仓改发 GLS？", by=agent
            )
            with clock.set_to(now - 4 * HOUR):
                services.answer_help(
                    asked.pk, answer="DHL 回复周四清完积压。GLS 每单贵 0.8 欧，先不换，周四再看。", by=lead
                )
    with clock.set_to(now - 3 * HOUR):
        services.read_bulletin(late.pk, by=manager)
    _satisfaction(workspace, lead=lead, agent=agent)


def _evening(now: datetime) -> datetime:
    return now.replace(hour=10, minute=0, second=0, microsecond=0)  # six in the evening in Shanghai


def _satisfaction(workspace: Workspace, *, lead: Member, agent: Member) -> None:
    services.set_survey_rule(
        platform="shopee", active=True, after_hours=2, low=2, follow_up_hours=24, version=0, by=lead
    )
    scored = Ticket.objects.filter(
        workspace=workspace, shop__platform="shopee", state=TicketState.SOLVED, csat__isnull=False,
        resolved_at__lt=clock.now() - 6 * HOUR,
    )  # fmt: skip
    tickets = list(scored.order_by("-resolved_at", "-pk")[:SURVEYS])
    rows = Survey.objects.bulk_create([_survey(ticket, place) for place, ticket in enumerate(tickets)])
    silent = Ticket.objects.filter(
        workspace=workspace, shop__platform="shopee", state=TicketState.SOLVED, csat=None, kind=TicketKind.INQUIRY
    )
    Survey.objects.bulk_create(_unanswered(ticket) for ticket in silent.order_by("-resolved_at", "-pk")[:SILENT])
    low = [row for row in rows if (row.score or 5) <= 2][:2]
    for place, row in enumerate(low):
        with clock.set_to(clock.now() - (4 + 30 * place) * HOUR):
            found = open_follow_up(row, hours=24)
            _own(found, agent)
    if len(low) == 2:
        with clock.set_to(clock.now() - 3 * HOUR):
            services.close_follow_up(
                low[1].follow_up.pk, cause="service", outcome="周末没人接难题；已道歉并补发，周末加排一个二线。",
                version=low[1].follow_up.version, by=lead,
            )  # fmt: skip


def _own(found: FollowUp, agent: Member) -> None:
    if found.owner_id != agent.pk:
        services.hand_over_follow_up(
            found.pk, owner_id=agent.pk, due_at=found.due_at, version=found.version, by=agent
        )  # fmt: skip
        found.refresh_from_db()


def _unanswered(ticket: Ticket) -> Survey:
    """Most buyers say nothing."""
    at = (ticket.resolved_at or ticket.opened_at) + 2 * HOUR
    return Survey(ticket=ticket, secret=fingerprint(new_secret()), sent_at=at, expires_at=at + timedelta(days=14))


def _survey(ticket: Ticket, place: int) -> Survey:
    """An answer as its ticket's score has it; low ones say why, some of the others add a word."""
    score, at = ticket.csat or 3, ticket.resolved_at or ticket.opened_at
    words = COLD if score <= 2 else WARM
    said = words.get(ticket.language, words["en"])
    speaks = score <= 2 or (score >= 4 and place % EVERY == 0)
    return Survey(
        ticket=ticket, secret=fingerprint(new_secret()), sent_at=at + 2 * HOUR, expires_at=at + timedelta(days=14),
        answered_at=at + 5 * HOUR, score=score, reason=REASONS[place % len(REASONS)] if score <= 2 else "",
        comment=said[place // EVERY % len(said)] if speaks else "",
    )  # fmt: skip
