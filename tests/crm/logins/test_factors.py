"""The second factor: set up, asked for, lost; and roles that need one."""

import re
import time

import pyotp
import pytest
from django.contrib.auth.signals import user_logged_in
from django.test import Client

from crm.accounts.models import User
from crm.logins import factors
from crm.logins.models import RecoveryCode, SecondFactor
from tests.cast import PASSWORD


def browser(login: str = "", password: str = PASSWORD) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    if login:
        client.post("/login/", {"username": login, "password": password})
    return client


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def app(cast) -> pyotp.TOTP:
    """The app on Alice's phone, set up half an hour ago."""
    secret = factors.secret_make()
    factors.factor_set(user=cast.alice, secret=secret, step=1)
    return pyotp.TOTP(secret)


def test_setting_it_up_takes_a_code_of_the_app_and_shows_the_recovery_codes_once(cast):
    client = browser("alice")
    page = text(client.get("/profile/factor/"))
    secret = re.search(r'<code id="secret">(\w+)</code>', page)[1]
    assert 'src="data:image/svg+xml' in page and secret not in page.replace(f">{secret}<", "")
    assert "does not fit" in text(client.post("/profile/factor/", {"code": "000000"}))
    page = text(client.post("/profile/factor/", {"code": pyotp.TOTP(secret).now()}))
    codes = re.findall(r"<li>([a-z0-9]{5}-[a-z0-9]{5})</li>", page)
    assert len(set(codes)) == 10
    assert client.get("/profile/factor/").url == "/profile/", "it is shown no second time"
    kept = repr(list(SecondFactor.objects.values())) + repr(list(RecoveryCode.objects.values()))
    assert secret not in kept and not any(code in kept for code in codes)


def test_the_password_alone_lets_nobody_in(cast, app):
    told = []
    user_logged_in.connect(lambda **_kwargs: told.append(1), weak=False, dispatch_uid="listen")
    client = browser("alice")
    user_logged_in.disconnect(dispatch_uid="listen")
    assert client.get("/calls/").status_code == 302 and not told
    key = client.session.session_key
    assert client.post("/login/code/", {"code": app.now()}).url == "/"
    assert client.get("/calls/").status_code == 200 and client.session.session_key != key


def test_where_she_wanted_to_go_is_kept(cast, app):
    client = browser()
    client.post("/login/", {"username": "alice", "password": PASSWORD, "next": "/calls/"})
    assert client.post("/login/code/", {"code": app.now()}).url == "/calls/"


def test_a_code_counts_once(cast, app):
    code = app.now()
    assert browser("alice").post("/login/code/", {"code": code}).status_code == 302
    assert "wrong, or was used" in text(browser("alice").post("/login/code/", {"code": code}))


def test_codes_of_the_step_before_and_after_count_others_do_not():
    secret = factors.secret_make()
    now = 1_000_000 * 30.0
    fits = [bool(factors.step_of(secret, pyotp.TOTP(secret).at(int(now) + 30 * off), now=now)) for off in range(-3, 4)]
    assert fits == [False, False, True, True, True, False, False]
    assert not factors.step_of(secret, "１２３４５６", now=now)


def test_a_recovery_code_counts_once_and_spaces_and_capitals_do_not_matter(cast, app):
    code = factors.recovery_codes_make(user=cast.alice)[0]
    assert browser("alice").post("/login/code/", {"code": f" {code.upper()} "}).status_code == 302
    assert "wrong, or was used" in text(browser("alice").post("/login/code/", {"code": code}))
    assert factors.recovery_codes_left(cast.alice) == 9


def test_guessing_codes_is_locked_like_guessing_passwords(cast, app):
    client = browser("alice")
    for _ in range(5):
        assert client.post("/login/code/", {"code": "000000"}).status_code == 200
    answer = client.post("/login/code/", {"code": app.now()})
    assert answer.status_code == 429 and "Wait 1 minute" in text(answer)
    assert browser("alice").post("/login/code/", {"code": app.now()}).status_code == 429, "nor with a new login"


def test_the_second_step_waits_five_minutes_and_stands_open_to_nobody_else(cast, app, monkeypatch):
    assert browser().get("/login/code/").url == "/login/"
    client = browser("alice")
    late = time.time() + 301
    code = app.at(int(late))
    monkeypatch.setattr(time, "time", lambda: late)
    assert client.post("/login/code/", {"code": code}).url == "/login/"


def test_who_left_between_the_steps_stays_out(cast, app):
    client = browser("alice")
    User.objects.filter(pk=cast.alice.pk).update(is_active=False)
    assert client.post("/login/code/", {"code": app.now()}).url == "/login/"


def test_new_codes_and_turning_it_off_need_a_code(cast, app):
    client = browser("alice")
    codes = factors.recovery_codes_make(user=cast.alice)
    client.post("/login/code/", {"code": codes[0]})
    client.post("/profile/factor/change/", {"what": "off", "code": "000000"})
    assert factors.has_factor(cast.alice)
    assert "Recovery codes" in text(client.post("/profile/factor/change/", {"what": "codes", "code": codes[1]}))
    client.post("/profile/factor/change/", {"what": "off", "code": codes[2]})
    assert factors.has_factor(cast.alice), "the old ones are void"
    client.post("/profile/factor/change/", {"what": "off", "code": app.now()})
    assert not factors.has_factor(cast.alice) and not RecoveryCode.objects.exists()


def test_a_role_that_needs_one_leads_to_it_and_cannot_turn_it_off(cast, settings):
    settings.SECOND_FACTOR_ROLES = ["administrator"]
    assert browser("alice").get("/calls/").status_code == 200
    client = browser("ada")
    assert client.get("/alarms/").url == "/profile/factor/"
    assert client.post("/ticket/", headers={"sec-fetch-dest": "empty"}).status_code == 403
    page = text(client.get("/profile/factor/"))
    app = pyotp.TOTP(re.search(r'<code id="secret">(\w+)</code>', page)[1])
    client.post("/profile/factor/", {"code": app.now()})
    assert client.get("/alarms/").status_code == 200
    client.post("/profile/factor/change/", {"what": "off", "code": app.at(int(time.time()) + 30)})
    assert factors.has_factor(cast.ada)


def test_an_administrator_takes_it_away_when_a_phone_is_lost(cast, app):
    assert factors.factor_remove(user=cast.alice)
    assert browser("alice").get("/calls/").status_code == 200


def test_another_secret_key_makes_no_code_right(cast, app, settings):
    settings.SECRET_KEY = "another"
    assert not factors.code_take(user=cast.alice, code=app.now())
