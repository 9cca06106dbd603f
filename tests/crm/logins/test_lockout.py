"""Who fails too often waits, ever longer; nobody learns from it which logins exist."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.signals import user_login_failed
from django.db import connection
from django.utils import timezone

from crm import bus as crm_bus
from crm.logins import lockout
from crm.logins.address import client_address
from crm.logins.passwords import login_unlock
from tests.cast import PASSWORD

NOW = timezone.now()


def tries(client, login: str, password: str = "wrong-wrong-wrong", times: int = 1, address: str = "10.0.0.1", **more):
    for _ in range(times):
        fields = {"username": login, "password": password}
        answer = client.post("/login/", fields, REMOTE_ADDR=address, headers={"accept-language": "en"}, **more)
    return answer


def test_after_five_failures_even_the_right_password_waits(client, cast):
    assert tries(client, "alice", times=5).status_code == 200
    answer = tries(client, "alice", PASSWORD)
    assert answer.status_code == 429 and 0 < int(answer.headers["Retry-After"]) <= 60
    page = answer.content.decode()
    assert "Wait 1 minute." in page and "supervisor or an administrator" in page
    assert client.get("/calls/").status_code == 302


def test_in_chinese_too(client, cast):
    tries(client, "alice", times=5)
    fields = {"username": "alice", "password": PASSWORD}
    page = client.post("/login/", fields, REMOTE_ADDR="10.0.0.1", headers={"accept-language": "zh-CN"})
    assert "尝试次数过多。 请等待 1 分钟。 或请主管或管理员为您解锁。" in page.content.decode()


def test_others_come_in_meanwhile_from_the_same_address(client, cast):
    tries(client, "alice", times=6)
    assert tries(client, "bob", PASSWORD).status_code == 302


def test_a_login_that_does_not_exist_is_answered_word_for_word_the_same(client, cast):
    def pages(login: str) -> list[tuple[int, str]]:
        answers = [tries(client, login) for _ in range(7)]
        return [(one.status_code, _without_what_differs(one.content.decode(), login)) for one in answers]

    assert pages("alice") == pages("nobody-of-this-name")


def _without_what_differs(page: str, login: str) -> str:
    import re

    return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page).replace(login, "LOGIN")


def test_the_password_is_hashed_for_unknown_logins_too_and_for_locked_ones_not_at_all(client, cast, monkeypatch):
    """What takes the time is the hash: as many of them for whoever asks."""
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed = []
    plain = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, *words: hashed.append(1) or plain(self, *words))
    counts = []
    for login in ("alice", "nobody-of-this-name"):
        for _ in range(6):
            hashed.clear()
            tries(client, login)
            counts.append(len(hashed))
    assert counts == [1, 1, 1, 1, 1, 0] * 2


def test_each_further_failure_doubles_the_wait_up_to_an_hour(db):
    for _ in range(4):
        assert lockout.knock("account", "x", now=NOW) == 0
    now, waits = NOW, []
    for _ in range(8):
        assert lockout.knock("account", "x", now=now) == 0, "when the wait is over there is one try"
        waits.append(lockout.knock("account", "x", now=now))
        now += timedelta(seconds=waits[-1])
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_failures_are_forgotten_one_by_one(db):
    for _ in range(4):
        lockout.knock("account", "x", now=NOW)
    later = NOW + timedelta(minutes=46)
    assert [lockout.knock("account", "x", now=later) for _ in range(5)] == [0, 0, 0, 0, 60]


def test_a_right_password_makes_the_account_clean_and_gives_the_address_its_try_back(client, cast):
    tries(client, "alice", times=4)
    tries(client, "alice", PASSWORD)
    client.post("/logout/")
    assert tries(client, "alice", times=4).status_code == 200
    assert lockout.Tries.objects.get(kind="address").count == 8


def test_an_address_that_tries_many_logins_is_locked(client, cast, settings):
    settings.LOGIN_ADDRESS_TRIES = 10
    for number in range(10):
        tries(client, f"guess{number}", address="203.0.113.9")
    assert tries(client, "alice", PASSWORD, address="203.0.113.9").status_code == 429
    assert tries(client, "alice", PASSWORD, address="10.0.0.1").status_code == 302


@pytest.mark.parametrize(
    ("trusted", "peer", "told", "counts"),
    [
        ("", "10.9.9.9", "198.51.100.1", "10.9.9.9"),
        ("10.9.0.0/16", "192.0.2.1", "198.51.100.1", "192.0.2.1"),
        ("10.9.0.0/16", "10.9.9.9", "198.51.100.1, 203.0.113.5, 10.9.1.1", "203.0.113.5"),
    ],
)
def test_the_forwarded_address_counts_only_from_a_trusted_proxy(trusted, peer, told, counts):
    """In a process of its own: what the web server runs reads the setting once."""
    program = """
import asyncio, sys
from ccsite import asgi
seen = []
async def app(scope, receive, send): seen.append(scope["client"][0])
asgi.application.app = app
headers = [(b"x-forwarded-for", sys.argv[2].encode())]
asyncio.run(asgi.application({"type": "http", "client": (sys.argv[1], 1), "headers": headers}, None, None))
print(seen[0])
"""
    environ = {**os.environ, "TRUSTED_PROXIES": trusted, "DJANGO_SETTINGS_MODULE": "ccsite.settings"}
    done = subprocess.run([sys.executable, "-c", program, peer, told], env=environ, capture_output=True, text=True)
    assert done.stdout.split() == [counts], done.stderr


@pytest.mark.parametrize(
    ("told", "kept"),
    [("10.0.0.1", "10.0.0.1"), ("::ffff:10.0.0.1", "10.0.0.1"), ("fe80::1%eth0", "fe80::1"), ("", None), ("x", None)],
)
def test_addresses_of_every_kind_can_be_kept(rf, told, kept):
    assert client_address(rf.get("/", REMOTE_ADDR=told)) == kept


@pytest.mark.django_db(transaction=True)
def test_twenty_tries_at_the_same_moment_get_no_more_than_five():
    def one(_number: int) -> int:
        try:
            return lockout.knock("account", "alice")
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        waits = list(pool.map(one, range(20)))
    assert waits.count(0) == 5


def test_an_administrator_lets_her_in_again(client, cast):
    tries(client, "alice", times=6)
    assert set(lockout.locked("account")) == {"alice"}
    assert login_unlock(user=cast.alice) and not lockout.locked("account")
    assert tries(client, "alice", PASSWORD).status_code == 302
    assert not login_unlock(user=cast.alice)


def test_a_locked_try_is_told_to_whoever_keeps_the_audit(client, cast):
    told = []

    def listen(credentials, **_kwargs):
        told.append(credentials)

    user_login_failed.connect(listen)
    try:
        tries(client, "alice", times=6)
    finally:
        user_login_failed.disconnect(listen)
    assert len(told) == 6 and "wrong-wrong-wrong" not in repr(told)


def test_redis_that_is_away_neither_locks_people_out_nor_opens_the_door(client, cast, monkeypatch, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    crm_bus.client.cache_clear()
    try:
        assert tries(client, "bob", PASSWORD).status_code == 302
        client.post("/logout/")
        tries(client, "alice", times=5)
        assert tries(client, "alice", PASSWORD).status_code == 429
    finally:
        crm_bus.client.cache_clear()


def test_the_admin_has_no_door_of_its_own(client, cast):
    assert client.get("/admin/login/?next=/admin/").url == "/login/?next=/admin/"
    assert client.post("/admin/login/", {"username": "ada", "password": PASSWORD}).url.startswith("/login/")
