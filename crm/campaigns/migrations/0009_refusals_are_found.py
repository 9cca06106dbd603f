"""An index by which the digest finds what the daemon would not dial; facts are very many, refusals few."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0008_attempts_said_again"),
        ("calls", "0009_calls_refused_by_lists"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX IF NOT EXISTS fact_refused ON calls_fact (at) WHERE kind = 'CommandRefused'",
            "DROP INDEX IF EXISTS fact_refused",
        ),
    ]
