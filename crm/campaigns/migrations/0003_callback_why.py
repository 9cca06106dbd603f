"""A callback says why it waits."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0002_evidence_append_only")]
    operations = [
        migrations.AddField(
            model_name="callback", name="why", field=models.CharField(blank=True, default="", max_length=16)
        ),
    ]
