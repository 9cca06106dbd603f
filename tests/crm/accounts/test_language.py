"""The pages speak the language of who logged in; the switch on the page is remembered."""

import pytest

from crm.accounts.models import User
from tests.cast import PASSWORD

CHINESE = {"accept-language": "zh-CN"}


def log_in(client, login: str):
    return client.post("/login/", {"username": login, "password": PASSWORD}, headers=CHINESE)


@pytest.mark.parametrize(("language", "word"), [("en", "My queues"), ("zh-hans", "我的队列"), ("", "我的队列")])
def test_after_the_login_the_pages_speak_her_language_if_she_has_one(client, cast, language, word):
    User.objects.filter(pk=cast.alice.pk).update(language=language)
    log_in(client, "alice")
    assert word in client.get("/", headers=CHINESE).content.decode()


def test_the_next_person_at_the_browser_gets_her_own(client, cast):
    User.objects.filter(pk=cast.bob.pk).update(language="zh-hans")
    log_in(client, "alice")
    client.post("/logout/")
    log_in(client, "bob")
    assert "我的队列" in client.get("/").content.decode()


def test_the_switch_is_remembered_for_the_person_and_only_with_a_language_that_exists(client, cast):
    log_in(client, "alice")
    client.post("/language/", {"language": "zh-hans", "next": "/"})
    assert User.objects.get(pk=cast.alice.pk).language == "zh-hans"
    client.post("/language/", {"language": "tlh", "next": "/"})
    assert User.objects.get(pk=cast.alice.pk).language == "zh-hans"
    assert client.get("/language/").status_code == 405


def test_a_stranger_may_switch_too(client, db):
    client.post("/language/", {"language": "en", "next": "/login/"})
    assert "Log in" in client.get("/login/", headers=CHINESE).content.decode()
