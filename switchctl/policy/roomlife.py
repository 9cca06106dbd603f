"""Conference rooms: who comes in, who is in, how each leaves.

Theory of operation. A room is a conference of the switch, named after its id, that opens with the first leg which is
meant for it and is on that leg's node from then on. Legs come in three ways, and all by the dialplan's context
``rooms``: a caller from outside (``entrance``), a colleague or a number whose phone is rung (``rooms``). What the
switch says of a conference is what is so; orders to mute, to lock … bring no change here. It goes on without us. After
a start, and whenever a listing of channels shows another room than we know, the switch is asked who is in which.
"""

from typing import Any

from switchctl.contract import roomfacts as f
from switchctl.model import effects as do
from switchctl.model.room import CALLED, COMING, INSIDE, OVER, Member, Room
from switchctl.model.seen import Seen
from switchctl.policy import acd, attempts, failsafe, gathering
from switchctl.policy.turn import Turn, long_since, ms

PREFIX = "room-"


def enter(turn: Turn, member: Member) -> None:
    """Know somebody who is on the way; the room opens with the first."""
    world = turn.world
    room = world.rooms.get(member.room)
    if room is None:
        room = world.rooms[member.room] = Room(id=member.room, node=member.node, opened=turn.at)
        turn.tell(f.RoomOpened, node=room.node, room=room.id)
    room.members[member.id] = member
    if not member.call_id:
        world.members[member.id] = member
    agent = world.agents.get(member.agent)
    if agent is not None:
        agent.confers = member.id
        failsafe.changed(turn, agent)


def lead_in(turn: Turn, member: Member) -> None:
    """Her leg is answered and ours: into the room."""
    turn.do(do.Transfer(member.node, member.id, PREFIX + member.room, gathering.CONTEXT))


def happened(turn: Turn, node: str, member: Member, ev: Seen) -> None:
    """An event of a leg that is no caller's."""
    if ev.name in ("CHANNEL_CREATE", "CHANNEL_ANSWER") and (member.state == OVER or member.ending):
        turn.do(do.Kill(node, member.id, "ORIGINATOR_CANCEL"))
    elif ev.name == "CHANNEL_ANSWER" and member.step("answer"):
        turn.sleep_on(f"member|{member.id}")
        lead_in(turn, member)
    elif ev.name in ("CHANNEL_HANGUP", "CHANNEL_HANGUP_COMPLETE"):
        gone(turn, member, ev.hangup_cause)
        if ev.name == "CHANNEL_HANGUP_COMPLETE":
            turn.world.members.pop(member.id, None)
    elif ev.name == "CUSTOM":
        conference(turn, node, ev)


def conference(turn: Turn, node: str, ev: Seen) -> None:
    """An event of a room."""
    room_id = ev.conference.removeprefix(PREFIX)
    if ev.action == "add-member":
        _seen_in(turn, node, room_id, ev.uuid, ev.caller_number, ev.member, {})
        return
    room = turn.world.rooms.get(room_id)
    if room is None:
        return
    member = room.members.get(ev.uuid)
    if ev.action in ("lock", "unlock") and room.locked != (ev.action == "lock"):
        room.locked = ev.action == "lock"
        turn.tell(f.RoomLocked, node=node, room=room.id, locked=room.locked)
    elif member is None:
        return
    elif ev.action == "kick-member":
        member.ending = member.ending or "kicked"
    elif ev.action == "del-member":
        gone(turn, member, ev.hangup_cause)
    elif ev.action in ("mute-member", "unmute-member"):
        _change(turn, member, ev.action == "mute-member", member.deaf)
    elif ev.action in ("deaf-member", "undeaf-member"):
        _change(turn, member, member.muted, ev.action == "deaf-member")


def come_in(turn: Turn, member: Member, seat: str, muted: bool = False, deaf: bool = False) -> None:
    """She is in."""
    if not member.step("come_in"):
        return
    turn.sleep_on(f"member|{member.id}")
    member.seat, member.since, member.missing, member.muted, member.deaf = seat, turn.at, 0, muted, deaf
    call = turn.world.calls.get(member.call_id)
    if call is not None:
        call.step("come_in")
    turn.tell(
        f.MemberJoined, call, node=member.node, room=member.room, member=member.id, seat=seat, number=member.number,
        agent=member.agent, muted=muted, deaf=deaf,
    )  # fmt: skip


def _change(turn: Turn, member: Member, muted: bool, deaf: bool) -> None:
    if (member.muted, member.deaf) != (muted, deaf) and member.state == INSIDE:
        member.muted, member.deaf = muted, deaf
        turn.tell(
            f.MemberChanged, node=member.node, call_id=member.call_id, room=member.room, member=member.id,
            muted=muted, deaf=deaf,
        )  # fmt: skip


