"""What an agent said may change and the switch's own record comes later; evidence goes after its years, by whole months
that the chain itself names."""

import django.core.validators
from django.db import migrations, models

ONLY_WHAT_IS_NAMED = """
CREATE INDEX evidence_cuts ON campaigns_evidence (seq) WHERE kind = 'cut';
CREATE FUNCTION campaigns_evidence_named() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    upto bigint := (SELECT max((facts->>'upto')::bigint) FROM campaigns_evidence WHERE kind = 'cut');
BEGIN
    IF EXISTS (SELECT FROM gone WHERE seq > COALESCE(upto, 0)) THEN
        RAISE EXCEPTION 'evidence is only ever added: DELETE of % is refused for what no cut of the chain names',
            TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION campaigns_evidence_cut() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last bigint := (NEW.facts->>'upto')::bigint;
    stands text := (SELECT encode(digest, 'hex') FROM campaigns_evidence WHERE seq = last);
BEGIN
    IF stands IS DISTINCT FROM NEW.facts->>'digest' THEN
        RAISE EXCEPTION 'a cut of the evidence names another digest than row % has', last
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (SELECT FROM campaigns_evidence WHERE seq <= last AND at > now() - interval '1 year') THEN
        RAISE EXCEPTION 'evidence of the last year cannot be cut off' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER evidence_append_only ON campaigns_evidence;
CREATE TRIGGER evidence_append_only AFTER DELETE ON campaigns_evidence
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION campaigns_evidence_named();
CREATE TRIGGER evidence_whole BEFORE TRUNCATE ON campaigns_evidence
    FOR EACH STATEMENT EXECUTE FUNCTION campaigns_evidence_refuse();
CREATE TRIGGER evidence_cut BEFORE INSERT ON campaigns_evidence
    FOR EACH ROW WHEN (NEW.kind = 'cut') EXECUTE FUNCTION campaigns_evidence_cut();
ALTER TABLE campaigns_evidence ENABLE ALWAYS TRIGGER evidence_append_only, ENABLE ALWAYS TRIGGER evidence_whole,
    ENABLE ALWAYS TRIGGER evidence_cut;
"""
NOTHING_GOES = """
DROP TRIGGER evidence_append_only ON campaigns_evidence;
DROP TRIGGER evidence_whole ON campaigns_evidence;
DROP TRIGGER evidence_cut ON campaigns_evidence;
DROP FUNCTION campaigns_evidence_named();
DROP FUNCTION campaigns_evidence_cut();
DROP INDEX evidence_cuts;
CREATE TRIGGER evidence_append_only BEFORE DELETE OR TRUNCATE ON campaigns_evidence
    FOR EACH STATEMENT EXECUTE FUNCTION campaigns_evidence_refuse();
ALTER TABLE campaigns_evidence ENABLE ALWAYS TRIGGER evidence_append_only;
"""
# Records of calls that are over for so long are not waited for.
RECORDED = "UPDATE campaigns_attempt SET recorded = true WHERE state = 'ended' AND ended_at < now() - interval '3 days'"


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0006_leads_opened_again")]
    operations = [
        migrations.CreateModel(
            name="EvidenceKeeping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "years",
                    models.PositiveSmallIntegerField(
                        default=5,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="years",
                    ),
                ),
                ("changed_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "keeping of evidence",
                "verbose_name_plural": "keeping of evidence",
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="evidence_keeping_once")],
            },
        ),
        migrations.AddField("attempt", "rang_at", models.DateTimeField(null=True)),
        migrations.AddField("attempt", "disposition", models.CharField(blank=True, default="", max_length=32)),
        migrations.AddField("attempt", "restated", models.BooleanField(default=False)),
        migrations.AddField("attempt", "recorded", models.BooleanField(default=False)),
        migrations.RunSQL([RECORDED], migrations.RunSQL.noop),
        migrations.RunSQL([ONLY_WHAT_IS_NAMED], [NOTHING_GOES]),
    ]
