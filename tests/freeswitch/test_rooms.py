"""Conference rooms on the real switch: thirty-two in one, who hears whom, the pin, a daemon that dies meanwhile."""

import msgspec
import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract.directory import ROOM, Directory, Room, Route, pin_digest
from tests.daemon.stage import centre
from tests.freeswitch.centre import Centre
from tests.freeswitch.console import Console
from tests.freeswitch.endpoint import Endpoint
from tests.freeswitch.test_supervise import BOTH, hears
from tests.freeswitch.test_transfers import NUMBER
from tests.freeswitch.until import until

CROWD = 29
"""Legs without a phone; with three that have one it is a room of 32."""


@pytest.fixture
def layout() -> Directory:
    usual = centre(wrap_up_s=60)
    board = Room(id="board", name="Board", pin=pin_digest("board", "2468"))
    rooms = (Room(id="hall", name="Hall", number="7001"), board)
    routes = (Route(number="4100", target=ROOM, to="board"), Route(number="4200", target=ROOM, to="hall"))
    return msgspec.structs.replace(usual, rooms=rooms, routes=(*usual.routes, *routes))


def test_thirty_two_in_a_room_muted_deafened_shown_the_door_and_found_again(desk: Centre, carrier: Endpoint) -> None:
    guest = carrier.subscriber(NUMBER)
    (alice,) = desk.at_work("alice")
    caller, call_id = desk.caller("4200")
    desk.fact(f.MemberJoined, room="hall", call_id=call_id)
    desk.order(c.JoinRoom, "alice", room="hall")
    desk.fact(f.MemberJoined, room="hall", agent="alice")
    desk.order(c.InviteToRoom, "", room="hall", by="alice", number=NUMBER)
    joined = desk.fact(f.MemberJoined, room="hall", number=NUMBER)
    console = desk.switch.console()
    console.api("load mod_loopback")  # has the legs without a phone
    console.api("fsctl sps 1000")
    for _ in range(CROWD):
        console.api("originate null/silence room-hall XML rooms")
    desk.until(lambda: len(desk.facts(f.MemberJoined, room="hall")) == CROWD + 3)
    parties = (caller, alice.call, guest.call)
    for party in parties:
        hears(party, BOTH)

    desk.order(c.MuteMember, "", room="hall", member=joined.member)
    desk.fact(f.MemberChanged, member=joined.member, muted=True)
    hears(caller, alice.call.media.mark)
    hears(alice.call, caller.media.mark)
    hears(guest.call, BOTH)
    desk.order(c.DeafMember, "", room="hall", member=joined.member)
    desk.fact(f.MemberChanged, member=joined.member, deaf=True)
    until(lambda: not guest.call.media.heard(), "the guest to hear nobody")

    desk.kill_daemon()
    hears(caller, alice.call.media.mark)
    desk.start_daemon()
    desk.until(lambda: len(desk.facts(f.WorldStated)) == 2)
    hears(alice.call, caller.media.mark)
    desk.order(c.MuteMember, "", room="hall", member=joined.member, on=False)
    desk.until(lambda: [fact for fact in desk.facts(f.MemberChanged, member=joined.member) if not fact.muted])
    hears(caller, BOTH)
    desk.order(c.KickMember, "", room="hall", member=joined.member)
    assert desk.fact(f.MemberLeft, member=joined.member).result == "kicked"
    until(lambda: guest.call.state == "ended", "the guest to be shown the door")
    hears(caller, alice.call.media.mark)
    desk.outside.do(caller.hang_up)
    assert desk.ended(call_id).ended_by == "customer"
    desk.order(c.EndRoom, "", room="hall")
    desk.fact(f.RoomClosed, room="hall")
    until(lambda: alice.call.state == "ended", "Alice to be let go")
    assert desk.fact(f.MemberLeft, agent="alice").result == "ended"
    assert not desk.facts(f.CallRepaired)
    console.close()


def test_a_caller_keys_in_the_pin(desk: Centre, console: Console) -> None:
    caller, call_id = desk.caller("4100")
    until(lambda: caller.media.heard(), "the question to be heard")
    desk.outside.do(caller.press, "11#")
    # A sound that begins lets keys fall that were pressed just before: they are the switch's to lose.
    until(lambda: "ivr/room-wrong.wav" in console.api("show channels"), "the question to be repeated")
    until(lambda: caller.media.heard(), "it to be heard")
    desk.outside.do(caller.press, "2468#")
    assert desk.fact(f.MemberJoined, room="board").call_id == call_id
    assert not desk.facts(f.KeysPressed)
    desk.outside.do(caller.hang_up)
    desk.fact(f.RoomClosed, room="board")
    desk.ended(call_id)


def test_a_phone_inside_dials_the_number_of_a_room(desk: Centre) -> None:
    """Her leg is a member with its first word; a daemon that dies then is not missed."""
    alice, bob = desk.at_work("alice", "bob")
    one = desk.outside.call_from(alice, "7001")
    assert desk.fact(f.MemberJoined, room="hall").agent == "alice"
    two = desk.outside.call_from(bob, "7001")
    desk.until(lambda: [fact.agent for fact in desk.facts(f.MemberJoined)] == ["alice", "bob"])
    hears(one, two.media.mark)
    hears(two, one.media.mark)
    desk.kill_daemon()
    hears(one, two.media.mark)
    desk.start_daemon()
    desk.until(lambda: len(desk.facts(f.WorldStated)) == 2)
    desk.outside.do(one.hang_up)
    assert desk.fact(f.MemberLeft, room="hall").agent == "alice"
    desk.outside.do(two.hang_up)
    desk.fact(f.RoomClosed, room="hall")
    assert not desk.facts(f.CallArrived) and not desk.facts(f.CallRepaired)
