"""Sign-on by another system: who is let in by it, as whom, and what is not believed."""

import time
import urllib.request
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from django.test import Client
from joserfc.jwk import RSAKey

from crm.accounts.models import User
from crm.logins import factors
from tests.crm.logins.provider import CLIENT, SECRET, Provider, provider


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_words):
        return None


@pytest.fixture
def company(cast, settings):
    User.objects.filter(pk=cast.alice.pk).update(email="Alice@example.com")
    with provider() as made:
        settings.OIDC_ISSUER, settings.OIDC_CLIENT, settings.OIDC_SECRET = made.url, CLIENT, SECRET
        made.claims = {"email": "alice@example.com", "email_verified": True, "preferred_username": "alice"}
        yield made


def browser() -> Client:
    return Client(HTTP_ACCEPT_LANGUAGE="en")


def way_back(client: Client, to: str = "") -> str:
    """To the provider, signed on there, and the address to which it leads back."""
    there = client.get(f"/login/sign-on/?next={to}").url
    try:
        urllib.request.build_opener(NoRedirect).open(there)
    except urllib.error.HTTPError as redirect:
        back = urlsplit(redirect.headers["Location"])
    assert back.path == "/login/sign-on/back/"
    return f"{back.path}?{back.query}"


def signed_on(client: Client, to: str = ""):
    return client.get(way_back(client, to))


def words(answer) -> str:
    return answer.content.decode()


def test_a_verified_mail_address_is_the_user_who_has_it(company: Provider):
    client = browser()
    assert "company account" in words(client.get("/login/"))
    assert signed_on(client, "/calls/").url == "/calls/"
    assert "Alice" in words(client.get("/profile/"))


def test_the_way_there_carries_state_nonce_and_challenge(company):
    asked = parse_qs(urlsplit(browser().get("/login/sign-on/").url).query)
    assert asked["scope"] == ["openid profile email"] and asked["code_challenge_method"] == ["S256"]
    assert all(len(asked[name][0]) >= 20 for name in ("state", "nonce", "code_challenge"))


def test_an_address_that_nobody_verified_is_nobody(company):
    company.claims["email_verified"] = False
    answer = signed_on(browser())
    assert answer.status_code == 403 and "does not tell who you are" in words(answer)


def test_the_login_can_be_what_counts(company, settings):
    settings.OIDC_CLAIM = "preferred_username"
    company.claims = {"preferred_username": "bob"}
    client = browser()
    signed_on(client)
    assert "Bob" in words(client.get("/profile/"))


@pytest.mark.parametrize("who", ["unknown", "leaver", "twice"])
def test_whom_we_do_not_know_stays_out(company, cast, who):
    if who == "unknown":
        company.claims["email"] = "eve@example.com"
    elif who == "leaver":
        User.objects.filter(pk=cast.alice.pk).update(is_active=False)
    else:
        User.objects.filter(pk=cast.bob.pk).update(email="alice@example.com")
    before = User.objects.count()
    client = browser()
    answer = signed_on(client)
    assert answer.status_code == 403 and "Nobody here belongs" in words(answer)
    assert client.get("/profile/").status_code == 302 and User.objects.count() == before


def test_new_users_are_made_only_where_a_centre_wants_it_and_may_do_nothing(company, settings):
    settings.OIDC_MAKE_USERS = True
    company.claims |= {"email": "eve@example.com", "preferred_username": "Eve", "name": "Eve Stone"}
    client = browser()
    signed_on(client)
    eve = User.objects.get(username="eve")
    assert (str(eve), eve.email, eve.roles.count(), eve.has_usable_password()) == (
        "Eve Stone",
        "eve@example.com",
        0,
        False,
    )
    assert client.get("/calls/").status_code == 403


def test_a_new_user_never_takes_over_a_login_that_exists(company, settings):
    settings.OIDC_MAKE_USERS = True
    company.claims |= {"email": "eve@example.com", "preferred_username": "ada"}
    assert signed_on(browser()).status_code == 403


LIES = {
    "another audience": {"aud": "another"},
    "another issuer": {"iss": "https://evil.example"},
    "another nonce": {"nonce": "guessed"},
    "too old": {"exp": int(time.time()) - 3600, "iat": int(time.time()) - 7200},
}


@pytest.mark.parametrize("lie", LIES)
def test_an_answer_that_is_not_for_us_now_is_not_believed(company, lie):
    company.lies = LIES[lie]
    client = browser()
    assert signed_on(client).status_code == 502
    assert client.get("/profile/").status_code == 302


def test_a_signature_by_another_key_is_not_believed(company):
    company.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    assert signed_on(browser()).status_code == 502


def test_a_provider_that_calls_itself_otherwise_is_not_ours(company):
    company.calls_itself = "https://evil.example"
    assert browser().get("/login/sign-on/").status_code == 502


def test_the_way_back_of_another_browser_leads_nowhere(company):
    stolen = way_back(browser())
    assert browser().get(stolen).status_code == 502


def test_the_way_back_is_gone_once(company):
    client = browser()
    back = way_back(client)
    assert client.get(back).status_code == 302
    client.post("/logout/")
    assert client.get(back).status_code == 502


def test_a_provider_that_is_away_is_said_and_passwords_still_work(company, settings, client):
    settings.OIDC_ISSUER = "http://127.0.0.1:1"
    answer = browser().get("/login/sign-on/")
    assert answer.status_code == 502 and "use your password" in words(answer)
    assert client.post("/login/", {"username": "alice", "password": "correct-horse-battery"}).status_code == 302


def test_it_leads_to_no_other_site_afterwards(company):
    assert signed_on(browser(), "https://evil.example/").url == "/"


def test_the_second_factor_is_asked_after_it_too(company, cast):
    secret = factors.secret_make()
    factors.factor_set(user=cast.alice, secret=secret, step=1)
    client = browser()
    assert signed_on(client).url == "/login/code/"
    assert client.get("/calls/").status_code == 302
    assert client.post("/login/code/", {"code": pyotp.TOTP(secret).now()}).url == "/"


def test_who_came_by_it_has_no_password_here_to_change(company):
    User.objects.filter(username="alice").update(must_change_password=True)
    client = browser()
    signed_on(client)
    assert client.get("/calls/").status_code == 200


def test_without_the_setting_there_is_no_such_door(cast, client):
    assert [client.get(path).url for path in ("/login/sign-on/", "/login/sign-on/back/")] == ["/login/"] * 2
    assert "sign-on" not in client.get("/login/").content.decode()


def test_nothing_of_it_is_logged(company, caplog):
    caplog.set_level("DEBUG")
    signed_on(browser())
    company.lies = {"nonce": "x"}
    signed_on(browser())
    log = caplog.text + "".join(repr(record.__dict__) for record in caplog.records)
    assert SECRET not in log and "canary" not in log and "eyJ" not in log
