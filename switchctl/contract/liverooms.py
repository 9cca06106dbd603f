"""Rooms of the live view: those that somebody is in, or is called for, and who that is."""

from typing import Any

import msgspec

from switchctl.contract import roomfacts as f

Changed = set[tuple[str, str]]


class LiveMember(msgspec.Struct, kw_only=True):
    """One leg. ``state``: called, inside."""

    id: str
    state: str = "inside"
    since: int = 0
    seat: str = ""
    number: str = ""
    agent: str = ""
    call: str = ""
    """Of a caller from outside."""
    by: str = ""
    muted: bool = False
    deaf: bool = False
    via: str = ""
    via_leg: str = ""


class LiveRoom(msgspec.Struct, kw_only=True):
    """A room that is open."""

    id: str
    node: str = ""
    since: int = 0
    locked: bool = False
    members: dict[str, LiveMember] = {}
    """By leg, in the order in which they came."""


def _room(view: Any, fact: Any) -> LiveRoom:
    room: LiveRoom | None = view.rooms.get(fact.room)
    if room is None:
        room = view.rooms[fact.room] = LiveRoom(id=fact.room, node=fact.node, since=fact.at)
    return room


def opened(view: Any, fact: f.RoomOpened) -> Changed:
    view.rooms[fact.room] = LiveRoom(id=fact.room, node=fact.node, since=fact.at)
    return {("rooms", fact.room)}


def called(view: Any, fact: f.MemberCalled) -> Changed:
    _room(view, fact).members[fact.member] = LiveMember(
        id=fact.member, state="called", since=fact.at, number=fact.number, agent=fact.agent, by=fact.by, via=fact.via,
        via_leg=fact.via_leg,
    )  # fmt: skip
    return {("rooms", fact.room)}


def joined(view: Any, fact: f.MemberJoined) -> Changed:
    members = _room(view, fact).members
    member = members.get(fact.member) or LiveMember(id=fact.member, number=fact.number, agent=fact.agent)
    member.state, member.since, member.seat, member.call = "inside", fact.at, fact.seat, fact.call_id
    member.muted, member.deaf = fact.muted, fact.deaf
    members[fact.member] = member
    call = view.calls.get(fact.call_id)
    if call is None:
        return {("rooms", fact.room)}
    call.room = fact.room
    call.stage, call.since = "room", fact.at
    call.passed = [*call.passed, ("room", fact.at)]
    return {("rooms", fact.room), ("calls", fact.call_id)}


def changed(view: Any, fact: f.MemberChanged) -> Changed:
    room = view.rooms.get(fact.room)
    member = room.members.get(fact.member) if room is not None else None
    if member is None:
        return set()
    member.muted, member.deaf = fact.muted, fact.deaf
    return {("rooms", fact.room)}


def left(view: Any, fact: f.MemberLeft) -> Changed:
    room = view.rooms.get(fact.room)
    return {("rooms", fact.room)} if room is not None and room.members.pop(fact.member, None) else set()


def locked(view: Any, fact: f.RoomLocked) -> Changed:
    if fact.room not in view.rooms:
        return set()
    view.rooms[fact.room].locked = fact.locked
    return {("rooms", fact.room)}


def closed(view: Any, fact: f.RoomClosed) -> Changed:
    return {("rooms", fact.room)} if view.rooms.pop(fact.room, None) else set()


STEPS: dict[type[Any], Any] = {
    f.RoomOpened: opened, f.MemberCalled: called, f.MemberJoined: joined, f.MemberChanged: changed,
    f.MemberLeft: left, f.RoomLocked: locked, f.RoomClosed: closed,
}  # fmt: skip
