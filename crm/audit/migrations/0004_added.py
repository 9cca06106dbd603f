"""Rows that come by the thousand in one statement leave one entry: how many, and which keys."""

from django.db import migrations

# What one of them said when it was added is still told: by the row, and by the entries of its later changes and of its
# removal, each of which has what was before it. Few rows leave an entry each, as a trigger of rows would.
ADDED = """
CREATE FUNCTION audit_added() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    spec jsonb := TG_ARGV[0]::jsonb;
    many bigint;
    told jsonb;
BEGIN
    SELECT count(*) INTO many FROM added;
    IF many > (spec ->> 'each')::bigint THEN
        EXECUTE format('SELECT jsonb_build_object(''rows'', count(*), ''first_key'', min(%1$I), ''last_key'', max(%1$I))
            FROM added', spec ->> 'key') INTO told;
        INSERT INTO audit_entry (action, kind, after) VALUES ('insert', TG_TABLE_NAME, told);
    ELSIF many > 0 THEN
        INSERT INTO audit_entry (action, kind, object, label, after)
        SELECT 'insert', TG_TABLE_NAME, left(one ->> (spec ->> 'key'), 64),
            left(coalesce(audit_label(spec -> 'label', one), ''), 200), audit_values(one, NULL, spec)
        FROM (SELECT to_jsonb(t) AS one FROM added t) AS each_one;
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_partitions")]
    operations = [migrations.RunSQL(ADDED, "DROP FUNCTION audit_added() CASCADE")]
