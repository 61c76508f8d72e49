import django.db.models.deletion
import fupan.core.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("commerce", "0001_start"),
        ("core", "0001_start"),
        ("people", "0001_start"),
    ]

    operations = [
        migrations.CreateModel(
            name="Assistant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("active", models.BooleanField(default=False, verbose_name="in use")),
                ("url", models.CharField(max_length=300, verbose_name="address")),
                ("model", models.CharField(max_length=120, verbose_name="model")),
                ("key", fupan.core.fields.EncryptedTextField(blank=True, verbose_name="key")),
                ("version", models.PositiveIntegerField(default=1)),
                ("last_error", models.CharField(blank=True, max_length=300)),
                ("workspace", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
            ],
        ),
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
            name="Classifier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("candidate", "Learning"),
                            ("serving", "In use"),
                            ("retired", "Retired"),
                            ("worse", "Set aside: worse"),
                        ],
                        default="candidate",
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("corrections", models.PositiveIntegerField(default=0)),
                ("sheet_labels", models.PositiveIntegerField(default=0)),
                ("unlabelled", models.PositiveIntegerField(default=0)),
                ("encoders", models.JSONField(default=list)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("seen_event", models.BigIntegerField(default=0)),
                ("accuracy", models.FloatField(blank=True, null=True)),
                ("majority", models.FloatField(blank=True, null=True)),
                ("held_out", models.PositiveIntegerField(default=0)),
                ("threshold", models.FloatField(default=2.0)),
                ("coverage", models.FloatField(blank=True, null=True)),
                ("declines", models.BooleanField(default=False)),
                ("reason", models.JSONField(default=dict)),
                ("compared", models.PositiveIntegerField(default=0)),
                ("right", models.PositiveIntegerField(default=0)),
                ("right_before", models.PositiveIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("twin_sha256", models.CharField(blank=True, max_length=64)),
                ("asks", models.JSONField(default=list)),
                ("asks_stale", models.BooleanField(default=True)),
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
                    models.UniqueConstraint(fields=("workspace", "number"), name="classifier_once_per_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "serving")), fields=("workspace",), name="classifier_one_serving"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClosingRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(blank=True, max_length=12, verbose_name="kind")),
                ("needs", models.JSONField(default=list)),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("workspace", "kind"), name="closing_rule_once")],
            },
        ),
        migrations.CreateModel(
            name="DayOff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="day")),
                ("name", models.CharField(blank=True, max_length=60, verbose_name="name")),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="days_off", to="people.workspace"
                    ),
                ),
            ],
            options={
                "ordering": ["day"],
                "constraints": [models.UniqueConstraint(fields=("workspace", "day"), name="day_off_once")],
            },
        ),
        migrations.CreateModel(
            name="EscalationPath",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_amount", models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                ("from_tickets", models.PositiveIntegerField(blank=True, null=True)),
                ("tier", models.PositiveSmallIntegerField(default=2)),
                ("role", models.CharField(blank=True, max_length=20)),
                ("hours", models.FloatField(default=4)),
                ("default", models.CharField(default="approve", max_length=8)),
                ("version", models.PositiveIntegerField(default=1)),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
            ],
            options={
                "ordering": ["from_amount", "from_tickets", "pk"],
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
            name="RoutingRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("place", models.PositiveSmallIntegerField(default=0)),
                ("conditions", models.JSONField(default=dict)),
                ("effects", models.JSONField(default=dict)),
                ("last", models.BooleanField(default=True, verbose_name="stop here")),
                ("active", models.BooleanField(default=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
            ],
            options={
                "ordering": ["place", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SurveyRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("platform", models.CharField(max_length=20, verbose_name="platform")),
                ("active", models.BooleanField(default=False)),
                ("after_hours", models.PositiveSmallIntegerField(default=2, verbose_name="hours after solving")),
                ("low", models.PositiveSmallIntegerField(default=2, verbose_name="low up to")),
                (
                    "follow_up_hours",
                    models.PositiveSmallIntegerField(default=24, verbose_name="hours for the follow-up"),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "platform"), name="survey_rule_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("platform", "amazon"), _negated=True), ("active", False), _connector="OR"
                        ),
                        name="survey_never_on_amazon",
                    ),
                ],
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
            name="View",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("query", models.CharField(blank=True, max_length=1000)),
                ("columns", models.JSONField(default=list)),
                ("place", models.PositiveSmallIntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="views",
                        to="people.member",
                    ),
                ),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
            ],
            options={
                "ordering": ["place", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "owner", "name"), name="view_once_per_name"),
                    models.UniqueConstraint(
                        condition=models.Q(("owner", None)),
                        fields=("workspace", "name"),
                        name="shared_view_once_per_name",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AgentSkill",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("most_open", models.PositiveSmallIntegerField(default=40, verbose_name="open tickets at once")),
                ("on_duty", models.BooleanField(default=True, verbose_name="on duty")),
                (
                    "silent_hours",
                    models.PositiveSmallIntegerField(default=8, verbose_name="given back after hours of silence"),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="skill", to="people.member"
                    ),
                ),
                ("issue_types", models.ManyToManyField(blank=True, to="desk.issuetype")),
            ],
        ),
        migrations.CreateModel(
            name="Authority",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tier", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("most", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="at most")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="authorities",
                        to="people.member",
                    ),
                ),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
                (
                    "issue_type",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to="desk.issuetype"
                    ),
                ),
                (
                    "resolution",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to="desk.resolution"
                    ),
                ),
            ],
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
            name="ReplyTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("group", models.CharField(blank=True, max_length=60, verbose_name="group")),
                ("platform", models.CharField(blank=True, max_length=20, verbose_name="platform")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("in_force", "In force"), ("retired", "Retired")],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.member",
                    ),
                ),
                (
                    "issue_type",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="desk.issuetype"
                    ),
                ),
                (
                    "swapped_for",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="desk.replytemplate",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="templates", to="people.workspace"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "number"), name="template_once_per_number"),
                    models.UniqueConstraint(fields=("workspace", "name"), name="template_once_per_name"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AutoReply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("platform", models.CharField(blank=True, max_length=20, verbose_name="platform")),
                ("closed_hours_only", models.BooleanField(default=False, verbose_name="outside of office hours only")),
                ("active", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="desk.replytemplate"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("workspace", "platform"), name="auto_reply_once")],
            },
        ),
        migrations.CreateModel(
            name="Bulletin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("stock_out", "Stock-out"),
                            ("promotion", "Promotion went wrong"),
                            ("carrier", "Carrier delay"),
                            ("defect", "Defect"),
                            ("topic", "Hot topic"),
                            ("other", "Other"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                ("facts", models.TextField(blank=True, verbose_name="what we know")),
                ("wordings", models.JSONField(default=dict)),
                ("slice", models.JSONField(default=dict)),
                ("starts_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.member",
                    ),
                ),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
                (
                    "instead_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="bulletins",
                        to="desk.replytemplate",
                    ),
                ),
            ],
            options={
                "ordering": ["-starts_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "number"), name="bulletin_once_per_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="TemplateFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="core.attachment")),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="desk.replytemplate"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TemplateVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("texts", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("waiting", "Waiting for approval"),
                            ("approved", "Approved"),
                            ("sent_back", "Sent back"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("effective_on", models.DateField(blank=True, null=True)),
                ("said", models.CharField(blank=True, max_length=300)),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.member",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.member",
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="desk.replytemplate"
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("template", "number"), name="template_version_once_per_number")
                ],
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
                ("judged_by", models.PositiveIntegerField(blank=True, null=True)),
                ("placed_by_person", models.BooleanField(default=False)),
                ("touched_at", models.DateTimeField(blank=True, null=True)),
                ("purged_at", models.DateTimeField(blank=True, null=True)),
                ("waiting_since", models.DateTimeField(blank=True, null=True)),
                ("platform_due_at", models.DateTimeField(blank=True, null=True)),
                ("office_due_at", models.DateTimeField(blank=True, null=True)),
                ("assigned_at", models.DateTimeField(blank=True, null=True)),
                ("snoozed_until", models.DateTimeField(blank=True, null=True)),
                ("case_id", models.CharField(blank=True, max_length=80)),
                ("reply_to", fupan.core.fields.EncryptedTextField(blank=True)),
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
                ("followers", models.ManyToManyField(blank=True, related_name="followed", to="people.member")),
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
                    models.Index(fields=["workspace", "-opened_at", "-id", "subject"], name="ticket_newest"),
                    models.Index(
                        condition=models.Q(("issue_type", None)), fields=["workspace"], name="ticket_unlabelled"
                    ),
                    models.Index(fields=["workspace", "label_source"], name="ticket_by_label_source"),
                    models.Index(
                        condition=models.Q(("stars__isnull", False)),
                        fields=["workspace", "stars"],
                        name="ticket_by_stars",
                    ),
                    models.Index(fields=["workspace", "week"], name="ticket_by_week"),
                    models.Index(fields=["workspace", "state", "-opened_at"], name="ticket_by_state"),
                    models.Index(fields=["workspace", "order_number"], name="ticket_by_order_number"),
                    models.Index(fields=["import_id"], name="ticket_by_import"),
                    models.Index(fields=["workspace", "buyer_key"], name="ticket_by_buyer"),
                    models.Index(fields=["workspace", "state", "platform_due_at"], name="ticket_by_time_left"),
                    models.Index(fields=["workspace", "assignee", "state"], name="ticket_by_assignee"),
                    models.Index(
                        condition=models.Q(("snoozed_until__isnull", False)),
                        fields=["snoozed_until"],
                        name="ticket_asleep",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BulletinRead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "bulletin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reads", to="desk.bulletin"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.member"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("bulletin", "member", "version"), name="bulletin_read_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "side",
                    models.CharField(
                        choices=[("buyer", "Buyer"), ("seller", "Us"), ("note", "Internal note")], max_length=6
                    ),
                ),
                ("text", fupan.core.fields.EncryptedTextField(blank=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="people.member"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="desk.ticket"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("ticket", "side", "by"), name="draft_once")],
            },
        ),
        migrations.CreateModel(
            name="Escalation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tier", models.PositiveSmallIntegerField(default=2)),
                ("role", models.CharField(blank=True, max_length=20)),
                ("reason", models.CharField(max_length=12)),
                ("tried", models.TextField(blank=True, verbose_name="what was tried")),
                ("wants", models.TextField(blank=True, verbose_name="what the buyer wants")),
                ("amount", models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("default", models.CharField(default="approve", max_length=8)),
                ("at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("taken", "Taken"),
                            ("approved", "Approved"),
                            ("declined", "Declined"),
                            ("by_default", "Decided by default"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("said", models.TextField(blank=True)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.member",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.member",
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="escalated_to",
                        to="people.member",
                    ),
                ),
                (
                    "resolution",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="desk.resolution"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="escalations", to="desk.ticket"
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="HelpAsked",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("about", models.CharField(max_length=300)),
                ("at", models.DateTimeField()),
                ("answer", models.CharField(blank=True, max_length=500)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.member",
                    ),
                ),
                (
                    "bulletin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="asked", to="desk.bulletin"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.member",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.department"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="desk.ticket",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("message_ids", models.JSONField(default=list)),
                ("before", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.member",
                    ),
                ),
                (
                    "into",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="merges_into_it", to="desk.ticket"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="merges", to="desk.ticket"
                    ),
                ),
            ],
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
                ("outside_id", models.CharField(blank=True, max_length=255)),
                ("quoted", fupan.core.fields.EncryptedTextField(blank=True)),
                (
                    "sending",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("queued", "About to be sent"),
                            ("claimed", "Being sent"),
                            ("sent", "Sent"),
                            ("failed", "Not delivered"),
                            ("by_hand", "Answered elsewhere"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("send_after", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("failure", models.CharField(blank=True, max_length=300)),
                ("then", models.CharField(blank=True, max_length=8)),
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
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("outside_id", ""), _negated=True),
                        fields=("workspace", "outside_id"),
                        name="message_once_per_outside_id",
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("sending__in", ["queued", "claimed"])),
                        fields=["send_after"],
                        name="message_to_send",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("writing", models.BooleanField(default=False)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.member"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="present", to="desk.ticket"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("ticket", "member"), name="presence_once")],
            },
        ),
        migrations.CreateModel(
            name="Routing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("why", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                (
                    "to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.member",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="fired",
                        to="desk.routingrule",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="routings", to="desk.ticket"
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Survey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("secret", models.CharField(max_length=64, unique=True)),
                ("sent_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("score", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=20)),
                ("comment", models.TextField(blank=True)),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="surveys", to="desk.ticket"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("ticket",), name="survey_once_per_ticket"),
                    models.CheckConstraint(
                        condition=models.Q(("score", None), ("score__range", (1, 5)), _connector="OR"),
                        name="survey_score_1_to_5",
                    ),
                ],
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
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField()),
                ("outcome", models.CharField(blank=True, max_length=300, verbose_name="what came of it")),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "cause",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="desk.cause",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="follow_ups",
                        to="people.member",
                    ),
                ),
                (
                    "survey",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="follow_up", to="desk.survey"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="mentions", to="people.member"
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="mentions", to="desk.message"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("message", "member"), name="mention_once")],
            },
        ),
        migrations.CreateModel(
            name="MessageFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("refused", models.CharField(blank=True, max_length=300)),
                (
                    "file",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="core.attachment"
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="desk.message"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TemplateUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("language", models.CharField(max_length=5)),
                ("changed", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="templates", to="desk.message"
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="uses", to="desk.replytemplate"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="template_uses", to="desk.ticket"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("template", "message"), name="template_once_per_message")
                ],
            },
        ),
    ]
