"""What the tests of actions are made of."""

from datetime import date, timedelta

from fupan.action import services
from fupan.action.models import Action
from fupan.action.smart import Plan
from fupan.core import clock

TODAY = date(2026, 11, 16)
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\n"
    b"IDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
)


def plan(owner, **more):
    told = {
        "type": "listing", "title": "Add a wiring picture to the L2 page", "detail": "", "owner_id": owner.pk,
        "department_id": None, "deadline": TODAY + timedelta(days=14), "metric": "incident_rate",
        "slice": "issue_type=size&product=A20", "change": -0.3, "window": 8,
    }  # fmt: skip
    return Plan(**told | more)


def made(by, *, owner=None, ago=0, **more):
    """An action decided `ago` days ago."""
    origin = {name: more.pop(name) for name in ("problem", "meeting", "why", "copied_from", "subject") if name in more}
    with clock.set_to(clock.now() - timedelta(days=ago)):
        return services.create_action(plan=plan(owner or by, **more), by=by, **origin)


def carried(action, by, *, day=TODAY):
    services.add_proof(action.pk, given=services.Given(text="12 of 12 checked"), by=by)
    services.carry_out(action.pk, day=day, by=by)
    return Action.objects.get(pk=action.pk)


def form_of(owner, **more):
    """What the form of a new action sends."""
    told = {
        "title": "Add a wiring picture to the L2 page", "detail": "", "type": "listing", "owner": owner.pk,
        "department": "", "deadline": "2026-11-30", "metric": "incident_rate", "issue_type": "size", "product": "A20",
        "change": "-30", "window": "8",
    }  # fmt: skip
    return told | more
