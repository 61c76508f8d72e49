import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("commerce", "0001_start"),
        ("core", "0001_start"),
        ("desk", "0001_start"),
        ("people", "0001_start"),
    ]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("in_review", "In review"),
                            ("published", "Published"),
                            ("needs_verification", "Needs checking"),
                            ("archived", "Archived"),
                        ],
                        default="draft",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("title", models.CharField(max_length=160, verbose_name="the lesson in one line")),
                ("happened_on", models.DateField(blank=True, null=True, verbose_name="day")),
                ("took", models.DurationField(blank=True, null=True)),
                ("order_masked", models.CharField(blank=True, max_length=64, verbose_name="order number, masked")),
                ("demand", models.TextField(blank=True, verbose_name="what the buyer wanted")),
                ("quote", models.TextField(blank=True, verbose_name="the buyer’s words, redacted")),
                ("quote_language", models.CharField(blank=True, max_length=5, verbose_name="language")),
                ("quote_gloss", models.TextField(blank=True, verbose_name="the same in our language")),
                ("cause_confirmed", models.BooleanField(default=False, verbose_name="confirmed")),
                ("cause_text", models.TextField(blank=True, verbose_name="why it happened")),
                ("steps", models.JSONField(default=list)),
                ("wording", models.TextField(blank=True, verbose_name="wording used")),
                ("wording_language", models.CharField(blank=True, max_length=5, verbose_name="language")),
                ("points", models.JSONField(default=list)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("success", "Success"), ("partial", "Partly solved"), ("failed", "Failed")],
                        max_length=8,
                        verbose_name="outcome",
                    ),
                ),
                ("outcome_text", models.TextField(blank=True, verbose_name="how it ended")),
                (
                    "cost",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="cost"),
                ),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("lessons", models.TextField(blank=True, verbose_name="learnt")),
                ("avoid", models.TextField(blank=True, verbose_name="do not do this")),
                ("suggestion", models.TextField(blank=True, verbose_name="suggestion")),
                ("refs", models.JSONField(default=list)),
                ("made_at", models.DateTimeField()),
                ("edited_at", models.DateTimeField()),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("check_on", models.DateField(blank=True, null=True, verbose_name="check again on")),
                ("check_when", models.CharField(blank=True, max_length=160, verbose_name="or when")),
                ("state_reason", models.CharField(blank=True, max_length=300)),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="cases_written",
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
                    "issue_type",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="desk.issuetype"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="commerce.product"
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="replaces",
                        to="library.case",
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.member",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="commerce.shop"
                    ),
                ),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
                ("tags", models.ManyToManyField(blank=True, related_name="cases", to="desk.tag")),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [models.UniqueConstraint(fields=("workspace", "number"), name="case_once_per_number")],
                "indexes": [models.Index(fields=["workspace", "state", "-number"], name="case_by_state")],
            },
        ),
        migrations.CreateModel(
            name="CaseList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("about", models.CharField(blank=True, max_length=200, verbose_name="for whom")),
                ("version", models.PositiveIntegerField(default=1)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.member",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="case_lists", to="people.workspace"
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
                "constraints": [models.UniqueConstraint(fields=("workspace", "name"), name="case_list_once_per_name")],
            },
        ),
        migrations.CreateModel(
            name="DebtRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("refund", "refunded more than a limit"),
                            ("escalated", "handed up to tier 2"),
                            ("claim", "a claim with the marketplace"),
                            ("long", "many replies were needed"),
                            ("picked", "picked by hand"),
                        ],
                        max_length=10,
                    ),
                ),
                ("active", models.BooleanField(default=True)),
                ("threshold", models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True)),
                ("hours", models.PositiveSmallIntegerField(default=24)),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="debt_rules", to="people.workspace"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("workspace", "reason"), name="debt_rule_once")],
            },
        ),
        migrations.CreateModel(
            name="Lack",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[("tickets", "Tickets without a good case"), ("search", "Searches that found nothing")],
                        max_length=8,
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=200)),
                ("count", models.PositiveIntegerField()),
                ("used", models.PositiveIntegerField(default=0)),
                ("looked", models.PositiveSmallIntegerField(default=0)),
                ("unlike", models.PositiveSmallIntegerField(default=0)),
                ("people", models.PositiveSmallIntegerField(default=0)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("found_at", models.DateTimeField()),
                ("dismissed_at", models.DateTimeField(blank=True, null=True)),
                ("dismissed_count", models.PositiveIntegerField(default=0)),
                ("dismiss_reason", models.CharField(blank=True, max_length=200, verbose_name="why it is not needed")),
                (
                    "dismissed_by",
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
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to="desk.issuetype"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to="commerce.product"
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
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lacks", to="people.workspace"
                    ),
                ),
            ],
            options={
                "ordering": ["-count", "pk"],
                "constraints": [models.UniqueConstraint(fields=("workspace", "key"), name="lack_once_per_key")],
            },
        ),
        migrations.CreateModel(
            name="LackLook",
            fields=[
                (
                    "workspace",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="people.workspace",
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Search",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=200)),
                ("hits", models.PositiveIntegerField()),
                ("opened_kind", models.CharField(blank=True, max_length=12)),
                ("opened_id", models.BigIntegerField(blank=True, null=True)),
                ("at", models.DateTimeField()),
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
                    "ticket",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="desk.ticket",
                    ),
                ),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "indexes": [models.Index(fields=["workspace", "-at"], name="search_newest")],
            },
        ),
        migrations.CreateModel(
            name="SearchIndex",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("folder", models.CharField(blank=True, max_length=40)),
                ("stamp", models.PositiveBigIntegerField(default=0)),
                ("building", models.CharField(blank=True, max_length=40)),
                ("built_kind", models.PositiveSmallIntegerField(default=0)),
                ("built_to", models.BigIntegerField(default=0)),
                ("built_at", models.DateTimeField(blank=True, null=True)),
                (
                    "workspace",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="search_index", to="people.workspace"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Synonyms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(blank=True, verbose_name="words that mean the same")),
                ("version", models.PositiveIntegerField(default=0)),
                ("at", models.DateTimeField(blank=True, null=True)),
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
                    "workspace",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="synonyms", to="people.workspace"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Article",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sop", "Procedure"),
                            ("pitfall", "Pitfall guide"),
                            ("faq", "Questions and answers"),
                            ("tree", "Decision tree"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("in_review", "In review"),
                            ("published", "Published"),
                            ("needs_verification", "Needs checking"),
                            ("archived", "Archived"),
                        ],
                        default="draft",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="title")),
                ("about", models.TextField(blank=True, verbose_name="what it is for")),
                ("content", models.JSONField(default=dict)),
                ("version", models.PositiveIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="check again on")),
                ("expires_why", models.CharField(blank=True, max_length=160, verbose_name="because")),
                ("state_reason", models.CharField(blank=True, max_length=300)),
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
                    "product",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="commerce.product"
                    ),
                ),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
                ("tags", models.ManyToManyField(blank=True, related_name="articles", to="desk.tag")),
                ("cases", models.ManyToManyField(blank=True, related_name="articles", to="library.case")),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "number"), name="article_once_per_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseDebt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("refund", "refunded more than a limit"),
                            ("escalated", "handed up to tier 2"),
                            ("claim", "a claim with the marketplace"),
                            ("long", "many replies were needed"),
                            ("picked", "picked by hand"),
                        ],
                        max_length=10,
                    ),
                ),
                ("owed_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("paid_at", models.DateTimeField(blank=True, null=True)),
                ("waived_at", models.DateTimeField(blank=True, null=True)),
                ("waive_reason", models.CharField(blank=True, max_length=200, verbose_name="why no case is needed")),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="library.case",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="case_debts",
                        to="people.member",
                    ),
                ),
                (
                    "picked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.member",
                    ),
                ),
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="case_debt", to="desk.ticket"
                    ),
                ),
                (
                    "waived_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.member",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="case_debts", to="people.workspace"
                    ),
                ),
            ],
            options={
                "ordering": ["due_at", "pk"],
                "indexes": [models.Index(fields=["workspace", "paid_at", "due_at"], name="debt_by_due")],
            },
        ),
        migrations.CreateModel(
            name="CaseEvidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=120, verbose_name="what it shows")),
                (
                    "masking",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "not looked at yet"),
                            ("clean", "shows nobody’s data"),
                            ("masked", "names and addresses covered"),
                        ],
                        default="",
                        max_length=8,
                        verbose_name="personal data",
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "attachment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.attachment",
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
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="evidence", to="library.case"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="CaseListItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveIntegerField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="in_lists", to="library.case"
                    ),
                ),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="library.caselist"
                    ),
                ),
            ],
            options={
                "ordering": ["place", "pk"],
                "constraints": [models.UniqueConstraint(fields=("of", "case"), name="case_once_per_list")],
            },
        ),
        migrations.CreateModel(
            name="CaseRead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reads", to="library.case"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="cases_read", to="people.member"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("case", "member"), name="case_read_once")],
            },
        ),
        migrations.CreateModel(
            name="CaseReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("passed", models.BooleanField()),
                ("complete", models.BooleanField(default=False, verbose_name="complete")),
                ("cause_right", models.BooleanField(default=False, verbose_name="cause right")),
                ("can_follow", models.BooleanField(default=False, verbose_name="can be followed")),
                ("data_removed", models.BooleanField(default=False, verbose_name="personal data removed")),
                ("remark", models.TextField(blank=True, verbose_name="remark")),
                ("at", models.DateTimeField()),
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
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reviews", to="library.case"
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="CaseRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("note", models.CharField(blank=True, max_length=160, verbose_name="what changed")),
                ("at", models.DateTimeField()),
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
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="revisions", to="library.case"
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [models.UniqueConstraint(fields=("case", "number"), name="case_revision_once")],
            },
        ),
        migrations.CreateModel(
            name="CaseTicket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
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
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links", to="library.case"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="desk.ticket"),
                ),
            ],
            options={
                "ordering": ["-source", "pk"],
                "constraints": [models.UniqueConstraint(fields=("case", "ticket"), name="case_ticket_once")],
            },
        ),
        migrations.CreateModel(
            name="ArticleVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("in_review", "Waits for approval"),
                            ("approved", "Approved, not in force yet"),
                            ("in_force", "In force"),
                            ("past", "Past"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("stamp", models.PositiveIntegerField(default=1)),
                ("content", models.JSONField()),
                ("note", models.CharField(blank=True, max_length=160, verbose_name="what changed")),
                ("effective_on", models.DateField(blank=True, null=True, verbose_name="in force from")),
                ("at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("remark", models.TextField(blank=True, verbose_name="remark")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="library.article"
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
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.member",
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [models.UniqueConstraint(fields=("article", "number"), name="article_version_once")],
            },
        ),
        migrations.CreateModel(
            name="CaseUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("helpful", models.BooleanField(blank=True, null=True)),
                (
                    "article",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uses",
                        to="library.article",
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
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uses",
                        to="library.case",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="library_uses", to="desk.ticket"
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("article__isnull", False), ("case", None)),
                            models.Q(("article", None), ("case__isnull", False)),
                            _connector="OR",
                        ),
                        name="use_of_one_thing",
                    ),
                    models.UniqueConstraint(fields=("case", "ticket"), name="case_used_once_per_ticket"),
                    models.UniqueConstraint(fields=("article", "ticket"), name="article_used_once_per_ticket"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Flag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=300, verbose_name="what is wrong")),
                ("at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.CharField(blank=True, max_length=300, verbose_name="answer")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="flags", to="library.article"
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
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.member",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("case", "Case"),
                            ("faq", "Questions and answers"),
                            ("sop", "Procedure"),
                            ("pitfall", "Pitfall guide"),
                            ("template", "Reply template"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("accepted", "Taken up"), ("declined", "Declined")],
                        default="open",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("title", models.CharField(blank=True, max_length=160, verbose_name="title")),
                ("typical", models.JSONField(default=list)),
                ("size", models.PositiveIntegerField(default=0)),
                ("reasons", models.JSONField(default=list)),
                ("words", models.JSONField(default=dict)),
                ("refs", models.JSONField(default=list)),
                ("made_at", models.DateTimeField()),
                ("grown_at", models.DateTimeField(blank=True, null=True)),
                ("declined_size", models.PositiveIntegerField(default=0)),
                ("decline_reason", models.CharField(blank=True, max_length=300, verbose_name="why not")),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "article",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="library.article",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="library.case",
                    ),
                ),
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
                    "issue_type",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="desk.issuetype"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="commerce.product"
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="proposals", to="people.workspace"
                    ),
                ),
                ("tickets", models.ManyToManyField(blank=True, related_name="+", to="desk.ticket")),
            ],
            options={
                "ordering": ["-size", "-pk"],
                "constraints": [models.UniqueConstraint(fields=("workspace", "key"), name="proposal_once_per_key")],
                "indexes": [models.Index(fields=["workspace", "state", "-size"], name="proposal_by_state")],
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("at_node", models.CharField(max_length=40)),
                ("path", models.JSONField(default=list)),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="runs", to="library.article"
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
                    "ticket",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="desk.ticket",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
    ]
