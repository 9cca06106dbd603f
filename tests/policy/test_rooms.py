"""Conference rooms: the pin, who comes in and how, what the chair may, a daemon that dies meanwhile."""

from typing import Any

import msgspec
import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract import refusals as r
from switchctl.contract.directory import ROOM, Room, Route, pin_digest
from switchctl.model import effects as do
from tests.policy import laws
from tests.policy.centre import Centre, directory
from tests.policy.test_keys import press, pressed
from tests.policy.test_transfers import NUMBER


def with_rooms(most: int = 40) -> Centre:
    layout = directory()
    rooms = (
        Room(id="board", name="Board", number="700", pin=pin_digest("board", "2468"), most=most),
        Room(id="hall", name="Hall", most=most),
    )
    routes = (
        Route(number="4100", target=ROOM, to="board"), Route(number="4200", target=ROOM, to="hall"),
        Route(number="4300", target=ROOM, to="gone"),
    )  # fmt: skip
    centre = Centre(msgspec.structs.replace(layout, rooms=rooms, routes=(*layout.routes, *routes)))
    centre.after_each = lambda: laws.always(centre)
    return centre


def orders(centre: Centre, kind: type[c.RoomCommand], agent: str = "", by: str = "amy", **fields: Any) -> str:
    order = centre.order(kind, agent, room=fields.pop("room", "hall"), by=by, **fields)
    centre.drain()
    return order


def members(centre: Centre, room: str = "hall") -> dict[str, str]:
    """Leg → state, as the pages have it."""
    return {one.id: one.state for one in centre.view.rooms[room].members.values()} if room in centre.view.rooms else {}


def refused(centre: Centre) -> str:
    return centre.last(f.CommandRefused).reason


def test_a_caller_without_a_pin_is_in_at_once_and_the_room_closes_with_her():
    centre = with_rooms()
    centre.call("ann", "4200")
    assert centre.exchange.inside("room-hall") == {"ann"} and centre.stage("ann") == "room"
    joined = centre.last(f.MemberJoined)
    assert (joined.call_id, joined.room, joined.number) == ("ann", "hall", "15401400001")
    assert centre.view.calls["ann"].stage == "room" and members(centre) == {"ann": "inside"}
    centre.wait(30)
    assert not centre.facts(f.CallRepaired)
    centre.hangs_up("ann")
    assert centre.last(f.MemberLeft).stayed_ms == 30_000 and centre.last(f.CallEnded).ended_by == "customer"
    assert centre.last(f.RoomClosed).lasted_ms == 30_000 and not centre.view.rooms


def test_the_pin_is_asked_and_told_by_nobody():
    centre = with_rooms()
    centre.call("ann", "4100")
    assert centre.wishes(do.Play)[-1].sound == "ivr/room-pin.wav"
    press(centre, "1111#")
    assert centre.wishes(do.Play)[-1].sound == "ivr/room-wrong.wav" and not centre.exchange.inside("room-board")
    press(centre, "2468#")
    assert centre.exchange.inside("room-board") == {"ann"}
    assert pressed(centre) == "" and not [fact for fact in centre.told if b"2468" in f.encode(fact)]


def test_who_hears_the_question_to_its_end_keys_in_the_pin_too():
    centre = with_rooms()
    centre.call("ann", "4100")
    centre.exchange.finish("ann")
    centre.drain()
    press(centre, "1#")
    centre.exchange.finish("ann")
    centre.drain()
    press(centre, "2468#")
    assert centre.exchange.inside("room-board") == {"ann"}


def test_three_wrong_pins_and_none_at_all_are_turned_away():
    centre = with_rooms()
    centre.call("ann", "4100")
    press(centre, "1#2#3#")
    assert centre.wishes(do.Play)[-1].sound == "ivr/sorry.wav" and not centre.view.rooms
    centre.call("ben", "4100")
    centre.wait(70)
    assert [wish.sound for wish in centre.wishes(do.Play) if wish.leg == "ben"][-1] == "ivr/sorry.wav"


@pytest.mark.parametrize("why", ["gone", "full", "locked"])
def test_a_room_that_takes_nobody(why: str):
    centre = with_rooms(most=1 if why == "full" else 40)
    if why != "gone":
        centre.call("ann", "4200")
    if why == "locked":
        orders(centre, c.LockRoom)
        assert centre.view.rooms["hall"].locked
    centre.call("ben", "4300" if why == "gone" else "4200")
    assert centre.wishes(do.Play)[-1].sound == "ivr/sorry.wav" and "ben" not in members(centre)
    if why == "locked":
        orders(centre, c.LockRoom, on=False)
        centre.call("cyn", "4200")
        assert members(centre).keys() == {"ann", "cyn"}


