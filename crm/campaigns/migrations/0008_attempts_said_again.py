"""Attempts are found of which something is to be told anew."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0007_evidence_is_kept_for_years")]
    operations = [
        migrations.AddIndex(
            "attempt",
            models.Index(condition=models.Q(("restated", True)), fields=["ended_at"], name="attempt_restated"),
        ),
        migrations.AddIndex(
            "attempt",
            models.Index(
                condition=models.Q(("recorded", False), ("state", "ended")),
                fields=["ended_at"],
                name="attempt_unrecorded",
            ),
        ),
    ]
