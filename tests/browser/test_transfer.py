"""At the desk: where the customer goes, whom one asks first, the microphone and the keypad."""

from playwright.sync_api import expect

from switchctl.contract import commands
from switchctl.contract import facts as f
from tests.browser.test_desk import ordered, state


def talks(centre) -> None:
    for agent in ("alice", "bob"):
        centre.sign_in(agent)
    centre.arrive("call-1")
    centre.offer("call-1", "alice")
    centre.talk("call-1", "alice")


def test_asked_first_then_handed_over_by_keys(visitor, centre, redis_client):
    page = visitor("alice")
    talks(centre)
    state(page, "talking")
    page.keyboard.press("F4")
    field = page.locator("#transfer-field")
    expect(field).to_be_focused()
    expect(page.locator(".target[aria-selected]")).to_contain_text("Bob")
    page.keyboard.type("bo")
    expect(page.locator(".target[data-what=agent]")).to_have_count(1)
    page.keyboard.press("Enter")
    [order] = ordered(redis_client, 1)
    assert isinstance(order, commands.Consult) and (order.what, order.to) == ("agent", "bob")
    expect(page.locator("#transfer")).to_be_hidden()
    centre.tell(
        f.ConsultStarted(call_id="call-1", offer="call-1-o", agent="alice", aside="aside", what="agent", to="bob")
    )
    expect(page.locator("#aside")).to_contain_text("being called")
    expect(page.locator("[data-order=HangUp]:visible")).to_have_count(0)
    centre.tell(f.ConsultAnswered(call_id="call-1", offer="call-1-o", agent="alice", aside="aside"))
    expect(page.locator("#aside")).to_contain_text("speaks with you")
    page.keyboard.press("F6")
    centre.tell(f.ConsultSwapped(call_id="call-1", offer="call-1-o", agent="alice", aside="aside", front="customer"))
    expect(page.locator("#aside")).to_contain_text("you speak with the customer")
    page.keyboard.press("F8")
    centre.tell(f.ConferenceStarted(call_id="call-1", offer="call-1-o", agent="alice", aside="aside"))
    expect(page.locator("#aside")).to_contain_text("all three hear each other")
    expect(page.locator("[data-order=SwapConsult]:visible, [data-order=JoinAll]:visible")).to_have_count(0)
    expect(page.locator("[data-order=CompleteTransfer]")).to_contain_text("Leave the two alone")
    page.keyboard.press("F4")
    page.wait_for_selector("#aside .turning")
    page.keyboard.press("F9")
    kinds = [type(one).__name__ for one in ordered(redis_client, 4)]
    assert kinds == ["Consult", "SwapConsult", "JoinAll", "CompleteTransfer"], "the switch is still at it"
    centre.tell(f.ConsultEnded(call_id="call-1", offer="call-1-o", agent="alice", aside="aside", result="cancelled"))
    expect(page.locator("#aside")).to_be_hidden()


def test_straight_to_a_queue_muted_and_keyed(visitor, centre, redis_client):
    page = visitor("alice")
    talks(centre)
    state(page, "talking")
    page.keyboard.press("F7")
    centre.tell(f.MuteStarted(call_id="call-1", offer="call-1-o", agent="alice"))
    expect(page.locator("[data-order=Unmute]")).to_be_visible()
    page.keyboard.press("m")
    centre.tell(f.CustomerMarked(call_id="call-1", offer="call-1-o", agent="alice", how="order"))
    expect(page.locator("#top .star.on")).to_be_visible()
    expect(page.locator("[data-order=MarkCustomer]")).to_be_hidden()
    page.click("#keypad-open")
    page.keyboard.press("4")
    page.click("[data-tone='#']")
    expect(page.locator("#keypad-sent")).to_have_text("4#")
    page.keyboard.press("Escape")
    expect(page.locator("#keypad")).to_be_hidden()
    page.keyboard.press("F4")
    page.click(".target[data-what=queue] >> nth=0 >> [data-order=Transfer]")
    mute, mark, four, hash_, transfer = ordered(redis_client, 5)
    assert (type(mute), type(mark), four.keys, hash_.keys) == (commands.Mute, commands.MarkCustomer, "4", "#")
    assert isinstance(transfer, commands.Transfer) and transfer.what == "queue"
