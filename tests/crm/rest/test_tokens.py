"""Who is let in, and how far."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.access.holding import held
from crm.accounts.models import Scope
from crm.audit.models import Entry
from crm.integrations.models import Token
from crm.integrations.services import integration_end, token_make, token_revoke

from .program import Program


def test_a_token_says_who_it_is_and_what_it_allows(programs, cast):
    said = programs("calls.see", "customers.see", scope=Scope.BELOW).get("/me").body
    assert said["integration"] == "Billing" and said["login"] == "app-billing"
    assert said["permissions"] == {"calls.see": "below", "customers.see": "below"}


@pytest.mark.parametrize("text", ["", "sd_aaaaaaaaaaaa_" + "A" * 43, "nonsense", "sd_'; DROP TABLE--_x"])
def test_without_a_good_token_nobody_is_let_in(programs, text):
    answer = Program(text).get("/me")
    assert answer.status_code == 401 and answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.body["type"] == "urn:switchdesk:problem:no-token" and answer.body["remedy"]
    assert answer["Content-Type"] == "application/problem+json"


def test_the_text_of_a_token_is_kept_nowhere(programs):
    program = programs("calls.see")
    secret = program.text.rsplit("_", 1)[1]
    row = Token.objects.values().get()
    assert secret not in str(row) and secret not in str(list(Entry.objects.values()))


def test_it_ends_when_it_is_revoked_expires_or_its_integration_ends(programs, cast):
    now, program = timezone.now(), programs("calls.see")
    assert program.get("/me").status_code == 200
    late = programs("calls.see", expires_at=now + timedelta(hours=1))
    Token.objects.filter(pk=late.token.pk).update(expires_at=now)
    assert "expired" in late.get("/me").body["detail"]
    token_revoke(actor=cast.ada, token=program.token, now=now)
    assert "revoked" in program.get("/me").body["detail"]
    other = programs("calls.see")
    integration_end(actor=cast.ada, integration=other.token.integration, now=now)
    assert other.get("/me").status_code == 401


def test_it_is_taken_only_from_the_allowed_addresses(programs):
    assert programs("calls.see", allowed=["127.0.0.0/8"]).get("/me").status_code == 200
    refused = programs("calls.see", allowed=["192.0.2.0/24", "2001:db8::/32"]).get("/me")
    assert refused.status_code == 403 and "127.0.0.1" in refused.body["detail"]


def test_its_use_is_noted_once_a_minute(programs):
    program = programs("calls.see")
    program.get("/me")
    first = Token.objects.get()
    program.get("/me")
    assert Token.objects.get().used_at == first.used_at and first.used_from == "127.0.0.1"


def test_nobody_gives_a_token_more_than_she_may_do_herself(cast, programs):
    integration = programs("calls.see").token.integration
    from django.core.exceptions import PermissionDenied, ValidationError

    for permissions in ([], ["desk.use"], ["integrations.manage"], ["no.such"]):
        with pytest.raises(ValidationError):
            token_make(actor=cast.ada, integration=integration, name="x", permissions=permissions, now=timezone.now())
    cast.sofia.__dict__["_held"] = {**held(cast.sofia), "integrations.manage": Scope.ALL}
    with pytest.raises(PermissionDenied):  # she sees calls of her department
        token_make(actor=cast.sofia, integration=integration, name="x", permissions=["calls.see"], now=timezone.now())


def test_more_requests_than_its_rate_are_refused_until_the_minute_is_over(programs):
    program = programs("calls.see", rate=2)
    answers = [program.get("/me") for _ in range(6)]
    last = answers[-1]  # of six requests at least three fall into one minute
    assert 429 in {answer.status_code for answer in answers}
    assert answers[0]["RateLimit-Limit"] == "2"
    if last.status_code == 429:
        assert 0 < int(last["Retry-After"]) <= 61 and last.body["type"].endswith("too-many")


def test_what_changes_of_a_token_or_its_program_holds_from_the_next_request_on(programs, cast):
    program = programs("calls.see")
    assert program.get("/me").body["department"] is None
    Token.objects.filter(pk=program.token.pk).update(permissions=["customers.see"])
    assert list(program.get("/me").body["permissions"]) == ["customers.see"]
    user = program.token.integration.user
    user.department = cast.alice.department
    user.save()
    assert program.get("/me").body["department"] == "Support"
