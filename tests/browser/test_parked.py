"""At the desk: parked calls, which every desk sees; calls that ring at colleagues; wishes to be called back."""

from playwright.sync_api import expect

from switchctl.contract import commands
from switchctl.contract import facts as f
from tests.browser.test_desk import ordered, state
from tests.browser.test_transfer import talks

LATER = 4_000_000_000_000_000


def test_parked_by_a_key_and_taken_by_a_colleague(visitor, centre, redis_client):
    alice, bob = visitor("alice"), visitor("bob")
    talks(centre)
    state(alice, "talking")
    expect(bob.locator("#parked")).to_be_hidden()
    alice.keyboard.press("F3")
    [order] = ordered(redis_client, 1)
    assert isinstance(order, commands.Park) and order.agent == "alice"
    centre.tell(f.CallParked(call_id="call-1", offer="call-1-o", agent="alice", slot="07", until=LATER))
    expect(alice.locator("#parked li")).to_contain_text("07")
    expect(alice.locator("#parked [data-order]")).to_have_count(0)
    expect(bob.locator("#parked li")).to_contain_text("parked by Alice")
    bob.keyboard.press("F3")
    taken = ordered(redis_client, 2)[1]
    assert isinstance(taken, commands.Retrieve) and (taken.agent, taken.slot) == ("bob", "07")
    centre.offer("call-1", "bob")
    expect(alice.locator("#parked li")).to_contain_text("is being taken")
    centre.talk("call-1", "bob")
    expect(alice.locator("#parked")).to_be_hidden()


def test_a_call_that_rings_at_a_colleague_is_picked_up_by_keys(visitor, centre, redis_client):
    bob = visitor("bob")
    for agent in ("alice", "bob"):
        centre.sign_in(agent)
    centre.arrive("call-1")
    centre.offer("call-1", "alice")
    state(bob, "ready")
    bob.keyboard.press("p")
    expect(bob.locator("#pickup-list [aria-selected]")).to_contain_text("Alice")
    bob.keyboard.press("Enter")
    [order] = ordered(redis_client, 1)
    assert isinstance(order, commands.PickUpCall) and (order.agent, order.of) == ("bob", "alice")
    expect(bob.locator("#pickup")).to_be_hidden()


def test_wishes_to_be_called_back_are_shown_and_taken_back(visitor, centre, redis_client):
    bob = visitor("bob")
    centre.sign_in("bob")
    state(bob, "ready")
    centre.tell(f.CallBackWished(wish="w1", agent="bob", of="alice", when="free", until=LATER))
    expect(bob.locator("#wishes li")).to_contain_text("Alice")
    bob.locator("#wishes button").click()
    [order] = ordered(redis_client, 1)
    assert isinstance(order, commands.CancelCallBack) and order.of == "alice"
    centre.tell(f.CallBackOver(wish="w1", agent="bob", of="alice", result="cancelled"))
    expect(bob.locator("#wishes")).to_be_hidden()
    expect(bob.locator(".turning")).to_have_count(0)


def test_do_not_disturb_is_chosen_in_the_menu_of_states(visitor, centre, redis_client):
    bob = visitor("bob")
    centre.sign_in("bob")
    state(bob, "ready")
    bob.keyboard.press("Alt+s")
    bob.click("#state-menu [data-order=DoNotDisturb]")
    [order] = ordered(redis_client, 1)
    assert isinstance(order, commands.DoNotDisturb)
    centre.tell(f.DisturbChanged(agent="bob", on=True))
    expect(bob.locator("#dnd")).to_be_visible()
    bob.keyboard.press("Alt+s")
    expect(bob.locator("#state-menu [data-order=MayDisturb]")).to_be_visible()
    expect(bob.locator("#state-menu [data-order=DoNotDisturb]")).to_be_hidden()


def test_the_room_in_which_she_is_stands_at_her_desk(visitor, centre, redis_client):
    page = visitor("alice")
    centre.sign_in("alice")
    state(page, "ready")
    expect(page.locator("#own-room")).to_be_hidden()
    centre.tell(f.RoomOpened(node="node1", room="morning"))
    centre.tell(f.MemberCalled(room="morning", member="m1", number="1001", agent="alice", by="alice"))
    expect(page.locator("#own-room")).to_contain_text("your phone rings")
    page.keyboard.press("F2")
    centre.tell(f.MemberJoined(room="morning", member="m1", seat="1", number="1001", agent="alice"))
    expect(page.locator("#own-room-line")).to_have_text("1 in it")
    centre.tell(f.MemberJoined(room="morning", member="m2", seat="2", number="1002", agent="bob"))
    expect(page.locator("#own-room-line")).to_have_text("2 in it")
    page.keyboard.press("F9")
    assert [type(one).__name__ for one in ordered(redis_client, 2)] == ["Answer", "HangUp"]
    centre.tell(f.MemberLeft(room="morning", member="m1", result="left", agent="alice"))
    expect(page.locator("#own-room")).to_be_hidden()
