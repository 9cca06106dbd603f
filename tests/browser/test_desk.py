"""The agent's story on her desk: the facts are told, the page shows them; the keys send orders."""

import re

import pytest
from playwright.sync_api import expect

from crm.calls.models import CallRecord
from switchctl.contract import commands, refusals
from switchctl.contract import facts as f
from switchctl.contract.names import MAIN
from tests.browser.site import until


def state(page, wanted: str):
    page.wait_for_selector(f'body[data-state="{wanted}"]')


def orders(client) -> list[commands.Command]:
    return [commands.decode(fields[b"c"]) for _id, fields in client.xrange(MAIN.commands)]


def ordered(client, count: int) -> list[commands.Command]:
    until(lambda: len(orders(client)) >= count)
    return orders(client)


def test_a_call_from_ringing_to_finished_by_keys(visitor, centre, redis_client):
    page = visitor("alice")
    state(page, "offline")
    page.click("#verbs [data-order=SignIn]")
    assert isinstance(ordered(redis_client, 1)[0], commands.SignIn)
    assert page.evaluate("document.body.dataset.state") == "offline"  # only the fact changes it
    centre.sign_in("alice")
    state(page, "ready")
    centre.arrive("c1")
    page.wait_for_selector('[data-queue="support"] [data-waiting]:text-is("1")')
    centre.offer("c1", "alice")
    state(page, "offered")
    page.wait_for_selector(".card h2:has-text('Mei Zhang')")
    expect(page.locator("#caller")).to_have_text("Mei Zhang")
    expect(page.locator("#fact-why")).to_contain_text("Idle longest")
    expect(page.locator("#fact-waited")).to_have_text(re.compile(r"^\s*\d\d:\d\d\s*$"))
    expect(page).to_have_title(re.compile("Mei Zhang"))
    page.keyboard.press("F2")
    assert isinstance(ordered(redis_client, 2)[1], commands.Answer)
    centre.talk("c1", "alice")
    state(page, "talking")
    page.keyboard.press("F8")
    assert isinstance(ordered(redis_client, 3)[2], commands.Hold)
    centre.hold("c1", "alice")
    state(page, "held")
    page.keyboard.press("F8")
    assert isinstance(ordered(redis_client, 4)[3], commands.Resume)
    centre.resume("c1", "alice")
    state(page, "talking")
    page.keyboard.press("F9")
    assert isinstance(ordered(redis_client, 5)[4], commands.HangUp)
    centre.end("c1", "alice")
    state(page, "wrapup")
    expect(page.locator("#state-line")).to_contain_text(re.compile(r"ready in \d+ s"))
    page.wait_for_selector("#notes [name=disposition]", state="attached")
    page.keyboard.press("1")
    page.fill("#note", "Wants the invoice again")
    page.keyboard.press("Control+Enter")
    assert isinstance(ordered(redis_client, 6)[5], commands.FinishWrapUp)
    centre.finish("c1", "alice")
    state(page, "ready")
    until(lambda: CallRecord.objects.filter(call_id="c1", note="Wants the invoice again").exists())
    until(lambda: CallRecord.objects.filter(call_id="c1", disposition__code="resolved").exists())
    page.wait_for_selector("#recent >> text=Mei Zhang")


def test_a_note_survives_a_reload_in_the_middle_of_the_call(visitor, centre):
    page = visitor("alice")
    centre.sign_in("alice")
    centre.arrive("c1")
    centre.offer("c1", "alice")
    centre.talk("c1", "alice")
    state(page, "talking")
    page.fill("#note", "half a sent")
    page.reload()  # before the pause of typing that saves it
    page.wait_for_selector("#note")
    until(lambda: page.input_value("#note") == "half a sent")
    until(lambda: CallRecord.objects.filter(call_id="c1", note="half a sent").exists())


