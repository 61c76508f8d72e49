from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fupan.core.paging import page_of
from fupan.notify import kinds, queries, senders, services
from fupan.notify.forms import DestinationForm
from fupan.notify.models import Delivery, DeliveryState, Destination, DestinationKind
from fupan.notify.policies import deliveries_seen_by, destinations_seen_by
from fupan.people.decorators import MemberRequest, require_right

RIGHT = "edit_destinations"
ICONS: dict[str, str] = {DestinationKind.WEBHOOK: "webhook"}
STONES = {DeliveryState.SENT: "jade", DeliveryState.FAILED: "red", DeliveryState.WAITING: "amber"}


@require_safe
@require_right(RIGHT)
def destinations(request: MemberRequest) -> HttpResponse:
    """The groups and programs that hear of things, and how they are doing."""
    topics = dict(kinds.shared_topics())
    rows = [
        {
            "room": room,
            "icon": ICONS.get(room.kind, "message"),
            "topics": [topics[one] for one in room.topics if one in topics],
            "health": _health(room),
        }
        for room in destinations_seen_by(request.member)
    ]
    return render(request, "notify/destinations.html", {"rows": rows})


def _health(room: Destination) -> dict[str, Any]:
    """How the last messages fared, in a word and a colour."""
    if not room.active:
        return {"tone": "", "word": pgettext("destination", "off")}
    if room.last_error:
        code = room.last_error.split(" ")[0]
        return {
            "tone": "red",
            "word": pgettext("destination", "fails"),
            "why": senders.hint(room.kind, code) or room.last_error,
        }
    if room.last_ok_at:
        return {"tone": "jade", "word": pgettext("destination", "arrives")}
    return {"tone": "slate", "word": _("not tried yet")}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_right(RIGHT)
def add_destination(request: MemberRequest) -> HttpResponse:
    """Connect one more; a secret that was made for a webhook is shown once, on the answer."""
    form = DestinationForm(request.POST or None, by=request.member)
    if request.method == "POST" and form.is_valid():
        room = services.add_destination(**form.cleaned_data, by=request.member)
        if room.kind == DestinationKind.WEBHOOK and not form.cleaned_data["secret"]:
            return render(request, "notify/destination.html", _page(request, room, made=room.secret))
        messages.success(request, _("Connected. Send a test to see that it arrives."))
        return redirect("notify:destination", room.pk)
    return render(request, "notify/destination_new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@require_right(RIGHT)
def destination(request: MemberRequest, pk: int) -> HttpResponse:
    """One destination: what it hears, a test, and the log of its messages."""
    room = get_object_or_404(destinations_seen_by(request.member), pk=pk)
    form = DestinationForm(request.POST or None, by=request.member, room=room)
    if request.method == "POST" and form.is_valid():
        services.edit_destination(room.pk, **form.cleaned_data, by=request.member)
        messages.success(request, _("Saved."))
        return redirect("notify:destination", room.pk)
    return render(
        request, "notify/destination.html", _page(request, room, form=form), status=422 if form.errors else 200
    )


def _page(
    request: MemberRequest, room: Destination, *, form: DestinationForm | None = None, made: str = ""
) -> dict[str, Any]:
    page = page_of(request, queries.log_of(request.member, room), size=30)
    return {
        "room": room,
        "health": _health(room),
        "form": form or DestinationForm(by=request.member, room=room),
        "made": made,
        "page": page,
        "rows": [_row(one) for one in page],
    }


def _row(one: Delivery) -> dict[str, Any]:
    wrong = one.code and one.state != DeliveryState.SENT
    return {
        "delivery": one,
        "tone": STONES[DeliveryState(one.state)],
        "hint": senders.hint(one.destination.kind, one.code) if wrong else "",
        "again": one.state == DeliveryState.FAILED,
    }


@require_POST
@require_right(RIGHT)
def try_destination(request: MemberRequest, pk: int) -> HttpResponse:
    """Send a test now and say what came of it."""
    room = get_object_or_404(destinations_seen_by(request.member), pk=pk)
    sent = services.send_test(room.pk, by=request.member)
    if sent.state == DeliveryState.SENT:
        messages.success(request, _("The test arrived: %(name)s has it now.") % {"name": room})
    elif sent.state == DeliveryState.WAITING:
        messages.warning(request, _("It is sent as soon as the robot may be used again."))
    else:
        why = senders.hint(room.kind, sent.code) or f"{sent.code} {sent.answer}".strip()
        messages.error(request, _("The test did not arrive. %(why)s") % {"why": why})
    return redirect("notify:destination", room.pk)


@require_POST
@require_right(RIGHT)
def drop_destination(request: MemberRequest, pk: int) -> HttpResponse:
    room = get_object_or_404(destinations_seen_by(request.member), pk=pk)
    services.drop_destination(room.pk, by=request.member)
    messages.success(request, _("%(name)s was disconnected.") % {"name": room})
    return redirect("notify:destinations")


@require_POST
@require_right(RIGHT)
def send_again(request: MemberRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(deliveries_seen_by(request.member), pk=pk)
    services.send_again(row.pk, by=request.member)
    messages.success(request, _("It is sent again within a minute."))
    return redirect("notify:destination", row.destination_id)
