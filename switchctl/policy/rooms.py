"""What is ordered of a conference room: take a colleague in, call somebody for it, mute, out with her, lock, end."""

from switchctl.contract import commands as c
from switchctl.contract import directory as d
from switchctl.contract import refusals, roomfacts
from switchctl.model import effects as do
from switchctl.model.agent import DIALLING, OFFERED, TALKING, Agent
from switchctl.model.machine import Refused
from switchctl.model.room import CALLED, COMING, INSIDE, Member, Room
from switchctl.policy import dialling, roomlife, trunks
from switchctl.policy.turn import Turn

RING_S = 30
SLACK_S = 5.0


def join(turn: Turn, command: c.JoinRoom) -> None:
    """Her own phone is rung, and she is in when she picks up."""
    agent = turn.world.agents.get(command.agent)
    if agent is None:
        raise Refused(refusals.UNKNOWN_AGENT)
    come(turn, agent, command, command.room)


def by_number(turn: Turn, number: str) -> str:
    """Id of the room that is meant by what an agent dials; "" if none is."""
    rows = turn.world.room_rows.values()
    return next((row.id for row in rows if row.number and row.number == number.strip()), "")


def come(turn: Turn, agent: Agent, command: c.Command, room_id: str) -> None:
    """The same, by whatever order. Raises Refused."""
    row = _open_for_one(turn, room_id)
    if agent.confers:
        raise Refused(refusals.IN_ROOM_ALREADY)
    if agent.state in (OFFERED, DIALLING, TALKING) or agent.engaged:
        raise Refused(refusals.BUSY_YOURSELF)
    if turn.world.devices.get(agent.profile.extension) == "":
        raise Refused(refusals.OWN_PHONE_AWAY)
    _ring_colleague(turn, row, agent, command, refusals.OWN_PHONE_AWAY)


def walk_in(turn: Turn, node: str, leg: str, room_id: str, extension: str) -> None:
    """A phone inside has dialled the room's number: in with its leg. Raises Refused."""
    world = turn.world
    row = _open_for_one(turn, room_id)
    agent = world.agents.get(world.extensions.get(extension, ""))
    if agent is not None:
        agent.hands_free()
        if agent.state in (OFFERED, DIALLING, TALKING):
            raise Refused(refusals.BUSY_YOURSELF)
    if _node(turn, row.id, extension) != node:  # a room is on one switch
        raise Refused(refusals.PHONE_ELSEWHERE)
    member = Member(
        id=leg, room=row.id, node=node, state=COMING, number=extension, agent=agent.id if agent is not None else "",
        made=turn.at,
    )  # fmt: skip
    roomlife.enter(turn, member)
    turn.do(do.SetVars(node, leg, {"cc_room": row.id, "cc_epoch": str(turn.epoch), "socket_resume": "false"}))
    roomlife.lead_in(turn, member)


def invite(turn: Turn, command: c.InviteToRoom) -> None:
    """A number is called; what she who asks may dial decides."""
    who = turn.world.agents.get(command.by)
    if who is None:
        raise Refused(refusals.UNKNOWN_AGENT)
    row = _open_for_one(turn, command.room)
    target = dialling.target(turn.world, who, command.number, turn.now)
    colleague = turn.world.agents.get(turn.world.extensions.get(target.number, ""))
    if colleague is not None and not target.outside:
        if not colleague.free:
            raise Refused(refusals.NOT_FREE, name=colleague.profile.name)
        _ring_colleague(turn, row, colleague, command, refusals.PHONE_AWAY)
        return
    node = _node(turn, row.id)
    shows = dialling.shown_number(turn.world, who, target)
    member = Member(
        id=turn.new_id("member"), room=row.id, node=node, number=target.number, by=command.by, made=turn.at,
        trunk=trunks.choose(turn.world, target, node),
    )  # fmt: skip
    _ring(turn, member, command.id, turn.world.directory.dial_s, shows)


def mute(turn: Turn, command: c.MuteMember) -> None:
    _order(turn, command, "mute" if command.on else "unmute")


def deafen(turn: Turn, command: c.DeafMember) -> None:
    _order(turn, command, "deaf" if command.on else "undeaf")


def kick(turn: Turn, command: c.KickMember) -> None:
    room, member = _member(turn, command)
    if member.state == INSIDE:
        turn.do(do.Confer(room.node, room.id, "kick", member.seat, _ref(command)))
    else:
        member.ending = "cancelled"
        _call_off(turn, member)


def own(turn: Turn, agent: Agent) -> Member | None:
    """Herself in the room in which she is, or for which her phone rings; None: in none, or its switch is away."""
    member = turn.world.members.get(agent.confers)
    return member if member is not None and turn.world.node(member.node).up else None


def leave(turn: Turn, member: Member) -> None:
    """Her own wish."""
    member.ending = member.ending or ("cancelled" if member.state == CALLED else "left")
    _call_off(turn, member)


