from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from fupan.commerce.models import Shop
from fupan.core.fields import EncryptedTextField
from fupan.people.models import Member, Workspace


class Source(models.TextChoices):
    """What a file (or channel) covers; the rows of the coverage calendar."""

    ORDERS = "orders", _("Orders")
    RETURNS = "returns", _("Returns")
    FEEDBACK = "feedback", _("Seller feedback")
    RATINGS = "ratings", _("Product ratings")
    TICKETS = "tickets", _("Tickets")
    REIMBURSEMENTS = "reimbursements", _("Reimbursements")
    REPLACEMENTS = "replacements", _("Replacements")
    PRODUCTS = "products", _("Products")
    MESSAGES = "messages", _("Messages")


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", _("Uploaded")
    CHECKED = "checked", _("Checked")  # dry run done
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    UNDONE = "undone", _("Undone")


class Import(models.Model):
    """One file going in: from upload through dry run to done, resumable at `next_chunk`."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="imports")
    shop = models.ForeignKey(Shop, models.SET_NULL, null=True, blank=True)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True)
    name = models.CharField(max_length=255)  # file name, for people
    sha256 = models.CharField(max_length=64)
    profile = models.CharField(max_length=60)  # profile or mapping name
    mapping = models.JSONField(default=dict)  # the mapping used, frozen
    options = models.JSONField(default=dict)  # encoding, date order, sheet ...
    source = models.CharField(max_length=20, choices=Source)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    rows_total = models.PositiveIntegerField(null=True)
    rows_read = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    next_chunk = models.PositiveIntegerField(default=0)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "-id"], name="import_newest")]

    def __str__(self) -> str:
        return self.name


class Received(models.Model):
    """A ticket-like row as it arrived, normalised. The body is encrypted, and dropped once a ticket holds it."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    shop = models.ForeignKey(Shop, models.CASCADE)
    imported = models.ForeignKey(Import, models.CASCADE, null=True, blank=True, related_name="received")
    chunk = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=12)
    outside_id = models.CharField(max_length=160)
    digest = models.CharField(max_length=32)  # of the normalised row: equal digest = nothing changed
    body = EncryptedTextField(blank=True)  # JSON of a TicketRecord
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "kind", "outside_id"], name="received_once_per_outside_id")
        ]
        indexes: ClassVar = [models.Index(fields=["imported", "chunk"], name="received_by_chunk")]

    def __str__(self) -> str:
        return f"{self.kind} {self.outside_id}"


class Reject(models.Model):
    """A row that did not go in: where, what was read, why, and how to mend it."""

    imported = models.ForeignKey(Import, models.CASCADE, related_name="rejects")
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=120, blank=True)
    value = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=40)
    reason = models.CharField(max_length=300)
    advice = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["imported", "line"], name="reject_by_line")]

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"


class Before(models.Model):
    """What a row was before an import changed it, so that undo can put it back."""

    imported = models.ForeignKey(Import, models.CASCADE, related_name="befores")
    table = models.CharField(max_length=20)  # "order" | "order_line" | "product" | "received"
    row_id = models.BigIntegerField()
    values = models.JSONField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["table", "row_id"], name="before_by_row")]

    def __str__(self) -> str:
        return f"{self.table} {self.row_id}"


class Security(models.TextChoices):
    """How a line to a mail server is kept private."""

    TLS = "tls", _("TLS from the start")
    STARTTLS = "starttls", "STARTTLS"
    NONE = "none", _("None (own network only)")


