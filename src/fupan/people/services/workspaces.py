from __future__ import annotations

from zoneinfo import available_timezones

from babel.numbers import list_currencies
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.people.models import Department, Member, Role, User, Workspace

DEPARTMENTS = {
    "service": pgettext_lazy("department", "Customer service"),
    "operations": pgettext_lazy("department", "Operations"),
    "product": pgettext_lazy("department", "Product"),
    "purchasing": pgettext_lazy("department", "Purchasing"),
    "logistics": pgettext_lazy("department", "Logistics"),
    "marketing": pgettext_lazy("department", "Marketing"),
}


@transaction.atomic
def create_workspace(
    *,
    name: str,
    currency: str,
    timezone: str,
    language: str,
    owner_email: str,
    owner_name: str,
    password: str | None = None,
    by: Member | None = None,
) -> Workspace:
    """Open a workspace with its departments and its first administrator."""
    workspace = _opened(name, currency, timezone, language)
    member = _first_administrator(workspace, owner_email, owner_name, password)
    record("people.workspace_created", workspace, by=by or member, member=member.pk)
    return workspace


@transaction.atomic
def start_workspace(*, name: str, currency: str, timezone: str, language: str) -> Workspace:
    """Open a workspace that nobody can sign in to yet, for files that come before people do."""
    workspace = _opened(name, currency, timezone, language)
    record("people.workspace_created", workspace, by=None)
    return workspace


@transaction.atomic
def claim_workspace(
    workspace_id: int, *, name: str, currency: str, timezone: str, language: str, owner_email: str, owner_name: str
) -> Workspace:
    """Give a workspace without members its name, settings and first administrator."""
    workspace = Workspace.objects.select_for_update().get(pk=workspace_id)
    if workspace.members.exists():
        raise Refused(_("This workspace has members already."), code="has-members")
    workspace = edit_workspace(
        workspace.pk, name=name, currency=currency, timezone=timezone, retention_days=workspace.retention_days, by=None
    )
    Workspace.objects.filter(pk=workspace.pk).update(language=_language(language))
    workspace.refresh_from_db()
    member = _first_administrator(workspace, owner_email, owner_name, None)
    record("people.workspace_claimed", workspace, by=member, member=member.pk)
    return workspace


def _opened(name: str, currency: str, timezone: str, language: str) -> Workspace:
    checked_currency, checked_zone = _currency(currency), _timezone(timezone)
    workspace = Workspace.objects.create(
        name=_name(name), currency=checked_currency, timezone=checked_zone, language=_language(language)
    )
    with translation.override(workspace.language):
        Department.objects.bulk_create(
            Department(workspace=workspace, code=code, name=str(word)) for code, word in DEPARTMENTS.items()
        )
    return workspace


def _first_administrator(workspace: Workspace, email: str, name: str, password: str | None) -> Member:
    owner = _person(email, name, password, workspace.language)
    return Member.objects.create(workspace=workspace, user=owner, role=Role.ADMIN, tier=2)


@transaction.atomic
def edit_workspace(
    workspace_id: int, *, name: str, currency: str, timezone: str, retention_days: int, by: Member | None
) -> Workspace:
    """Change the name, the currency, the clock or how long buyer data is kept."""
    workspace = Workspace.objects.select_for_update().get(pk=workspace_id)
    wanted = {
        "name": _name(name),
        "currency": _currency(currency),
        "timezone": _timezone(timezone),
        "retention_days": retention_days,
    }
    changed = sorted(field for field, value in wanted.items() if getattr(workspace, field) != value)
    for field, value in wanted.items():
        setattr(workspace, field, value)
    workspace.save(update_fields=list(wanted))
    record("people.workspace_changed", workspace, by=by, fields=changed)
    return workspace


def _person(email: str, name: str, password: str | None, language: str) -> User:
    """The user of that address: the one there is, else a new one."""
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as wrong:
        raise Refused(_("“%(value)s” is not an e-mail address.") % {"value": email}, code="not-an-email") from wrong
    known = User.objects.filter(email=address).first()
    return known or User.objects.create_user(email=address, password=password, name=name.strip(), language=language)


def _name(name: str) -> str:
    if not name.strip():
        raise Refused(_("A workspace needs a name."), code="no-name")
    return name.strip()


def _currency(code: str) -> str:
    upper = code.strip().upper()
    if upper not in list_currencies():
        raise Refused(
            _("“%(value)s” is not a currency; expected a code of three letters such as CNY, USD or EUR.")
            % {"value": code},
            code="not-a-currency",
        )
    return upper


def _timezone(name: str) -> str:
    if name not in available_timezones():
        raise Refused(
            _("“%(value)s” is not a time zone; expected a name such as Asia/Shanghai or Europe/Berlin.")
            % {"value": name},
            code="not-a-timezone",
        )
    return name


def _language(code: str) -> str:
    if code not in dict(settings.LANGUAGES):
        raise Refused(
            _("“%(value)s” is not a language of Fupan; expected zh-hans or en.") % {"value": code},
            code="not-a-language",
        )
    return code