def gone(turn: Turn, member: Member, cause: str, result: str = "") -> None:
    """Her leg is gone, or never was; with the last one the room closes."""
    was = member.state
    if not member.step("end"):
        return
    turn.sleep_on(f"member|{member.id}")
    room = turn.world.rooms.get(member.room)
    if room is not None:
        room.members.pop(member.id, None)
    if member.state == OVER and (was == INSIDE or not member.call_id):
        result = result or member.ending or ("left" if was in (INSIDE, COMING) else attempts.result(cause))
        turn.tell(
            f.MemberLeft, node=member.node, call_id=member.call_id, room=member.room, member=member.id, result=result,
            number=member.number, agent=member.agent, cause=cause,
            stayed_ms=ms(member.since, turn.at) if was == INSIDE else 0,
        )  # fmt: skip
    if room is not None and not room.members:
        del turn.world.rooms[room.id]
        turn.tell(f.RoomClosed, node=room.node, room=room.id, lasted_ms=ms(room.opened, turn.at))
    agent = turn.world.agents.get(member.agent)
    if agent is not None and agent.confers == member.id:
        agent.confers = ""
        failsafe.changed(turn, agent)
        acd.serve_agent(turn, agent)


def call_gone(turn: Turn, call_id: str, room_id: str) -> None:
    """A caller's leg is gone; the switch may have said so of the conference already."""
    room = turn.world.rooms.get(room_id)
    member = room.members.get(call_id) if room is not None else None
    if member is not None:
        gone(turn, member, "")


def not_sent(turn: Turn, member: Member, answer: str) -> None:
    """The switch would not ring her phone; or the link broke, and then it may be ringing, and is ended."""
    if member.state != CALLED:
        return
    if not answer.startswith("-"):
        turn.do(do.Kill(member.node, member.id, "ORIGINATOR_CANCEL"))
    gone(turn, member, answer.partition(" ")[2].strip())


def time_over(turn: Turn, member: Member) -> None:
    """Her phone rang for longer than it should."""
    if member.state == CALLED:
        turn.do(do.Kill(member.node, member.id, "NO_ANSWER"))
        gone(turn, member, "NO_ANSWER")


def node_gone(turn: Turn, name: str) -> None:
    """A switch died, or is given up: its rooms are."""
    for room in [room for room in turn.world.rooms.values() if room.node == name]:
        for member in list(room.members.values()):
            gone(turn, member, "", "lost")
            turn.world.members.pop(member.id, None)


def compare(turn: Turn, name: str, rows: dict[str, dict[str, Any]]) -> int:
    """One listing of a node's channels; returns the doubts. Where it shows another room than we know, the switch is
    asked."""
    doubts = 0
    inside = {leg for leg, row in rows.items() if _room_of(row)}
    known: set[str] = set()
    for room in [room for room in turn.world.rooms.values() if room.node == name]:
        for member in list(room.members.values()):
            known.update({member.id} if member.state == INSIDE else ())
            if member.id in rows:
                member.missing = 0
            elif member.missing and long_since(turn, member.missing):
                gone(turn, member, "lost", "lost")
            else:
                member.missing, doubts = member.missing or turn.now, doubts + 1
    if inside - known:
        turn.do(do.ListRooms(name))
    return doubts


def _room_of(row: dict[str, Any]) -> str:
    data = str(row.get("application_data", ""))
    ours = row.get("application") == gathering.APPLICATION and data.startswith(PREFIX)
    return data.removeprefix(PREFIX).partition("@")[0] if ours else ""


def listed(turn: Turn, node: str, conferences: list[dict[str, Any]]) -> None:
    """Who is in which, as the switch has it."""
    for there in conferences:
        name = str(there.get("conference_name", ""))
        for row in there.get("members", []) if name.startswith(PREFIX) else []:
            leg, number = str(row.get("uuid", "")), str(row.get("caller_id_number", ""))
            _seen_in(turn, node, name.removeprefix(PREFIX), leg, number, str(row.get("id", "")), row.get("flags", {}))


def _seen_in(
    turn: Turn, node: str, room_id: str, leg: str, number: str, seat: str, flags: dict[str, Any]
) -> None:  # fmt: skip
    """She is in, whoever sent her there: a daemon before us, perhaps."""
    room = turn.world.rooms.get(room_id)
    member = room.members.get(leg) if room is not None else None
    if not leg or leg in turn.world.ended or (member is None and leg in turn.world.members):
        return
    if member is None:
        call = turn.world.calls.get(leg)
        number = call.number if call is not None else number
        member = Member(id=leg, room=room_id, node=node, number=number, call_id=leg if call else "", made=turn.at)
        if call is not None:
            call.room = room_id
        enter(turn, member)
    come_in(turn, member, seat, not flags.get("can_speak", True), not flags.get("can_hear", True))
