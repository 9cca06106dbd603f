from django.db import migrations, models

TABLES = """
CREATE TABLE audit_entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    who varchar(120) NOT NULL,
    person bigint,
    address varchar(120) NOT NULL,
    door varchar(16) NOT NULL,
    action varchar(40) NOT NULL,
    kind varchar(63) NOT NULL DEFAULT '',
    object varchar(64) NOT NULL DEFAULT '',
    label varchar(200) NOT NULL DEFAULT '',
    before jsonb,
    after jsonb,
    transaction bigint NOT NULL,
    values_digest bytea NOT NULL,
    digest bytea NOT NULL
);
CREATE TABLE audit_link (
    seq bigint PRIMARY KEY,
    entry_id bigint NOT NULL UNIQUE,
    chain bytea NOT NULL
);
CREATE TABLE audit_pending (entry_id bigint PRIMARY KEY);
"""

# What is searched: the label and the values, not the names of columns, as JSON writes them. The functions are put
# into the statement by the planner only as long as they call nothing that is less than immutable. The index holds pairs of
# neighbouring characters, so that two Chinese characters or the last digits of a number are found as quickly as a word.
SEARCH = r"""
CREATE FUNCTION audit_text(label text, before jsonb, after jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT lower(replace(replace(label, '\', '\\'), '"', '\"')
        || ' ' || coalesce(jsonb_path_query_array(before, '$.*')::text, '')
        || ' ' || coalesce(jsonb_path_query_array(after, '$.*')::text, ''))
$$;
CREATE FUNCTION audit_pairs(said text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    one text[] := string_to_array(left(said, 2000), NULL);
    found text[] := '{}';
BEGIN
    FOR place IN 1 .. coalesce(cardinality(one), 0) - 1 LOOP
        found[place] := one[place] || one[place + 1];
    END LOOP;
    RETURN found;
END $$;
CREATE INDEX audit_entry_newest ON audit_entry (at, id);
CREATE INDEX audit_entry_who ON audit_entry (who, at, id);
CREATE INDEX audit_entry_action ON audit_entry (action, at, id);
CREATE INDEX audit_entry_kind ON audit_entry (kind, at, id);
CREATE INDEX audit_entry_object ON audit_entry (kind, object, at, id) WHERE object <> '';
CREATE INDEX audit_entry_said ON audit_entry USING gin (audit_pairs(audit_text(label, before, after)))
    WITH (gin_pending_list_limit = 256);
"""

# An entry is completed by the database: whoever inserts it cannot choose its time or its digest.
ENTRIES = """
CREATE FUNCTION audit_complete() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    actor jsonb;
BEGIN
    IF NEW.who IS NULL THEN
        actor := nullif(current_setting('switchdesk.actor', true), '')::jsonb;
        IF actor IS NULL THEN
            NEW.who := left('system:' || coalesce(nullif(current_setting('application_name'), ''), session_user), 120);
            NEW.address := coalesce(host(inet_client_addr()), 'local');
            NEW.door := 'database';
        ELSE
            NEW.who := actor ->> 'who';
            NEW.person := (actor ->> 'person')::bigint;
            NEW.address := actor ->> 'address';
            NEW.door := actor ->> 'door';
        END IF;
    END IF;
    NEW.at := clock_timestamp();
    NEW.transaction := pg_current_xact_id()::text::bigint;
    NEW.values_digest := sha256(convert_to(jsonb_build_array(NEW.before, NEW.after)::text, 'UTF8'));
    NEW.digest := sha256(convert_to(jsonb_build_array(
        NEW.id, to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), NEW.who, NEW.person, NEW.address,
        NEW.door, NEW.action, NEW.kind, NEW.object, NEW.label, NEW.transaction, encode(NEW.values_digest, 'hex')
    )::text, 'UTF8'));
    INSERT INTO audit_pending VALUES (NEW.id);
    RETURN NEW;
END $$;
CREATE TRIGGER audit_complete BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_complete();

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is only ever appended to: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_link
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_append_only, ENABLE ALWAYS TRIGGER audit_complete;
ALTER TABLE audit_link ENABLE ALWAYS TRIGGER audit_append_only;
"""

# The triggers of the audited tables call these; which table has one, and with what instructions, is in triggers.py.
ROWS = """
CREATE FUNCTION audit_label(parts jsonb, one jsonb) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    part jsonb;
    other jsonb;
    words text[] := '{}';
    word text;
BEGIN
    FOR part IN SELECT * FROM jsonb_array_elements(parts) LOOP
        IF jsonb_typeof(part) = 'string' THEN
            word := one ->> (part #>> '{}');
        ELSIF one ->> (part ->> 'column') IS NULL THEN
            word := NULL;
        ELSE
            EXECUTE format('SELECT to_jsonb(t) FROM %I t WHERE t.%I = %L',
                part ->> 'table', part ->> 'key', one ->> (part ->> 'column')) INTO other;
            word := coalesce(audit_label(part -> 'label', other), '#' || (one ->> (part ->> 'column')));
        END IF;
        IF word <> '' THEN
            words := words || word;
        END IF;
    END LOOP;
    RETURN nullif(array_to_string(words, ' · '), '');
END $$;

CREATE FUNCTION audit_values(one jsonb, other jsonb, spec jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_object_agg(key, CASE WHEN spec -> 'secret' ? key THEN '"changed"'::jsonb ELSE value END)
    FROM jsonb_each(one)
    WHERE CASE WHEN other IS NULL THEN value NOT IN ('null', '""', '[]', '{}')
               ELSE other -> key IS DISTINCT FROM value END
      AND NOT spec -> 'silent' ? key
      AND (NOT spec ? 'only' OR spec -> 'only' ? key)
$$;

CREATE FUNCTION audit_row() RETURNS trigger LANGUAGE plpgsql AS $$
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
        lower(TG_OP), TG_TABLE_NAME, left(coalesce(new_row, old_row) ->> (spec ->> 'key'), 64),
        left(coalesce(audit_label(spec -> 'label', coalesce(new_row, old_row)), ''), 200), was, is_now);
    RETURN NULL;
END $$;

CREATE FUNCTION audit_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_entry (action, kind) VALUES ('truncate', TG_TABLE_NAME);
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL([TABLES, SEARCH, ENTRIES, ROWS]),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("who", models.CharField(max_length=120)),
                ("person", models.BigIntegerField(null=True)),
                ("address", models.CharField(max_length=120)),
                ("door", models.CharField(max_length=16)),
                ("action", models.CharField(max_length=40)),
                ("kind", models.CharField(max_length=63)),
                ("object", models.CharField(max_length=64)),
                ("label", models.CharField(max_length=200)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("transaction", models.BigIntegerField()),
                ("values_digest", models.BinaryField()),
                ("digest", models.BinaryField()),
            ],
            options={
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit entries",
                "db_table": "audit_entry",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entry_id", models.BigIntegerField(unique=True)),
                ("chain", models.BinaryField()),
            ],
            options={
                "verbose_name": "link of the audit chain",
                "verbose_name_plural": "links of the audit chain",
                "db_table": "audit_link",
                "managed": False,
            },
        ),
    ]
