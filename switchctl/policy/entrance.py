"""The way of a caller from outside into a conference room: its pin, by the keys of her phone, then in.

What she keys in is told by nobody. Who was taken back on the way (we died, a link broke) is asked anew.
"""

from switchctl.contract.directory import ROOM, Route, pin_digest
from switchctl.model import effects as do
from switchctl.model.call import ARRIVED, HANGING, INROOM, Call
from switchctl.model.machine import Refused
from switchctl.model.room import COMING, Member
from switchctl.model.seen import Seen
from switchctl.policy import inbound, roomlife, rooms
from switchctl.policy.turn import Turn

PIN_S = 20.0
"""Without the last key after so long the pin is as wrong as any other."""
MOST = 12
TRIES = 3
LAST = "#"
ASK, WRONG = "ivr/room-pin.wav", "ivr/room-wrong.wav"


def leads_here(turn: Turn, call: Call) -> Route | None:
    """The route of a call that is for a room, or has been in one."""
    route = turn.world.routes.get(call.dialled)
    mine = call.stage in (ARRIVED, INROOM) and route is not None and route.target == ROOM
    return route if mine else None


def come_back(turn: Turn, call: Call, _ev: Seen) -> None:
    """The switch hands her to us, for the first time or again."""
    route = turn.world.routes.get(call.dialled)
    if call.stage == HANGING or route is None:
        return
    if call.stage == INROOM:
        _in(turn, call)
        return
    if not inbound.let_in(turn, call):
        return
    row = turn.world.room_rows.get(route.to)
    if row is None or not row.pin:
        _try(turn, call, route.to)
        return
    call.room, call.pin = route.to, ""
    _ask(turn, call, ASK)


def pressed(turn: Turn, call: Call, key: str) -> bool:
    """A key of her phone; whether it was one of the pin."""
    if not call.room or call.stage != ARRIVED:
        return False
    if turn.at <= call.keyed or not call.pin_asked:
        return True
    call.keyed = turn.at
    if key != LAST:
        call.pin = (call.pin + key)[:MOST]
        turn.wake(f"pin|{call.id}", PIN_S)
    else:
        checked(turn, call)
    return True


def checked(turn: Turn, call: Call) -> None:
    """The last key, or no further one came."""
    if not call.pin_asked or call.stage != ARRIVED:
        return
    row = turn.world.room_rows.get(call.room)
    right = row is not None and pin_digest(row.id, call.pin) == row.pin
    call.pin = ""
    if right:
        _try(turn, call, call.room)
        return
    call.wrong_pins += 1
    if call.wrong_pins >= TRIES:
        _refuse(turn, call)
    else:
        _ask(turn, call, WRONG)


def _ask(turn: Turn, call: Call, sound: str) -> None:
    call.pin_asked, call.token = True, turn.new_id("play")
    turn.do(do.Play(call.node, call.id, sound, call.token))
    turn.wake(f"pin|{call.id}", PIN_S)


def _try(turn: Turn, call: Call, room_id: str) -> None:
    room = turn.world.rooms.get(room_id)
    try:
        rooms.admit(turn, room_id)
    except Refused:
        _refuse(turn, call)
        return
    if room is not None and room.node != call.node:  # a room is on one switch
        _refuse(turn, call)
        return
    call.room, call.pin_asked = room_id, False
    turn.sleep_on(f"pin|{call.id}")
    _in(turn, call)


def _in(turn: Turn, call: Call) -> None:
    room = turn.world.rooms.get(call.room)
    member = room.members.get(call.id) if room is not None else None
    if member is None:
        member = Member(
            id=call.id, room=call.room, node=call.node, state=COMING, call_id=call.id, number=call.number, made=turn.at
        )
        roomlife.enter(turn, member)
    # Her socket stays open for a while: from here on its loss must not move her.
    turn.do(do.SetVars(call.node, call.id, {"socket_resume": "false"}))
    roomlife.lead_in(turn, member)


def _refuse(turn: Turn, call: Call) -> None:
    turn.sleep_on(f"pin|{call.id}")
    call.room, call.pin_asked = "", False
    inbound.turn_away(turn, call)
