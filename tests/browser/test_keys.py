"""Every button of a call names its key, and the key is the button's; the rest is in the list that ? opens."""

import pytest

from crm.calls.models import CallRecord
from switchctl.contract import commands
from switchctl.contract.names import MAIN
from tests.browser.site import until
from tests.browser.test_desk import ordered, state

KEYS = {"F2", "F4", "F7", "F8", "F9", "Ctrl Enter", "Alt S", "Alt W", "Alt O"}


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
    assert shown(page) == {"pause": "Alt S", "SignOut": "Alt O", "pickup-open": "P"}
    ring(centre)
    state(page, "offered")
    assert shown(page) == {"Answer": "F2", "Reject": "F9"}
    centre.talk("c1", "alice")
    state(page, "talking")
    verbs = {"Park": "F3", "Mute": "F7", "transfer-open": "F4", "HangUp": "F9"}
    assert shown(page) == {"Hold": "F8", "keypad-open": "", **verbs}
    centre.hold("c1", "alice")
    state(page, "held")
    assert shown(page) == {"Resume": "F8", **verbs}
    centre.resume("c1", "alice")
    centre.end("c1", "alice")
    state(page, "wrapup")
    assert shown(page) == {"ExtendWrapUp": "Alt W", "pause": "Alt S", "FinishWrapUp": "Ctrl Enter"}
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


def test_signing_out_by_key_takes_two_presses(visitor, centre, redis_client):
    page = visitor("alice")
    centre.sign_in("alice")
    state(page, "ready")
    page.keyboard.press("Alt+o")
    page.wait_for_selector(".toast:has-text('once more')")
    assert redis_client.xlen(MAIN.commands) == 0
    page.keyboard.press("Alt+o")
    assert isinstance(ordered(redis_client, 1)[0], commands.SignOut)


def test_four_keys_answer_end_dispose_and_finish(visitor, centre, redis_client):
    page = visitor("alice")
    centre.sign_in("alice")
    ring(centre)
    state(page, "offered")
    page.wait_for_selector("#notes", state="attached")
    pressed = ["F2", "F9", "1", "Control+Enter"]
    page.keyboard.press(pressed[0])
    assert isinstance(ordered(redis_client, 1)[0], commands.Answer)
    centre.talk("c1", "alice")
    state(page, "talking")
    page.keyboard.press(pressed[1])
    assert isinstance(ordered(redis_client, 2)[1], commands.HangUp)
    centre.end("c1", "alice")
    state(page, "wrapup")
    page.keyboard.press(pressed[2])
    page.keyboard.press(pressed[3])
    assert isinstance(ordered(redis_client, 3)[2], commands.FinishWrapUp)
    centre.finish("c1", "alice")
    until(lambda: CallRecord.objects.filter(call_id="c1", disposition__code="resolved").exists())
    assert len(pressed) <= 4


def test_nothing_fires_while_an_input_method_composes(visitor, centre, redis_client):
    """A Chinese word is half typed: its keys are the input method's."""
    page = visitor("alice")
    centre.sign_in("alice")
    ring(centre)
    centre.talk("c1", "alice")
    state(page, "talking")
    page.click("#note")
    method = page.context.new_cdp_session(page)
    method.send("Input.imeSetComposition", {"text": "nihao", "selectionStart": 5, "selectionEnd": 5})
    page.evaluate("window.composed = []; addEventListener('keydown', (event) => composed.push(event.isComposing))")
    for key in ("F8", "F9", "Alt+s"):
        page.keyboard.press(key)
    assert page.evaluate("composed.length > 3 && composed.every(Boolean)")
    assert page.locator("#state-menu:visible").count() == 0
    method.send("Input.insertText", {"text": "你好"})
    assert page.input_value("#note") == "你好"
    page.keyboard.press("F8")
    assert [type(order) for order in ordered(redis_client, 1)] == [commands.Hold]


def test_a_mac_has_its_option_keys_and_prints_them(visitor, centre, redis_client):
    page = visitor("alice")
    page.add_init_script("Object.defineProperty(navigator, 'platform', { get: () => 'MacIntel' })")
    page.reload()
    centre.sign_in("alice")
    ring(centre)
    state(page, "offered")
    assert shown(page) == {"Answer": "⌥ A", "Reject": "⌥ E"}
    page.keyboard.press("Alt+a")
    assert isinstance(ordered(redis_client, 1)[0], commands.Answer)
    centre.talk("c1", "alice")
    state(page, "talking")
    page.keyboard.press("Alt+h")
    assert isinstance(ordered(redis_client, 2)[1], commands.Hold)
    centre.hold("c1", "alice")
    state(page, "held")
    page.keyboard.press("Alt+e")
    assert isinstance(ordered(redis_client, 3)[2], commands.HangUp)


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