def test_a_refused_order_is_a_sentence_in_her_language(visitor, centre, redis_client):
    page = visitor("alice", language="zh")
    centre.sign_in("alice")
    state(page, "ready")
    page.click("#verbs [data-order=SignOut]")
    order = ordered(redis_client, 1)[0]
    refusal = f.CommandRefused(agent="alice", command="SignOut", command_id=order.id, reason=refusals.RINGING)
    centre.tell(refusal)
    page.wait_for_selector(".toast:has-text('您的话机正在振铃，请先接听或拒接。')")
    expect(page.locator(".turning")).to_have_count(0)


def test_an_order_without_an_answer_is_said_and_can_be_given_again(visitor, centre, redis_client):
    page = visitor("alice")
    centre.sign_in("alice")
    state(page, "ready")
    page.click("#verbs [data-order=SignOut]")
    page.wait_for_selector("#verbs [data-order=SignOut].turning")
    page.wait_for_selector("#unanswered:has-text('Waiting for the switch')")
    page.wait_for_selector("#unanswered:has-text('The switch did not answer')")
    expect(page.locator(".turning")).to_have_count(0)
    page.click("#again")
    assert [type(order) for order in ordered(redis_client, 2)] == 2 * [commands.SignOut]
    centre.state("alice", "offline")
    state(page, "offline")
    page.wait_for_selector("#unanswered", state="hidden")


def test_the_state_menu_offers_the_centres_reasons_by_key(visitor, centre, redis_client):
    page = visitor("alice")
    centre.sign_in("alice")
    state(page, "ready")
    page.keyboard.press("Alt+s")
    page.keyboard.press("Enter")
    assert ordered(redis_client, 1)[0].reason == "break"
    centre.state("alice", "paused", reason="break")
    page.wait_for_selector("#top:has-text('Break')")


@pytest.mark.parametrize(
    "name", ['<img src=x onerror="document.title=1">', "</script><script>alert(1)</script>", '"><b>x']
)
def test_a_hostile_name_is_only_text(visitor, centre, name):
    page, floor = visitor("alice"), visitor("sofia")
    centre.sign_in("alice")
    centre.arrive("c1", number="<i>1</i>", name=name)
    centre.offer("c1", "alice")
    state(page, "offered")
    page.wait_for_selector(".hostile")
    expect(page.locator(".hostile")).to_have_text(name)
    expect(page.locator("#caller")).to_have_text("<i>1</i>")
    floor.wait_for_selector("#calls tr[data-key]")
    for shown in (page, floor):
        assert shown.locator("img[src=x], main i:text-is('1'), main b:text-is('x')").count() == 0


def test_a_caller_who_gives_up_leaves_the_desk(visitor, centre):
    page = visitor("alice")
    centre.sign_in("alice")
    centre.arrive("c1")
    centre.offer("c1", "alice")
    state(page, "offered")
    centre.tell(f.OfferEnded(call_id="c1", offer="c1-o", agent="alice", visit="c1-v", result="cancelled"))
    centre.state("alice", "ready", "offered")
    centre.tell(f.CallEnded(call_id="c1", node="n1", cause="ORIGINATOR_CANCEL", ended_by="customer"))
    state(page, "ready")
    page.wait_for_selector("#work", state="hidden")


@pytest.mark.slow
def test_silence_is_told_after_5_and_10_seconds_and_heals(visitor, centre, site):
    page = visitor("alice")
    centre.sign_in("alice")
    state(page, "ready")
    site.feeding(False)
    page.wait_for_selector('#link[data-link="stale"]')
    expect(page.locator("#verbs button:enabled:visible")).to_have_count(0)
    stood = page.inner_text("#state-timer")
    page.wait_for_selector("#banner:visible")
    assert page.inner_text("#state-timer") == stood
    centre.arrive("c1")
    centre.offer("c1", "alice")
    site.feeding(True)
    state(page, "offered")
    page.wait_for_selector('#link[data-link="live"]')
    expect(page.locator("#banner:visible")).to_have_count(0)
