"""Who failed too often is let in again by who manages her."""

import pytest
from django.core.exceptions import PermissionDenied

from crm.accounts.models import User
from crm.logins import lockout
from crm.staff.services.users import password_reset, user_unlock

WRONG = {"username": "alice", "password": "wrong"}


@pytest.fixture
def locked(cast, client):
    key = lockout.account_key("alice")
    while key not in lockout.locked(lockout.ACCOUNT):
        client.post("/login/", WRONG)
    return cast


def test_the_page_says_so_and_unlocks(locked, client):
    client.force_login(locked.ada)
    path = f"/staff/users/{locked.alice.pk}/"
    page = client.get(path, headers={"accept-language": "en"}).content.decode()
    assert "Unlock" in page and "locked until" in page
    page = client.post(f"{path}unlock/", follow=True, headers={"accept-language": "en"}).content.decode()
    assert "Alice may log in again" in page and "locked until" not in page
    assert not lockout.locked(lockout.ACCOUNT)


def test_a_new_password_unlocks_too(locked):
    password_reset(actor=locked.ada, user=locked.alice)
    assert not lockout.locked(lockout.ACCOUNT)


def test_only_who_manages_her(locked, max_):
    User.objects.filter(pk=locked.alice.pk).update(department=locked.carol.department)
    for actor in (locked.sofia, max_):
        with pytest.raises(PermissionDenied):
            user_unlock(actor=actor, user=User.objects.get(username="alice"))
    assert lockout.locked(lockout.ACCOUNT)
