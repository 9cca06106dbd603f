"""A supervisor joins a call from the floor: what the buttons send, what they show, and why they do nothing."""

from playwright.sync_api import expect

from crm.accounts.models import User
from switchctl.contract import commands
from switchctl.contract import facts as f
from switchctl.contract.names import MAIN
from tests.browser.test_floor_work import row, until

WATCH = {"call_id": "c1", "node": "n1", "watch": "w1", "agent": "alice", "by": "sofia"}


def orders(redis_client) -> list[commands.Command]:
    return [commands.decode(fields[b"c"]) for _, fields in redis_client.xrange(MAIN.commands)]


def test_a_call_is_joined_heard_left_and_taken(visitor, centre, cast, redis_client):
    User.objects.filter(username="sofia").update(extension="2100")
    centre.sign_in("alice")
    page = visitor("sofia")
    row(page, "Alice").hover()
    listen, whisper = (row(page, "Alice").locator(f"[data-mode={mode}]") for mode in ("listen", "whisper"))
    expect(listen).to_have_attribute("title", "She is not in a call.")
    listen.dispatch_event("click")
    page.wait_for_selector(".toast >> text=She is not in a call.")
    assert not orders(redis_client)
    centre.arrive("c1")
    centre.offer("c1", "alice")
    centre.talk("c1", "alice")
    page.wait_for_selector("#agents tr:has-text('Alice') >> text=Talking")
    row(page, "Alice").hover()
    listen.click()
    centre.tell(f.WatchStarted(**WATCH, mode="listen", offer="c1-o"))
    page.wait_for_selector("#agents tr:has-text('Alice') >> text=your phone rings")
    centre.tell(f.WatchChanged(**WATCH, mode="listen"))
    page.wait_for_selector("#agents tr:has-text('Alice') >> text=you listen")
    row(page, "Alice").hover()
    expect(listen).to_have_attribute("aria-pressed", "true")
    whisper.click()
    centre.tell(f.WatchChanged(**WATCH, mode="whisper"))
    page.wait_for_selector("#agents tr:has-text('Alice') >> text=she hears you")
    row(page, "Alice").hover()
    expect(whisper).to_have_attribute("aria-pressed", "true")
    take = row(page, "Alice").locator("[data-order=TakeOver]")
    take.click()
    expect(take).to_have_text("Press again")
    take.click()
    row(page, "Alice").locator("[data-order=EndWatch]").click()
    until(lambda: len(orders(redis_client)) == 4)
    centre.tell(f.WatchEnded(**WATCH, result="left"))
    expect(row(page, "Alice").locator("[data-order=EndWatch]")).to_have_count(0)
    sent = [(type(one).__name__, getattr(one, "mode", ""), one.by) for one in orders(redis_client)]
    assert sent == [("Watch", "listen", "sofia"), ("Watch", "whisper", "sofia"), ("TakeOver", "", "sofia"),
                    ("EndWatch", "", "sofia")]  # fmt: skip


def test_without_a_phone_the_buttons_say_so(visitor, centre, cast):
    centre.sign_in("alice")
    centre.arrive("c1")
    centre.offer("c1", "alice")
    centre.talk("c1", "alice")
    centre.tell(f.WatchStarted(**(WATCH | {"by": "ada"}), mode="listen", offer="c1-o"))
    page = visitor("sofia")
    page.wait_for_selector("#agents tr:has-text('Alice') >> text=Talking")
    row(page, "Alice").hover()
    listen = row(page, "Alice").locator("[data-mode=listen]")
    expect(listen).to_have_attribute("aria-disabled", "true")
    listen.dispatch_event("click")
    page.wait_for_selector(".toast >> text=You have no extension")
    expect(row(page, "Alice").locator("[data-order=EndWatch]")).to_have_count(0)


def test_a_customer_is_redirected_to_a_colleague(visitor, centre, cast, redis_client):
    for agent in ("alice", "bob"):
        centre.sign_in(agent)
    centre.arrive("c1")
    centre.offer("c1", "alice")
    centre.talk("c1", "alice")
    page = visitor("sofia")
    page.wait_for_selector("#agents tr:has-text('Alice') >> text=Talking")
    row(page, "Alice").hover()
    row(page, "Alice").locator("[data-order=Transfer]").click()
    expect(page.locator("#redirect [aria-selected]")).to_contain_text("Bob")
    expect(page.locator("#redirect [data-order=Consult]")).to_have_count(0)
    page.keyboard.press("Enter")
    until(lambda: len(orders(redis_client)) == 1)
    [order] = orders(redis_client)
    assert (type(order), order.agent, order.by, order.what, order.to) == (
        commands.Transfer, "alice", "sofia", "agent", "bob",
    )  # fmt: skip
    expect(page.locator("#redirect")).to_be_hidden()
