import django.contrib.postgres.fields
from django.db import migrations, models

KINDS = ("queue", "agent", "trunk", "calls", "parts", "callers", "flows", "numbers")


class Migration(migrations.Migration):
    """A mark names several keys: one row for each statement and quarter of an hour, not one for each key."""

    dependencies = [("reports", "0003_saved_reports")]

    operations = [
        # What a flow came to is read from its visit now, not from the fact.
        migrations.RunSQL("DROP FUNCTION IF EXISTS reports_mark_flow() CASCADE", migrations.RunSQL.noop),
        migrations.AddField(
            "mark",
            "keys",
            django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), default=list, size=None),
            preserve_default=False,
        ),
        migrations.RunSQL("UPDATE reports_mark SET keys = ARRAY[key]", migrations.RunSQL.noop),
        migrations.RemoveField("mark", "key"),
        migrations.AlterField(
            "mark", "kind", models.CharField(max_length=8, choices=[(kind, kind.capitalize()) for kind in KINDS])
        ),
    ]
