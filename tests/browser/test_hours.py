"""An agent's and a supervisor's hour, by keyboard alone, in both languages, with a daemon and a simulated switch."""

import os

import pytest
from playwright.sync_api import TimeoutError

from crm.alarms.models import Alarm
from crm.alarms.services import alarm_raise
from crm.calls.models import CallRecord
from tests.browser.site import until
from tests.cast import PASSWORD

pytestmark = pytest.mark.timeout(900)
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"] if os.environ.get("PROOF_EACH") else ["zh"])
"""``make prove`` plays the hour in both: each takes half a minute of a whole machine."""
MOST_TABS = 80


@pytest.fixture
def site(living):
    return living.site


def state(page, *wanted: str):
    page.wait_for_selector(",".join(f'body[data-state="{one}"]' for one in wanted))


def has_focus(page, selector: str) -> bool:
    return page.evaluate("selector => document.activeElement?.matches(selector) ?? false", selector)


def tab_to(page, selector: str) -> None:
    """As a hand without a mouse gets there."""
    page.wait_for_selector(selector)
    for _ in range(MOST_TABS):
        if has_focus(page, selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {selector}")


def press(page, key: str, wanted: str) -> None:
    """As a hand presses again when nothing comes of it: the page was still loading, the phone not yet ringing."""
    for _ in range(20):
        page.keyboard.press(key)
        try:
            page.wait_for_selector(wanted, timeout=3000)
            return
        except TimeoutError:
            pass
    raise AssertionError(f"{key} does not lead to {wanted}")


def log_in(page, login: str) -> None:
    """The name has the focus; Tab leads to the password."""
    page.keyboard.type(login)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("nav.nav")


def find(page, text: str, kind: str) -> None:
    """By Ctrl K: what it finds of this kind first."""
    press(page, "Control+k", "#palette[open]")
    page.keyboard.type(text)
    page.wait_for_selector(f"#palette-list > [aria-labelledby=palette-{kind}]")
    for _ in range(20):
        if page.locator(f"[aria-labelledby=palette-{kind}] [aria-selected=true]").count():
            page.keyboard.press("Enter")
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrows do not lead to {kind}")


@LANGUAGES
def test_an_agents_hour(living, visitor, cast, language):
    page = visitor(language=language)
    log_in(page, "alice")
    state(page, "offline")
    page.keyboard.press("Control+Enter")
    state(page, "paused")
    page.keyboard.press("Control+Enter")
    state(page, "ready")
    calls = []
    for number, note in enumerate(("Invoice again", "电话号码改了", "Calls back tomorrow")):
        call = living.switch.call(f"1540140000{number + 1}")
        calls.append(call)
        state(page, "offered")
        press(page, "F2", 'body[data-state="talking"]')
        page.keyboard.press("F8")
        state(page, "held")
        page.keyboard.press("F8")
        state(page, "talking")
        tab_to(page, "#note")
        page.keyboard.type(note)
        page.keyboard.press("F9")  # also from within the text
        state(page, "wrapup")
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("1")
        page.wait_for_selector("#notes [name=disposition]:checked", state="attached")
        page.keyboard.press("Control+Enter")
        state(page, "ready")
        until(lambda call=call, note=note: CallRecord.objects.filter(call_id=call, note=note).exists())
    noted = CallRecord.objects.filter(call_id__in=calls)
    until(lambda: set(noted.values_list("disposition__code", flat=True)) == {"resolved"})

    page.keyboard.press("Alt+s")
    page.wait_for_selector("[data-order=Pause]:visible")
    for _ in range(10):
        if has_focus(page, "[data-order=Pause]"):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    state(page, "paused")
    page.keyboard.press("Control+Enter")
    state(page, "ready")

    find(page, "13800001111", "dial")
    state(page, "dialling")
    press(page, "F2", 'body[data-state="talking"]')  # her own phone
    page.keyboard.press("F9")
    state(page, "wrapup")
    page.keyboard.press("Control+Enter")
    state(page, "ready")

    find(page, {"en": "calls", "zh": "通话记录"}[language], "pages")
    page.wait_for_selector("#own[data-state=ready]")
    living.switch.call("15401400001")
    page.wait_for_selector("#own-bar:visible")
    press(page, "F2", 'body[data-state="talking"]')  # wherever she is, F2 answers and leads to the desk
    page.keyboard.press("F9")
    state(page, "wrapup")
    page.keyboard.press("Control+Enter")
    state(page, "ready")

    word = page.locator("#top [data-order=SignOut]").first.text_content().strip()
    find(page, word.split("\n")[0].strip(), "desk")
    state(page, "offline")
    find(page, {"en": "log out", "zh": "退出"}[language], "actions")
    page.wait_for_selector("#id_username")


@LANGUAGES
def test_a_supervisors_hour(living, visitor, cast, language):
    agent = visitor("alice")
    state(agent, "offline")
    agent.keyboard.press("Control+Enter")
    state(agent, "paused")
    agent.keyboard.press("Control+Enter")
    state(agent, "ready")
    alarm_raise("disk_full", "var", severity="warning", text="The disk is nearly full.")

    page = visitor(language=language)
    log_in(page, "sofia")
    page.wait_for_selector("#agents tr:has-text('Alice') [data-state=ready]")
    call = living.switch.call("15401400001")
    page.wait_for_selector("#calls tr:has-text('Mei Zhang')")
    page.wait_for_selector("#agents tr:has-text('Alice') [data-state=offered]")
    state(agent, "offered")
    press(agent, "F2", 'body[data-state="talking"]')
    page.wait_for_selector("#agents tr:has-text('Alice') [data-state=talking]")
    agent.keyboard.press("F9")
    page.wait_for_selector("#agents tr:has-text('Alice') [data-state=wrapup]")
    until(lambda: CallRecord.objects.filter(call_id=call, ended_at__isnull=False).exists())

    find(page, {"en": "alarms", "zh": "告警"}[language], "pages")
    tab_to(page, "#open-alarms button")
    page.keyboard.press("Enter")
    until(lambda: Alarm.objects.filter(acknowledged_by=cast.sofia).exists())
    page.wait_for_selector("#open-alarms button", state="detached")

    find(page, {"en": "calls", "zh": "通话记录"}[language], "pages")
    tab_to(page, "#main tbody th a")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/calls/{call}/")
    find(page, "mei", "customers")
    page.wait_for_selector("h1")
    find(page, "bob", "people")
    page.wait_for_url("**/staff/users/*/")
    find(page, {"en": "log out", "zh": "退出"}[language], "actions")
    page.wait_for_selector("#id_username")
    kept = page.evaluate("Object.keys(localStorage)")
    assert not [key for key in kept if key.startswith("palette")]  # what she chose is forgotten
