"""The live stream, by both doors: every event once, whatever breaks in between."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections
from django.utils import timezone

from ccsite.asgi import application
from crm.accounts.models import Scope
from crm.events import following, tail
from crm.events.models import Event
from crm.integrations.services import token_revoke
from crm.telephony.numbers import route_set
from tests.crm.events.listener import Socket, Stream
from tests.crm.events.story import publish, stream
from tests.stories import NOON, Story, hour_of_calls, numbered

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tell(bus, cast):
    """Tells stories as the daemon and the publisher do; answers the numbers of all events so far."""
    told = 0

    def told_of(*stories: Story) -> list[int]:
        nonlocal told
        told += 1
        stream(bus, numbered((fact for story in stories for fact in story.facts), f"j{told}"))
        publish(bus)
        return list(Event.objects.order_by("pk").values_list("pk", flat=True))

    return sync_to_async(told_of)


@pytest.fixture
async def follow(programs):
    """Opens a stream of a kind; it is closed at the end."""
    program = await sync_to_async(programs)("events.follow", "numbers.whole")
    opened = []

    def made(door, **asked):
        opened.append(door(program.text, **asked))
        return opened[-1]

    made.program = program
    yield made
    for one in opened:
        if not one.future.done():
            await one.close()


DOORS = pytest.mark.parametrize("door", [Stream, Socket])


@DOORS
async def test_it_begins_with_what_happens_next(follow, tell, door):
    await tell(Story("c0").greeted())
    one = follow(door)
    assert (await one.open())["last"] == 2
    await tell(Story("c1").greeted())
    assert [event["id"] for event in await one.heard(2)] == [3, 4]
    assert (await sync_to_async(Event.objects.get)(pk=3)).data["number"] == "15401400001"


@DOORS
async def test_a_broken_one_resumes_and_tells_each_event_once(follow, tell, door, monkeypatch):
    """Also of events that left the memory of the process long ago."""
    monkeypatch.setattr(tail, "AT_ONCE", 7)
    seen, numbers = [], [0]
    for calls in range(1, 6):
        one = follow(door, after=numbers[-1] if seen else 0)
        await one.open()
        numbers = await tell(*hour_of_calls(calls, start=Story("x").at + calls * 10**10))
        some = await one.heard(max(1, (len(numbers) - len(seen)) // 2))  # it breaks in the middle
        seen += [event["id"] for event in some]
        await one.close()
        numbers = [*numbers[: len(seen)]]
    one = follow(door, after=seen[-1])
    await one.open()
    everything = await sync_to_async(lambda: list(Event.objects.order_by("pk").values_list("pk", flat=True)))()
    seen += [event["id"] for event in await one.heard(len(everything) - len(seen))]
    assert seen == everything


async def test_the_header_of_a_library_resumes_it(follow, tell):
    await tell(Story("c1").greeted().queued())
    one = follow(Stream, last=1, after=0)
    await one.open()
    assert [event["number"] for event in await one.heard(2)] == [2, 3]


@DOORS
async def test_only_the_kinds_that_are_wanted(follow, tell, door):
    one = follow(door, kinds="call.queued,call.ended")
    await one.open()
    await tell(Story("c1").greeted().queued().gave_up())
    assert [event["kind"] for event in await one.heard(2)] == ["call.queued", "call.ended"]


@DOORS
async def test_it_tells_what_the_data_scope_reaches(programs, tell, cast, door):
    program = await sync_to_async(programs)("events.follow", scope=Scope.DEPARTMENT, department=cast.alice.department)
    await sync_to_async(route_set)(number="4002", queue=cast.sales)
    one = door(program.text)
    await one.open()
    await tell(Story("c2", dialled="4002").queued("sales"), Story("c1", NOON + 9).queued().offered_to("alice"))
    heard = await one.heard(3)
    assert {(event["call"], event["queue"]) for event in heard} == {("c1", "support")}
    assert "15401400001" not in str(heard), "masked"
    await one.close()


@DOORS
async def test_a_token_that_is_revoked_ends_it(follow, tell, cast, door, monkeypatch):
    monkeypatch.setattr(following, "LOOK_S", 0.1)
    one = follow(door)
    await one.open()
    await sync_to_async(token_revoke)(actor=cast.ada, token=follow.program.token, now=timezone.now())
    said = await one.heard(1)
    assert "revoked" in said[0]["detail"] and said[0]["status"] == 401
    if door is Socket:
        assert await one.message() == {"kind": "closed", "code": 4401}


@DOORS
async def test_who_takes_nothing_is_cut_off_and_resumes(follow, tell, door, monkeypatch):
    """What it does not take waits nowhere: the stream holds a place in the log, and no events."""
    monkeypatch.setattr(following, "SLOW_S", 0.05)
    numbers = await tell(Story("c1").greeted())
    scope = door(follow.program.text, after=0).scope
    first = [{"type": "websocket.connect"} if door is Socket else {"type": "http.request", "body": b""}]
    taken: list[dict] = []

    async def receive() -> dict:
        return first.pop() if first else await asyncio.get_running_loop().create_future()

    async def send(message: dict) -> None:
        """Takes two messages, and then no more but the last words."""
        taken.append(message)
        if len(taken) > 2 and message["type"] != "websocket.close":
            await asyncio.get_running_loop().create_future()

    async with asyncio.timeout(60):
        await application(scope, receive, send)
    assert len(taken) == 3 + (door is Socket)
    again = follow(door, after=0)
    await again.open()
    assert [event["id"] for event in await again.heard(2)] == numbers


async def test_many_streams_cost_one_reading_and_no_connection_of_their_own(follow, tell):
    def connected() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            )
            return cursor.fetchone()[0]

    before = await sync_to_async(connected)()
    streams = [follow(Stream) for _ in range(following.MOST)]
    for one in streams:
        await one.open()
    assert await sync_to_async(connected)() - before <= 2, "one for the log, one for looking after tokens"
    await tell(Story("c1").greeted())
    for one in streams:
        assert [event["id"] for event in await one.heard(2)] == [1, 2]
    refused = follow(Stream)
    assert (await refused.open())["type"].endswith("too-many")
    await sync_to_async(connections.close_all)()


@pytest.mark.parametrize(
    ("first", "status"),
    [
        ("nonsense", 400), ([], 400), ({"after": 1}, 401), ({"token": "sd_x"}, 401), ({"token": 7}, 401),
        ({"token": "", "kinds": "no.such"}, 400), ({"token": "", "kinds": 7}, 400), ({"token": "", "after": "x"}, 400),
        ({"token": "", "after": True}, 400), ({"token": "", "after": 10**30}, 400), ({"token": "", "after": 99}, 410),
    ],
)  # fmt: skip
async def test_a_socket_that_cannot_be_opened_says_why(follow, first, status):
    if isinstance(first, dict) and first.get("token") == "":
        first = first | {"token": follow.program.text}
    one = Socket()
    said = await one.open(first)
    assert (said["kind"], said["status"]) == ("problem", status) if "kind" in said else False
    assert await one.message() == {"kind": "closed", "code": 4000 + status}


async def test_a_browser_brings_its_token_in_the_first_message(follow, tell):
    one = Socket()
    await tell(Story("c1").greeted().queued())
    await one.open({"token": follow.program.text, "after": 1, "kinds": ["call.queued"]})
    assert [event["kind"] for event in await one.heard(1)] == ["call.queued"]
    await one.close()


async def test_a_stream_that_cannot_be_opened_says_why(follow, programs):
    program = await sync_to_async(programs)("calls.see")
    for text, status in (("sd_x", 401), (program.text, 403)):
        one = Stream(text)
        said = await one.open()
        assert (one.head["status"], said["status"]) == (status, status)
