from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fupan.commerce.policies import products_seen_by
from fupan.core.errors import Refused
from fupan.core.http import by_htmx, page_or_part, panels, said
from fupan.insight import pages, services, signal_pages
from fupan.insight.forms import DismissForm, ScreeningForm, SnoozeForm, TargetForm
from fupan.insight.models import Signal
from fupan.insight.policies import signals_seen_by, sub_topics_seen_by, targets_seen_by
from fupan.people.decorators import MemberRequest, require_right
from fupan.people.policies import may


@require_safe
@require_right("see_insight")
def metrics(request: MemberRequest) -> HttpResponse:
    """One number: its value, its trend, its parts."""
    shown = pages.explored(request.member, request.GET)
    shown |= signal_pages.here(request.member, **shown["asked"].where)
    request.shell_period = pages.shell_period(request.GET, shown["asked"].period)  # type: ignore[attr-defined]
    return page_or_part(request, "insight/metrics.html", "explored", shown)


@require_safe
@require_right("see_insight")
def rising(request: MemberRequest) -> HttpResponse:
    """What rises now, for the wall: open signals and new sub-topics, each ready to be posted as a bulletin."""
    return render(request, "insight/_rising.html", signal_pages.rising(request.member))


@require_safe
@require_right("see_insight")
def products(request: MemberRequest) -> HttpResponse:
    """All products, the certainly worst first."""
    shown = pages.products(request.member, request.GET) | {"noticed": signal_pages.by_product(request.member)}
    request.shell_period = pages.shell_period(request.GET, shown["asked"].period)  # type: ignore[attr-defined]
    return page_or_part(request, "insight/products.html", "rows", shown)


@require_safe
@require_right("see_insight")
def product(request: MemberRequest, pk: int) -> HttpResponse:
    """One product: numbers, trend, issues, batches, listings."""
    found = get_object_or_404(products_seen_by(request.member), pk=pk)
    shown = pages.product(request.member, found, request.GET) | signal_pages.here(request.member, product=found.code)
    request.shell_period = pages.shell_period(request.GET, shown["asked"].period)  # type: ignore[attr-defined]
    return render(request, "insight/product.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("see_insight")
def targets(request: MemberRequest) -> HttpResponse:
    """Targets with how they stand; who may, sets them here."""
    form = TargetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_target(**form.chosen, by=request.member)
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("Target set."))
            return redirect("insight:targets")
    rows = pages.targets(request.member, request.GET)
    context: dict[str, Any] = {"rows": rows, "form": form, "may_edit": may(request.member, "edit_targets")}
    return render(request, "insight/targets.html", context, status=422 if form.errors else 200)


@require_POST
@require_right("edit_targets")
def drop_target(request: MemberRequest, pk: int) -> HttpResponse:
    target = get_object_or_404(targets_seen_by(request.member), pk=pk)
    services.drop_target(target.pk, by=request.member)
    messages.success(request, _("The target has ended."))
    return redirect(reverse("insight:targets"))


# Signals


@require_safe
@require_right("see_insight")
def signals(request: MemberRequest) -> HttpResponse:
    """What was noticed, by what became of it."""
    return page_or_part(request, "insight/signals.html", "rows", signal_pages.listing(request.member, request.GET))


@require_safe
@require_right("see_insight")
def signal(request: MemberRequest, pk: int) -> HttpResponse:
    """Is it real, where is it, what does it cost."""
    found = get_object_or_404(signals_seen_by(request.member), pk=pk)
    return _signal(request, found)


@require_POST
@require_right("decide_signals")
def snooze_signal(request: MemberRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(signals_seen_by(request.member), pk=pk)
    form = SnoozeForm(request.POST)
    if not form.is_valid():
        return _signal(request, found, status=422, snooze=form)
    told = form.cleaned_data
    decided = services.snooze(found.pk, until=told["until"], reason=told["reason"], by=request.member)
    return _decided(request, decided, _("Snoozed."))


@require_POST
@require_right("decide_signals")
def dismiss_signal(request: MemberRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(signals_seen_by(request.member), pk=pk)
    form = DismissForm(request.POST)
    if not form.is_valid():
        return _signal(request, found, status=422, dismiss=form)
    return _decided(request, services.dismiss(found.pk, reason=form.reason, by=request.member), _("Kept as not real."))


@require_POST
@require_right("decide_signals")
def reopen_signal(request: MemberRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(signals_seen_by(request.member), pk=pk)
    return _decided(request, services.reopen(found.pk, by=request.member), _("Open again."))


def _signal(request: MemberRequest, found: Signal, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page, or its part with the forms of its decisions."""
    blank = {"snooze": SnoozeForm(), "dismiss": DismissForm()}
    context = signal_pages.detail(request.member, found) | {"panels": panels("signal")} | blank | forms
    return page_or_part(request, "insight/signal.html", "signal", context, status=status)


def _decided(request: MemberRequest, found: Signal, words: str) -> HttpResponse:
    if by_htmx(request):
        return said(_signal(request, found), words)
    messages.success(request, words)
    return redirect("insight:signal", found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("tune_signals")
def signal_settings(request: MemberRequest) -> HttpResponse:
    """How boldly signals are raised, and what another choice would have raised."""
    if request.method == "POST":
        form = ScreeningForm(request.POST)
        if form.is_valid():
            services.set_screening(**form.chosen, by=request.member)
            messages.success(request, _("Saved. The next screening follows it."))
            return redirect("insight:signal_settings")
        return render(request, "insight/signal_settings.html", signal_pages.tuning(request.member, form), status=422)
    form = ScreeningForm(request.GET) if "q" in request.GET else ScreeningForm(signal_pages.screening(request.member))
    shown = signal_pages.tuning(request.member, form)
    if by_htmx(request):
        shown |= signal_pages.preview(request.member, form)
    return page_or_part(request, "insight/signal_settings.html", "preview", shown)


# Sub-topics


@require_safe
@require_right("see_insight")
def topics(request: MemberRequest) -> HttpResponse:
    """What buyers of an issue type write about more than before."""
    return render(request, "insight/topics.html", pages.topics(request))


@require_POST
@require_right("edit_targets")
def promote_topic(request: MemberRequest, pk: int) -> HttpResponse:
    get_object_or_404(sub_topics_seen_by(request.member), pk=pk)
    topic = services.promote_sub_topic(pk, by=request.member)
    messages.success(request, _("“%(term)s” is a sub-topic now.") % {"term": topic.term})
    return redirect("insight:topics")


@require_POST
@require_right("edit_targets")
def drop_topic(request: MemberRequest, pk: int) -> HttpResponse:
    get_object_or_404(sub_topics_seen_by(request.member), pk=pk)
    topic = services.drop_sub_topic(pk, by=request.member)
    messages.success(request, _("“%(term)s” is not shown any more; it stands under “dropped”.") % {"term": topic.term})
    return redirect("insight:topics")
