"""Something of everything in mei's workspace, all of it marked, so that it is noticed wherever it leaks."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.apps import apps
from django.db.models import Q

from fupan.action.models import Action, Comment, GuestLink, Proof, Step
from fupan.commerce.models import Batch, ExchangeRate, Listing, Order, OrderLine, Product, Promotion
from fupan.core import clock
from fupan.core.models import Attachment
from fupan.desk.models import (
    AgentSkill,
    Assistant,
    Authority,
    AutoReply,
    Bulletin,
    Cause,
    Classifier,
    ClosingRule,
    DayOff,
    Draft,
    Escalation,
    EscalationPath,
    FollowUp,
    HelpAsked,
    Incident,
    IssueType,
    KeywordRule,
    Merge,
    Message,
    MessageFile,
    ReasonCode,
    ReplyTemplate,
    Resolution,
    Routing,
    RoutingRule,
    Survey,
    SurveyRule,
    Tag,
    TemplateFile,
    TemplateVersion,
    Ticket,
    View,
)
from fupan.insight.models import Signal, SubTopic, SubTopicWeek, Target
from fupan.intake.models import Coverage, Hook, Import, Incoming, MailAccount, Mapping, Received, Reject
from fupan.library.models import (
    Article,
    ArticleVersion,
    Case,
    CaseDebt,
    CaseEvidence,
    CaseList,
    CaseListItem,
    CaseReview,
    CaseRevision,
    CaseTicket,
    CaseUse,
    Flag,
    Lack,
    Proposal,
    Run,
    Search,
    Synonyms,
)
from fupan.notify.models import Delivery, Destination, Notice
from fupan.people import services
from fupan.people.models import Department
from fupan.review.models import (
    AgendaItem,
    Attendance,
    Entry,
    Meeting,
    MoveNote,
    Problem,
    ProblemRound,
    ProblemTicket,
    Why,
    WhyEvidence,
)
from fupan.verification.design import Design
from fupan.verification.models import Check

MARK = "zanzibar"


@dataclass
class World:
    """Ids by the name an address uses for them."""

    workspace: object
    ids: dict = field(default_factory=dict)

    def rows(self):
        """Every row of the workspace, as values: equal before and after means nothing was touched."""
        return {
            model._meta.label: sorted(map(repr, model.objects.filter(self._mine(model)).values_list()))
            for model in apps.get_models()
            if self._mine(model) is not None and model._meta.label not in QUIET
        }

    def _mine(self, model):
        names = {one.name for one in model._meta.fields}
        if "workspace" in names:
            return Q(workspace_id=self.workspace.pk)
        if model._meta.label == "people.Workspace":
            return Q(pk=self.workspace.pk)
        return None


QUIET = {"core.Event"}


def build(workspace, shop, member, root):
    """The world of the stranger test."""
    same = {"workspace": workspace}
    product = Product.objects.create(**same, code=f"{MARK}-A20", name=f"{MARK} power bank", supplier=f"{MARK} works")
    listing = Listing.objects.create(**same, shop=shop, product=product, sku=f"{MARK}-sku", title=f"{MARK} title")
    batch = Batch.objects.create(**same, product=product, code=f"{MARK}-2609")
    order = Order.objects.create(
        **same, shop=shop, number="028-4417302-5540817", placed_at=clock.now() - timedelta(days=9)
    )
    line = OrderLine.objects.create(**same, order=order, key="1", listing=listing, batch=batch, week=202645)
    issue = IssueType.objects.create(**same, code=f"{MARK}-issue", name_en=f"{MARK} issue", name_zh=f"{MARK} issue")
    cause = Cause.objects.create(**same, code=f"{MARK}-cause", name_en=f"{MARK} cause", name_zh=f"{MARK} cause")
    resolution = Resolution.objects.create(**same, code=f"{MARK}-res", name_en=f"{MARK} res", name_zh=f"{MARK} res")
    incident = Incident.objects.create(**same, shop=shop, order_line=line, issue_type=issue, opened_at=clock.now())
    ticket = Ticket.objects.create(
        **same, shop=shop, number=48302, kind="return", outside_id="r-1", week=202646, opened_at=clock.now(),
        order=order, order_line=line, listing=listing, batch=batch, order_number=order.number, issue_type=issue,
        cause_guess=cause, resolution=resolution, subject=f"{MARK} subject", incident=incident,
        buyer_name=f"{MARK} buyer", assignee=member,
    )  # fmt: skip
    message = Message.objects.create(**same, ticket=ticket, side="buyer", at=clock.now(), redacted=f"{MARK} words")
    classifier = Classifier.objects.create(**same, number=7, state="retired", made_at=clock.now(), reason={"en": MARK})
    tag = Tag.objects.create(**same, name=f"{MARK} tag")
    rule = KeywordRule.objects.create(**same, language="en", words=f"{MARK} words", issue_type=issue)
    reason = ReasonCode.objects.create(**same, code="DEFECTIVE", issue_type=issue)
    imported = Import.objects.create(
        **same, shop=shop, name=f"{MARK}.csv", sha256="0" * 64, profile="sheet", source="returns", state="done"
    )
    Reject.objects.create(
        imported=imported, line=7, column="date", value=MARK, code="not-a-date", reason=f"{MARK} reason"
    )
    Received.objects.create(**same, shop=shop, imported=imported, kind="return", outside_id="r-1", digest="0" * 32)
    Coverage.objects.create(
        **same, shop=shop, source="orders", first_day=date(2026, 11, 1), last_day=date(2026, 11, 15), imported=imported
    )
    mapping = Mapping.objects.create(**same, name=f"{MARK} mapping", toml="")
    mail_account = MailAccount.objects.create(
        **same, shop=shop, address=f"{MARK}@harbour.example", imap_host="10.0.0.1", smtp_host="10.0.0.1", user=MARK,
        password=f"{MARK} password", since=date(2026, 1, 1),
    )  # fmt: skip
    hook = Hook.objects.create(**same, shop=shop, name=f"{MARK} hook", key=f"{MARK}-key", secret="a secret of words")
    held_mail = Incoming.objects.create(
        **same, shop=shop, account=mail_account, channel="mail", digest="0", state="held", reason="forged-sender",
        subject=f"{MARK} subject", sender=f"{MARK}@evil.example", arrived_at=clock.now(),
    )  # fmt: skip
    rate = ExchangeRate.objects.create(**same, currency="EUR", base="CNY", day=date(2026, 1, 1), rate=Decimal("7.8"))
    promotion = Promotion.objects.create(**same, name=f"{MARK} day", start=date(2026, 11, 11), end=date(2026, 11, 11))
    target = Target.objects.create(**same, metric="return_rate", bound=0.02, valid_from=date(2026, 1, 1))
    signal = Signal.objects.create(
        **same, kind="outbreak", slice=f"issue_type={issue.code}&product={product.code}", week=202645, last_week=202646,
        observed=31, expected=8.4, upper=16, excess=22.6, pvalue=0.0001, score=6, reason=f"{MARK} reason",
        opened_at=clock.now(),
    )  # fmt: skip
    problem = Problem.objects.create(
        **same, number=31, title=f"{MARK} problem", slice=f"issue_type={issue.code}&product={product.code}",
        owner=member, opened_by=member, opened_at=clock.now(), signal=signal, selection_weeks=[202646],
    )  # fmt: skip
    ProblemRound.objects.create(problem=problem, number=1, opened_at=clock.now(), told={"reason": f"{MARK} told"})
    ProblemTicket.objects.create(problem=problem, ticket=ticket, by=member, at=clock.now())
    root_why = Why.objects.create(problem=problem, text=f"{MARK} happens", said_at=clock.now())
    why = Why.objects.create(problem=problem, parent=root_why, text=f"{MARK} why", said_at=clock.now())
    meeting = Meeting.objects.create(
        **same, period="2026-W46", state="running", planned_at=clock.now(), started_at=clock.now(), host=member,
        title=f"{MARK} review", snapshot={"signals": [], "kpis": []}, frozen_at=clock.now(),
    )  # fmt: skip
    Attendance.objects.create(meeting=meeting, member=member, presence="present")
    agenda_item = AgendaItem.objects.create(
        meeting=meeting, position=1, code="deep_dive", minutes=30, problem=problem, started_at=clock.now()
    )
    entry = Entry.objects.create(meeting=meeting, kind="decision", text=f"{MARK} decided", by=member, at=clock.now())
    move_note = MoveNote.objects.create(message=message, meeting=meeting, text=f"{MARK} remark", at=clock.now())
    evidence = WhyEvidence.objects.create(why=why, kind="note", label=f"{MARK} proof", at=clock.now())
    topic = SubTopic.objects.create(**same, issue_type="late", term=f"{MARK} term", first_week=202645, last_week=202645)
    SubTopicWeek.objects.create(
        topic=topic, week=202645, now=3, of_now=9, before=1, of_before=90, low=2.0, pvalue=0.001
    )
    action = Action.objects.create(
        **same, number=97, type="listing", title=f"{MARK} action", state="done", owner=member, problem=problem,
        deadline=date(2026, 10, 1), carried_on=date(2026, 10, 1), metric="incident_rate", slice=problem.slice,
        change=-0.3, created_at=clock.now(),
    )  # fmt: skip
    attachment = Attachment.objects.create(
        workspace_id=workspace.pk, name=f"{MARK}.png", kind="image/png", size=1, sha256="0", path="0", at=clock.now()
    )
    proof = Proof.objects.create(action=action, kind="file", attachment=attachment, text=f"{MARK} seen", at=clock.now())
    step = Step.objects.create(action=action, text=f"{MARK} step")
    Comment.objects.create(action=action, text=f"{MARK} comment", by=member, at=clock.now())
    guest_link = GuestLink.objects.create(
        action=action, name=f"{MARK} guest", token_hash="0" * 64, made_at=clock.now(),
        expires_at=clock.now() + timedelta(days=30),
    )  # fmt: skip
    design = Design(
        problem.slice, "incident_rate", "", "order", "order", 2, "2026-10-01", "2026-10-01", 202640, 0, (),
        (202601, 202639), (), -0.3, 0.2, 8,
    )  # fmt: skip
    check = Check.objects.create(
        **same, action=action, clock="order", carried_on=date(2026, 10, 1), effective_on=date(2026, 10, 1),
        design=design.as_dict(), design_hash=design.digest, frozen_at=clock.now(), due_week=design.due_week,
    )  # fmt: skip
    notice = Notice.objects.create(
        **same, member=member, topic="import", kind="import_done", once="1", at=clock.now(), url="/tickets/"
    )
    destination = Destination.objects.create(
        **same, kind="webhook", name=f"{MARK} room", url="https://10.0.0.1/hook", secret=f"{MARK} secret words",
        topics=["review"],
    )  # fmt: skip
    delivery = Delivery.objects.create(
        **same, destination=destination, kind="review_ready", once="1", at=clock.now(), state="failed",
        message={"title": f"{MARK} message"},
    )  # fmt: skip
    template, template_file, escalation, routing_rule, limit, path_step = _tiers(same, ticket, member, issue)
    case, article = _shelf(same, shop, member, ticket, issue, cause, product, tag)
    case_evidence = case.evidence.get()
    case_use, run, flag = case.uses.get(), article.runs.get(), article.flags.get()
    debt, case_list = ticket.case_debt, CaseList.objects.get(**same)
    proposal = Proposal.objects.get(**same)
    lack = Lack.objects.get(**same)
    search = Search.objects.create(**same, by=member, text=MARK, hits=1, opened_kind="case", at=clock.now())
    Synonyms.objects.create(**same, text=f"{MARK}, else", version=1)
    bulletin, asked, follow_up = _war_room(same, member, ticket, cause)
    reply, draft, view, message_file, merge = _conversation(same, member, shop, ticket)
    invitation, _token = services.invite(workspace.pk, email=f"{MARK}@harbour.example", role="agent", by=root)
    token, _secret = services.create_token(name=f"{MARK} key", scopes=["tickets:read"], by=root)
    names = locals()
    world = World(workspace)
    world.ids = {name: one for name, one in names.items() if hasattr(one, "pk")}
    return world


def _conversation(same, member, shop, ticket):
    """A reply that waits to go out with a file, a draft, a saved view, and a ticket that was merged."""
    now = clock.now()
    reply = Message.objects.create(
        **same, ticket=ticket, side="seller", author=member, at=now, original=f"{MARK} answer",
        redacted=f"{MARK} answer", sending="queued", send_after=now + timedelta(days=1),
    )  # fmt: skip
    message_file = MessageFile.objects.create(message=reply, name=f"{MARK}.pdf")
    draft = Draft.objects.create(ticket=ticket, side="note", by=member, text=f"{MARK} draft", at=now)
    view = View.objects.create(**same, name=f"{MARK} view", query="state=open")
    ClosingRule.objects.create(**same, needs=["issue"])
    DayOff.objects.create(**same, day=date(2026, 12, 31), name=f"{MARK} holiday")
    twin = Ticket.objects.create(
        **same, shop=shop, number=48303, kind="return", outside_id="r-2", week=202646, opened_at=now, state="solved",
        merged_into=ticket, subject=f"{MARK} twin",
    )  # fmt: skip
    merge = Merge.objects.create(
        ticket=twin, into=ticket, by=member, at=now,
        before={"state": "open", "resolved_at": None, "incident_id": None, "replies": 0, "into": {
            "state": "open", "resolved_at": None, "reopened": 0, "first_response_at": None}},
    )  # fmt: skip
    return reply, draft, view, message_file, merge


def _war_room(same, member, ticket, cause):
    """A bulletin with a question to a department, and a low score that somebody goes after."""
    now = clock.now()
    bulletin = Bulletin.objects.create(
        **same, number=19, kind="carrier", title=f"{MARK} is late", facts=f"{MARK} facts", slice={"carrier": MARK},
        wordings={"en": f"{MARK} wording"}, starts_at=now, expires_at=now + timedelta(days=1), by=member,
    )  # fmt: skip
    department = same["workspace"].departments.first() or Department.objects.create(
        **same, code=f"{MARK}-dept", name=f"{MARK} department"
    )
    asked = HelpAsked.objects.create(
        bulletin=bulletin, department=department, about=f"{MARK} question", ticket=ticket, by=member, at=now
    )
    SurveyRule.objects.create(**same, platform="shopee", active=True)
    survey = Survey.objects.create(
        ticket=ticket, secret="0" * 64, sent_at=now, expires_at=now + timedelta(days=9), answered_at=now, score=1,
        comment=f"{MARK} comment",
    )  # fmt: skip
    follow_up = FollowUp.objects.create(survey=survey, owner=member, due_at=now + timedelta(days=1), cause=cause)
    return bulletin, asked, follow_up


def _shelf(same, shop, member, ticket, issue, cause, product, tag):
    """A case and an article with everything that hangs on them."""
    at = {"by": member, "at": clock.now()}
    case = Case.objects.create(
        **same, number=142, state="published", title=f"{MARK} lesson", issue_type=issue, cause=cause, shop=shop,
        product=product, demand=f"{MARK} demand", author=member, made_at=clock.now(), edited_at=clock.now(),
        published_at=clock.now(), refs=[{"kind": "problem", "id": 31, "title": f"{MARK} problem"}],
    )  # fmt: skip
    case.tags.add(tag)
    kept = Attachment.objects.create(
        workspace_id=case.workspace_id, name=f"{MARK}.png", kind="image/png", size=1, sha256="0" * 64, path="gone",
        at=clock.now(),
    )  # fmt: skip
    CaseEvidence.objects.create(case=case, attachment=kept, label=f"{MARK} photo", **at)
    CaseRevision.objects.create(case=case, number=1, content={"title": f"{MARK} lesson"}, **at)
    CaseReview.objects.create(case=case, version=1, passed=True, remark=f"{MARK} remark", **at)
    CaseTicket.objects.create(case=case, ticket=ticket, source=True, **at)
    CaseUse.objects.create(case=case, ticket=ticket, **at)
    body = {"steps": [{"stage": "", "do": f"{MARK} step", "note": ""}]}
    article = Article.objects.create(
        **same, number=12, kind="sop", state="published", title=f"{MARK} procedure", content=body, version=1,
        issue_type=issue, author=member, made_at=clock.now(), published_at=clock.now(),
    )  # fmt: skip
    told = {"title": f"{MARK} procedure", "about": "", "body": body, "issue_type": issue.code, "product": None,
            "cases": [case.pk], "tags": [], "expires_on": "", "expires_why": ""}  # fmt: skip
    ArticleVersion.objects.create(article=article, number=1, state="in_force", content=told, **at)
    article.cases.add(case)
    Flag.objects.create(article=article, text=f"{MARK} doubt", **at)
    Run.objects.create(article=article, version=1, ticket=ticket, by=member, at_node="1", started_at=clock.now())
    CaseDebt.objects.create(
        **same, ticket=ticket, reason="claim", owner=member, owed_at=clock.now(),
        due_at=clock.now() + timedelta(hours=24),
    )  # fmt: skip
    made = CaseList.objects.create(**same, name=f"{MARK} list", made_by=member, made_at=clock.now())
    CaseListItem.objects.create(of=made, case=case, place=1)
    Lack.objects.create(
        **same, key=f"search:{MARK}", kind="search", words=MARK, count=3, people=1, ticket=ticket,
        first_at=clock.now(), last_at=clock.now(), found_at=clock.now(),
    )  # fmt: skip
    proposal = Proposal.objects.create(
        **same, key="problem:31", kind="case", title=f"{MARK} proposal", issue_type=issue, made_at=clock.now(), size=1,
        reasons=[{"code": "cause", "problem": "P-031", "text": f"{MARK} why"}], typical=[ticket.pk],
    )  # fmt: skip
    proposal.tickets.add(ticket)
    return case, article


def _tiers(same, ticket, member, issue):
    """A template, somebody's limits, a rule, and what was handed up."""
    at = clock.now()
    template = ReplyTemplate.objects.create(
        **same, number=8, name=f"{MARK} template", group=f"{MARK} group", issue_type=issue, state="in_force", version=1,
        author=member, made_at=at,
    )  # fmt: skip
    TemplateVersion.objects.create(
        template=template, number=1, texts={"en": f"{MARK} text"}, state="approved", by=member, at=at
    )
    kept = Attachment.objects.create(
        workspace_id=template.workspace_id, name=f"{MARK}.pdf", kind="application/pdf", size=1, sha256="0" * 64,
        path="gone", at=at,
    )  # fmt: skip
    template_file = TemplateFile.objects.create(template=template, file=kept)
    AutoReply.objects.create(**same, template=template)
    Assistant.objects.create(**same, url=f"https://{MARK}.example/v1", model=f"{MARK} model", key=f"{MARK} key")
    rule = RoutingRule.objects.create(
        **same, name=f"{MARK} rule", conditions={"words": [f"{MARK} words"]}, effects={"tags": [f"{MARK} tag"]}
    )
    Routing.objects.create(ticket=ticket, rule=rule, to=member, at=at)
    AgentSkill.objects.create(member=member)
    limit = Authority.objects.create(**same, tier=1, most=Decimal(100))
    step = EscalationPath.objects.create(**same, from_amount=Decimal(100), role="lead")
    escalation = Escalation.objects.create(
        ticket=ticket, by=member, reason="hard", tried=f"{MARK} tried", wants=f"{MARK} wants", at=at,
        due_at=at + timedelta(hours=4),
    )  # fmt: skip
    return template, template_file, escalation, rule, limit, step
