from django.db import migrations, models


class Migration(migrations.Migration):
    """What was opened before was told by mail when it was opened or cleared; it is not told once more."""

    dependencies = [("alarms", "0001_initial")]

    operations = [
        migrations.AddField("alarm", "told", models.CharField(blank=True, db_default="", default="", max_length=16)),
        migrations.RunSQL(
            "UPDATE alarms_alarm SET told = CASE WHEN cleared_at IS NULL THEN severity ELSE 'over' END",
            migrations.RunSQL.noop,
        ),
    ]
