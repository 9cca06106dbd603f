from django.db import migrations

TABLES = ("calls_callrecord", "calls_queuevisit", "calls_offer", "calls_agentstateinterval")


class Migration(migrations.Migration):
    """Rows of calls are written several times within minutes. Room in their page lets PostgreSQL update them
    beside the old version, without touching the indexes."""

    dependencies = [("calls", "0001_initial")]

    operations = [
        migrations.RunSQL(
            [f"ALTER TABLE {table} SET (fillfactor = 60)" for table in TABLES],
            [f"ALTER TABLE {table} RESET (fillfactor)" for table in TABLES],
        )
    ]
