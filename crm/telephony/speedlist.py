"""Speed dials as they are read: by the daemon, at dialling, on pages."""

from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from crm.access.numbers import sees_whole, shown_number
from crm.accounts.models import User
from crm.telephony.models import SpeedDial
from switchctl.contract import directory, refusals
from switchctl.contract.codes import SPEED
from switchctl.contract.speeddial import code_of, number_of


class Line(NamedTuple):
    """``number``: as the reader may see it; ``typed``: what is dialled for it; ``hidden``: a code of her own is in the
    way."""

    row: SpeedDial
    number: str
    hidden: bool = False

    @property
    def typed(self) -> str:
        return f"{SPEED}{self.row.code}"


def directory_speed_dials() -> tuple[directory.SpeedDial, ...]:
    """All of them, for the daemon; of people who are gone none."""
    rows = SpeedDial.objects.filter(Q(owner=None) | Q(owner__is_active=True)).order_by("owner__username", "code")
    return tuple(
        directory.SpeedDial(code=code, number=number, owner=login or "")
        for code, number, login in rows.values_list("code", "number", "owner__username")
    )


def speed_dials_of(owner: User | None) -> QuerySet[SpeedDial]:
    """Hers, or the centre's, by code."""
    return SpeedDial.objects.filter(owner=owner)


def speed_lines(reader: User, owner: User | None, *, whole: bool = False) -> list[Line]:
    """Hers or the centre's as ``reader`` may see them. Her own numbers she has typed herself."""
    whole = whole or sees_whole(reader) or owner == reader
    mine = set() if owner else set(speed_dials_of(reader).values_list("code", flat=True))
    return [Line(row, number_said(row, whole=whole), row.code in mine) for row in speed_dials_of(owner)]


def number_said(row: SpeedDial, *, whole: bool) -> str:
    """As people here write it. Extensions are no secret; numbers outside may be."""
    return row.number if len(row.number) <= 6 else shown_number(row.number, whole=whole)


def speed_choices(user: User) -> list[Line]:
    """All that she can dial, by code."""
    lines = speed_lines(user, user) + [line for line in speed_lines(user, None) if not line.hidden]
    return sorted(lines, key=lambda line: line.row.code)


def number_meant(user: User, typed: str) -> tuple[str, str]:
    """The number that she means by what she typed, and the sentence why it is none; one of the two is empty."""
    code = code_of(typed)
    if not code:
        return typed, ""
    rows = SpeedDial.objects.filter(Q(owner=user) | Q(owner=None), code=code)
    known = {(user.username if row.owner_id else "", code): row.number for row in rows}
    number = number_of(typed, user.username, known)
    return (number, "") if number else ("", _(refusals.NO_SPEED_DIAL) % {"code": f"{SPEED}{code}"})
