"""An agent of a campaign at her desk: the next customer, called by key, the script, and the callback that is agreed."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from crm.campaigns.callbacks.services import callback_make
from crm.campaigns.models import Attempt, Callback, CallbackState
from switchctl.contract import commands, refusals
from switchctl.contract import facts as f
from tests.browser.site import until
from tests.browser.test_desk import ordered, state
from tests.crm.carrier import carrier
from tests.crm.desk.campaign import MEI, campaign_of, daemon, lead_of


def dials(centre, call: str) -> None:
    """The daemon dials for Alice, and the customer answers."""
    centre.tell(f.CallArrived(call_id=call, number=MEI, direction="outbound", stage="dialled"))
    centre.tell(f.AgentStateChanged(agent="alice", state="dialling", previous="ready", offer=f"{call}-o", call_id=call))
    centre.tell(f.DialStarted(call_id=call, offer=f"{call}-o", agent="alice", dials="national"))


def talks(centre, call: str) -> None:
    centre.tell(f.DialProceeded(call_id=call, offer=f"{call}-o", agent="alice"))
    centre.tell(f.AgentStateChanged(agent="alice", state="talking", previous="dialling", call_id=call))


def test_from_the_next_customer_to_the_agreed_callback_by_keys(visitor, centre, cast, redis_client):
    lead_of(campaign_of(cast), cast.caller)
    page = visitor("alice")
    expect(page.locator("[data-take-button]")).to_be_disabled()  # she has not signed in
    centre.sign_in("alice")
    state(page, "ready")
    page.wait_for_selector("[data-take-button]:enabled")
    assert not Attempt.objects.exists()  # nothing is taken by itself
    page.keyboard.press("n")
    page.wait_for_selector("#next h3:has-text('Mei Zhang')")
    expect(page.locator("#lead-left")).to_contain_text("left to look")
    expect(page.locator("#next .script")).to_contain_text("this is Alice")
    daemon(redis_client)
    page.keyboard.press("F2")
    [order] = ordered(redis_client, 1)
    assert isinstance(order, commands.DialLead) and order.id == Attempt.objects.get().pk
    dials(centre, order.id)
    state(page, "dialling")
    page.wait_for_selector("#campaign .script")
    expect(page.locator("#caller-line")).to_contain_text("dialled for campaign Renewals")
    talks(centre, order.id)
    state(page, "talking")
    centre.tell(f.AgentStateChanged(agent="alice", state="wrapup", previous="talking", call_id=order.id))
    state(page, "wrapup")
    expect(page.locator("#agree")).to_be_hidden()
    page.keyboard.press("2")
    expect(page.locator("#agree")).to_be_visible()
    page.click("#agree [data-after='120']")
    until(lambda: Callback.objects.filter(call_id=order.id, agent=cast.alice).exists())
    page.wait_for_selector("#saved.ok")
    in_two_hours = Callback.objects.get(state=CallbackState.WAITING).due_at - timezone.now()
    assert timedelta(minutes=60) < in_two_hours < timedelta(minutes=121)
    page.keyboard.press("1")
    until(lambda: not Callback.objects.filter(state=CallbackState.WAITING).exists())
    page.wait_for_selector("#saved.ok")
    page.goto(f"/calls/{order.id}/")
    for outcome, asks in (("bought", False), ("later", True), ("again", False)):  # the first is the call's own
        if outcome != "bought":
            page.select_option(".note-form [name=disposition]", outcome)
        expect(page.locator(".note-form [name=due]")).to_be_visible(visible=asks)


def test_it_goes_on_by_itself_only_where_she_wants_it_and_is_ready(visitor, centre, cast):
    lead_of(campaign_of(cast), cast.caller)
    page = visitor("alice")
    page.check("#go-on")
    centre.state("alice", "paused", "offline", reason="signed-in")
    page.wait_for_selector("[data-take-button]:enabled")
    assert not Attempt.objects.exists()
    centre.state("alice", "ready", "paused")
    page.wait_for_selector("#next h3:has-text('Mei Zhang')")
    page.select_option("#next [name=why]", "unfit")
    page.click(".lead-skip button")
    page.wait_for_selector("[data-take-button]")
    assert page.is_checked("#go-on")


def test_a_callback_announces_itself_and_is_moved_from_its_menu(visitor, centre, cast, redis_client):
    due = timezone.now() + timedelta(seconds=40)
    callback_make(user=cast.alice, customer_id=cast.caller.pk, number=MEI, agent=cast.alice, due_at=due)
    page = visitor("alice")
    centre.sign_in("alice")
    state(page, "ready")
    page.wait_for_selector(".toast:has-text('Mei Zhang')")
    page.click(".callback summary")
    page.click(".callback [data-after='day']")
    page.click(".callback form[action*=move] .primary")
    page.wait_for_selector("details.callbacks-later")
    assert Callback.objects.get().due_at > due + timedelta(hours=20)


def test_a_click_in_the_customers_list_dials_and_refusals_are_sentences(visitor, centre, cast, redis_client, settings):
    carrier()
    page = visitor("alice")
    centre.sign_in("alice")
    page.goto("/customers/")
    expect(page.locator("#schedule")).to_be_disabled()
    page.click(f"[data-customer='{cast.caller.pk}']")
    [order] = ordered(redis_client, 1)
    assert isinstance(order, commands.Dial) and order.number == MEI
    centre.tell(f.CommandRefused(agent="alice", command="Dial", command_id=order.id, reason=refusals.NO_OPEN_SWITCH))
    page.wait_for_selector(".toast:has-text('No switch takes new calls')")
    page.check(f"td.tick input[value='{cast.caller.pk}']")
    page.click("#schedule")
    page.click("[data-after='30']")
    page.click("form.schedule .primary")
    page.wait_for_selector(".note-done:has-text('1 call is scheduled.')")
    assert Callback.objects.get().untouched
