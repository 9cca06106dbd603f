"""The supervisor's floor, and that the page's own folding is the one that was proved."""

import json
import time

from crm.live import pages
from crm.live.feed import Feed
from crm.live.scope import floor_scope
from switchctl.contract import facts as f


def test_the_floor_shows_queues_agents_and_calls(visitor, centre):
    page = visitor("sofia")
    centre.sign_in("alice")
    centre.state("bob", "paused", "offline", reason="break")
    centre.arrive("c1")
    centre.arrive("c2", number="")
    page.wait_for_selector("#sum-waiting:text-is('2')")
    assert page.inner_text("#queues tbody th") == "Support"
    page.wait_for_selector("#agents >> text=Paused · Break")
    page.wait_for_selector("#calls >> text=Number withheld")
    page.click("#calls tr:has-text('Number withheld')")
    page.wait_for_selector("#calls .why >> text=All 2 agents who are signed in are busy")
    page.wait_for_selector("#calls .why >> text=Place 2 of 2")
    page.click("#agents-search")  # while the pointer or the focus is in a list, nothing in it moves
    centre.offer("c1", "alice")
    centre.talk("c1", "alice")
    page.wait_for_selector("#agents tr:has-text('Alice') >> text=Talking")
    page.wait_for_selector("#calls tr:has-text('Mei Zhang') >> text=Talking")
    centre.hold("c1", "alice")
    page.wait_for_selector("#agents tr:has-text('Alice') >> text=On hold")
    centre.resume("c1", "alice")
    centre.end("c1", "alice")
    page.wait_for_selector("#agents tr:has-text('Alice') >> text=Wrap-up")
    page.wait_for_selector("#calls tr:has-text('Mei Zhang')", state="detached")


def test_a_wait_past_its_limit_is_marked_wherever_it_is_shown(visitor, centre):
    page = visitor("sofia", theme="dark")
    waits = {"c1": 130, "c2": 70, "c3": 1}
    for call, seconds in waits.items():
        since = time.time_ns() // 1000 - seconds * 1_000_000
        ids = {"call_id": call, "node": "n1"}
        centre.tell(
            f.CallArrived(**ids, number="15409990000", dialled="4001"),
            f.QueueEntered(**ids, queue="support", visit=call, entered=since, reason="all_busy:signed_in=2"),
        )
    page.wait_for_selector("#queues td.alarm[data-since]")
    page.wait_for_selector("#sum-longest.alarm")
    for call, level in {"c1": ".alarm", "c2": ".over", "c3": ":not(.alarm, .over)"}.items():
        page.wait_for_selector(f"[data-call={call}] .call-stage .figures{level}")
    name = page.locator("[data-call=c1] b").first
    assert name.evaluate("(e) => e.scrollWidth <= e.clientWidth")  # a number is never cut
    sign = page.locator("#sum-longest").evaluate("(e) => getComputedStyle(e, '::before').maskImage")
    assert "svg" in sign  # not by colour alone


def test_another_supervisor_sees_an_empty_floor(visitor, centre):
    page = visitor("boris", language="zh")
    centre.sign_in("alice")
    centre.arrive("c1")
    centre.sign_in("carol")
    page.wait_for_selector("#agents >> text=空闲")
    assert page.inner_text("#sum-waiting") == "0"
    assert "Alice" not in page.content() and "Mei Zhang" not in page.content()


def test_the_pages_folding_is_the_one_that_was_proved(visitor, cast):
    """The same messages into store.js: the sum is a fresh snapshot, and a gap is noticed."""
    scope, feed, shown = floor_scope(cast.ada), Feed(None, name="life"), set()
    first = pages.floor_snapshot(scope, feed.saved)
    told = [
        f.CallArrived(call_id="c1", node="n1", number="15401400001", dialled="4001"),
        f.QueueEntered(call_id="c1", queue="support", visit="v", entered=5),
        f.AgentStateChanged(agent="alice", state="offered", previous="ready", call_id="c1"),
        f.OfferMade(
            call_id="c1", offer="o", agent="alice", queue="support", visit="v", ring_s=9, waited_ms=1, reason="x"
        ),
        f.CallArrived(call_id="c2", node="n1"),
        f.DeviceChanged(extension="2001", registered=True, node="n1"),
        f.CallEnded(call_id="c1", cause="NORMAL_CLEARING", ended_by="customer"),
    ]
    deltas = []
    for number, fact in enumerate(told, 1):
        feed.take(f"{number}-0", type(fact)(**{**_fields(fact), "id": f"j:{number}", "seq": number}))
        posts = [post for post in feed.flush() if post.message["source"] == "floor"]
        deltas += [pages.floor_delta(scope, post.message, shown) for post in posts]
    page = visitor()
    fold = """async ([first, deltas]) => {
      const { fold } = await import("/static/js/store.js");
      let held = fold(null, first);
      for (const delta of deltas) held = held && fold(held, delta);
      return held;
    }"""
    snapshot = json.loads(json.dumps(first))
    held = page.evaluate(fold, [snapshot, deltas])
    fresh = pages.floor_snapshot(scope, feed.saved)
    parts = ("agents", "calls", "queues", "devices")
    assert {part: held[part] for part in parts} == json.loads(json.dumps({part: fresh[part] for part in parts}))
    assert page.evaluate(fold, [snapshot, deltas[:2] + deltas[3:]]) is None
    assert page.evaluate(fold, [snapshot, deltas[:3] + deltas]) is not None


def _fields(fact: f.Fact) -> dict:
    return {name: getattr(fact, name) for name in fact.__struct_fields__}
