"""One call's page: its axis, why each thing happened, by mouse and keys; and a call that is up grows and ends."""

import re

import pytest

from crm.calls.recording.prepare import prepared
from crm.calls.recording.write import record_facts
from switchctl.contract import facts as f
from tests.crm.calls.rows import told
from tests.stories import Story, numbered

OPEN = "#why article:not([hidden])"
BARS = ".bar"


@pytest.fixture
def afternoon(cast):
    """Alice answered after Bob had missed it, and held once."""
    story = Story("c1").greeted(20).queued().offered_to("bob", 5).missed().offered_to("alice", 15)
    offer = story.facts[-2]
    story.facts[-2] = type(offer)(**{**_fields(offer), "reason": "longest_idle:ready=2,tier=1,idle_s=75"})
    story.answered().tell(f.HoldStarted, 60, offer=story.offer, agent="alice")
    story.tell(f.HoldEnded, 45, offer=story.offer, agent="alice", held_ms=45000)
    story.hung_up("agent", 30).wrapped_up(20)
    record_facts(prepared(told(numbered(story.facts))))


def _fields(fact: f.Fact) -> dict:
    return {name: getattr(fact, name) for name in fact.__struct_fields__}


def bars(page) -> list[str]:
    return [bar.get_attribute("aria-label") for bar in page.locator(BARS).all()]


def chosen(page) -> str:
    return page.inner_text(f"{OPEN} h2")


def test_the_axis_has_a_row_for_the_caller_and_each_agent(visitor, afternoon):
    page = visitor("sofia")
    page.goto("/calls/c1/")
    assert page.locator(".axis-who li").all_inner_texts() == ["Mei Zhang", "Bob 2002", "Alice 2001"]
    assert bars(page) == [
        "Greeting, 0:20, 0:00 to 0:20", "Waiting, 0:43, 0:20 to 1:03", "Talks with Alice, 1:00, 1:03 to 2:03",
        "On hold, 0:45, 2:03 to 2:48", "Talks with Alice, 0:30, 2:48 to 3:18",
        "Ringing, 0:20, 0:25 to 0:45",
        "Ringing, 0:03, 1:00 to 1:03", "Talking, 1:00, 1:03 to 2:03", "On hold, 0:45, 2:03 to 2:48",
        "Talking, 0:30, 2:48 to 3:18", "Wrap-up, 0:20, 3:18 to 3:38",
    ]  # fmt: skip
    page.wait_for_function("() => document.querySelectorAll('.bar text')[2].textContent === 'Talks with Alice 1:00'")
    fits = "(t) => t.getComputedTextLength() <= t.parentElement.querySelector('.fill').getBoundingClientRect().width"
    assert all(text.evaluate(fits) for text in page.locator(".bar text").all())
    page.locator(BARS).nth(3).hover()
    page.wait_for_selector("#axis-tip:text-is('On hold, 0:45, 2:03 to 2:48')")
    facts = page.inner_text("dl.facts")
    assert re.search(r"Ended by\nThe agent\nHung up normally · Q.850 16 · SIP 200", facts)


def test_an_event_opens_why_it_happened(visitor, afternoon):
    page = visitor("sofia")
    page.goto("/calls/c1/")
    assert chosen(page) == "Why Alice was rung"  # the offer that came to something
    reasons = page.inner_text(f"{OPEN} dl")
    for line in ("The agent who has been idle longest", "Agents ready\n2", "1:15", "Bob (not answered in time)"):
        assert line in reasons
    page.click("text=Queue Support entered")
    page.wait_for_selector(f"{OPEN} h2:text-is('Why the caller waited in Support')")
    assert "0:28 over the target" in page.inner_text(OPEN)
    page.wait_for_selector("#axis-mark[visibility=visible]", state="attached")
    page.click("tr:has-text('Call ended')")
    page.wait_for_selector(f"{OPEN} h2:text-is('Call ended')")
    assert "NORMAL_CLEARING" in page.inner_text(f"{OPEN} dl")


