import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("action", "0001_start"),
        ("people", "0001_start"),
        ("review", "0001_start"),
    ]

    operations = [
        migrations.CreateModel(
            name="Check",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("collecting", "collecting"), ("decided", "decided"), ("stopped", "stopped")],
                        default="collecting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "clock",
                    models.CharField(
                        choices=[
                            ("contact", "by the day the buyer wrote"),
                            ("order", "by the day of the order"),
                            ("batch", "by batch"),
                        ],
                        max_length=8,
                        verbose_name="clock",
                    ),
                ),
                ("carried_on", models.DateField(verbose_name="carried out on")),
                ("effective_on", models.DateField(verbose_name="can show from")),
                ("design", models.JSONField()),
                ("design_hash", models.CharField(max_length=64)),
                ("frozen_at", models.DateTimeField()),
                ("due_week", models.IntegerField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("next_step", models.CharField(blank=True, max_length=12)),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="checks", to="action.action"
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="checks", to="people.workspace"
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "stopped"), _negated=True),
                        fields=("action",),
                        name="check_one_alive_per_action",
                    )
                ],
                "indexes": [models.Index(fields=["workspace", "state", "due_week"], name="check_due")],
            },
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.IntegerField()),
                ("until", models.IntegerField()),
                ("weeks", models.JSONField(default=list)),
                ("seen", models.CharField(blank=True, max_length=64)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "problem",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="watch", to="review.problem"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Carrying",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "answer",
                    models.CharField(
                        choices=[("yes", "carried out"), ("partly", "half carried out"), ("no", "not carried out")],
                        max_length=6,
                    ),
                ),
                ("share", models.FloatField(blank=True, null=True)),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
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
                    "check_of",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="carrying", to="verification.check"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week", models.IntegerField()),
                ("weeks_after", models.PositiveSmallIntegerField()),
                ("planned", models.BooleanField(default=False)),
                ("final", models.BooleanField(default=False)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("effective", "effective"),
                            ("not_effective", "not effective"),
                            ("harmful", "harmful"),
                            ("inconclusive", "not enough data yet"),
                        ],
                        max_length=14,
                        verbose_name="verdict",
                    ),
                ),
                ("change", models.FloatField(blank=True, null=True)),
                ("low", models.FloatField(blank=True, null=True)),
                ("high", models.FloatField(blank=True, null=True)),
                ("mde", models.FloatField(blank=True, null=True)),
                ("weeks_needed", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("prevented", models.FloatField(blank=True, null=True)),
                ("prevented_low", models.FloatField(blank=True, null=True)),
                ("prevented_high", models.FloatField(blank=True, null=True)),
                ("money", models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                ("warnings", models.JSONField(default=list)),
                ("numbers", models.JSONField(default=dict)),
                ("facts", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("recomputed", models.JSONField(default=list)),
                (
                    "check_of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="looks", to="verification.check"
                    ),
                ),
            ],
            options={
                "ordering": ["week"],
                "constraints": [models.UniqueConstraint(fields=("check_of", "week"), name="look_once_a_week")],
            },
        ),
    ]
