"""The menu of the state block, the plan in it, and what the bar, the tab and the foot say of the agent's state."""

import pytest
from playwright.sync_api import expect

from switchctl.contract import commands
from switchctl.contract import facts as f
from tests.browser.test_desk import ordered, state
from tests.browser.test_keys import ring


@pytest.fixture
def reasons(cast):
    from crm.telephony.models import PauseReason

    PauseReason.objects.create(code="lunch", name="Lunch", name_zh="用餐")


def offered(page) -> list[str]:
    """What the open menu offers."""
    page.wait_for_selector("#state-menu:visible")
    items = page.locator("#state-menu [data-order]:visible").all()
    return [":".join(filter(None, (i.get_attribute("data-order"), i.get_attribute("data-reason")))) for i in items]


def open_menu(page) -> list[str]:
    page.keyboard.press("Alt+s")
    return offered(page)


def focused(page) -> str:
    return page.evaluate("document.activeElement.dataset.reason ?? document.activeElement.id")


def close_menu(page) -> None:
    page.keyboard.press("Escape")
    page.wait_for_selector("#state-menu", state="hidden")


PAUSES, PLANS = ["Pause:break", "Pause:lunch"], ["PlanPause:break", "PlanPause:lunch"]


def test_it_offers_only_the_legal_steps_of_each_state(visitor, centre, reasons):
    page = visitor("alice")
    state(page, "offline")
    assert open_menu(page) == ["SignIn"]
    close_menu(page)
    for before, to in (("offline", "paused"), ("paused", "ready"), ("ready", "unreachable"), ("unreachable", "ready")):
        centre.state("alice", to, before, reason="lunch" if to == "paused" else "")
        state(page, to)
        ready = ["BecomeReady"] if to != "ready" else []
        assert open_menu(page) == [*ready, *(PAUSES[:1] if to == "paused" else PAUSES), "DoNotDisturb", "SignOut"]
        close_menu(page)
    ring(centre)
    state(page, "offered")
    assert open_menu(page) == PLANS
    close_menu(page)
    centre.talk("c1", "alice")
    state(page, "talking")
    assert open_menu(page) == PLANS
    close_menu(page)
    centre.hold("c1", "alice")
    state(page, "held")
    assert open_menu(page) == PLANS
    close_menu(page)
    centre.resume("c1", "alice")
    centre.end("c1", "alice")
    state(page, "wrapup")
    assert open_menu(page) == ["FinishWrapUp", *PAUSES, *PLANS, "SignOut"]


def test_arrows_walk_it_and_esc_gives_the_focus_back(visitor, centre, reasons, redis_client):
    page = visitor("alice")
    centre.sign_in("alice")
    ring(centre)
    centre.talk("c1", "alice")
    state(page, "talking")
    page.click("#note")
    open_menu(page)
    assert focused(page) == "break"
    page.keyboard.press("ArrowDown")
    assert focused(page) == "lunch"
    page.keyboard.press("ArrowDown")
    assert focused(page) == "break"
    page.keyboard.press("End")
    assert focused(page) == "lunch"
    close_menu(page)
    assert focused(page) == "note"
    open_menu(page)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    (order,) = ordered(redis_client, 1)
    assert (type(order), order.reason) == (commands.PlanPause, "lunch")
    assert focused(page) == "note" and page.locator("#state-menu:visible").count() == 0


def test_a_plan_is_shown_survives_a_reload_and_is_taken_back(visitor, centre, reasons, redis_client):
    page = visitor("alice")
    centre.sign_in("alice")
    ring(centre)
    centre.talk("c1", "alice")
    state(page, "talking")
    centre.plan("alice", "lunch")
    page.wait_for_selector("#state-line:has-text('then: Lunch')")
    page.wait_for_selector("#told:has-text('then: Lunch')", state="attached")
    page.reload()
    page.wait_for_selector("#state-line:has-text('then: Lunch')")
    assert open_menu(page) == [*PLANS, "PlanPause"]
    assert page.get_attribute("[data-order=PlanPause][data-reason=lunch]", "aria-checked") == "true"
    page.click("#unplan")
    (order,) = ordered(redis_client, 1)
    assert (type(order), order.reason) == (commands.PlanPause, "")
    centre.plan("alice", "")
    page.wait_for_selector("#state-line:has-text('waited')")
    centre.plan("alice", "lunch")
    page.wait_for_selector("#state-line:has-text('then: Lunch')")
    centre.tell(f.TalkEnded(call_id="c1", offer="c1-o", agent="alice", talk_ms=1, hold_ms=0, ended_by="agent"))
    centre.state("alice", "wrapup", "talking", offer="c1-o", call_id="c1", until=2**51, plan="lunch")
    state(page, "wrapup")
    page.wait_for_selector("#state-line:has-text('Lunch in')")
    page.wait_for_selector("#verbs [data-order=FinishWrapUp]:has-text('Finish, then Lunch')")


