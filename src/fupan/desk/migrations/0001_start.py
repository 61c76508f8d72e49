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
            name="Cause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60)),
                ("name_en", models.CharField(max_length=120, verbose_name="English name")),
                ("name_zh", models.CharField(max_length=120, verbose_name="Chinese name")),
                ("order", models.PositiveIntegerField(default=0)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                (
                    "liable",
                    models.CharField(
                        choices=[
                            ("platform", "Platform"),
                            ("carrier", "Carrier"),
                            ("seller", "Seller"),
                            ("buyer", "Buyer"),
                        ],
                        default="seller",
                        max_length=10,
                        verbose_name="liable",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="people.department"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="children",
                        to="desk.cause",
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="replaces",
                        to="desk.cause",
                    ),
                ),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
            ],
            options={
                "ordering": ["order", "pk"],
                "constraints": [models.UniqueConstraint(fields=("workspace", "code"), name="cause_once_per_code")],
            },
        ),
        migrations.CreateModel(
            name="IssueType",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60)),
                ("name_en", models.CharField(max_length=120, verbose_name="English name")),
                ("name_zh", models.CharField(max_length=120, verbose_name="Chinese name")),
                ("order", models.PositiveIntegerField(default=0)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                ("simple", models.BooleanField(default=False, verbose_name="simple")),
                (
                    "department",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="people.department"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="children",
                        to="desk.issuetype",
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="replaces",
                        to="desk.issuetype",
                    ),
                ),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
            ],
            options={
                "ordering": ["order", "pk"],
                "constraints": [models.UniqueConstraint(fields=("workspace", "code"), name="issue_type_once_per_code")],
            },
        ),
        migrations.CreateModel(
            name="Resolution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60)),
                ("name_en", models.CharField(max_length=120, verbose_name="English name")),
                ("name_zh", models.CharField(max_length=120, verbose_name="Chinese name")),
                ("order", models.PositiveIntegerField(default=0)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
            ],
            options={
                "ordering": ["order", "pk"],
                "constraints": [models.UniqueConstraint(fields=("workspace", "code"), name="resolution_once_per_code")],
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("workspace", "name"), name="tag_once_per_name")],
            },
        ),
        migrations.CreateModel(
            name="TreeVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tree", models.CharField(max_length=12)),
                ("number", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="people.member"
                    ),
                ),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "tree", "number"), name="tree_version_once_per_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("opened_at", models.DateTimeField()),
                (
                    "order_line",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="commerce.orderline"
                    ),
                ),
                ("shop", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="commerce.shop")),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
                (
                    "issue_type",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="desk.issuetype"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="KeywordRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=5, verbose_name="language")),
                ("words", models.CharField(max_length=200, verbose_name="words")),
                ("active", models.BooleanField(default=True)),
                (
                    "issue_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rules", to="desk.issuetype"
                    ),
                ),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "language", "words"), name="keyword_rule_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ReasonCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=60)),
                (
                    "issue_type",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to="desk.issuetype"
                    ),
                ),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("workspace", "code"), name="reason_code_once")],
            },
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveBigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("inquiry", "Inquiry"),
                            ("return", "Return"),
                            ("refund", "Refund"),
                            ("rating", "Rating"),
                            ("feedback", "Seller feedback"),
                            ("claim", "Claim"),
                            ("cancellation", "Cancellation"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("channel", models.CharField(blank=True, max_length=20, verbose_name="channel")),
                ("outside_id", models.CharField(max_length=160)),
                ("received_id", models.BigIntegerField(blank=True, null=True)),
                ("import_id", models.BigIntegerField(blank=True, null=True)),
                ("week", models.IntegerField()),
                ("opened_at", models.DateTimeField(verbose_name="opened")),
                ("first_response_at", models.DateTimeField(blank=True, null=True)),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "To answer"), ("waiting", "Waiting for the buyer"), ("solved", "Solved")],
                        default="open",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("reopened", models.PositiveSmallIntegerField(default=0)),
                ("replies", models.PositiveSmallIntegerField(default=0)),
                ("order_number", models.CharField(blank=True, max_length=64)),
                ("country", models.CharField(blank=True, max_length=2)),
                (
                    "fulfilment",
                    models.CharField(
                        blank=True,
                        choices=[("platform", "By the platform"), ("seller", "By the seller"), ("", "Not told")],
                        default="",
                        max_length=8,
                    ),
                ),
                ("carrier", models.CharField(blank=True, max_length=60)),
                ("units", models.PositiveIntegerField(default=1)),
                ("stars", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("csat", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("cost", models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("buyer_key", models.CharField(blank=True, max_length=24)),
                ("buyer_name", fupan.core.fields.EncryptedTextField(blank=True)),
                ("buyer_email", fupan.core.fields.EncryptedTextField(blank=True)),
                ("language", models.CharField(blank=True, max_length=5, verbose_name="language")),
                ("agent", models.CharField(blank=True, max_length=80)),
                ("tier", models.PositiveSmallIntegerField(default=1)),
                ("subject", models.CharField(blank=True, max_length=300, verbose_name="subject")),
                ("reason_code", models.CharField(blank=True, max_length=60)),
                (
                    "label_source",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "No label"),
                            ("code", "Marketplace code"),
                            ("sheet", "As imported"),
                            ("rule", "Keyword rule"),
                            ("model", "Model"),
                            ("person", "Confirmed by a person"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("label_confidence", models.FloatField(blank=True, null=True)),
                ("placed_by_person", models.BooleanField(default=False)),
                ("touched_at", models.DateTimeField(blank=True, null=True)),
                ("purged_at", models.DateTimeField(blank=True, null=True)),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="tickets",
                        to="people.member",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="commerce.batch"
                    ),
                ),
                (
                    "cause_confirmed",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="desk.cause",
                    ),
                ),
                (
                    "cause_guess",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="desk.cause",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="tickets",
                        to="desk.incident",
                    ),
                ),
                (
                    "issue_type",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="desk.issuetype"
                    ),
                ),
                (
                    "listing",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="commerce.listing"
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="merged",
                        to="desk.ticket",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="commerce.order"
                    ),
                ),
                (
                    "order_line",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="commerce.orderline"
                    ),
                ),
                (
                    "resolution",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="desk.resolution"
                    ),
                ),
                ("shop", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="commerce.shop")),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
                ("tags", models.ManyToManyField(blank=True, related_name="tickets", to="desk.tag")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("shop", "kind", "outside_id"), name="ticket_once_per_outside_id"),
                    models.UniqueConstraint(fields=("workspace", "number"), name="ticket_once_per_number"),
                    models.CheckConstraint(
                        condition=models.Q(("stars", None), ("stars__range", (1, 5)), _connector="OR"),
                        name="ticket_stars_1_to_5",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["workspace", "-opened_at", "-id"], name="ticket_newest"),
                    models.Index(fields=["workspace", "week"], name="ticket_by_week"),
                    models.Index(fields=["workspace", "state", "-opened_at"], name="ticket_by_state"),
                    models.Index(fields=["workspace", "order_number"], name="ticket_by_order_number"),
                    models.Index(fields=["import_id"], name="ticket_by_import"),
                    models.Index(fields=["workspace", "buyer_key"], name="ticket_by_buyer"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "side",
                    models.CharField(
                        choices=[("buyer", "Buyer"), ("seller", "Us"), ("note", "Internal note")], max_length=6
                    ),
                ),
                ("at", models.DateTimeField()),
                ("automatic", models.BooleanField(default=False)),
                ("language", models.CharField(blank=True, max_length=5)),
                ("original", fupan.core.fields.EncryptedTextField(blank=True)),
                ("redacted", models.TextField(blank=True)),
                (
                    "author",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="people.member"
                    ),
                ),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="messages", to="desk.ticket"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="TicketBefore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("import_id", models.BigIntegerField()),
                ("values", models.JSONField()),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="befores", to="desk.ticket"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["import_id"], name="ticket_before_by_import")],
            },
        ),
    ]
