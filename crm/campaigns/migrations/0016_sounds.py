"""Sounds to choose from; the names that campaigns and templates had typed in become some."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

HELP = "The customer hears it when she answers, before she is joined with the agent. None: they are joined at once."
NO_SOUND = ("", "local_stream://moh")


def typed_names(apps, _editor):
    """They stay valid. The switches have those files, so nothing more is known of them here."""
    sound = apps.get_model("campaigns", "Sound")
    for model in ("Campaign", "CampaignTemplate"):
        for field in ("prompt", "music"):
            named = apps.get_model("campaigns", model).objects.exclude(**{f"{field}__in": NO_SOUND})
            for file in named.order_by().values_list(field, flat=True).distinct():
                sound.objects.get_or_create(kind=field, file=file, defaults={"name": file})


def prompt():
    return models.CharField("prompt before the talk", blank=True, default="", help_text=HELP, max_length=120)


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0015_orders_of_tokens"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField("campaign", "prompt", prompt()),
        migrations.AlterField("campaigntemplate", "prompt", prompt()),
        migrations.CreateModel(
            name="Sound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="Name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("prompt", "prompt before the talk"), ("music", "music on hold")],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("file", models.CharField(editable=False, max_length=120, verbose_name="file")),
                (
                    "sha256",
                    models.CharField(blank=True, default="", editable=False, max_length=64, verbose_name="checksum (SHA-256)"),
                ),
                ("size", models.PositiveIntegerField(editable=False, null=True, verbose_name="bytes")),
                ("ms", models.PositiveIntegerField(editable=False, null=True, verbose_name="milliseconds")),
                ("added_at", models.DateTimeField(auto_now_add=True, verbose_name="added at")),
                (
                    "added_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
            ],
            options={
                "verbose_name": "sound",
                "verbose_name_plural": "sounds",
                "ordering": ["kind", "name", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "name"),
                        name="sound_name_once",
                        violation_error_message="There is a sound of this name already.",
                    ),
                    models.UniqueConstraint(fields=("kind", "file"), name="sound_file_once"),
                ],
            },
        ),
        migrations.RunPython(typed_names, migrations.RunPython.noop),
    ]
