"""Coming in and staying in, as people see it: first login, lock-out, second factor, sign-on, sessions elsewhere."""

import re
import time
from datetime import timedelta

import pyotp
import pytest
from django.utils import timezone

from crm.accounts.models import User
from crm.logins.models import LoginSession
from crm.logins.passwords import password_give
from tests.cast import PASSWORD
from tests.crm.logins.provider import CLIENT, SECRET, provider

FRESH = "a-fresh-one-for-spring"


def log_in(page, login: str, password: str) -> None:
    """Returns when the answer is there: it may look as the page before it."""
    page.fill("#id_username", login)
    page.fill("#id_password", password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def lay_down(login: str, minutes: float) -> None:
    """Nobody was at her sessions for so long."""
    at = timezone.now() - timedelta(minutes=minutes)
    LoginSession.objects.filter(user__username=login).update(seen_at=at)


def test_the_first_login_asks_for_a_password_of_her_own(visitor, cast):
    password_give(user=User.objects.get(username="alice"), password=FRESH)
    page = visitor()
    log_in(page, "alice", FRESH)
    page.wait_for_url("**/profile/password/")
    assert "only you know" in page.inner_text(".note-caution")
    page.goto("/calls/")
    assert page.url.endswith("/profile/password/")
    for new, wanted in (("short", "at least 10"), (FRESH, "last 5"), ("one-of-her-own-1", "")):
        page.fill("#id_old", FRESH)
        page.fill("#id_new", new)
        page.fill("#id_again", new)
        page.click("button.primary")
        if wanted:
            page.wait_for_selector(f".note-alarm:has-text('{wanted}')")
    page.wait_for_selector("text=My queues")


def test_five_wrong_passwords_and_even_the_right_one_waits(visitor, cast):
    page = visitor()
    for _ in range(5):
        log_in(page, "alice", "nonsense")
        page.wait_for_selector(".note-alarm:has-text('do not belong')")
    log_in(page, "alice", PASSWORD)
    page.wait_for_selector("#locked:has-text('Wait 1 minute')")
    assert "administrator" in page.inner_text("#locked")


def test_a_second_factor_is_set_up_and_asked_for(visitor, cast):
    page = visitor("alice")
    page.goto("/profile/")
    page.click("a:has-text('Set up')")
    page.wait_for_selector(".qr")
    shown = page.evaluate("document.querySelector('.qr').naturalWidth")
    assert shown > 100, "the policy lets the picture be drawn"
    page.click("summary")
    app = pyotp.TOTP(page.inner_text("#secret"))
    page.fill("#id_code", app.now())
    page.keyboard.press("Enter")
    page.wait_for_selector("#codes")
    codes = page.locator("#codes li").all_inner_texts()
    assert len(codes) == 10
    page.click("text=I have written them down")
    page.click("button:has-text('Log out') >> nth=0")
    page.wait_for_url("**/login/**")
    log_in(page, "alice", PASSWORD)
    page.wait_for_url("**/login/code/")
    page.fill("#id_code", "000000")
    page.keyboard.press("Enter")
    page.wait_for_selector(".note-alarm:has-text('wrong')")
    page.fill("#id_code", app.at(int(time.time()) + 30))
    page.keyboard.press("Enter")
    page.wait_for_selector("text=My queues")


def test_a_session_that_is_ended_elsewhere_says_so_on_its_page_at_once(visitor, centre, cast):
    there, here = visitor("alice"), visitor("alice")
    there.wait_for_selector('#link[data-link="live"]')
    here.goto("/profile/")
    assert here.locator("#sessions tbody tr").count() == 2
    here.click("button:has-text('Log out there')")
    there.wait_for_selector("#banner.grave:has-text('You are logged out')")
    here.wait_for_selector(".note-done")
    assert here.locator("#sessions tbody tr").count() == 1


def test_a_changed_password_keeps_the_desk_in_the_next_tab_alive(visitor, centre, cast):
    page = visitor("alice")
    page.wait_for_selector('#link[data-link="live"]')
    other = page.context.new_page()
    other.goto("/profile/password/")
    for field, value in (("old", PASSWORD), ("new", FRESH), ("again", FRESH)):
        other.fill(f"#id_{field}", value)
    with page.expect_event("websocket"):
        other.click("button.primary")
    page.wait_for_selector('#link[data-link="live"]')
    assert not page.is_visible("#banner")


def test_a_supervisor_logs_an_agent_out(visitor, centre, cast):
    agent, sofia = visitor("alice"), visitor("sofia")
    agent.wait_for_selector('#link[data-link="live"]')
    sofia.click("nav a:has-text('Sessions')")
    sofia.click("tr:has-text('Alice') button")
    agent.wait_for_selector("#banner.grave:has-text('You are logged out')")


def test_the_page_asks_before_a_session_ends_and_leads_to_the_login_after(visitor, cast):
    page = visitor("sofia")
    page.clock.install()
    page.goto("/calls/")
    page.wait_for_load_state("networkidle")
    lay_down("sofia", 58.5)
    page.clock.fast_forward(58.1 * 60_000)
    page.wait_for_selector("#idle-warning[open]")
    assert re.search(r"logged out in [01]:\d\d", page.inner_text("#idle-warning"))
    page.click("#idle-stay")
    page.wait_for_selector("#idle-warning", state="hidden")
    lay_down("sofia", 61)
    page.clock.fast_forward(59 * 60_000)
    page.wait_for_url("**/login/?idle=1*")
    assert "nobody was at the page" in page.inner_text(".note-caution")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_company_account_leads_there_and_back(visitor, cast, settings, language):
    User.objects.filter(username="alice").update(email="alice@example.com", language="")
    with provider() as company:
        settings.OIDC_ISSUER, settings.OIDC_CLIENT, settings.OIDC_SECRET = company.url, CLIENT, SECRET
        company.claims = {"email": "alice@example.com", "email_verified": True}
        page = visitor(language=language)
        page.click("a.sign-on")
        page.wait_for_selector('body[data-page="desk"]')
        page.goto("/profile/")
        assert "alice" in page.inner_text(".about")
        company.claims["email"] = "nobody@example.com"
        stranger = visitor(language=language)
        stranger.click("a.sign-on")
        stranger.wait_for_selector(".note-alarm")
        assert ("Nobody here" if language == "en" else "没有与您的企业账号") in stranger.inner_text(".note-alarm")