def test_the_pause_button_opens_the_same_menu(visitor, centre, reasons):
    page = visitor("alice")
    centre.sign_in("alice")
    state(page, "ready")
    page.click("#pause")
    assert offered(page) == [*PAUSES, "DoNotDisturb", "SignOut"]
    assert page.get_attribute("#pause", "aria-expanded") == "true"
    page.click("#pause")
    page.wait_for_selector("#state-menu", state="hidden")
    page.click("#state-open")
    page.click("#main")
    page.wait_for_selector("#state-menu", state="hidden")


def test_a_longer_wrap_up_moves_the_bar_is_spoken_and_has_an_end(visitor, centre, redis_client):
    page = visitor("alice")
    centre.sign_in("alice")
    ring(centre)
    centre.talk("c1", "alice")
    centre.end("c1", "alice", wrap_s=30)
    state(page, "wrapup")
    page.keyboard.press("Alt+w")
    (order,) = ordered(redis_client, 1)
    assert isinstance(order, commands.ExtendWrapUp)
    until = int(page.evaluate("document.body.dataset.until"))
    for times in (1, 2):
        later = until + times * 60_000_000
        centre.tell(f.WrapUpExtended(agent="alice", offer="c1-o", call_id="c1", until=later, times=times))
        page.wait_for_selector(f'body[data-until="{later}"]')
    page.wait_for_selector("#told:has-text('s left')", state="attached")
    page.wait_for_selector("#extend:disabled")
    assert "any further" in page.get_attribute("#extend", "title")
    assert page.is_visible("#foot")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_wrap_up_fits_a_narrow_desk(visitor, centre, reasons, language):
    page = visitor("alice", language=language, width=1024)
    centre.sign_in("alice")
    ring(centre)
    centre.talk("c1", "alice")
    centre.tell(f.TalkEnded(call_id="c1", offer="c1-o", agent="alice", talk_ms=1, hold_ms=0, ended_by="agent"))
    centre.state("alice", "wrapup", "talking", offer="c1-o", call_id="c1", until=2**51, plan="lunch")
    state(page, "wrapup")
    page.wait_for_selector("#extend:visible")
    for part in ("#verbs [data-order=FinishWrapUp]", "#caller"):
        box = page.locator(part).bounding_box()
        assert box["width"] > 40 and box["x"] + box["width"] <= 1024, part
    assert page.evaluate("document.documentElement.scrollWidth") <= 1024


def test_the_tab_says_state_and_caller(visitor, centre):
    page = visitor("alice")
    centre.sign_in("alice")
    page.wait_for_selector('link[rel=icon][data-state="ready"]', state="attached")
    calm = page.get_attribute("link[rel=icon]", "href")
    ring(centre)
    page.wait_for_selector('link[rel=icon][data-state="offered"]', state="attached")
    expect(page).to_have_title("Ringing Mei Zhang · Switchdesk")
    assert page.get_attribute("link[rel=icon]", "href") not in ("", calm)


def test_keys_that_the_caller_pressed_stand_in_the_offer_and_beside_the_name(visitor, centre):
    page = visitor("alice")
    centre.sign_in("alice")
    centre.arrive("c1")
    centre.tell(f.KeysPressed(call_id="c1", keys="2"))
    centre.offer("c1", "alice")
    state(page, "offered")
    page.wait_for_selector("#fact-keys:text-is('2')")
    centre.tell(f.KeysPressed(call_id="c1", keys="0"))
    page.wait_for_selector("#fact-keys:text-is('20')")
    centre.talk("c1", "alice")
    page.wait_for_selector("#caller-line:has-text('keys 20')")


def test_the_foot_of_the_page_tells_of_phone_line_and_version(visitor, centre):
    from ccsite.version import VERSION

    page = visitor("alice")
    page.wait_for_selector("#device:has-text('no word of it yet')")
    centre.tell(f.DeviceChanged(extension="2001", registered=True, node="n1"))
    page.wait_for_selector("#device:has-text('Phone registered')")
    centre.tell(f.DeviceChanged(extension="2002", registered=False, node="n1"))
    centre.tell(f.DeviceChanged(extension="2001", registered=False, node="n1"))
    page.wait_for_selector("#device[data-device=unregistered]:has-text('not registered')")
    page.reload()
    page.wait_for_selector("#device:has-text('not registered')")
    page.wait_for_selector("#link:has-text(' ms')")
    assert f"Switchdesk {VERSION}" in page.inner_text(".statusline")
