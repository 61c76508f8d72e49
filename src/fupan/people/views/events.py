from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from fupan.core.http import page_or_part
from fupan.core.paging import page_of
from fupan.people import policies, queries
from fupan.people.decorators import MemberRequest, require_right
from fupan.people.forms import EventFilterForm
from fupan.people.wording import STAGES, sentence


@require_safe
@require_right("see_events")
def events(request: MemberRequest) -> HttpResponse:
    """The audit log, with filters in the address."""
    people = list(policies.members_seen_by(request.member).order_by("user__name"))
    names = {one.pk: str(one) for one in people}
    form = EventFilterForm(request.GET or None, people=people)
    page = page_of(request, queries.events_of(request.member, form.chosen()))
    rows = [
        {
            "event": event,
            "who": names.get(event.actor_id or 0, ""),
            "did": sentence(event.name),
            "stage": STAGES.get(event.name.split(".", 1)[0], ""),
        }
        for event in page
    ]
    context = {"form": form, "page": page, "rows": rows, "zone": request.member.workspace.timezone}
    return page_or_part(request, "people/events.html", "rows", context)
