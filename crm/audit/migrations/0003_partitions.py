"""What happens to a part of a table is told of the table."""

from django.db import migrations

ROOT = """
CREATE FUNCTION audit_table(part oid) RETURNS name LANGUAGE sql STABLE AS $$
    SELECT relname FROM pg_class WHERE oid = coalesce(pg_partition_root(part::regclass)::oid, part)
$$;
CREATE OR REPLACE FUNCTION audit_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    spec jsonb := TG_ARGV[0]::jsonb;
    old_row jsonb;
    new_row jsonb;
    was jsonb;
    is_now jsonb;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        old_row := to_jsonb(OLD);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        new_row := to_jsonb(NEW);
    END IF;
    was := audit_values(old_row, new_row, spec);
    is_now := audit_values(new_row, old_row, spec);
    IF was IS NULL AND is_now IS NULL AND (TG_OP = 'UPDATE' OR spec ? 'only') THEN
        RETURN NULL;
    END IF;
    INSERT INTO audit_entry (action, kind, object, label, before, after) VALUES (
        lower(TG_OP), audit_table(TG_RELID), left(coalesce(new_row, old_row) ->> (spec ->> 'key'), 64),
        left(coalesce(audit_label(spec -> 'label', coalesce(new_row, old_row)), ''), 200), was, is_now);
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION audit_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_entry (action, kind) VALUES ('truncate', audit_table(TG_RELID));
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_redaction")]
    operations = [migrations.RunSQL(ROOT, migrations.RunSQL.noop)]
