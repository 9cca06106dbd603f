from django.db import migrations

import crm.calls.models.ids
from crm.calls.months import next_month
from crm.calls.partitions import AHEAD, Kept, partitions_make

# Table and its key; the column by which it is kept; where the month of a row that exists comes from, if it is new.
RECORD = "arrived_at, answered_at, queue_entered_at, talk_started_at, ended_at"
OFFER = "offered_at, dialled_at, talk_started_at, ended_at, dial_ended_at, talk_ended_at, wrap_ended_at"
TABLES = (
    (Kept("calls_fact", "at", "id"), ""),
    (Kept("calls_callrecord", "month", "call_id", 60), RECORD),
    (Kept("calls_queuevisit", "month", "visit", 60), "entered_at, left_at"),
    (Kept("calls_offer", "month", "offer", 60), OFFER),
    (Kept("calls_agentstateinterval", "started_at", "id", 60), ""),
)
COLUMNS = """
SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""
INDEXES = """
SELECT indexdef FROM pg_indexes i WHERE tablename = %s AND schemaname = current_schema()
AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conname = i.indexname)
"""
FOREIGN_KEYS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'
"""


def keep_by_months(apps, schema_editor):
    """Each table is made anew, divided, and takes over the rows, then the indexes and foreign keys under their names.

    The triggers of the trail come back with it: after migrations it looks for what is missing (crm/audit/triggers).
    """
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for kept, times in TABLES:
            divide(cursor, kept, times)


def divide(cursor, kept, times):
    table, column, key, _fill = kept
    cursor.execute(INDEXES, [table])
    indexes = [row[0] for row in cursor.fetchall()]
    cursor.execute(FOREIGN_KEYS, [table])
    foreign = cursor.fetchall()
    cursor.execute(COLUMNS, [table])
    columns = cursor.fetchone()[0]
    cursor.execute(f"ALTER TABLE {table} RENAME TO {table}_whole")
    new = ", month date NOT NULL" if times else ""
    cursor.execute(
        f"CREATE TABLE {table} (LIKE {table}_whole INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING CONSTRAINTS "
        f"INCLUDING STORAGE{new}) PARTITION BY RANGE ({column})"
    )
    cursor.execute(f"CREATE TABLE {table}_rest PARTITION OF {table} DEFAULT WITH (fillfactor = {kept.fill})")
    month = f"date_trunc('month', COALESCE(LEAST({times}), now()) AT TIME ZONE 'UTC')::date" if times else ""
    place = month or f"date_trunc('month', {column} AT TIME ZONE 'UTC')::date"
    now = "date_trunc('month', now() AT TIME ZONE 'UTC')::date"
    # Years of rows have their months; those of a clock that ran wild lie in the partition for the rest.
    cursor.execute(
        f"SELECT {now}, LEAST({now} - interval '1 month', min({place}))::date FROM {table}_whole "
        f"WHERE {place} > {now} - interval '10 years'"
    )
    this, first = cursor.fetchone()
    partitions_make([kept], first, next_month(this, AHEAD))
    cursor.execute(
        f"INSERT INTO {table} ({columns}{', month' if times else ''}) "
        f"SELECT {columns}{', ' + month if times else ''} FROM {table}_whole"
    )
    cursor.execute(f"DROP TABLE {table}_whole")
    cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_pkey PRIMARY KEY ({key}, {column})")
    for definition in indexes:
        cursor.execute(definition)
    for name, definition in foreign:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    # Of an index of an expression nothing is known until its table is analysed: a grown centre would wait for that.
    cursor.execute(f"ANALYZE {table}")


class Migration(migrations.Migration):
    """Facts, records, visits, offers and agents' states are kept by months. A centre with ten million calls needs some
    minutes and as much room again for this."""

    dependencies = [
        ("calls", "0005_filters_views_and_exports_of_the_list"),
        ("alarms", "0003_fact_watch"),  # an index of its own on facts
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(keep_by_months)],
            state_operations=[
                migrations.AddField(model, "month", crm.calls.models.ids.MonthField(), preserve_default=False)
                for model in ("callrecord", "queuevisit", "offer")
            ],
        ),
    ]