class MailAccount(models.Model):
    """A mailbox: buyers' mails of a shop are fetched from it, and replies leave through it."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    shop = models.ForeignKey(Shop, models.CASCADE, related_name="mail_accounts")
    address = models.EmailField(_("address"))  # replies come from it
    imap_host = models.CharField(max_length=253)
    imap_port = models.PositiveIntegerField(default=993)
    imap_security = models.CharField(max_length=8, choices=Security, default=Security.TLS)
    smtp_host = models.CharField(max_length=253, blank=True)  # blank: this mailbox sends nothing
    smtp_port = models.PositiveIntegerField(default=465)
    smtp_security = models.CharField(max_length=8, choices=Security, default=Security.TLS)
    user = models.CharField(max_length=254)
    password = EncryptedTextField()
    folder = models.CharField(max_length=120, default="INBOX")
    since = models.DateField()  # mails before that day are left alone
    strict = models.BooleanField(default=False)  # hold relay mails whose sender nobody has checked
    active = models.BooleanField(default=True)
    # how far it was read
    uid_validity = models.BigIntegerField(null=True, blank=True)
    last_uid = models.BigIntegerField(default=0)
    fetched_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=300, blank=True)
    next_fetch_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["shop__name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "imap_host", "user", "folder"], name="mail_account_once_per_folder"
            )
        ]

    def __str__(self) -> str:
        return self.address


class Hook(models.Model):
    """An address where another program leaves buyers' messages, each signed with the hook's secret."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    shop = models.ForeignKey(Shop, models.CASCADE, related_name="hooks")
    name = models.CharField(_("name"), max_length=80)
    key = models.CharField(max_length=40, unique=True)  # stands in the address
    secret = EncryptedTextField()
    active = models.BooleanField(default=True)
    last_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class IncomingState(models.TextChoices):
    KEPT = "kept", _("Fetched, not read yet")
    WAITING = "waiting", _("On its way to a ticket")
    TAKEN = "taken", _("In a ticket")
    HELD = "held", _("In quarantine")
    ASIDE = "aside", _("Set aside")
    AGAIN = "again", _("Had arrived before")
    DROPPED = "dropped", _("Dropped")


class Incoming(models.Model):
    """A message as it arrived, whatever the channel; every one is accounted for by its state.

    `raw` and `body` are encrypted, and dropped once a ticket holds the message.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    shop = models.ForeignKey(Shop, models.CASCADE)
    account = models.ForeignKey(MailAccount, models.SET_NULL, null=True, blank=True, related_name="arrived")
    channel = models.CharField(max_length=20)
    uid_validity = models.BigIntegerField(null=True, blank=True)
    uid = models.BigIntegerField(null=True, blank=True)
    digest = models.CharField(max_length=64)  # of the content
    key = models.CharField(max_length=64, blank=True)  # of its id; blank until it is read and trusted
    state = models.CharField(max_length=8, choices=IncomingState, default=IncomingState.KEPT)
    reason = models.CharField(max_length=40, blank=True)  # code: why it is held or set aside
    size = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField()
    sender = EncryptedTextField(blank=True)
    subject = EncryptedTextField(blank=True)
    body = EncryptedTextField(blank=True)  # JSON of a MessageRecord
    raw = models.BinaryField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "uid_validity", "uid"], name="incoming_once_per_uid"),
            models.UniqueConstraint(fields=["shop", "key"], condition=~models.Q(key=""), name="incoming_once_per_key"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "state", "-id"], name="incoming_by_state"),
            models.Index(fields=["account", "state"], name="incoming_by_account"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"


class Mapping(models.Model):
    """Columns of some sheet -> our fields, saved by a workspace; same content as a mapping file in TOML."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="mappings")
    name = models.CharField(_("name"), max_length=80)
    toml = models.TextField()
    header_key = models.CharField(max_length=64, blank=True)  # recognises the same sheet next time
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "name"], name="mapping_once_per_name")]

    def __str__(self) -> str:
        return self.name


class Coverage(models.Model):
    """Days of a shop for which a source has arrived; without orders a week has no rates."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    shop = models.ForeignKey(Shop, models.CASCADE, related_name="coverage")
    source = models.CharField(max_length=20, choices=Source)
    first_day = models.DateField()
    last_day = models.DateField()
    imported = models.ForeignKey(Import, models.CASCADE, null=True, blank=True, related_name="coverage")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "source", "first_day"], name="coverage_by_source")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="coverage_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.first_day}..{self.last_day}"
