"""Dialling at the desk: the box, her own phone first, the customer; and calling back from a call's page."""

import pytest
from playwright.sync_api import expect

from crm.calls.models import CallRecord
from crm.telephony.models import SpeedDial
from switchctl.contract import commands, refusals
from switchctl.contract import facts as f
from switchctl.contract.names import MAIN
from tests.browser.site import until
from tests.browser.test_desk import ordered, state
from tests.crm.carrier import carrier

MEI = "+8615401400001"


@pytest.fixture(autouse=True)
def line(cast):
    """There is a way to the outside."""
    carrier()


def dials(centre, call: str, number: str = MEI) -> None:
    centre.tell(f.CallArrived(call_id=call, number=number, direction="outbound", stage="dialled"))
    centre.tell(f.AgentStateChanged(agent="alice", state="dialling", previous="ready", offer=f"{call}-o", call_id=call))
    centre.tell(f.DialStarted(call_id=call, offer=f"{call}-o", agent="alice", dials="national"))


def test_from_the_box_to_the_talk_by_keys(visitor, centre, redis_client):
    page = visitor("alice")
    centre.sign_in("alice")
    state(page, "ready")
    page.keyboard.press("d")
    page.keyboard.type("154 0140 0001")
    page.keyboard.press("Enter")
    [order] = ordered(redis_client, 1)
    assert isinstance(order, commands.Dial) and order.number == "154 0140 0001"
    dials(centre, order.id)
    state(page, "dialling")
    page.wait_for_selector(".card h2:has-text('Mei Zhang')")
    expect(page.locator("#caller")).to_have_text("Mei Zhang")
    expect(page.locator("#caller-line")).to_contain_text("Your phone rings first")
    page.keyboard.press("F2")
    assert isinstance(ordered(redis_client, 2)[1], commands.Answer)
    centre.tell(f.DialProceeded(call_id=order.id, offer=f"{order.id}-o", agent="alice"))
    page.wait_for_selector("#caller-line:has-text('being called')")
    expect(page.locator("[data-order=Answer]:visible")).to_have_count(0)
    expect(page.locator("[data-order=HangUp]:visible")).not_to_have_count(0)
    page.keyboard.press("F9")
    assert isinstance(ordered(redis_client, 3)[2], commands.HangUp)
    centre.tell(f.DialEnded(call_id=order.id, offer=f"{order.id}-o", agent="alice", result="cancelled"))
    centre.tell(f.AgentStateChanged(agent="alice", state="ready", previous="dialling"))
    centre.tell(f.CallEnded(call_id=order.id, cause="ORIGINATOR_CANCEL", ended_by="agent", source="esl"))
    state(page, "ready")
    page.wait_for_selector("#recent [data-dial]")
    page.wait_for_selector("#toasts >> text=154****0001: given up by the agent")
    page.wait_for_selector("#recent >> text=Given up by the agent")


def test_refusals_reach_her_in_words(visitor, centre, redis_client):
    page = visitor("alice")
    centre.sign_in("alice")
    state(page, "ready")
    page.fill("#dial-number", "+44 20 7946 0000")
    page.keyboard.press("Enter")
    page.wait_for_selector(".toast:has-text('abroad')")
    page.fill("#dial-number", "2002")
    page.keyboard.press("Enter")
    [order] = ordered(redis_client, 1)
    centre.tell(f.CommandRefused(agent="alice", command="Dial", command_id=order.id, reason=refusals.NO_OPEN_SWITCH))
    page.wait_for_selector(".toast:has-text('No switch takes new calls')")
    assert page.evaluate("document.body.dataset.state") == "ready"


def test_a_speed_dial_by_a_click_and_digits_are_no_name(visitor, centre, cast, redis_client):
    SpeedDial.objects.create(owner=cast.alice, code="12", name="Hall 2002", number=cast.bob.extension)
    SpeedDial.objects.create(owner=None, code="40", name="Warehouse", number=MEI)
    page = visitor("alice")
    centre.sign_in("alice")
    state(page, "ready")
    page.click("#dial-number")
    expect(page.locator("#speed-list [role=option]")).to_have_count(2)
    page.keyboard.type("2002")
    expect(page.locator("#speed-list [role=option]")).to_have_count(1)
    expect(page.locator("#speed-list [aria-selected]")).to_have_count(0)  # Enter would dial what is typed
    page.fill("#dial-number", "house")
    expect(page.locator("#speed-list [aria-selected]")).to_contain_text("*040")
    page.click("#speed-list >> text=Warehouse")
    [order] = ordered(redis_client, 1)
    assert isinstance(order, commands.Dial) and order.number == "*040"


def test_call_back_from_the_page_of_a_call_whose_number_is_masked(visitor, centre, redis_client):
    CallRecord.objects.create(call_id="old", agent="alice", number="15401400001", number_e164=MEI)
    page = visitor("alice", language="zh")
    centre.sign_in("alice")
    page.goto("/calls/old/")
    assert "0140 0001" not in page.content()
    page.click("[data-dial='old']")
    until(lambda: redis_client.exists(MAIN.commands))
    [order] = ordered(redis_client, 1)
    assert order.number == MEI
    centre.tell(f.CommandRefused(agent="alice", command="Dial", command_id=order.id, reason=refusals.RINGING))
    page.wait_for_selector(".toast:has-text('话机')")
    page.click("[data-dial='old']")
    order = ordered(redis_client, 2)[1]
    dials(centre, order.id)
    page.wait_for_url("**/")
    state(page, "dialling")
