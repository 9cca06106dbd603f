"""Rules for passwords, the change at the first login, and what a change ends."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from crm.accounts.models import User
from crm.logins.models import LoginSession
from crm.logins.passwords import password_give
from tests.cast import PASSWORD

FRESH = "a-fresh-one-for-spring"


def logged_in(user: User, password: str = PASSWORD) -> Client:
    client = Client()
    assert client.post("/login/", {"username": user.username, "password": password}).status_code == 302
    return client


def change(client: Client, old: str, new: str, again: str = ""):
    english = {"accept-language": "en"}
    client.cookies["django_language"] = "en"
    fields = {"old": old, "new": new, "again": again or new}
    return client.post("/profile/password/", fields, headers=english)


@pytest.mark.parametrize(
    ("new", "why"),
    [
        ("short-1!x", "at least 10"),
        ("password123", "common"),
        ("84726193750284", "digits only"),
        ("the-alice-of-old", "must not contain"),
        ("extension-2001-x", "must not contain"),
        (PASSWORD, "last 5"),
    ],
)
def test_weak_ones_are_refused_with_the_reason(cast, new, why):
    assert why in change(logged_in(cast.alice), PASSWORD, new).content.decode()
    assert User.objects.get(pk=cast.alice.pk).check_password(PASSWORD)


def test_the_old_one_is_asked_and_guessing_it_is_counted(cast):
    client = logged_in(cast.alice)
    assert "not your password now" in change(client, "guess", FRESH).content.decode()
    for _ in range(5):
        page = change(client, "guess", FRESH).content.decode()
    assert "Too many tries" in page
    assert "Too many tries" in change(client, PASSWORD, FRESH).content.decode()


def test_the_new_one_is_typed_twice(cast):
    assert "differ" in change(logged_in(cast.alice), PASSWORD, FRESH, "another").content.decode()


def test_a_change_ends_all_other_sessions_and_renews_this_one(cast):
    here, there = logged_in(cast.alice), logged_in(cast.alice)
    key = here.cookies["sessionid"].value
    assert change(here, PASSWORD, FRESH).url == "/profile/"
    assert here.cookies["sessionid"].value != key
    assert here.get("/profile/").status_code == 200 and there.get("/profile/").status_code == 302
    logged_in(cast.alice, FRESH)


def test_the_last_five_are_not_taken_again(cast):
    client, old = logged_in(cast.alice), PASSWORD
    for number in range(4):
        new = f"{FRESH}-{number}"
        assert change(client, old, new).status_code == 302
        old = new
    assert "last 5" in change(client, old, PASSWORD).content.decode()
    assert change(client, old, f"{FRESH}-9").status_code == 302
    assert change(client, f"{FRESH}-9", PASSWORD).status_code == 302


def test_a_password_from_an_administrator_is_changed_before_anything_else(cast):
    open_page = logged_in(cast.alice)
    password_give(user=User.objects.get(pk=cast.alice.pk), password=FRESH)
    assert open_page.get("/calls/").status_code == 302, "her sessions ended"
    client = logged_in(cast.alice, FRESH)
    assert [client.get(path).url for path in ("/", "/calls/", "/profile/")] == ["/profile/password/"] * 3
    script = client.get("/desk/idle/", headers={"sec-fetch-dest": "empty"})
    assert script.status_code == 403 and "error" in script.json()
    assert client.post("/ticket/", headers={"sec-fetch-dest": "empty"}).status_code == 403, "no websocket"
    assert client.post("/language/", {"language": "en", "next": "/"}).status_code == 302
    assert "only you know" in client.get("/profile/password/").content.decode()
    assert change(client, FRESH, f"{FRESH}-mine").url == "/"
    assert client.get("/calls/").status_code == 200


def test_a_given_password_ends_sessions_and_locks_wherever_it_is_given(cast):
    open_page, user = logged_in(cast.alice), User.objects.get(pk=cast.alice.pk)
    for _ in range(6):
        Client().post("/login/", {"username": "alice", "password": "wrong"})
    user.set_password(FRESH)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    assert open_page.get("/calls/").status_code == 302 and not LoginSession.objects.filter(user=user).exists()
    logged_in(user, FRESH)


def test_an_administrator_cannot_give_a_weak_one(cast):
    with pytest.raises(ValidationError):
        password_give(user=cast.alice, password="1234567890")


def test_a_password_grows_old_only_where_a_centre_wants_it(cast, settings):
    User.objects.filter(pk=cast.alice.pk).update(password_changed_at=timezone.now() - timedelta(days=91))
    client = logged_in(cast.alice)
    assert client.get("/calls/").status_code == 200
    settings.PASSWORD_DAYS = 90
    assert client.get("/calls/").url == "/profile/password/"
    assert change(client, PASSWORD, FRESH).status_code == 302
    assert client.get("/calls/").status_code == 200


def test_every_refusal_is_told_in_chinese_too(cast):
    client = logged_in(cast.alice)
    client.cookies["django_language"] = "zh-hans"
    for new in ("short", "password123", "84726193750284", "alice-alice-alice", PASSWORD):
        page = client.post("/profile/password/", {"old": PASSWORD, "new": new, "again": new}).content.decode()
        refusals = re.findall(r'role="alert">.*?<span>(.*?)</span>', page, re.DOTALL)
        assert refusals and all(re.search(r"[\u4e00-\u9fff]", one) for one in refusals), refusals
