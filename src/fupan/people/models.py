from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **more: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **more)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractUser):
    """A person who signs in by e-mail; what they may do is said by their memberships."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    language = models.CharField(max_length=10, default="zh-hans")

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.name or self.email


class Workspace(models.Model):
    """One seller company; owns everything below."""

    name = models.CharField(_("name"), max_length=120)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    timezone = models.CharField(_("time zone"), max_length=60, default="Asia/Shanghai")
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    retention_days = models.PositiveSmallIntegerField(_("days buyer data is kept after delivery"), default=30)
    next_ticket = models.PositiveBigIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    @property
    def workspace_id(self) -> int:
        return self.pk


class Department(models.Model):
    """Owns causes and gets digests of them."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="departments")
    code = models.SlugField(max_length=40)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "code"], name="department_once_per_code")]
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    AGENT = "agent", _("Agent")
    SENIOR = "senior", _("Senior agent")
    LEAD = "lead", _("Team lead")
    OPERATIONS = "operations", _("Operations")
    PRODUCT = "product", pgettext_lazy("role", "Product")
    PURCHASING = "purchasing", _("Purchasing")
    LOGISTICS = "logistics", _("Logistics")
    MARKETING = "marketing", _("Marketing")
    MANAGER = "manager", _("Manager")
    ADMIN = "admin", _("Administrator")


class Member(models.Model):
    """A user in a workspace. `shop_ids` empty means every shop."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="members")
    user = models.ForeignKey(User, models.CASCADE, related_name="members")
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.AGENT)
    tier = models.PositiveSmallIntegerField(_("tier"), default=1)
    departments = models.ManyToManyField(Department, blank=True, related_name="members")
    languages = models.JSONField(_("languages"), default=list, blank=True)
    shop_ids = models.JSONField(default=list, blank=True)
    active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "user"], name="member_once_per_workspace"),
            models.CheckConstraint(condition=models.Q(tier__in=[1, 2]), name="member_tier_1_or_2"),
        ]
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return str(self.user)


class Invitation(models.Model):
    """A link that makes one person a member, once; only the hash of its token is kept."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.AGENT)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.email


class ApiToken(models.Model):
    """A key for programs; acts as its member within its scopes. Only its hash is kept."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="tokens")
    member = models.ForeignKey(Member, models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=80)
    scopes = models.JSONField(default=list)
    prefix = models.CharField(max_length=12)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class KeptAnswer(models.Model):
    """What a write of a program was answered, so that the same request sent again gets the same answer for a day."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="answers")
    key = models.CharField(max_length=200)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)  # 0: still at work
    content_type = models.CharField(max_length=60, blank=True)
    body = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["token", "key"], name="answer_once_per_key")]
        indexes: ClassVar = [models.Index(fields=["at"], name="answer_by_age")]

    def __str__(self) -> str:
        return self.key