def test_a_colleague_and_a_number_are_called_in():
    centre = with_rooms()
    centre.ready("amy", "bob")
    order = orders(centre, c.JoinRoom, "amy")
    called = centre.last(f.MemberCalled)
    assert (called.agent, called.number, called.command_id) == ("amy", "1001", order)
    assert members(centre) == {called.member: "called"}
    centre.waiting("ann")
    assert centre.offered() == {"bob": "ann"}, "who comes into a room is offered nothing"
    centre.exchange.answer(called.member)
    centre.drain()
    assert centre.exchange.inside("room-hall") == {called.member}
    orders(centre, c.InviteToRoom, number="139 0000 2222")
    guest = centre.last(f.MemberCalled)
    assert (guest.number, guest.trunk, guest.by, guest.agent) == (NUMBER, "carrier", "amy", "")
    centre.exchange.answer(guest.member)
    centre.drain()
    assert set(members(centre).values()) == {"inside"} and len(members(centre)) == 2
    centre.exchange.hang_up(called.member)
    centre.drain()
    assert centre.last(f.MemberLeft).agent == "amy" and not centre.brain.world.agents["amy"].confers
    assert centre.exchange.inside("room-hall") == {guest.member}, "the others stay"


@pytest.mark.parametrize(
    ("cause", "result"), [("USER_BUSY", "busy"), ("NO_ANSWER", "no_answer"), ("UNALLOCATED_NUMBER", "invalid")]
)
def test_who_does_not_come(cause: str, result: str):
    centre = with_rooms()
    orders(centre, c.InviteToRoom, number=NUMBER)
    centre.exchange.hang_up(centre.last(f.MemberCalled).member, cause, "recv_refuse")
    centre.drain()
    assert centre.last(f.MemberLeft).result == result
    assert not centre.view.rooms and centre.facts(f.RoomClosed)


def test_what_may_not_be_dialled_is_not_dialled_for_a_room_either():
    centre = with_rooms()
    orders(centre, c.InviteToRoom, number="+1 212 555 0100")
    assert refused(centre) == r.NATIONAL_ONLY and not centre.view.rooms
    orders(centre, c.InviteToRoom, number=NUMBER, by="zoe")
    assert refused(centre) == r.UNKNOWN_AGENT
    assert not centre.wishes(do.Originate)


def test_the_chair_mutes_deafens_and_shows_the_door():
    centre = with_rooms()
    for name in ("ann", "ben"):
        centre.call(name, "4200")
    orders(centre, c.MuteMember, member="ben")
    assert centre.view.rooms["hall"].members["ben"].muted
    orders(centre, c.DeafMember, member="ben")
    assert (centre.last(f.MemberChanged).muted, centre.last(f.MemberChanged).deaf) == (True, True)
    orders(centre, c.MuteMember, member="ben", on=False)
    assert not centre.view.rooms["hall"].members["ben"].muted
    orders(centre, c.KickMember, member="ben")
    assert (centre.last(f.MemberLeft).member, centre.last(f.MemberLeft).result) == ("ben", "kicked")
    assert "ben" not in centre.view.calls and members(centre) == {"ann": "inside"}
    orders(centre, c.EndRoom)
    assert centre.last(f.MemberLeft).result == "ended" and not centre.view.rooms and not centre.view.calls


def test_who_is_being_called_is_called_no_more():
    centre = with_rooms()
    orders(centre, c.InviteToRoom, number=NUMBER)
    member = centre.last(f.MemberCalled).member
    orders(centre, c.MuteMember, member=member)
    assert refused(centre) == r.NOT_IN_YET
    orders(centre, c.KickMember, member=member)
    assert centre.last(f.MemberLeft).result == "cancelled" and member not in centre.exchange.legs


def test_what_makes_no_sense_is_refused():
    centre = with_rooms()
    for room, sentence in (("hall", r.ROOM_CLOSED), ("nowhere", r.NO_SUCH_ROOM)):
        orders(centre, c.EndRoom, room=room)
        assert refused(centre) == sentence
    centre.call("ann", "4200")
    orders(centre, c.KickMember, member="zoe")
    assert refused(centre) == r.NO_SUCH_MEMBER
    centre.ready("amy")
    orders(centre, c.JoinRoom, "amy")
    orders(centre, c.JoinRoom, "amy")
    assert refused(centre) == r.IN_ROOM_ALREADY
    centre.talking("cyn", "bob")
    orders(centre, c.JoinRoom, "bob")
    assert refused(centre) == r.BUSY_YOURSELF
    orders(centre, c.InviteToRoom, number="1002")
    assert refused(centre) == r.NOT_FREE


