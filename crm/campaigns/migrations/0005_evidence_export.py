"""Evidence goes into files."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0004_lead_shelves"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EvidenceExport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("form", models.CharField(max_length=8)),
                ("language", models.CharField(max_length=10)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("writing", "being written"),
                            ("ready", "ready"),
                            ("cancelled", "cancelled"),
                            ("failed", "failed"),
                            ("expired", "removed"),
                        ],
                        default="waiting",
                        max_length=12,
                    ),
                ),
                ("expected", models.PositiveIntegerField(null=True)),
                ("written", models.PositiveIntegerField(default=0)),
                ("begun", models.PositiveIntegerField(default=0)),
                ("size", models.BigIntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=32)),
                ("filters", models.JSONField(default=dict)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "export of evidence",
                "verbose_name_plural": "exports of evidence",
                "indexes": [
                    models.Index(fields=["owner", "-asked_at"], name="evidence_export_hers"),
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "writing", "ready"])),
                        fields=["asked_at"],
                        name="evidence_export_live",
                    ),
                ],
            },
        ),
    ]
