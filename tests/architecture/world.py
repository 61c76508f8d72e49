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
    Cause,
    Classifier,
    Incident,
    IssueType,
    KeywordRule,
    Message,
    ReasonCode,
    Resolution,
    Tag,
    Ticket,
)
from fupan.insight.models import Signal, SubTopic, SubTopicWeek, Target
from fupan.intake.models import Coverage, Import, Mapping, Received, Reject
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
    Run,
)
from fupan.notify.models import Delivery, Destination, Notice
from fupan.people import services
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
    case, article = _shelf(same, shop, member, ticket, issue, cause, product, tag)
    case_evidence = case.evidence.get()
    case_use, run, flag = case.uses.get(), article.runs.get(), article.flags.get()
    debt, case_list = ticket.case_debt, CaseList.objects.get(**same)
    invitation, _token = services.invite(workspace.pk, email=f"{MARK}@harbour.example", role="agent", by=root)
    token, _secret = services.create_token(name=f"{MARK} key", scopes=["tickets:read"], by=root)
    names = locals()
    world = World(workspace)
    world.ids = {name: one for name, one in names.items() if hasattr(one, "pk")}
    return world


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
    return case, article