def test_everything_on_it_goes_by_keys(visitor, afternoon):
    page = visitor("sofia")
    page.goto("/calls/c1/")
    page.focus(".timeline button >> nth=0")
    page.keyboard.press("ArrowDown")
    page.wait_for_selector("tr.chosen:has-text('Answered by the switch')")
    page.keyboard.press("ArrowUp")
    page.wait_for_selector(f"{OPEN} h2:text-is('Call arrived')")
    page.focus(".bar >> nth=0")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#axis-tip:has-text('Waiting, 0:43')")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Waiting, 0:43, 0:20 to 1:03"
    assert page.locator(".bar[tabindex='0']").count() == 1


def test_a_call_that_is_up_grows_and_ends(visitor, centre):
    page = visitor("sofia")
    centre.sign_in("alice")
    centre.arrive("c1")
    page.wait_for_function("() => fetch('/calls/c1/').then((answer) => answer.ok)")
    page.goto("/calls/c1/")
    page.wait_for_selector(".bar[data-open][data-state=waiting]")
    assert page.is_visible("#call-link")
    page.wait_for_function("() => parseFloat(document.querySelector('.bar[data-open]').getAttribute('width')) > 10")
    page.click("text=Queue Support entered")
    centre.offer("c1", "alice")
    page.wait_for_selector(".bar[data-open][data-state=offered]")
    assert chosen(page) == "Why the caller waited in Support"  # what she chose stays open
    centre.talk("c1", "alice")
    page.wait_for_selector(".bar[data-open][data-state=talking]")
    centre.hold("c1", "alice")
    page.wait_for_selector(".bar[data-open][data-state=held]")
    page.wait_for_selector("dl.facts dd[data-since]")
    centre.end("c1", "alice")
    page.wait_for_selector(".outcome-answered")
    page.wait_for_selector(".bar[data-open][data-state=wrapup]")
    centre.finish("c1", "alice")
    page.wait_for_selector("#call-link", state="hidden")
    page.wait_for_selector(".bar[data-open]", state="detached")
    page.wait_for_selector("#call:not([data-up])", state="attached")  # it asks no longer


def test_a_call_that_is_no_row_yet_has_its_page(visitor, centre, site):
    site.recording(False)
    page = visitor("sofia")
    centre.sign_in("alice")
    centre.arrive("c1")
    page.wait_for_function("() => fetch('/calls/c1/').then((answer) => answer.ok)")
    page.goto("/calls/c1/")
    page.wait_for_selector(".bar[data-open][data-state=waiting]")
    assert page.locator(".note-form").count() == 0
    centre.offer("c1", "alice")
    page.wait_for_selector(".bar[data-open][data-state=offered]")
    site.recording(True)
    page.wait_for_selector("h1 >> text=Mei Zhang")
    page.wait_for_selector("tr:has-text('Answered by the switch')")


def test_a_page_that_hears_nothing_says_so(visitor, centre, site):
    page = visitor("sofia")
    centre.arrive("c1")
    page.wait_for_function("() => fetch('/calls/c1/').then((answer) => answer.ok)")
    page.goto("/calls/c1/")
    page.wait_for_selector(".bar[data-open]")
    page.context.set_offline(True)
    page.wait_for_selector("#call-link[data-link=stale]")
    page.context.set_offline(False)
    page.wait_for_selector("#call-link[data-link=live]")


def test_in_chinese_for_a_dialled_call(visitor, cast):
    story = Story("c1", number="+8615401400001", direction="outbound", dialled="")
    ids = {"offer": "o", "agent": "alice"}
    story.tell(f.DialStarted, **ids, dials="national", shows="4001")
    story.tell(f.DialProceeded, 4, **ids)
    story.tell(f.DialEnded, 30, **ids, result="busy", cause="USER_BUSY", q850="17", sip_status="486", ring_ms=34000)
    story.over("system", 0, cause="USER_BUSY", sip_status="486", q850="17")
    record_facts(prepared(told(numbered(story.facts))))
    page = visitor("sofia", language="zh", theme="dark")
    page.goto("/calls/c1/")
    assert bars(page) == ["振铃，0:30，0:04 至 0:34", "振铃，0:04，0:00 至 0:04", "外呼中，0:30，0:04 至 0:34"]
    page.click("tr:has-text('通话已结束')")
    text = page.inner_text("#main")
    assert "Q.850 17 · SIP 486" in text and "占线" in text