def test_a_new_daemon_finds_who_is_in_and_who_left():
    centre = with_rooms()
    centre.ready("amy")
    orders(centre, c.JoinRoom, "amy")
    amy = centre.last(f.MemberCalled).member
    centre.exchange.answer(amy)
    centre.drain()
    for name in ("ann", "ben", "cyn"):
        centre.call(name, "4200")
    orders(centre, c.MuteMember, member="ann")
    centre.after_each = lambda: None
    centre.die()
    centre.exchange.hang_up("cyn")
    centre.start()
    centre.drain()
    centre.wait(15)
    assert members(centre) == {amy: "inside", "ann": "inside", "ben": "inside"}
    assert centre.exchange.inside("room-hall") == {amy, "ann", "ben"}
    assert centre.view.rooms["hall"].members["ann"].muted and centre.brain.world.agents["amy"].confers == amy
    orders(centre, c.KickMember, member="ann")
    assert "ann" not in members(centre)


def test_who_came_in_unseen_is_found():
    centre = with_rooms()
    centre.call("ann", "4200")
    orders(centre, c.InviteToRoom, number=NUMBER)
    guest = centre.last(f.MemberCalled).member
    centre.after_each = lambda: None
    centre.exchange.answer(guest)
    centre.deliver(guest)  # she is sent in, and then the link breaks
    centre.cut()
    centre.connect()
    centre.drain()
    centre.wait(10)
    assert members(centre) == {"ann": "inside", guest: "inside"}
    orders(centre, c.MuteMember, member=guest)
    assert centre.view.rooms["hall"].members[guest].muted


def test_a_switch_that_dies_takes_its_rooms_along():
    centre = with_rooms()
    orders(centre, c.InviteToRoom, number=NUMBER)
    centre.exchange.answer(centre.last(f.MemberCalled).member)
    centre.drain()
    centre.crash("n1")
    centre.exchange.begin_again()
    centre.connect()
    centre.drain()
    centre.wait(5)
    assert centre.last(f.MemberLeft).result == "lost" and not centre.view.rooms


@pytest.mark.parametrize("extension", ["1001", "1099"])
def test_a_phone_inside_dials_its_number(extension: str):
    """Of an agent or of nobody, and without the pin."""
    centre = with_rooms()
    agent = "amy" if extension == "1001" else ""
    if agent:
        centre.ready(agent)
    centre.exchange.phone_dials("hers", extension, "700")
    centre.drain()
    assert [(w.extension, w.context) for w in centre.wishes(do.Transfer)] == [("room-board", "rooms")]
    joined = centre.last(f.MemberJoined)
    assert (joined.member, joined.room, joined.agent, joined.number) == ("hers", "board", agent, extension)
    centre.waiting("ann")
    assert not centre.offered(), "who is in a room is offered nothing"
    centre.exchange.phone_dials("second", extension, "700")
    centre.drain()
    assert centre.wishes(do.Transfer)[-1].extension == ("refused-now" if agent else "room-board")
    centre.hangs_up("hers")
    assert centre.last(f.MemberLeft).result == "left" and bool(centre.offered()) == bool(agent)


def test_an_agent_dials_its_number():
    centre = with_rooms()
    centre.ready("amy")
    centre.order(c.Dial, "amy", number="700")
    centre.drain()
    called = centre.last(f.MemberCalled)
    assert (called.room, called.agent) == ("board", "amy"), "and is asked for no pin: she is known"
    centre.order(c.Dial, "amy", number=NUMBER)
    assert refused(centre) == r.IN_ROOM_ALREADY


def test_who_is_rung_for_a_room_picks_up_or_not_and_leaves_from_her_desk():
    centre = with_rooms()
    centre.ready("amy", "bob")
    for agent in ("amy", "bob"):
        centre.order(c.Dial, agent, number="700")
        centre.drain()
    centre.order(c.Answer, "amy")
    centre.drain()
    assert [w.leg for w in centre.wishes(do.PickUp)] == [centre.leg("amy")]
    centre.picks_up("amy")
    assert centre.last(f.MemberJoined).agent == "amy"
    for agent, result in (("bob", "cancelled"), ("amy", "left")):
        centre.order(c.HangUp, agent)
        centre.drain()
        told = centre.last(f.MemberLeft)
        assert (told.agent, told.result) == (agent, result)
    assert not centre.view.rooms and centre.state("amy") == "ready"
    centre.order(c.HangUp, "amy")
    assert refused(centre) == r.NOT_TALKING
