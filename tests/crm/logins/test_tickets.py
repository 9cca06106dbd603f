"""A websocket opens with a session, an Origin of ours, and a fresh ticket that was fetched for it."""

import asyncio
import json

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from crm.live import consumers
from crm.logins import tickets
from crm.logins.sessions import user_sessions_end
from tests.cast import PASSWORD
from tests.crm.live.conftest import centre, feeder, opened  # noqa: F401
from tests.crm.live.socket import Socket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice(client, cast, bus):
    """Alice's session key."""
    client.force_login(cast.alice)
    return client.cookies["sessionid"].value


@pytest.fixture(autouse=True)
def told_only(monkeypatch):
    """No page looks by itself whether it may stay open: what closes one is what it is told."""
    monkeypatch.setattr(consumers, "RESCOPE_S", 1e9)


async def code_of(socket: Socket) -> int:
    """With which code it closes, whatever it says before."""
    async with asyncio.timeout(60):
        while (output := await socket.receive_output(60))["type"] != "websocket.close":
            pass
    return output["code"]


async def first_of(session: str, ticket: str) -> str:
    """What a desk that opens with this says first: ``snapshot``, or its close code."""
    socket = Socket("/ws/desk/", session, ticket)
    await socket.open()
    output = await socket.receive_output(5)
    if output["type"] == "websocket.close":
        return str(output["code"])
    await socket.close()
    return json.loads(output["text"])["type"]


async def test_a_ticket_opens_one_socket_and_no_second(alice, cast, client):
    ticket = (await sync_to_async(client.post)("/ticket/")).json()["ticket"]
    assert await first_of(alice, ticket) == "snapshot"
    assert await first_of(alice, ticket) == "4410"


@pytest.mark.parametrize("ticket", ["", "made-up"])
async def test_without_one_it_is_refused(alice, cast, ticket):
    assert await first_of(alice, ticket) == "4410"


async def test_one_of_somebody_else_or_of_another_session_is_refused_and_used_up(alice, cast):
    bobs = tickets.ticket_make(user_id=cast.bob.pk, session_key=alice)
    elsewhere = tickets.ticket_make(user_id=cast.alice.pk, session_key="another")
    assert [await first_of(alice, one) for one in (bobs, elsewhere)] == ["4410", "4410"]
    assert not tickets.ticket_take(elsewhere, user_id=cast.alice.pk, session_key="another")


def test_it_lives_for_half_a_minute(alice, cast, bus):
    tickets.ticket_make(user_id=cast.alice.pk, session_key=alice)
    assert 25 < bus.ttl(bus.keys("ccs:ticket:*")[0]) <= 30


def test_what_lies_in_redis_is_not_the_ticket(alice, cast, bus):
    ticket = tickets.ticket_make(user_id=cast.alice.pk, session_key=alice)
    stored = b" ".join([*bus.keys("*"), bus.get(bus.keys("ccs:ticket:*")[0])])
    assert ticket.encode() not in stored and alice.encode() not in stored


def test_strangers_other_sites_and_plain_links_get_none(db, cast, bus):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/ticket/").status_code == 403
    strict.force_login(cast.alice)
    assert strict.post("/ticket/").status_code == 403
    assert strict.post("/ticket/", "{}", content_type="application/json").status_code == 403
    assert Client().post("/ticket/").status_code == 401
    assert Client().get("/ticket/").status_code == 405


async def test_a_foreign_origin_comes_no_further_than_the_door(alice, cast):
    ticket = tickets.ticket_make(user_id=cast.alice.pk, session_key=alice)
    socket = Socket("/ws/desk/", alice, ticket, origin="https://evil.example")
    await socket.send_input({"type": "websocket.connect"})
    assert (await socket.receive_output(5))["type"] == "websocket.close"
    assert await first_of(alice, ticket) == "snapshot"


@pytest.mark.parametrize(
    ("says", "code"),
    [("x" * 1025, consumers.TOO_BIG), ("not json", consumers.TOO_BIG), ('"' + "x" * 999 + '"', None)],
)
async def test_a_page_that_says_too_much_is_closed(cast, opened, says, code):  # noqa: F811
    desk = await opened("/ws/desk/", cast.alice)
    await desk.heard(lambda m: m["type"] == "snapshot")
    await desk.send_input({"type": "websocket.receive", "text": says})
    if code:
        assert await code_of(desk) == code
    else:
        await desk.say({"type": "refresh"})
        assert await desk.heard(lambda m: m["type"] == "snapshot")


async def test_a_page_that_speaks_too_often_is_closed(cast, opened):  # noqa: F811
    desk = await opened("/ws/desk/", cast.alice)
    for _ in range(consumers.MOST_MESSAGES + 1):
        await desk.say({"type": "hello"})
    assert await code_of(desk) == consumers.TOO_OFTEN


async def test_a_session_that_is_ended_closes_its_pages_at_once_and_no_others(cast, opened, client):  # noqa: F811
    alices = await opened("/ws/desk/", cast.alice)
    bobs = await opened("/ws/desk/", cast.bob)
    for desk in (alices, bobs):
        await desk.heard(lambda m: m["type"] == "snapshot")
    await sync_to_async(user_sessions_end)(user=cast.alice)
    assert await code_of(alices) == consumers.NOT_SIGNED_IN
    await bobs.say({"type": "refresh"})
    assert await bobs.heard(lambda m: m["type"] == "snapshot")


async def test_a_role_that_is_taken_away_closes_the_floor_at_once(cast, opened):  # noqa: F811
    floor = await opened("/ws/floor/", cast.sofia)
    await floor.heard(lambda m: m["type"] == "snapshot")
    await sync_to_async(cast.sofia.roles.clear)()
    assert await code_of(floor) == consumers.NOT_ALLOWED


@pytest.mark.parametrize("change", ["leaves", "password"])
async def test_who_leaves_or_gets_another_password_is_off_the_floor_at_once(cast, opened, change):  # noqa: F811
    floor = await opened("/ws/floor/", cast.sofia)
    await floor.heard(lambda m: m["type"] == "snapshot")

    def saved() -> None:
        if change == "leaves":
            cast.sofia.is_active = False
        else:
            cast.sofia.set_password("quite-another-one")
        cast.sofia.save()

    await sync_to_async(saved)()
    assert await code_of(floor) == consumers.NOT_SIGNED_IN


async def test_who_changes_her_own_password_stays_and_the_open_page_comes_back_with_a_ticket(cast, opened, client):  # noqa: F811
    desk = await opened("/ws/desk/", cast.alice)
    await desk.heard(lambda m: m["type"] == "snapshot")
    new = "a-fresh-one-for-spring"
    fields = {"old": PASSWORD, "new": new, "again": new}
    assert (await sync_to_async(client.post)("/profile/password/", fields)).url == "/profile/"
    assert await code_of(desk) == consumers.NO_TICKET
    ticket = (await sync_to_async(client.post)("/ticket/")).json()["ticket"]
    assert await first_of(client.cookies["sessionid"].value, ticket) == "snapshot"
