"""Outcome and note never get lost: a recorder that lags, a session that ended, a computer that several people use."""

import contextlib

from django.contrib.sessions.models import Session
from playwright.sync_api import Error

from crm.calls.models import CallRecord
from tests.browser.site import until
from tests.cast import PASSWORD

NOTES = "**/desk/notes/c1/"
DRAFTS = "Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length"


def talk(page, centre):
    """Alice is in the middle of a call."""
    centre.sign_in("alice")
    centre.arrive("c1")
    centre.offer("c1", "alice")
    centre.talk("c1", "alice")
    page.wait_for_selector('body[data-state="talking"]')
    page.wait_for_selector("#note")


def noted(note: str) -> bool:
    return CallRecord.objects.filter(call_id="c1", note=note).exists()


def log_in(page, login: str):
    page.fill("#id_username", login)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def test_a_note_outlives_a_recorder_that_lags_the_end_of_the_call_and_a_reload(visitor, centre, site):
    page = visitor("alice")
    site.recording(False)
    talk(page, centre)
    page.keyboard.press("1")
    page.fill("#note", "Wants a receipt")
    answer = page.wait_for_event("response", lambda response: "/desk/notes/" in response.url)
    assert answer.status == 409
    assert page.inner_text("#saved") == "Saving …"  # nothing that she could do anything about
    centre.end("c1", "alice")
    centre.finish("c1", "alice")
    page.wait_for_selector('body[data-state="ready"]')
    page.reload()
    page.wait_for_selector('body[data-state="ready"]')
    assert page.evaluate(DRAFTS) == 1
    site.recording(True)
    until(lambda: noted("Wants a receipt"))
    until(lambda: CallRecord.objects.filter(call_id="c1", disposition__code="resolved").exists())
    page.wait_for_selector("#recent >> text=Wants a receipt")
    until(lambda: page.evaluate(DRAFTS) == 0)


def test_a_note_typed_after_the_session_ended_is_saved_at_the_next_login(visitor, centre):
    page = visitor("alice")
    talk(page, centre)
    Session.objects.all().delete()
    page.fill("#note", "half a sentence")
    page.wait_for_selector("#saved.kept")
    page.goto("/")
    log_in(page, "alice")
    until(lambda: noted("half a sentence"))


def test_a_note_is_not_sent_in_the_name_of_the_next_person_at_the_computer(visitor, centre, site):
    page = visitor("alice")
    site.recording(False)
    talk(page, centre)
    page.fill("#note", "mine")
    page.wait_for_event("response", lambda response: "/desk/notes/" in response.url)
    page.click("#logout button")
    page.wait_for_url("**/login/**")
    site.recording(True)
    until(lambda: CallRecord.objects.filter(call_id="c1").exists())
    sent = []
    page.on("request", lambda request: sent.append(request.url) if "/desk/notes/" in request.url else None)
    log_in(page, "bob")
    page.wait_for_selector('body[data-state="offline"]')
    page.reload()
    page.wait_for_selector('#link[data-link="live"]')
    assert sent == [] and page.evaluate(DRAFTS) == 1
    page.click("#logout button")
    page.wait_for_url("**/login/**")
    log_in(page, "alice")
    until(lambda: noted("mine"))


def test_a_note_outlives_a_crash_of_the_page(visitor, centre, site):
    """Nothing runs that could save it: the renderer dies in the middle of a word."""
    page = visitor("alice")
    site.recording(False)
    talk(page, centre)
    page.fill("#note", "half a wo")
    with page.expect_event("crash"), contextlib.suppress(Error):
        page.goto("chrome://crash")
    fresh = page.context.new_page()
    fresh.goto("/")
    fresh.wait_for_selector("#note")
    until(lambda: fresh.input_value("#note") == "half a wo")
    site.recording(True)
    until(lambda: noted("half a wo"))
