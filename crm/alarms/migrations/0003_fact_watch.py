from django.db import migrations


class Migration(migrations.Migration):
    """An index for what the watch asks of the facts; it holds the few rows of these two kinds only.

    While it is made, facts wait in the stream.
    """

    dependencies = [("alarms", "0002_told"), ("calls", "0002_room_for_updates")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX IF NOT EXISTS fact_watch ON calls_fact (kind, at) "
            "WHERE kind IN ('CallRepaired', 'LinkChanged')",
            "DROP INDEX IF EXISTS fact_watch",
        )
    ]
