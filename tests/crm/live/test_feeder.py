"""The feeder's own life: starts, restarts, entries that are no facts, a Redis that forgot."""

import asyncio

import msgspec
import pytest

from crm.live.state import live_state
from switchctl.contract import facts as f
from switchctl.contract.names import MAIN


async def until(condition, timeout: float = 60) -> None:
    async with asyncio.timeout(timeout):
        while not condition():
            await asyncio.sleep(0.02)


async def test_a_first_start_reads_the_stream_from_its_beginning(centre, feeder):
    centre.sign_in("alice")
    centre.arrive("c1")
    await until(lambda: "c1" in live_state().view.calls)
    assert live_state().view.agents["alice"].state == "ready"


async def test_a_restart_goes_on_where_the_last_life_ended(centre, bus, feeder):
    centre.sign_in("alice")
    await until(lambda: live_state().view.agents.get("alice") and live_state().view.agents["alice"].state == "ready")
    first = live_state()
    from crm.live.feeder import Feeder

    stop, second = asyncio.Event(), Feeder()
    task = asyncio.create_task(second.run(stop))
    await until(lambda: live_state().feeder != first.feeder)
    assert live_state().cursor == first.cursor and live_state().view == first.view
    stop.set()
    await task


async def test_entries_that_are_no_facts_are_passed_over(centre, bus, feeder):
    bus.xadd(MAIN.facts, {"f": b"\xff\xfe"})
    bus.xadd(MAIN.facts, {"g": b"{}"})
    bus.xadd(MAIN.facts, {"f": b'{"kind":"Invented"}'})
    centre.sign_in("alice")
    await until(lambda: "alice" in live_state().view.agents)


async def test_a_redis_that_forgot_is_followed_anew(centre, bus, feeder):
    centre.arrive("c1")
    await until(lambda: "c1" in live_state().view.calls)
    bus.flushall()
    centre.arrive("c2")
    bus.xadd(MAIN.facts, {"f": b"{}"})
    await until(lambda: "c2" in live_state().view.calls)


@pytest.mark.parametrize("stated", [[], ["c1"]])
async def test_calls_that_a_stated_world_leaves_out_are_over(centre, feeder, stated):
    centre.arrive("c1")
    centre.tell(f.CallArrived(call_id="c-far", node="n2"), f.WorldStated(node="n1", calls=stated, reason="link up"))
    await until(lambda: "c-far" in live_state().view.calls and live_state().revision == 5)
    assert set(live_state().view.calls) == {"c-far", *stated}


def test_a_saved_view_of_another_form_is_read_anew(bus):
    bus.set(MAIN.live, msgspec.json.encode({"view": {"calls": 3}}))
    assert live_state().revision == 0
