import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_start"),
        ("people", "0001_start"),
        ("review", "0001_start"),
    ]

    operations = [
        migrations.CreateModel(
            name="Action",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("listing", "Listing / A+"),
                            ("supplier", "Supplier"),
                            ("packaging", "Packaging"),
                            ("logistics", "Logistics"),
                            ("template", "Reply template"),
                            ("process", "Process"),
                            ("training", "Training"),
                        ],
                        max_length=10,
                        verbose_name="type",
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="what")),
                ("detail", models.TextField(blank=True, max_length=4000, verbose_name="where, how, how much")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("todo", "To do"),
                            ("doing", "Under way"),
                            ("done", "Carried out, to be verified"),
                            ("verified", "Verified"),
                            ("dropped", "Dropped"),
                        ],
                        default="todo",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("position", models.FloatField(default=0.0)),
                ("deadline", models.DateField(verbose_name="deadline")),
                ("round", models.PositiveSmallIntegerField(default=1)),
                ("subject", models.JSONField(default=dict)),
                ("metric", models.CharField(max_length=40, verbose_name="metric")),
                ("slice", models.CharField(blank=True, max_length=300)),
                ("change", models.FloatField(verbose_name="target change")),
                ("window", models.PositiveSmallIntegerField(default=8, verbose_name="weeks until the verdict")),
                ("weeks_needed", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("blocked", models.CharField(blank=True, max_length=300, verbose_name="blocked by")),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("carried_on", models.DateField(blank=True, null=True, verbose_name="carried out on")),
                ("dropped_because", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("verdict", models.JSONField(default=dict)),
                ("escalated_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "copied_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="copies",
                        to="action.action",
                    ),
                ),
                (
                    "created_by",
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="actions",
                        to="people.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="actions",
                        to="review.meeting",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="actions",
                        to="people.member",
                        verbose_name="owner",
                    ),
                ),
                (
                    "problem",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="actions",
                        to="review.problem",
                        verbose_name="problem",
                    ),
                ),
                (
                    "why",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="actions",
                        to="review.why",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="actions", to="people.workspace"
                    ),
                ),
            ],
            options={
                "ordering": ["deadline", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "number"), name="action_once_per_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["done", "verified"]), _negated=True),
                            ("carried_on__isnull", False),
                            _connector="OR",
                        ),
                        name="action_done_has_a_day",
                    ),
                ],
                "indexes": [models.Index(fields=["workspace", "state", "deadline"], name="action_by_state")],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(max_length=4000, verbose_name="comment")),
                ("guest", models.CharField(blank=True, max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="comments", to="action.action"
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
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="GuestLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="for whom")),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="guest_links", to="action.action"
                    ),
                ),
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
            ],
        ),
        migrations.CreateModel(
            name="Proof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(choices=[("file", "file"), ("link", "link"), ("note", "note")], max_length=4),
                ),
                ("url", models.URLField(blank=True, max_length=500, verbose_name="address")),
                ("text", models.CharField(blank=True, max_length=300, verbose_name="what it shows")),
                ("place", models.CharField(blank=True, max_length=80, verbose_name="where")),
                ("day", models.DateField(blank=True, null=True, verbose_name="since")),
                ("guest", models.CharField(blank=True, max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="proofs", to="action.action"
                    ),
                ),
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
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=200, verbose_name="step")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="action.action"
                    ),
                ),
                (
                    "done_by",
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
                "ordering": ["position", "pk"],
            },
        ),
    ]
