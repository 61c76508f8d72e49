"""The simulated team's canned replies and what came of them, who answers what, and two questions handed up."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.db import transaction

from fupan.core import clock
from fupan.demo.people import address
from fupan.desk import services
from fupan.desk.models import (
    Message,
    MessageSide,
    ReplyTemplate,
    TemplateUse,
    TemplateVersion,
    Ticket,
    TicketState,
    VersionState,
)
from fupan.desk.services.escalation import HandOver
from fupan.desk.services.templates import Told, stamp_of
from fupan.people.models import Member, Workspace

LATE = {"template:late-v1": 1, "template:late-v2": 2}  # the planted change of wording
PLAIN = {
    "en": "Hello,\n\nYour parcel is delayed. Please wait a few more days.\n\n{shop}",
    "de": "Guten Tag,\n\nIhr Paket verspätet sich. Bitte warten Sie noch einige Tage.\n\n{shop}",
    "fr": "Bonjour,\n\nVotre colis a du retard. Merci de patienter encore quelques jours.\n\n{shop}",
    "es": "Hola:\n\nSu paquete se retrasa. Espere unos días más.\n\n{shop}",
    "ja": "お荷物の到着が遅れております。もう数日お待ちください。\n\n{shop}",
}
EVERY = {"damaged": 3, "wrong_item": 3, "wont_charge": 4, "change_of_mind": 5}  # one answer in so many was a template
MOST_USES = 400
HALF_YEAR = timedelta(days=170)
SPEAKS = {"agent": ["de", "en", "es", "fr"], "lead": ["en", "ja", "th", "vi", "zh"]}


@transaction.atomic
def answer(workspace: Workspace) -> None:
    """Fill the templates' history, the team's skills, and the list of what waits for a decision."""
    services.equip_desk(workspace)
    team = _team(workspace)
    _late(workspace, team)
    for issue, every in EVERY.items():
        _use(workspace, issue, every)
    _write_one(workspace, team)
    for key, languages in SPEAKS.items():
        services.set_skill(team[key], by=team["manager"], languages=languages, most_open=30, silent_hours=9)
    fresh = Ticket.objects.filter(workspace=workspace, state=TicketState.OPEN, assignee=None).order_by("-opened_at")
    services.set_closing_rule(workspace, "inquiry", ["issue", "resolution"], by=team["lead"])
    services.route(fresh.values_list("pk", flat=True)[:24])
    _hand_up(workspace, team)


def _team(workspace: Workspace) -> dict[str, Member]:
    members = {
        one.user.email: one for one in Member.objects.filter(workspace=workspace).select_related("user", "workspace")
    }
    return {key: members[address(key)] for key in ("agent", "lead", "operations", "manager")}


def _late(workspace: Workspace, team: dict[str, Member]) -> None:
    """The calming wording is the second version: the plain one came before it."""
    template = ReplyTemplate.objects.get(workspace=workspace, issue_type__code="late")
    calm = template.versions.get(number=1)
    calm.number, calm.by, calm.approved_by = 2, team["operations"], team["lead"]
    calm.save()
    now = clock.now()
    TemplateVersion.objects.create(
        template=template, number=1, texts=PLAIN, state=VersionState.APPROVED, at=now - HALF_YEAR, by=team["lead"],
        approved_by=team["manager"], approved_at=now - HALF_YEAR,
    )  # fmt: skip
    template.version = 2
    template.save(update_fields=["version"])
    tagged = Ticket.objects.filter(workspace=workspace, tags__name__in=LATE).values_list("pk", "tags__name")
    _uses(template, {pk: LATE[name] for pk, name in tagged})


def _use(workspace: Workspace, issue: str, every: int) -> None:
    """Of the answers under an issue, one in so many came from its template."""
    template = ReplyTemplate.objects.filter(workspace=workspace, issue_type__code=issue).first()
    if template is None:
        return
    answered = Ticket.objects.filter(
        workspace=workspace, issue_type__code=issue, replies__gte=1, opened_at__gte=clock.now() - HALF_YEAR
    ).order_by("-opened_at")
    ids = [pk for pk in answered.values_list("pk", flat=True)[: MOST_USES * every] if pk % every == 0]
    _uses(template, dict.fromkeys(ids, template.version))


def _uses(template: ReplyTemplate, versions: dict[int, int]) -> None:
    """Tie the first answer of each ticket to the version it was made of."""
    ours = Message.objects.filter(ticket__in=list(versions), side=MessageSide.SELLER, automatic=False)
    first = {}
    for pk, ticket, at, language in ours.order_by("-at", "-pk").values_list("pk", "ticket_id", "at", "language"):
        first[ticket] = (pk, at, language)
    TemplateUse.objects.bulk_create(
        [
            TemplateUse(template=template, version=versions[ticket], language=language, ticket_id=ticket,
                        message_id=pk, changed=ticket % 6 == 0, at=at)
            for ticket, (pk, at, language) in first.items()
        ],
        batch_size=500,
    )  # fmt: skip


def _write_one(workspace: Workspace, team: dict[str, Member]) -> None:
    """A new wording waits for somebody else's approval."""
    template = ReplyTemplate.objects.get(workspace=workspace, issue_type__code="wont_charge")
    texts = dict(template.versions.get(number=1).texts)
    texts["en"] = texts["en"].replace("for ten minutes", "for ten minutes, and count how often the light blinks")
    told = Told(template.name, texts, template.group, "wont_charge", "", "闪四下是锁死，先数清楚就不用来回问")
    services.save_template(told, by=team["operations"], template=template, stamp=stamp_of(template))
    services.submit_template(template, by=team["operations"])


def _hand_up(workspace: Workspace, team: dict[str, Member]) -> None:
    """One question waits for the lead, one was answered yesterday."""
    rows = Ticket.objects.filter(workspace=workspace, state=TicketState.OPEN, kind="inquiry", merged_into=None)
    tickets = list(rows.select_related("shop", "workspace").order_by("-opened_at")[:2])
    asked = (
        HandOver(
            "amount", "已道歉，给过换货方案，买家坚持全额退款并要求今天答复。", "全额退款", "refund", Decimal("189.00")
        ),
        HandOver(
            "hard", "换线、换头、重置都试过，指示灯仍闪四下；序列号已要到。", "要一个能用的，赶在出门前", "replacement"
        ),
    )
    for ticket, told in zip(tickets, asked, strict=False):
        made = services.escalate(ticket.pk, told, by=team["agent"])
        if told.reason == "hard":
            services.decide_escalation(made.pk, by=team["lead"], approve=True, said="直接换新，不要求寄回。")
