from __future__ import annotations

from django.db.models import QuerySet

from fupan.notify.models import Delivery, Destination, Notice, Preference
from fupan.people.models import Member
from fupan.people.policies import may


def notices_seen_by(member: Member) -> QuerySet[Notice]:
    """One's own notices of the topics one wants in the product; nobody reads another's."""
    return Notice.objects.filter(member=member, hidden=False)


def preferences_seen_by(member: Member) -> QuerySet[Preference]:
    return Preference.objects.filter(member=member)


def destinations_seen_by(member: Member) -> QuerySet[Destination]:
    """Those of the workspace, for those who manage it."""
    rows = Destination.objects.filter(workspace_id=member.workspace_id).select_related("department", "workspace")
    return rows if may(member, "edit_destinations") else rows.none()


def deliveries_seen_by(member: Member) -> QuerySet[Delivery]:
    return Delivery.objects.filter(destination__in=destinations_seen_by(member)).select_related("destination")