def lock(turn: Turn, command: c.LockRoom) -> None:
    room = _room(turn, command.room)
    turn.do(do.Confer(room.node, room.id, "lock" if command.on else "unlock", "", _ref(command)))


def end(turn: Turn, command: c.EndRoom) -> None:
    """Whoever is called is called no more, whoever is in is out."""
    room = _room(turn, command.room)
    for member in list(room.members.values()):
        member.ending = "ended"
        if member.state != INSIDE:
            _call_off(turn, member)
    if any(member.state == INSIDE for member in room.members.values()):
        turn.do(do.Confer(room.node, room.id, "hup", "", _ref(command)))


def _call_off(turn: Turn, member: Member) -> None:
    turn.do(do.Kill(member.node, member.id, "ORIGINATOR_CANCEL" if member.state == CALLED else "NORMAL_CLEARING"))


def admit(turn: Turn, room_id: str) -> d.Room:
    """The room, if there is a place in it for one more. Raises Refused."""
    row = turn.world.room_rows.get(room_id)
    if row is None:
        raise Refused(refusals.NO_SUCH_ROOM)
    room = turn.world.rooms.get(room_id)
    if room is not None and room.locked:
        raise Refused(refusals.ROOM_LOCKED)
    if room is not None and len(room.members) >= row.most:
        raise Refused(refusals.ROOM_FULL)
    return row


def _open_for_one(turn: Turn, room_id: str) -> d.Room:
    row = admit(turn, room_id)
    room = turn.world.rooms.get(room_id)
    if room is not None and not turn.world.node(room.node).up:
        raise Refused(refusals.SWITCH_AWAY)
    return row


def _room(turn: Turn, room_id: str) -> Room:
    room = turn.world.rooms.get(room_id)
    if room is None:
        raise Refused(refusals.ROOM_CLOSED if room_id in turn.world.room_rows else refusals.NO_SUCH_ROOM)
    if not turn.world.node(room.node).up:
        raise Refused(refusals.SWITCH_AWAY)
    return room


def _member(turn: Turn, command: c.MemberCommand) -> tuple[Room, Member]:
    room = _room(turn, command.room)
    member = room.members.get(command.member)
    if member is None:
        raise Refused(refusals.NO_SUCH_MEMBER)
    return room, member


def _order(turn: Turn, command: c.MemberCommand, verb: str) -> None:
    room, member = _member(turn, command)
    if member.state != INSIDE:
        raise Refused(refusals.NOT_IN_YET)
    turn.do(do.Confer(room.node, room.id, verb, member.seat, _ref(command)))


def _ref(command: c.RoomCommand) -> str:
    return f"command|{command.agent}|{type(command).__name__}|{command.id}"


def _node(turn: Turn, room_id: str, extension: str = "") -> str:
    """Where the room is, or is to be: where her phone is, if it is one inside."""
    world = turn.world
    room = world.rooms.get(room_id)
    if room is not None:
        return room.node
    opened = [node.name for node in world.nodes.values() if node.open]
    at = world.phones.at(extension, lambda name: name in opened) if extension else ""
    if not opened:
        raise Refused(refusals.NO_OPEN_SWITCH)
    return at or opened[0]


def _ring_colleague(turn: Turn, row: d.Room, agent: Agent, command: c.Command, away: str) -> None:
    extension = agent.profile.extension
    node = _node(turn, row.id, extension)
    via = turn.world.way(extension, node)
    if via is None or turn.world.devices.get(extension) == "":
        raise Refused(away)
    member = Member(
        id=turn.new_id("member"), room=row.id, node=node, number=extension, agent=agent.id, made=turn.at, via=via,
        by=command.by or agent.id, via_leg=turn.new_id("relay") if via else "",
    )  # fmt: skip
    _ring(turn, member, command.id, RING_S, row.number or extension)


def _ring(turn: Turn, member: Member, command_id: str, ring_s: int, shows: str) -> None:
    roomlife.enter(turn, member)
    turn.tell(
        roomfacts.MemberCalled, node=member.node, room=member.room, member=member.id, number=member.number,
        agent=member.agent, by=member.by, trunk=member.trunk, shows=shows, ring_s=ring_s, via=member.via,
        via_leg=member.via_leg, command_id=command_id,
    )  # fmt: skip
    headers = {"Call": member.id, "Offer": member.id, "Leg": member.via_leg} if member.via else {}
    variables = {
        **{f"sip_h_X-Switchdesk-{name}": value for name, value in headers.items()},
        "cc_room": member.room, "cc_epoch": str(turn.epoch),
        **({"origination_caller_id_number": shows, "origination_caller_id_name": shows} if shows else {}),
    }  # fmt: skip
    turn.do(do.Originate(member.node, member.id, member.number, ring_s, variables, member.via, member.trunk))
    turn.wake(f"member|{member.id}", ring_s + SLACK_S)
