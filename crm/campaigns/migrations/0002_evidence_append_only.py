"""Evidence is only ever added; of a row nothing but what is personal can be taken away.

Django's ``flush`` leaves the table alone from here on, for the database would refuse to empty it.
"""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION campaigns_evidence_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'evidence is only ever added: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE FUNCTION campaigns_evidence_blank() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.personal IS NULL AND to_jsonb(NEW) - 'personal' = to_jsonb(OLD) - 'personal' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'evidence is only ever added: UPDATE of % is refused', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER evidence_append_only BEFORE DELETE OR TRUNCATE ON campaigns_evidence
    FOR EACH STATEMENT EXECUTE FUNCTION campaigns_evidence_refuse();
CREATE TRIGGER evidence_blank BEFORE UPDATE ON campaigns_evidence
    FOR EACH ROW EXECUTE FUNCTION campaigns_evidence_blank();
ALTER TABLE campaigns_evidence ENABLE ALWAYS TRIGGER evidence_append_only, ENABLE ALWAYS TRIGGER evidence_blank;
"""
GONE = """
DROP TRIGGER evidence_append_only ON campaigns_evidence;
DROP TRIGGER evidence_blank ON campaigns_evidence;
DROP FUNCTION campaigns_evidence_refuse();
DROP FUNCTION campaigns_evidence_blank();
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_campaigns")]
    operations = [
        migrations.AlterModelOptions(
            name="evidence",
            options={"managed": False, "verbose_name": "evidence", "verbose_name_plural": "evidence"},
        ),
        migrations.RunSQL([APPEND_ONLY], [GONE]),
    ]
