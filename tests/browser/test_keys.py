"""Every button of a call names its key, and the key is the button's; the rest is in the list that ? opens."""

import pytest

from switchctl.contract import commands
from tests.browser.test_desk import ordered, state

KEYS = {"F2", "F8", "F9", "Ctrl Enter", "Alt S"}


def ring(centre):
    centre.arrive("c1")
    centre.offer("c1", "alice")


def shown(page) -> dict[str, str]:
    """Order → key printed on its button, for the buttons that are there now."""
    buttons = page.locator("#verbs button:visible").all()
    return {
        (button.get_attribute("data-order") or button.get_attribute("id")): button.locator("kbd").inner_text()
        if button.locator("kbd").count()
        else ""
        for button in buttons
    }


def test_each_button_of_a_call_shows_its_key(visitor, centre):
    page = visitor("alice")
    state(page, "offline")
    assert shown(page) == {"SignIn": "Ctrl Enter"}
    centre.sign_in("alice")
    state(page, "ready")
    assert shown(page) == {"pause": "Alt S", "SignOut": ""}  # no call hangs on it, and a slip would cost the place
    ring(centre)
    state(page, "offered")
    assert shown(page) == {"Answer": "F2", "Reject": "F9"}
    centre.talk("c1", "alice")
    state(page, "talking")
    assert shown(page) == {"Hold": "F8", "HangUp": "F9"}
    centre.hold("c1", "alice")
    state(page, "held")
    assert shown(page) == {"Resume": "F8", "HangUp": "F9"}
    centre.resume("c1", "alice")
    centre.end("c1", "alice")
    state(page, "wrapup")
    assert shown(page) == {"pause": "Alt S", "FinishWrapUp": "Ctrl Enter"}
    assert page.locator("#verbs [data-key]:not([aria-keyshortcuts])").count() == 0


def test_signing_in_and_ready_by_key(visitor, centre, redis_client):
    page = visitor("alice")
    state(page, "offline")
    page.keyboard.press("Control+Enter")
    assert isinstance(ordered(redis_client, 1)[0], commands.SignIn)
    centre.state("alice", "paused", "offline", reason="signed-in")
    state(page, "paused")
    page.keyboard.press("Control+Enter")
    assert isinstance(ordered(redis_client, 2)[1], commands.BecomeReady)


def test_the_pause_menu_is_walked_by_arrows(visitor, centre, cast, redis_client):
    from crm.telephony.models import PauseReason

    PauseReason.objects.create(code="lunch", name="Lunch")
    page = visitor("alice")
    centre.sign_in("alice")
    state(page, "ready")
    page.keyboard.press("Alt+s")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    second = page.locator("#pause-menu button").nth(1).get_attribute("data-reason")
    assert ordered(redis_client, 1)[0].reason == second


def test_the_list_of_keys_opens_by_its_key_and_never_holds_up_a_call(visitor, centre, redis_client):
    page = visitor("alice")
    centre.sign_in("alice")
    state(page, "ready")
    page.keyboard.press("?")
    page.wait_for_selector("#keys[open]")
    assert set(page.locator("#keys kbd").all_inner_texts()) >= KEYS
    ring(centre)
    state(page, "offered")
    page.keyboard.press("F2")
    page.wait_for_selector("#keys", state="hidden")
    assert isinstance(ordered(redis_client, 1)[0], commands.Answer)
    page.wait_for_selector("#note", state="attached")
    centre.talk("c1", "alice")
    state(page, "talking")
    page.fill("#note", "")
    page.locator("#note").press("?")
    assert page.locator("#keys[open]").count() == 0 and page.input_value("#note") == "?"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("reason", ["phone-unregistered", "missed-calls"])
def test_the_state_is_never_cut_and_is_the_largest_thing_of_the_bar(visitor, centre, language, reason):
    page = visitor("alice", language=language, width=1024)
    wanted = "unreachable" if reason.startswith("phone") else "paused"
    centre.sign_in("alice")
    centre.state("alice", wanted, reason=reason)
    state(page, wanted)
    cut = "(id) => { const e = document.getElementById(id); return e.scrollWidth > e.clientWidth; }"
    assert not page.evaluate(cut, "state-word") and not page.evaluate(cut, "state-line")
    assert page.inner_text("#caller") != "" or "·" in page.inner_text("#state-word")
    sizes = {
        part: page.evaluate(f"parseFloat(getComputedStyle(document.querySelector('{part}')).fontSize)")
        for part in ("#state-timer", "#caller", "#verbs .button")
    }
    assert sizes["#state-timer"] >= 1.4 * max(sizes["#caller"], sizes["#verbs .button"])
