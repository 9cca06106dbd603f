"""Rooms as their page and programs see them: the rows, and from the live view who is in them."""

from typing import NamedTuple

from django.db.models import Q

from crm.access.holding import may
from crm.access.numbers import sees_whole, shown_number
from crm.accounts.models import User
from crm.live.state import live_state
from crm.rooms.models import Room
from switchctl.contract import directory


class Member(NamedTuple):
    """One leg in a room. ``inside``: she picked up; else her phone rings. ``who``: a name, or a number as ``user`` may
    see it."""

    leg: str
    who: str
    agent: str
    number: str
    inside: bool
    since: int
    muted: bool
    deaf: bool


class Line(NamedTuple):
    """A room. ``chairs``: whether ``user`` may mute, show the door and call people in."""

    room: Room
    chairs: bool
    node: str
    locked: bool
    members: list[Member]

    @property
    def count(self) -> int:
        return len(self.members)


def room_names() -> dict[str, str]:
    """Code → name, of all."""
    return dict(Room.objects.values_list("code", "name"))


def chairs(user: User, room: Room) -> bool:
    """Whether she may order something of it: her own room, or any if she manages them."""
    return may(user, "rooms.manage") or (may(user, "rooms.use") and room.chair_id == user.pk)


def room_lines(user: User) -> list[Line]:
    """All, by name."""
    view, whole = live_state().view, sees_whole(user)
    logins = {one.agent for room in view.rooms.values() for one in room.members.values() if one.agent}
    names = {person.username: str(person) for person in User.objects.filter(username__in=logins)}
    lines = []
    for room in Room.objects.select_related("chair"):
        live = view.rooms.get(room.code)
        members = [
            Member(
                leg=one.id, who=names.get(one.agent, "") or shown_number(one.number, whole=whole), agent=one.agent,
                number=shown_number(one.number, whole=whole), inside=one.state == "inside", since=one.since,
                muted=one.muted, deaf=one.deaf,
            )
            for one in (live.members.values() if live else ())
        ]  # fmt: skip
        lines.append(Line(room, chairs(user, room), live.node if live else "", bool(live and live.locked), members))
    return lines


def directory_rooms() -> tuple[directory.Room, ...]:
    """For the daemon."""
    return tuple(
        directory.Room(id=room.code, name=room.name, number=room.number, pin=room.pin, most=room.most)
        for room in Room.objects.order_by("code")
    )


def room_routes() -> tuple[directory.Route, ...]:
    """Numbers that callers dial who are meant for a room."""
    rows = Room.objects.exclude(outside="").order_by("code")
    return tuple(directory.Route(number=room.outside, target=directory.ROOM, to=room.code) for room in rows)


def room_of(number: str, but: int | None = None) -> Room | None:
    """The room that a number leads to, from inside or outside; ``but``: another than this one."""
    return Room.objects.filter(Q(number=number) | Q(outside=number)).exclude(pk=but).first()


def room_numbers() -> set[str]:
    """What may be dialled inside beside extensions."""
    return set(Room.objects.exclude(number="").values_list("number", flat=True))
