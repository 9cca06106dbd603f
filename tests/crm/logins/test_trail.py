"""What becomes of logins stands in the audit trail; secrets do not."""

import pyotp
import pytest
from django.test import Client

from crm.accounts.models import User
from crm.audit.models import Entry
from crm.logins import factors
from crm.logins.models import LoginSession
from crm.logins.passwords import login_unlock, password_give
from tests.cast import PASSWORD

FRESH = "a-fresh-one-for-spring"


@pytest.fixture(autouse=True)
def no_flood(bus):
    """Counting begins anew."""


def told(action: str) -> list[tuple[str, str]]:
    """Who did it, and to whom."""
    return list(Entry.objects.filter(action=action).order_by("id").values_list("who", "label"))


def logged_in(login: str, password: str = PASSWORD) -> Client:
    client = Client()
    assert client.post("/login/", {"username": login, "password": password}).status_code == 302
    return client


def test_a_lock_once_and_who_took_it_away(cast, client):
    for _ in range(9):
        client.post("/login/", {"username": "alice", "password": "wrong"})
        client.post("/login/", {"username": "nobody", "password": "wrong"})
    assert told("login.locked") == [("", "Alice")] and len(told("login.failed")) == 18
    login_unlock(user=cast.alice)
    login_unlock(user=cast.alice)
    assert [label for _who, label in told("login.unlocked")] == ["Alice"]


def test_passwords_changed_and_given(cast):
    logged_in("alice").post("/profile/password/", {"old": PASSWORD, "new": FRESH, "again": FRESH})
    password_give(user=User.objects.get(username="bob"), password=FRESH)
    assert told("password.changed") == [("alice", "Alice")]
    assert [label for _who, label in told("password.reset")] == ["Bob"]


def test_sessions_ended_by_oneself_and_by_others(cast):
    sofia, _here, there = logged_in("sofia"), logged_in("alice"), logged_in("alice")
    key = there.cookies["sessionid"].value
    sofia.post("/sessions/end/", {"session": LoginSession.objects.get(session_key=key).pk})
    again = logged_in("alice")
    again.post("/profile/sessions/end/")
    assert told("session.ended") == [("sofia", "Alice"), ("alice", "Alice")]


def test_second_factors_come_and_go_without_their_secrets(cast):
    secret = factors.secret_make()
    codes = factors.factor_set(user=cast.alice, secret=secret, step=1)
    factors.code_take(user=cast.alice, code=pyotp.TOTP(secret).now())
    factors.factor_remove(user=cast.alice)
    assert [label for _who, label in told("factor.added") + told("factor.removed")] == ["Alice"] * 2
    trail = repr(list(Entry.objects.values()))
    assert secret not in trail and not any(code in trail for code in codes)
