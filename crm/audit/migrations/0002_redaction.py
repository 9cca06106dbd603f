"""Entries may be blanked, and only blanked: on request of a person whom they name."""

from django.db import migrations

REDACTIONS = """
CREATE TABLE audit_redaction (
    entry_id bigint PRIMARY KEY,
    erasure bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_redaction
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE audit_redaction ENABLE ALWAYS TRIGGER audit_append_only;
CREATE INDEX audit_redaction_erasure ON audit_redaction (erasure);
"""

# The only update that passes takes the label and the values away from an entry that has its row in audit_redaction.
BLANKED = """
CREATE FUNCTION audit_blank() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM audit_redaction WHERE entry_id = OLD.id)
        AND NEW.label = '' AND NEW.before IS NULL AND NEW.after IS NULL
        AND to_jsonb(NEW) - ARRAY['label', 'before', 'after'] = to_jsonb(OLD) - ARRAY['label', 'before', 'after']
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the audit trail is only ever appended to: UPDATE of audit_entry is refused'
        USING ERRCODE = 'insufficient_privilege';
END $$;
DROP TRIGGER audit_append_only ON audit_entry;
CREATE TRIGGER audit_append_only BEFORE DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_blank BEFORE UPDATE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_blank();
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_append_only, ENABLE ALWAYS TRIGGER audit_blank;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL([REDACTIONS, BLANKED], migrations.RunSQL.noop)]
