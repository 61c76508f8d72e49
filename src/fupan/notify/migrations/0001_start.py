import django.db.models.deletion
import fupan.core.fields
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_start"),
    ]

    operations = [
        migrations.CreateModel(
            name="Destination",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("wecom", "WeCom robot"),
                            ("dingtalk", "DingTalk robot"),
                            ("feishu", "Feishu / Lark robot"),
                            ("webhook", "Webhook"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("url", fupan.core.fields.EncryptedTextField(verbose_name="address")),
                ("secret", fupan.core.fields.EncryptedTextField(blank=True, verbose_name="secret")),
                ("robot", models.CharField(max_length=24)),
                ("topics", models.JSONField(default=list)),
                ("language", models.CharField(default="zh-hans", max_length=10, verbose_name="language")),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                ("paused_until", models.DateTimeField(blank=True, null=True)),
                ("last_ok_at", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="destinations",
                        to="people.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="destinations", to="people.workspace"
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
                "indexes": [models.Index(fields=["robot"], name="destination_robot")],
            },
        ),
        migrations.CreateModel(
            name="Mail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("to", models.EmailField(max_length=254)),
                ("subject", models.CharField(max_length=300)),
                ("text", models.TextField()),
                ("html", models.TextField(blank=True)),
                ("once", models.CharField(max_length=120, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("not_before", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("error", models.CharField(blank=True, max_length=500)),
                (
                    "member",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to="people.member"
                    ),
                ),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
            ],
            options={
                "indexes": [models.Index(fields=["sent_at", "not_before"], name="mail_waiting")],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("review", "The weekly review is ready"),
                            ("digest", "Digest of my department"),
                            ("signal", "A signal was noticed"),
                            ("import", "An import ended"),
                            ("invitation", "Invitations"),
                            ("problem", "What became of my report"),
                            ("meeting", "Meetings and minutes"),
                            ("action", "My actions"),
                            ("verdict", "A verdict is in"),
                            ("case", "Cases and articles"),
                            ("ticket", "My tickets: mentions, what I follow, what is handed to me"),
                            ("escalation", "Decisions that wait"),
                            ("bulletin", "War room: bulletins and help asked of my department"),
                        ],
                        max_length=20,
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("context", models.JSONField(default=dict)),
                ("url", models.CharField(blank=True, max_length=300)),
                ("once", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("hidden", models.BooleanField(default=False)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notices", to="people.member"
                    ),
                ),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("member", "once"), name="notice_said_once")],
                "indexes": [models.Index(fields=["member", "read_at", "-id"], name="notice_unread")],
            },
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("review", "The weekly review is ready"),
                            ("digest", "Digest of my department"),
                            ("signal", "A signal was noticed"),
                            ("import", "An import ended"),
                            ("invitation", "Invitations"),
                            ("problem", "What became of my report"),
                            ("meeting", "Meetings and minutes"),
                            ("action", "My actions"),
                            ("verdict", "A verdict is in"),
                            ("case", "Cases and articles"),
                            ("ticket", "My tickets: mentions, what I follow, what is handed to me"),
                            ("escalation", "Decisions that wait"),
                            ("bulletin", "War room: bulletins and help asked of my department"),
                        ],
                        max_length=20,
                    ),
                ),
                ("in_app", models.BooleanField(default=True, verbose_name="in the product")),
                ("email", models.BooleanField(default=True, verbose_name="by e-mail")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="preferences", to="people.member"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("member", "topic"), name="preference_once_per_topic")],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("event_id", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "topic",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("review", "The weekly review is ready"),
                            ("digest", "Digest of my department"),
                            ("signal", "A signal was noticed"),
                            ("import", "An import ended"),
                            ("invitation", "Invitations"),
                            ("problem", "What became of my report"),
                            ("meeting", "Meetings and minutes"),
                            ("action", "My actions"),
                            ("verdict", "A verdict is in"),
                            ("case", "Cases and articles"),
                            ("ticket", "My tickets: mentions, what I follow, what is handed to me"),
                            ("escalation", "Decisions that wait"),
                            ("bulletin", "War room: bulletins and help asked of my department"),
                        ],
                        max_length=20,
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("message", models.JSONField(default=dict)),
                ("numbers", models.JSONField(default=dict)),
                ("once", models.CharField(max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("sent", "sent"), ("failed", "failed")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("at", models.DateTimeField()),
                ("next_try_at", models.DateTimeField(blank=True, null=True)),
                ("last_try_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("code", models.CharField(blank=True, max_length=40)),
                ("answer", models.CharField(blank=True, max_length=300)),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.workspace")),
                (
                    "destination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="deliveries", to="notify.destination"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("destination", "once"), name="delivery_once")],
                "indexes": [
                    models.Index(fields=["state", "next_try_at"], name="delivery_waiting"),
                    models.Index(fields=["destination", "-id"], name="delivery_log"),
                ],
            },
        ),
    ]
