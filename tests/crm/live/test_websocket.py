"""From a fact in the stream to a page: who is told what, and how soon."""

import asyncio
import time

import pytest
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session

from crm.accounts.models import Role, User
from crm.customers.choosing import caller_choose
from crm.customers.editing import customer_change
from crm.customers.services import customer_add
from crm.live import consumers
from switchctl.contract import facts as f
from switchctl.contract import refusals
from switchctl.contract.names import MAIN
from tests.crm.live.page import Page

pytestmark = pytest.mark.django_db(transaction=True)

CHANGES = {
    "role": lambda user: user.roles.set(Role.objects.filter(code="agent")),
    "session": lambda user: Session.objects.all().delete(),
    "leaver": lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
}
"""What can happen to a user whose page is open."""


def of_type(*wanted):
    return lambda message: message["type"] in wanted


async def test_an_agent_sees_her_call_and_nothing_of_others(cast, centre, opened):
    desk = await opened("/ws/desk/", cast.alice)
    assert (await desk.heard(of_type("snapshot")))["me"] is None
    centre.sign_in("alice")
    centre.arrive("c-carol", queue="sales")
    centre.offer("c-carol", "carol", queue="sales")
    centre.arrive("c1")
    centre.offer("c1", "alice")
    ringing = await desk.heard(lambda m: m.get("mine", {}).get("c1", {}).get("why"))
    assert ringing["me"]["state"] == "offered" and set(ringing["mine"]) == {"c1"}
    assert ringing["mine"]["c1"]["customer"] == "Mei Zhang"
    assert (ringing["mine"]["c1"]["shown"], ringing["mine"]["c1"]["number"]) == ("154****0001", "154****0001")
    assert ringing["mine"]["c1"]["why_words"] == "Idle longest (1:15) of 2 ready, tier 1"
    line = await desk.ever_heard(lambda m: m.get("queues", {}).get("support", {}).get("waiting") == 1)
    assert "sales" not in line["queues"]


async def test_another_departments_supervisor_sees_nothing_of_hers(cast, centre, opened):
    sofias, boriss, adas = [await opened("/ws/floor/", user) for user in (cast.sofia, cast.boris, cast.ada)]
    for floor in (sofias, boriss, adas):
        await floor.heard(of_type("snapshot"))
    centre.sign_in("alice")
    centre.arrive("c1")
    centre.offer("c1", "alice")
    centre.talk("c1", "alice")
    for floor in (sofias, adas):
        await floor.heard(lambda m: m.get("calls", {}).get("c1", {}).get("stage") == "talking")
    centre.sign_in("carol")  # the mark up to which Boris must have heard nothing
    told = []

    def carols(message):
        told.append(message)
        return "carol" in message.get("agents", {})

    await boriss.heard(carols)
    everything = repr(told)
    assert "alice" not in everything and "'c1'" not in everything and "support" not in everything
    again = await opened("/ws/floor/", cast.boris)
    snapshot = await again.heard(of_type("snapshot"))
    assert set(snapshot["people"]) == {"carol"} and snapshot["calls"] == {} and set(snapshot["queues"]) == {"sales"}


async def test_floors_are_told_at_most_four_times_a_second(cast, centre, opened):
    floor = await opened("/ws/floor/", cast.ada)
    await floor.heard(of_type("snapshot"))
    began, at = time.monotonic(), []

    async def listen():
        while True:
            message = await floor.message()
            if message["type"] == "delta":
                at.append(time.monotonic())

    listener = asyncio.create_task(listen())
    for number in range(60):
        centre.arrive(f"c{number}")
        await asyncio.sleep(0.02)
    while not at or time.monotonic() - began < 1.5:
        await asyncio.sleep(0.05)
    listener.cancel()
    assert 1 <= len(at) <= (at[-1] - began) * 4 + 2


async def test_a_refusal_reaches_the_desk_as_a_sentence(cast, centre, opened):
    desk = await opened("/ws/desk/", cast.alice)
    await desk.heard(of_type("snapshot"))
    centre.tell(f.CommandRefused(agent="alice", command="Hold", reason=refusals.NOT_TALKING, command_id="k1"))
    centre.tell(
        f.CommandRefused(agent="alice", command="Hold", reason=refusals.PHONE_REFUSED, params={"answer": "-ERR <x>"})
    )
    first = await desk.heard(of_type("refused"))
    assert first == {"type": "refused", "command_id": "k1", "sentence": refusals.NOT_TALKING}
    assert (await desk.heard(of_type("refused")))["sentence"] == "The switch could not do that: -ERR <x>"


async def test_refresh_brings_a_snapshot(cast, centre, opened):
    desk = await opened("/ws/desk/", cast.alice)
    await desk.heard(of_type("snapshot"))
    centre.sign_in("alice")
    await desk.heard(lambda m: (m.get("me") or {}).get("state") == "ready")
    await desk.say({"type": "refresh"})
    assert (await desk.heard(of_type("snapshot")))["me"]["state"] == "ready"


async def test_a_ping_is_answered(cast, opened):
    desk = await opened("/ws/desk/", cast.alice)
    await desk.heard(of_type("snapshot"))
    await desk.say({"type": "ping"})
    assert await desk.heard(of_type("pong")) == {"type": "pong"}


