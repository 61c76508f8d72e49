import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_start"),
    ]

    operations = [
        migrations.CreateModel(
            name="FactFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(max_length=20)),
                ("week", models.IntegerField()),
                ("name", models.CharField(max_length=80)),
                ("rows", models.PositiveIntegerField()),
                ("built_at", models.DateTimeField()),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "table", "week"), name="fact_file_once_per_week")
                ],
            },
        ),
        migrations.CreateModel(
            name="SignalSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("q", models.FloatField(default=0.1, verbose_name="share of false alarms accepted")),
                ("budget", models.PositiveSmallIntegerField(default=10, verbose_name="new alarms a week, at most")),
                ("screened", models.CharField(blank=True, max_length=64)),
                (
                    "workspace",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signal_settings",
                        to="people.workspace",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("q__gt", 0), ("q__lt", 1)), name="signal_q_is_a_share"),
                    models.CheckConstraint(condition=models.Q(("budget__gte", 1)), name="signal_budget_at_least_one"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SubTopic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("issue_type", models.CharField(max_length=40)),
                ("term", models.CharField(max_length=120, verbose_name="term")),
                ("terms", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[("candidate", "candidate"), ("promoted", "sub-topic"), ("dropped", "dropped")],
                        default="candidate",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("first_week", models.IntegerField()),
                ("last_week", models.IntegerField()),
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
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sub_topics", to="people.workspace"
                    ),
                ),
            ],
            options={
                "ordering": ["-last_week", "issue_type", "term"],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "issue_type", "term"), name="sub_topic_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("metric", models.CharField(max_length=40, verbose_name="metric")),
                ("bound", models.FloatField(verbose_name="bound")),
                ("slice", models.CharField(blank=True, max_length=300)),
                ("valid_from", models.DateField(verbose_name="from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="to")),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="targets", to="people.workspace"
                    ),
                ),
            ],
            options={
                "ordering": ["metric", "valid_from"],
            },
        ),
        migrations.CreateModel(
            name="Signal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("outbreak", "outbreak"),
                            ("drift", "slow rise"),
                            ("target", "target missed"),
                            ("topic", "new topic"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("snoozed", "snoozed"),
                            ("dismissed", "not real"),
                            ("closed", "closed"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("metric", models.CharField(default="incident_rate", max_length=40, verbose_name="metric")),
                ("slice", models.CharField(blank=True, max_length=300)),
                ("week", models.IntegerField()),
                ("last_week", models.IntegerField()),
                ("quiet", models.PositiveSmallIntegerField(default=0)),
                ("observed", models.FloatField()),
                ("expected", models.FloatField()),
                ("upper", models.FloatField()),
                ("excess", models.FloatField()),
                ("pvalue", models.FloatField()),
                ("score", models.FloatField()),
                ("causes", models.JSONField(default=list)),
                ("external", models.BooleanField(default=False)),
                ("band", models.JSONField(default=list)),
                ("cost_week", models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                ("snoozed_until", models.DateField(blank=True, null=True, verbose_name="until")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
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
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="signals", to="people.workspace"
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signals",
                        to="insight.subtopic",
                    ),
                ),
            ],
            options={
                "ordering": ["-last_week", "-excess", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["open", "snoozed"]), ("topic", None)),
                        fields=("workspace", "kind", "metric", "slice"),
                        name="signal_once_per_slice",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["open", "snoozed"])),
                        fields=("topic",),
                        name="signal_once_per_topic",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "snoozed"), _negated=True),
                            ("snoozed_until__isnull", False),
                            _connector="OR",
                        ),
                        name="snoozed_signal_has_a_day",
                    ),
                ],
                "indexes": [models.Index(fields=["workspace", "state", "-last_week"], name="signal_newest")],
            },
        ),
        migrations.CreateModel(
            name="SubTopicWeek",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week", models.IntegerField()),
                ("now", models.PositiveIntegerField()),
                ("of_now", models.PositiveIntegerField()),
                ("before", models.PositiveIntegerField()),
                ("of_before", models.PositiveIntegerField()),
                ("ratio", models.FloatField(blank=True, null=True)),
                ("low", models.FloatField()),
                ("pvalue", models.FloatField()),
                ("tickets", models.JSONField(default=list)),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="weeks", to="insight.subtopic"
                    ),
                ),
            ],
            options={
                "ordering": ["-week"],
                "constraints": [models.UniqueConstraint(fields=("topic", "week"), name="sub_topic_once_a_week")],
            },
        ),
    ]
