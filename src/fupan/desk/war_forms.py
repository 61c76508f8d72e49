"""Shapes of what people fill in: bulletins, help asked, survey rules, follow-ups."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fupan.commerce.models import Platform
from fupan.commerce.policies import products_seen_by, shops_seen_by
from fupan.core import clock, weeks
from fupan.core.slices import Slice
from fupan.desk.languages import LANGUAGES
from fupan.desk.models import Bulletin, BulletinKind, FollowUp, ReplyTemplate, SurveyRule, TemplateState
from fupan.desk.queries.bulletins import PINNED, languages_asked_for
from fupan.desk.queries.choices import cause_choices, issue_choices
from fupan.people.models import Department, Member
from fupan.people.policies import roles_that_may

USUAL = timedelta(hours=24)
RECENT = timedelta(days=90)
FIRST = 3  # languages that stand open


class LocalTime(forms.DateTimeField):
    """A day and time on the workspace's clock."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **kwargs)
        self.timezone = "UTC"

    def to_python(self, value: Any) -> Any:
        told = super().to_python(value)
        return told.replace(tzinfo=weeks.zone(self.timezone)).astimezone(UTC) if told else told

    def prepare_value(self, value: Any) -> Any:
        return (
            value.astimezone(weeks.zone(self.timezone)).replace(tzinfo=None) if isinstance(value, datetime) else value
        )


