import django.db.models.deletion
import fupan.core.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("commerce", "0001_start"),
        ("people", "0001_start"),
    ]

    operations = [
        migrations.CreateModel(
            name="Hook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("key", models.CharField(max_length=40, unique=True)),
                ("secret", fupan.core.fields.EncryptedTextField()),
                ("active", models.BooleanField(default=True)),
                ("last_at", models.DateTimeField(blank=True, null=True)),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="hooks", to="commerce.shop"
                    ),
                ),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
            ],
            options={
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=255)),
                ("sha256", models.CharField(max_length=64)),
                ("profile", models.CharField(max_length=60)),
                ("mapping", models.JSONField(default=dict)),
                ("options", models.JSONField(default=dict)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("orders", "Orders"),
                            ("returns", "Returns"),
                            ("feedback", "Seller feedback"),
                            ("ratings", "Product ratings"),
                            ("tickets", "Tickets"),
                            ("reimbursements", "Reimbursements"),
                            ("replacements", "Replacements"),
                            ("products", "Products"),
                            ("messages", "Messages"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "Uploaded"),
                            ("checked", "Checked"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("undone", "Undone"),
                        ],
                        default="uploaded",
                        max_length=10,
                    ),
                ),
                ("rows_total", models.PositiveIntegerField(null=True)),
                ("rows_read", models.PositiveIntegerField(default=0)),
                ("created", models.PositiveIntegerField(default=0)),
                ("updated", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("rejected", models.PositiveIntegerField(default=0)),
                ("next_chunk", models.PositiveIntegerField(default=0)),
                ("first_day", models.DateField(null=True)),
                ("last_day", models.DateField(null=True)),
                ("error", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="people.member"
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="commerce.shop"
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="imports", to="people.workspace"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["workspace", "-id"], name="import_newest")],
            },
        ),
        migrations.CreateModel(
            name="MailAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.EmailField(max_length=254, verbose_name="address")),
                ("imap_host", models.CharField(max_length=253)),
                ("imap_port", models.PositiveIntegerField(default=993)),
                (
                    "imap_security",
                    models.CharField(
                        choices=[
                            ("tls", "TLS from the start"),
                            ("starttls", "STARTTLS"),
                            ("none", "None (own network only)"),
                        ],
                        default="tls",
                        max_length=8,
                    ),
                ),
                ("smtp_host", models.CharField(blank=True, max_length=253)),
                ("smtp_port", models.PositiveIntegerField(default=465)),
                (
                    "smtp_security",
                    models.CharField(
                        choices=[
                            ("tls", "TLS from the start"),
                            ("starttls", "STARTTLS"),
                            ("none", "None (own network only)"),
                        ],
                        default="tls",
                        max_length=8,
                    ),
                ),
                ("user", models.CharField(max_length=254)),
                ("password", fupan.core.fields.EncryptedTextField()),
                ("folder", models.CharField(default="INBOX", max_length=120)),
                ("since", models.DateField()),
                ("strict", models.BooleanField(default=False)),
                ("active", models.BooleanField(default=True)),
                ("uid_validity", models.BigIntegerField(blank=True, null=True)),
                ("last_uid", models.BigIntegerField(default=0)),
                ("fetched_at", models.DateTimeField(blank=True, null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("failure", models.CharField(blank=True, max_length=300)),
                ("next_fetch_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="mail_accounts", to="commerce.shop"
                    ),
                ),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
            ],
            options={
                "ordering": ["shop__name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "imap_host", "user", "folder"), name="mail_account_once_per_folder"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Mapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("toml", models.TextField()),
                ("header_key", models.CharField(blank=True, max_length=64)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="mappings", to="people.workspace"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("workspace", "name"), name="mapping_once_per_name")],
            },
        ),
        migrations.CreateModel(
            name="Before",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(max_length=20)),
                ("row_id", models.BigIntegerField()),
                ("values", models.JSONField()),
                (
                    "imported",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="befores", to="intake.import"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["table", "row_id"], name="before_by_row")],
            },
        ),
        migrations.CreateModel(
            name="Incoming",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(max_length=20)),
                ("uid_validity", models.BigIntegerField(blank=True, null=True)),
                ("uid", models.BigIntegerField(blank=True, null=True)),
                ("digest", models.CharField(max_length=64)),
                ("key", models.CharField(blank=True, max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("kept", "Fetched, not read yet"),
                            ("waiting", "On its way to a ticket"),
                            ("taken", "In a ticket"),
                            ("held", "In quarantine"),
                            ("aside", "Set aside"),
                            ("again", "Had arrived before"),
                            ("dropped", "Dropped"),
                        ],
                        default="kept",
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("size", models.PositiveIntegerField(default=0)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("arrived_at", models.DateTimeField()),
                ("sender", fupan.core.fields.EncryptedTextField(blank=True)),
                ("subject", fupan.core.fields.EncryptedTextField(blank=True)),
                ("body", fupan.core.fields.EncryptedTextField(blank=True)),
                ("raw", models.BinaryField(blank=True, null=True)),
                ("shop", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="commerce.shop")),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="arrived",
                        to="intake.mailaccount",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("account", "uid_validity", "uid"), name="incoming_once_per_uid"),
                    models.UniqueConstraint(
                        condition=models.Q(("key", ""), _negated=True),
                        fields=("shop", "key"),
                        name="incoming_once_per_key",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["workspace", "state", "-id"], name="incoming_by_state"),
                    models.Index(fields=["account", "state"], name="incoming_by_account"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Received",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("chunk", models.PositiveIntegerField(default=0)),
                ("kind", models.CharField(max_length=12)),
                ("outside_id", models.CharField(max_length=160)),
                ("digest", models.CharField(max_length=32)),
                ("body", fupan.core.fields.EncryptedTextField(blank=True)),
                ("received_at", models.DateTimeField(auto_now_add=True)),
                (
                    "imported",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="received",
                        to="intake.import",
                    ),
                ),
                ("shop", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="commerce.shop")),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("shop", "kind", "outside_id"), name="received_once_per_outside_id")
                ],
                "indexes": [models.Index(fields=["imported", "chunk"], name="received_by_chunk")],
            },
        ),
        migrations.CreateModel(
            name="Reject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.PositiveIntegerField()),
                ("column", models.CharField(blank=True, max_length=120)),
                ("value", models.CharField(blank=True, max_length=200)),
                ("code", models.CharField(max_length=40)),
                ("reason", models.CharField(max_length=300)),
                ("advice", models.CharField(blank=True, max_length=300)),
                (
                    "imported",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rejects", to="intake.import"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["imported", "line"], name="reject_by_line")],
            },
        ),
        migrations.CreateModel(
            name="Coverage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("orders", "Orders"),
                            ("returns", "Returns"),
                            ("feedback", "Seller feedback"),
                            ("ratings", "Product ratings"),
                            ("tickets", "Tickets"),
                            ("reimbursements", "Reimbursements"),
                            ("replacements", "Replacements"),
                            ("products", "Products"),
                            ("messages", "Messages"),
                        ],
                        max_length=20,
                    ),
                ),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="coverage", to="commerce.shop"
                    ),
                ),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
                (
                    "imported",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="coverage",
                        to="intake.import",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last_day__gte", models.F("first_day"))), name="coverage_ends_after_start"
                    )
                ],
                "indexes": [models.Index(fields=["workspace", "source", "first_day"], name="coverage_by_source")],
            },
        ),
    ]