async def test_a_desk_hears_of_its_own_phone_alone(cast, centre, opened):
    desk, other = await opened("/ws/desk/", cast.alice), await opened("/ws/desk/", cast.bob)
    assert (await desk.heard(of_type("snapshot")))["phone"] is None
    await other.heard(of_type("snapshot"))
    centre.tell(f.DeviceChanged(extension="2001", registered=True, node="n1"))
    assert (await desk.heard(lambda m: "phone" in m))["phone"] is True
    centre.tell(f.DeviceChanged(extension="2002", registered=False, node="n1"))
    assert (await other.heard(lambda m: "phone" in m))["phone"] is False


async def test_strangers_and_agents_are_kept_from_the_floor(cast, opened):
    stranger = await opened("/ws/floor/")
    assert (await stranger.receive_output(60))["code"] == 4401
    agent = await opened("/ws/floor/", cast.alice)
    assert (await agent.receive_output(60))["code"] == 4403


@pytest.mark.parametrize(("change", "code"), [("role", 4403), ("session", 4401), ("leaver", 4401)])
async def test_an_open_floor_closes_when_it_is_no_longer_hers(cast, centre, opened, monkeypatch, change, code):
    monkeypatch.setattr(consumers, "RESCOPE_S", 0)
    floor = await opened("/ws/floor/", cast.sofia)
    await floor.heard(of_type("snapshot"))
    await sync_to_async(CHANGES[change])(cast.sofia)
    async with asyncio.timeout(60):
        while (output := await floor.receive_output(60))["type"] != "websocket.close":
            pass
    assert output["code"] == code


async def test_the_pulse_tells_whether_a_daemon_lives(cast, centre, bus, opened):
    desk = await opened("/ws/desk/", cast.alice)
    assert (await desk.heard(of_type("pulse")))["daemon"] is False
    bus.set(MAIN.daemon, b"{}")
    await desk.heard(lambda m: m["type"] == "pulse" and m["daemon"] is True)


@pytest.mark.slow
async def test_a_page_that_hears_nothing_of_its_own_for_12_seconds_stays_open(cast, centre, opened):
    """redis-py's own time-out of 5 s cut such a page off; the pulse alone must not be what saves it."""
    desk = await opened("/ws/desk/", cast.alice)
    await desk.heard(of_type("snapshot"))
    until = time.monotonic() + 12
    pulses = 0
    while time.monotonic() < until or pulses < 5:
        pulses += (await desk.heard(of_type("pulse")))["type"] == "pulse"
    centre.sign_in("alice")
    assert (await desk.heard(lambda m: (m.get("me") or {}).get("state") == "ready"))["source"] == "desk"


@pytest.mark.slow
async def test_the_channel_layer_waits_12_seconds_in_silence(bus, settings):
    """The trap itself: a blocking read of the layer that outlasts redis-py's time-out."""
    from channels.layers import channel_layers, get_channel_layer

    channel_layers.backends.clear()
    layer = get_channel_layer()
    name = await layer.new_channel()
    waiting = asyncio.create_task(layer.receive(name))
    done, _ = await asyncio.wait({waiting}, timeout=12)
    assert not done
    await layer.send(name, {"type": "hello"})
    assert (await asyncio.wait_for(waiting, 60)) == {"type": "hello"}


async def says_what_a_fresh_one_says(socket, page: Page) -> None:
    """Lines are told up to a quarter of a second later than calls: asked again until nothing is on its way."""
    fresh: Page | None = None
    while fresh is None or {**page.says(), "type": ""} != {**fresh.says(), "type": ""}:
        await socket.say({"type": "refresh"})
        while (heard := await socket.heard(of_type("named", "delta", "snapshot")))["type"] != "snapshot":
            page.take(heard)
        fresh = Page(heard)
        await asyncio.sleep(0.3)  # a page may say only so much


async def test_who_a_caller_is_reaches_open_pages_at_once_and_they_say_what_a_fresh_one_says(cast, centre, opened):
    other = await sync_to_async(customer_add)(name="Li Zhang", numbers=["15401409999"])
    desk, floor, far = [
        await opened(path, user) for path, user in (
            ("/ws/desk/", cast.alice), ("/ws/floor/", cast.sofia), ("/ws/floor/", cast.boris))
    ]  # fmt: skip
    pages = [Page(await socket.heard(of_type("snapshot"))) for socket in (desk, floor)]
    centre.sign_in("alice")
    centre.arrive("c1", number="13801001234")
    centre.offer("c1", "alice")
    for socket, page, part in ((desk, pages[0], "mine"), (floor, pages[1], "calls")):
        while page.held[part].get("c1", {}).get("agent") != "alice":
            page.take(await socket.heard(of_type("delta")))
        assert page.held[part]["c1"]["customer"] == ""
    await sync_to_async(caller_choose)(agent=cast.alice, call_id="c1", customer_id=other.pk)
    for socket, page, part in ((desk, pages[0], "mine"), (floor, pages[1], "calls")):
        while page.held[part]["c1"]["customer"] != "Li Zhang":
            page.take(await socket.heard(of_type("named", "delta")))
    await sync_to_async(customer_change)(
        actor=cast.alice, customer_id=other.pk, version=1, fields={"name": "Li Zhang-Wu"}
    )
    for socket, page in ((desk, pages[0]), (floor, pages[1])):
        while "Li Zhang-Wu" not in str(page.held["mine" if page is pages[0] else "calls"]):
            page.take(await socket.heard(of_type("named", "delta")))
        await asyncio.wait_for(says_what_a_fresh_one_says(socket, page), 60)
    await far.say({"type": "refresh"})
    while (heard := await far.message())["type"] != "snapshot":
        assert heard["type"] != "named"
