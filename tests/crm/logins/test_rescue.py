"""Who is locked out or has lost her phone is let in again, by who may."""

import pytest

from crm.logins import factors, lockout
from crm.logins.models import Tries
from tests.crm.logins.test_sessions import logged_in


@pytest.fixture
def locked(cast):
    """Alice, Carol, somebody who does not exist and an address."""
    for key in ("alice", "carol", "nobody"):
        for _ in range(5):
            lockout.knock(lockout.ACCOUNT, key)
    for _ in range(50):
        lockout.knock(lockout.ADDRESS, "203.0.113.9")


def post(client, path: str, **fields):
    return client.post(path, fields).status_code


def test_a_supervisor_sees_and_frees_those_of_her_department(cast, locked):
    sofia = logged_in("sofia")
    page = sofia.get("/sessions/").content.decode()
    assert "Locked out" in page and "Alice" in page and "Carol" not in page and "203.0.113.9" not in page
    assert post(sofia, "/sessions/unlock/", user=cast.alice.pk) == 302
    assert post(sofia, "/sessions/unlock/", user=cast.carol.pk) == 403
    assert post(sofia, "/sessions/unlock/", address="203.0.113.9") == 403
    assert set(lockout.locked("account")) == {"carol", "nobody"}


def test_an_administrator_frees_addresses_too(cast, locked):
    ada = logged_in("ada")
    page = ada.get("/sessions/").content.decode()
    assert all(word in page for word in ("Alice", "Carol", "203.0.113.9")) and "nobody" not in page
    post(ada, "/sessions/unlock/", address="203.0.113.9")
    assert not Tries.objects.filter(kind="address", key="203.0.113.9").exists()


def test_agents_free_nobody(cast, locked):
    assert post(logged_in("bob"), "/sessions/unlock/", user=cast.alice.pk) == 403


@pytest.mark.parametrize(("who", "whose", "left"), [("ada", "alice", False), ("sofia", "alice", True)])
def test_a_lost_phone_is_forgotten_by_who_manages_users(cast, who, whose, left):
    user = getattr(cast, whose)
    factors.factor_set(user=user, secret=factors.secret_make(), step=1)
    client = logged_in(who)
    assert ("Second factors" in client.get("/sessions/").content.decode()) is not left
    post(client, "/sessions/factor/", user=user.pk)
    assert factors.has_factor(user) is left


def test_nobody_takes_it_from_who_may_more_than_she_does(cast):
    from crm.accounts.services import user_create
    from tests.cast import PASSWORD

    user_create(username="mona", password=PASSWORD, roles=["manager"], language="en")
    factors.factor_set(user=cast.ada, secret=factors.secret_make(), step=1)
    assert post(logged_in("mona"), "/sessions/factor/", user=cast.ada.pk) == 403
    assert factors.has_factor(cast.ada)
