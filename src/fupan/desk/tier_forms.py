"""Shapes of what people fill in about routing, authority and escalation."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fupan.commerce.models import Platform
from fupan.commerce.policies import products_seen_by, shops_seen_by
from fupan.desk.languages import LANGUAGES
from fupan.desk.models import AgentSkill, EscalationPath, RoutingRule, Ticket, TicketKind
from fupan.desk.policies import issues_seen_by
from fupan.desk.queries.choices import issue_choices, member_choices, resolution_choices
from fupan.desk.queries.escalations import WHO
from fupan.desk.services.escalation import REASONS, HandOver
from fupan.people.models import Member

TIERS = [("1", _("first line")), ("2", _("second line"))]
DEFAULTS = [("decline", _("declined")), ("approve", _("approved"))]


def _lines(text: str) -> list[str]:
    return [line.strip() for part in text.splitlines() for line in part.replace("，", ",").split(",") if line.strip()]


class Several(forms.MultipleChoiceField):
    """Any number of a list, ticked."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.CheckboxSelectMultiple, **kwargs)


class RoutingRuleForm(forms.Form):
    """When, and then what."""

    name = forms.CharField(label=_("Name"), max_length=80)
    words = forms.CharField(
        label=_("Says one of"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "one a line, or with commas; parts joined by “ + ” must all occur; “not damaged” is no hit for “damaged”"
        ),
    )  # fmt: skip
    languages = Several(label=_("Language"), choices=LANGUAGES)
    kinds = Several(label=_("Kind"), choices=TicketKind.choices)
    issues = Several(label=_("Issue"))
    shops = Several(label=_("Shop"))
    platforms = Several(label=_("Marketplace"), choices=Platform.choices)
    products = Several(label=_("Product"))
    lines = Several(label=_("Product line"))
    from_value = forms.DecimalField(label=_("Order worth at least"), required=False, min_value=0, max_digits=12)
    tier = forms.ChoiceField(label=pgettext_lazy("tier", "Line"), required=False, choices=[("", _("as it is")), *TIERS])
    member = forms.ChoiceField(label=_("Goes to"), required=False)
    issue = forms.ChoiceField(label=_("Give it the issue"), required=False)
    tags = forms.CharField(label=_("Tags, separated by commas"), required=False, max_length=200)
    last = forms.BooleanField(label=_("Stop here: no rule below is looked at"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    WHEN = ("words", "languages", "kinds", "issues", "shops", "platforms", "products", "lines", "from_value")

    def __init__(self, *args: Any, member: Member, rule: RoutingRule | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _told(rule) if rule else {"last": True, "version": 0})
        super().__init__(*args, **kwargs)
        products = products_seen_by(member)
        offered: dict[str, list[Any]] = {
            "issues": [(one.code, str(one)) for one in issues_seen_by(member).filter(retired_at=None)],
            "shops": [(str(shop.pk), shop.name) for shop in shops_seen_by(member)],
            "products": [(code, f"{code} {name}".strip()) for code, name in
                         products.order_by("code").values_list("code", "name")[:300]],
            "lines": [(one, one) for one in products.exclude(line="").order_by("line").values_list("line", flat=True)
                      .distinct()],
            "member": [("", _("whoever fits")), *member_choices(member)],
            "issue": [("", _("as it is")), *issue_choices(member)],
        }  # fmt: skip
        for name, values in offered.items():
            self.fields[name].choices = values  # type: ignore[attr-defined]

    @property
    def conditions(self) -> dict[str, Any]:
        said = self.cleaned_data
        told = {name: said[name] for name in self.WHEN if said.get(name) not in (None, "", [])}
        return told | ({"words": _lines(said["words"])} if said["words"].strip() else {})

    @property
    def effects(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"tier": said["tier"], "member": said["member"], "issue": said["issue"], "tags": _lines(said["tags"])}

    def picks(self) -> list[Any]:
        """The lists to tick from; those without anything to choose are left out."""
        names = ("languages", "kinds", "issues", "products", "lines", "shops", "platforms")
        return [self[name] for name in names if self.fields[name].choices]  # type: ignore[attr-defined]

    def then(self) -> list[Any]:
        return [self[name] for name in ("tier", "member", "issue", "tags")]


def _told(rule: RoutingRule) -> dict[str, Any]:
    when, then = rule.conditions, rule.effects
    return {
        **when, "words": "\n".join(when.get("words", [])), "name": rule.name, "last": rule.last,
        "version": rule.version, "tier": str(then.get("tier", "")), "member": str(then.get("member", "")),
        "issue": then.get("issue", ""), "tags": ", ".join(then.get("tags", [])),
    }  # fmt: skip


class SkillForm(forms.Form):
    """What a colleague answers."""

    on_duty = forms.BooleanField(label=_("gets tickets"), required=False)
    languages = Several(label=_("Languages"), choices=LANGUAGES)
    issues = Several(label=_("Good at"))
    most_open = forms.IntegerField(label=_("Open tickets at once"), min_value=1, max_value=1000)
    silent_hours = forms.IntegerField(
        label=_("Given back after hours of silence"), min_value=1, max_value=240,
        help_text=_("office hours since the buyer wrote, without a word of theirs"),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, member: Member, skill: AgentSkill | None, **kwargs: Any) -> None:
        told = skill or AgentSkill(member=member, version=0)
        issues = [one.code for one in skill.issue_types.all()] if skill else []
        kwargs.setdefault("initial", {
            "on_duty": told.on_duty, "languages": member.languages, "issues": issues, "most_open": told.most_open,
            "silent_hours": told.silent_hours, "version": skill.version if skill else 0,
        })  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["issues"].choices = [  # type: ignore[attr-defined]
            (one.code, str(one)) for one in issues_seen_by(member).filter(retired_at=None)
        ]


class ExceptionForm(forms.Form):
    """A limit for one member, or for one issue."""

    who = forms.ChoiceField(label=_("Who"))
    resolution = forms.ChoiceField(label=_("Resolution"), required=False)
    issue = forms.ChoiceField(label=_("Issue"), required=False)
    most = forms.DecimalField(label=_("at most"), min_value=0, max_digits=12, decimal_places=2)

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tiers = [(f"tier-{code}", name) for code, name in TIERS]
        people = [(f"member-{pk}", name) for pk, name in member_choices(member)]
        self.fields["who"].choices = [*tiers, *people]  # type: ignore[attr-defined]
        self.fields["resolution"].choices = [("", _("any resolution")), *resolution_choices(member)]  # type: ignore[attr-defined]
        self.fields["issue"].choices = [("", _("any issue")), *issue_choices(member)]  # type: ignore[attr-defined]

    @property
    def told(self) -> dict[str, Any]:
        said = self.cleaned_data
        kind, _dash, number = said["who"].partition("-")
        whom = {"tier": int(number)} if kind == "tier" else {"member_id": int(number)}
        return {**whom, "resolution": said["resolution"], "issue": said["issue"], "most": said["most"]}


class StepForm(forms.Form):
    """A step of the path: from when on who decides, by when, and what holds otherwise."""

    from_amount = forms.DecimalField(label=_("From amount"), required=False, min_value=0, max_digits=12)
    from_tickets = forms.IntegerField(label=_("From tickets a day"), required=False, min_value=2, max_value=10_000)
    role = forms.ChoiceField(label=_("Decides"), required=False, choices=list(WHO.items()))
    hours = forms.FloatField(label=_("Within hours"), min_value=0.25, max_value=240)
    default = forms.ChoiceField(label=_("Otherwise"), choices=DEFAULTS)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, step: EscalationPath | None = None, **kwargs: Any) -> None:
        told: dict[str, Any] = {"hours": 4, "default": "decline", "version": 0}
        if step is not None:
            told = {name: getattr(step, name) for name in self.base_fields}
            told["from_amount"] = f"{step.from_amount.normalize():f}" if step.from_amount is not None else ""
            told["hours"] = f"{step.hours:g}"
        super().__init__(*args, **{"initial": told, "auto_id": f"step-{step.pk if step else 0}-%s", **kwargs})
        self.step = step

    @property
    def told(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.base_fields if name != "version"}


class EscalateForm(forms.Form):
    """The hand-over note: short enough for the keyboard."""

    reason = forms.ChoiceField(label=_("Why"), choices=list(REASONS.items()), widget=forms.RadioSelect)
    tried = forms.CharField(label=_("What was tried"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    wants = forms.CharField(
        label=_("What the buyer wants"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    resolution = forms.ChoiceField(label=_("What I propose"), required=False)
    amount = forms.DecimalField(label=_("Amount"), required=False, min_value=0, max_digits=12, decimal_places=2)

    def __init__(self, *args: Any, member: Member, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resolution"].choices = [("", "—"), *resolution_choices(member)]  # type: ignore[attr-defined]
        self.fields["tried"].widget.attrs["autofocus"] = True
        self.ticket = ticket

    @property
    def told(self) -> HandOver:
        said = self.cleaned_data
        amount: Decimal | None = said["amount"]
        return HandOver(said["reason"], said["tried"], said["wants"], said["resolution"], amount)
