"""No table is forgotten: each model is followed, or stands in the list of those that are not, with the reason."""

import re

import pytest
from django.apps import apps
from django.db import connection

from crm.audit import triggers
from crm.audit.tables import AUDITED, NOT_AUDITED, models
from tests.crm.audit.trail import by_hand

SECRET = re.compile(r"password|secret|token|otp|seed|hash|digest|recovery|private|api_key|credential")
NO_SECRET = {"accounts.User.must_change_password", "accounts.User.password_changed_at",
             "telephony.Extension.secret_at", "telephony.Extension.private"}  # fmt: skip
"""Fields that only sound like secrets."""


def test_each_model_is_audited_or_excused_with_a_reason():
    every = {model._meta.label for model in apps.get_models(include_auto_created=True) if not model._meta.proxy}
    audited = {audited.model for audited in AUDITED}
    assert every - audited - NOT_AUDITED.keys() == set(), "say in crm/audit/tables.py what becomes of these"
    assert (audited | NOT_AUDITED.keys()) - every == set(), "these models are gone"
    assert not audited & NOT_AUDITED.keys()
    assert all(len(reason) > 5 for reason in NOT_AUDITED.values())


def test_whatever_sounds_like_a_secret_is_one():
    told = [
        f"{model._meta.label}.{field.name}"
        for audited, model in models()
        for field in model._meta.concrete_fields
        if SECRET.search(field.name) and field.name not in audited.secret
    ]
    assert set(told) - NO_SECRET == set(), "name it in Audited.secret, or in NO_SECRET here if it is none"


@pytest.mark.django_db
def test_the_triggers_are_there_after_a_migration_and_are_not_made_twice():
    assert triggers.missing() == []
    assert triggers.install() == []


@pytest.mark.django_db
def test_what_is_missing_differs_or_is_too_much_is_put_right():
    by_hand("DROP TRIGGER audit_rows ON telephony_queue")
    by_hand("COMMENT ON TRIGGER audit_rows ON telephony_route IS 'of an older version'")
    by_hand("ALTER TABLE telephony_disposition DISABLE TRIGGER audit_rows")
    by_hand("CREATE TRIGGER audit_rows AFTER INSERT ON calls_fact FOR EACH ROW EXECUTE FUNCTION audit_row('{}')")
    wrong = ["telephony_disposition audit_rows", "telephony_queue audit_rows", "telephony_route audit_rows"]
    assert sorted(triggers.missing()) == wrong
    assert sorted(triggers.install()) == sorted([*wrong, "calls_fact audit_rows"])
    assert triggers.missing() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = 'calls_fact'::regclass AND tgname LIKE 'audit%'")
        assert cursor.fetchall() == []