class BulletinForm(forms.Form):
    """What is going on, what to say, on which tickets, until when."""

    kind = forms.ChoiceField(label=pgettext_lazy("bulletin", "Kind"), choices=BulletinKind.choices)
    title = forms.CharField(
        label=_("Title"), max_length=120, help_text=_("What everybody reads first: what, where, since when.")
    )
    facts = forms.CharField(
        label=_("What we know"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    expires_at = LocalTime(label=_("Holds until"))
    instead_of = forms.ChoiceField(
        label=_("Instead of the template"), required=False,
        help_text=_("While it holds, agents are offered the agreed wording in its place."),
    )  # fmt: skip
    issue_type = forms.ChoiceField(label=_("Issue type"), required=False)
    product = forms.ChoiceField(label=_("Product"), required=False)
    carrier = forms.CharField(label=_("Carrier"), required=False, max_length=60)
    country = forms.CharField(label=_("Country"), required=False, max_length=2)
    shop = forms.ChoiceField(label=_("Shop"), required=False)
    platform = forms.ChoiceField(label=_("Marketplace"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in _offered(member).items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        expires = self.fields["expires_at"]
        assert isinstance(expires, LocalTime)
        expires.timezone = member.workspace.timezone
        self.open = _first_languages(member, self.initial)
        for code, spoken in LANGUAGES:
            area = forms.Textarea(attrs={"rows": 3, "lang": code})
            self.fields[f"say_{code}"] = forms.CharField(label=spoken, max_length=3000, required=False, widget=area)

    @property
    def said(self) -> list[forms.BoundField]:
        """The languages buyers write in, and those already filled in."""
        return [self[f"say_{code}"] for code in self.open]

    @property
    def unsaid(self) -> list[forms.BoundField]:
        return [self[f"say_{code}"] for code, _name in LANGUAGES if code not in self.open]

    @property
    def told(self) -> dict[str, Any]:
        """As the verbs want it."""
        kept = self.cleaned_data
        return {
            "kind": kept["kind"], "title": kept["title"], "facts": kept["facts"], "expires_at": kept["expires_at"],
            "wordings": {code: kept[f"say_{code}"] for code, _name in LANGUAGES},
            "slice": picked(kept), "instead_of_id": int(kept["instead_of"]) if kept["instead_of"] else None,
        }  # fmt: skip


def picked(told: Mapping[str, Any]) -> dict[str, str]:
    """The conditions of a bulletin among what a form or an address says."""
    where = {name: str(told.get(name) or "").strip()[:120] for name in PINNED}
    if where["country"]:
        where["country"] = where["country"].upper()
    return {name: value for name, value in where.items() if value}


def initial_of(bulletin: Bulletin) -> dict[str, Any]:
    said = {f"say_{code}": words for code, words in bulletin.wordings.items()}
    return {
        "kind": bulletin.kind, "title": bulletin.title, "facts": bulletin.facts, "expires_at": bulletin.expires_at,
        "instead_of": str(bulletin.instead_of_id or ""), "version": bulletin.version, **bulletin.slice, **said,
    }  # fmt: skip


def prefilled(asked: Mapping[str, str]) -> dict[str, Any]:
    """A new bulletin from an address: `?kind=topic&title=…&slice=issue_type=late&country=DE`, or single conditions."""
    try:
        where = Slice.parse(asked.get("slice", "")).as_dict()
    except ValueError:
        where = {}
    kind = asked.get("kind", "")
    return {
        "kind": kind if kind in BulletinKind.values else BulletinKind.TOPIC if where else BulletinKind.OTHER,
        "title": asked.get("title", "")[:120], "facts": asked.get("facts", "")[:4000],
        "expires_at": (clock.now() + USUAL).replace(minute=0, second=0, microsecond=0), **picked({**where, **asked}),
    }  # fmt: skip


def _first_languages(member: Member, initial: Mapping[str, Any]) -> list[str]:
    known = [code for code, _name in LANGUAGES]
    asked = [code for code in languages_asked_for(member, clock.now() - RECENT) if code in known][:FIRST]
    filled = [code for code in known if initial.get(f"say_{code}")]
    return list(dict.fromkeys([*asked, *filled])) or ["en", "zh"]


def _offered(member: Member) -> dict[str, list[Any]]:
    everything = [("", _("all"))]
    shops = list(shops_seen_by(member))
    names = dict(Platform.choices)
    platforms = dict.fromkeys(shop.platform for shop in shops)
    templates = ReplyTemplate.objects.filter(workspace_id=member.workspace_id, state=TemplateState.IN_FORCE)
    return {
        "issue_type": [*everything, *issue_choices(member)],
        "product": [*everything, *((one.code, str(one)) for one in products_seen_by(member))],
        "shop": [*everything, *((shop.name, shop.name) for shop in shops)],
        "platform": [*everything, *((code, names.get(code, code)) for code in platforms)],
        "instead_of": [("", pgettext_lazy("template", "none")), *((str(one.pk), one.name) for one in templates)],
    }


class ExtendForm(forms.Form):
    hours = forms.TypedChoiceField(
        label=_("Longer by"), coerce=int,
        choices=[(4, _("4 hours")), (24, _("1 day")), (72, _("3 days")), (168, _("1 week"))],
    )  # fmt: skip


class AskForm(forms.Form):
    """A question to a department."""

    department = forms.ModelChoiceField(label=_("Department"), queryset=Department.objects.none())
    about = forms.CharField(label=_("What do you need to know?"), max_length=300)
    ticket = forms.CharField(label=_("Ticket"), required=False, max_length=20)

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments: QuerySet[Department] = Department.objects.filter(workspace_id=member.workspace_id)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]

    def clean_ticket(self) -> int | None:
        typed = str(self.cleaned_data["ticket"]).strip().upper().removeprefix("T-")
        if not typed:
            return None
        if not (typed.isascii() and typed.isdecimal()) or len(typed) > 17:
            raise forms.ValidationError(_("Write the number of a ticket, such as T-48302."), code="no-ticket")
        return int(typed)


class AnswerForm(forms.Form):
    answer = forms.CharField(label=_("Answer"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class SurveyRuleForm(forms.Form):
    """When buyers of one platform are asked."""

    active = forms.BooleanField(label=_("Ask buyers"), required=False)
    after_hours = forms.IntegerField(label=_("Hours after solving"), min_value=0, max_value=240)
    low = forms.IntegerField(label=_("Low is up to"), min_value=1, max_value=3)
    follow_up_hours = forms.IntegerField(label=_("Follow up within hours"), min_value=1, max_value=240)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, rule: SurveyRule, **kwargs: Any) -> None:
        names = ("active", "after_hours", "low", "follow_up_hours")
        kwargs["initial"] = {name: getattr(rule, name) for name in names} | {"version": rule.version if rule.pk else 0}
        kwargs["prefix"] = rule.platform
        super().__init__(*args, **kwargs)
        self.rule = rule

    @property
    def figures(self) -> list[forms.BoundField]:
        return [self["after_hours"], self["low"], self["follow_up_hours"]]


class HandOverForm(forms.Form):
    """Who goes after a low score, and by when."""

    owner = forms.ChoiceField(label=_("Owner"))
    due_at = LocalTime(label=_("Due"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, member: Member, follow_up: FollowUp, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "owner": follow_up.owner_id, "due_at": follow_up.due_at, "version": follow_up.version,
        }  # fmt: skip
        kwargs["auto_id"] = f"hand_{follow_up.pk}_%s"
        super().__init__(*args, **kwargs)
        colleagues = Member.objects.filter(
            workspace_id=member.workspace_id, active=True, role__in=roles_that_may("answer")
        ).select_related("user")
        self.fields["owner"].choices = [(str(one.pk), str(one)) for one in colleagues]  # type: ignore[attr-defined]
        due = self.fields["due_at"]
        assert isinstance(due, LocalTime)
        due.timezone = member.workspace.timezone


class CloseForm(forms.Form):
    """What was behind a low score, and what came of going after it."""

    cause = forms.ChoiceField(label=_("Cause"))
    outcome = forms.CharField(label=_("What came of it"), max_length=300)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, member: Member, follow_up: FollowUp, **kwargs: Any) -> None:
        guess = follow_up.survey.ticket.cause_guess
        kwargs["initial"] = {"version": follow_up.version, "cause": guess.code if guess else ""}
        kwargs["auto_id"] = f"close_{follow_up.pk}_%s"
        super().__init__(*args, **kwargs)
        self.fields["cause"].choices = [("", "—"), *cause_choices(member)]  # type: ignore[attr-defined]
