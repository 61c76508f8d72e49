"""Shapes of what people fill in for articles, lists and rules."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fupan.commerce.policies import products_seen_by
from fupan.core.errors import Refused
from fupan.desk.queries.choices import issue_choices
from fupan.library import contents
from fupan.library.forms.cases import NOTHING, area, day, names_in
from fupan.library.models import Article, ArticleVersion, Case, DebtReason
from fupan.library.queries.debts import Rule
from fupan.library.services import ArticleDraft
from fupan.people.models import Member

HELP = {
    "sop": _(
        "A line is a step, indented lines below it are its note. “# Diagnose” opens a stage: "
        "Receive, Diagnose, Decide, Follow up."
    ),
    "pitfall": _(
        "A line says what not to do. Below it, indented: why, and in a line that begins with “>” what to do instead."
    ),
    "faq": _("A line is the question, indented lines below it are the answer."),
    "tree": _("The first line asks. Indented below it: an answer, “>”, and the next question or what to do."),
}
EXAMPLES = {
    "sop": _(
        "# Receive\nCompare the order with the batch\n  The batch stands on the order panel\n"
        "# Diagnose\nAsk how often the light blinks"
    ),
    "pitfall": _(
        "Do not write “recall”\n  Three tickets went up to the marketplace because of it.\n"
        "  > Say that we take care of it."
    ),
    "faq": _("Does it have to be sent back?\n  No. Please bring it to a collection point."),
    "tree": _(
        "How often does the light blink?\n  Four times > Send a new one, nothing comes back\n"
        "  It stays on > Is the socket loose?\n    Yes > Send a new one\n    No > Ask for a short video"
    ),
}
CASE = re.compile(r"[Cc]?-?\s*(\d{1,8})")


def numbers_in(text: str) -> tuple[int, ...]:
    """Case numbers as they are typed: C-0142, 151."""
    parts = re.split(r"[\s,，、;；]+", text.strip())
    found = []
    for part in filter(None, parts):
        fits = CASE.fullmatch(part)
        if fits is None:
            raise forms.ValidationError(
                _now("“%(text)s” is not the number of a case; write it like C-0142.") % {"text": part[:40]}
            )
        found.append(int(fits[1]))
    return tuple(dict.fromkeys(found))


class ArticleForm(forms.Form):
    """A version of an article."""

    title = forms.CharField(label=_("Title"), max_length=160)
    about = forms.CharField(label=_("What it is for, and when"), required=False, max_length=2000, widget=area(2))
    text = forms.CharField(label=_("Content"), max_length=40_000, strip=False, widget=area(16, spellcheck="false"))
    issue_type = forms.ChoiceField(label=_("Issue type"), required=False)
    product = forms.ChoiceField(label=_("Product"), required=False)
    cases = forms.CharField(
        label=_("Cases it comes from"), required=False, max_length=600, help_text=_("Numbers, such as C-0142, C-0151.")
    )
    tags = forms.CharField(label=_("Tags, separated by commas"), required=False, max_length=300)
    effective_on = forms.DateField(
        label=_("In force from"), required=False, widget=day(), help_text=_("Empty: as soon as it is approved.")
    )
    expires_on = forms.DateField(label=_("Check again on"), required=False, widget=day())
    expires_why = forms.CharField(
        label=_("because"), required=False, max_length=160, help_text=_("Such as: the policy holds until that day.")
    )
    note = forms.CharField(label=_("What you changed"), required=False, max_length=160)
    stamp = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, member: Member, kind: str, version: ArticleVersion | None = None, **kwargs: Any
    ) -> None:
        if version is not None:
            kwargs.setdefault("initial", stands(kind, version))
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["text"].help_text = HELP[kind]
        self.fields["text"].widget.attrs["placeholder"] = EXAMPLES[kind]
        offered = {
            "issue_type": [*NOTHING, *issue_choices(member)],
            "product": [*NOTHING, *((one.code, f"{one} ({one.code})") for one in products_seen_by(member))],
        }
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def clean_text(self) -> Any:
        try:
            return contents.parse(self.kind, str(self.cleaned_data["text"]).replace("\x00", ""))
        except Refused as refused:
            raise forms.ValidationError(str(refused.message)) from refused

    def clean_cases(self) -> tuple[int, ...]:
        return numbers_in(str(self.cleaned_data["cases"]))

    def draft(self) -> ArticleDraft:
        told = self.cleaned_data
        same = ("title", "about", "issue_type", "product", "cases", "expires_on", "expires_why", "effective_on", "note")
        return ArticleDraft(**{name: told[name] for name in same}, body=told["text"], tags=names_in(told["tags"]))


def stands(kind: str, version: ArticleVersion) -> dict[str, Any]:
    """What a version says, as the form's fields."""
    content: dict[str, Any] = version.content
    article: Article = version.article
    numbers = Case.objects.filter(workspace_id=article.workspace_id, pk__in=content["cases"]).order_by("number")
    product = article.workspace.products.filter(pk=content["product"] or 0).first()
    return {
        "title": content["title"], "about": content["about"], "text": contents.text_of(kind, content["body"]),
        "issue_type": content["issue_type"], "product": product.code if product else "",
        "cases": ", ".join(str(one) for one in numbers), "tags": ", ".join(content["tags"]),
        "expires_on": content["expires_on"], "expires_why": content["expires_why"],
        "effective_on": version.effective_on, "note": version.note, "stamp": version.stamp,
    }  # fmt: skip


class ListForm(forms.Form):
    """A list of classic cases; their order is the order they are written in."""

    name = forms.CharField(label=_("Name"), max_length=80)
    about = forms.CharField(label=_("For whom"), required=False, max_length=200)
    cases = forms.CharField(
        label=_("Cases in the order of reading"), max_length=900, widget=area(4),
        help_text=_("Numbers, such as C-0142, C-0151."),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_cases(self) -> tuple[int, ...]:
        return numbers_in(str(self.cleaned_data["cases"]))


class RuleForm(forms.Form):
    """One rule of which tickets owe a case."""

    active = forms.BooleanField(label=_("In use"), required=False)
    threshold = forms.DecimalField(
        label=pgettext_lazy("rule", "from"), required=False, min_value=0, max_digits=10, decimal_places=2
    )
    hours = forms.IntegerField(label=_("Hours after closing"), min_value=1, max_value=336)

    def __init__(self, *args: Any, rule: Rule, **kwargs: Any) -> None:
        kwargs["prefix"] = rule.reason
        kwargs.setdefault("initial", {"active": rule.active, "threshold": _plain(rule), "hours": rule.hours})
        super().__init__(*args, **kwargs)
        self.rule = rule
        if rule.reason not in (DebtReason.REFUND, DebtReason.LONG):
            del self.fields["threshold"]


def _plain(rule: Rule) -> str:
    return f"{rule.threshold.normalize():f}" if rule.threshold is not None else ""
