"""Rooms: set up, and what is ordered of them. Who chairs a room orders of that room; who manages them, of all."""

import re
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm import switch
from crm.access.holding import require
from crm.accounts.models import User
from crm.live.services import WAIT_S, Ordered, Refused
from crm.rooms.models import Room
from crm.rooms.selectors import chairs, room_of
from crm.telephony.numberspace import ROOM, SERVICE, conflict
from switchctl.contract.directory import pin_digest

STEPS = {
    "join": ("JoinRoom", ()), "invite": ("InviteToRoom", ("number",)), "mute": ("MuteMember", ("member", "on")),
    "deaf": ("DeafMember", ("member", "on")), "kick": ("KickMember", ("member",)), "lock": ("LockRoom", ("on",)),
    "end": ("EndRoom", ()),
}  # fmt: skip
"""Word → command of the daemon, and what it needs to be told."""


@transaction.atomic
def room_save(
    *, user: User, room: Room | None = None, code: str, name: str, number: str = "", outside: str = "",
    most: int = 40, chair: User | None = None, pin: str | None = None,
) -> Room:  # fmt: skip
    """A new one, or a change; ``pin``: digits, empty = none from now on, None = as it is. Raises ValidationError."""
    require(user, "rooms.manage")
    row = Room.objects.select_for_update().get(pk=room.pk) if room is not None else Room(code=code)
    row.name, row.number, row.outside, row.most, row.chair = name, number, outside, most, chair
    row.full_clean()
    for field, value, but in (("number", number, ()), ("outside", outside, (SERVICE,))):
        other = room_of(value, row.pk) if value else None
        sentence = conflict(value, ROOM, *but) if value else ""
        if other is not None:
            sentence = _("%(number)s leads to the room %(name)s.") % {"number": value, "name": other}
        if sentence:
            raise ValidationError({field: sentence})
    if pin is not None:
        if pin and not re.fullmatch("[0-9]{4,12}", pin):
            raise ValidationError({"pin": _("A pin is 4 to 12 digits.")})
        row.pin = pin_digest(row.code, pin) if pin else ""
    row.save()
    return row


@transaction.atomic
def room_remove(*, user: User, room: Room) -> None:
    """Raises ValidationError where a number leads to it."""
    require(user, "rooms.manage")
    if route := room.routes.first():
        said = {"number": route.number}
        raise ValidationError(_("Callers dial %(number)s for this room. Lead that number elsewhere first.") % said)
    room.delete()


def room_order(
    *, user: User, room: Room, step: str, order: str = "", seconds: float = WAIT_S, **said: Any
) -> Ordered:  # fmt: skip
    """Orders something of a room and waits for the daemon's answer.

    Raises PermissionDenied, ``switch.CommandWrong`` (a number that she may not dial, too), ``switch.SwitchAway``, and
    Refused with the daemon's reason.
    """
    require(user, "rooms.use")
    kind, fields = STEPS[step]
    if step != "join" and not chairs(user, room):
        raise PermissionDenied(_("You may only do this in rooms that you chair."))
    since = switch.facts_end()
    command = switch.command_send(
        user, kind, command_id=order, once=bool(order), room=room.code, **{name: said[name] for name in fields}
    )  # fmt: skip
    answer = switch.command_answer(command, since=switch.said_since(command) or since, seconds=seconds)
    if answer:
        switch.forget_said(command)
        raise Refused(answer)
    return Ordered(command, answer is not None)
