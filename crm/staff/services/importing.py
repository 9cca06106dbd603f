"""Users from a sheet: each row is tried for itself; the good ones are taken, the bad ones come back with the reason."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.access.holding import require
from crm.accounts.models import User
from crm.staff.services.users import password_accept, password_made, user_add
from crm.staff.sheet import COLUMNS, Reader

ROWS_AT_MOST = 500
"""As many as are hashed while a browser waits."""


@dataclass(frozen=True)
class Row:
    """``number`` as an office program counts; ``reason`` is "" for a good one."""

    number: int
    cells: list[str]
    login: str = ""
    name: str = ""
    password: str = ""
    reason: str = ""
    made: bool = False
    """The password was made here, not brought by the sheet: it is shown once."""


@dataclass(frozen=True)
class Report:
    """What became, or would become, of each row."""

    heads: list[str]
    rows: list[Row]
    taken: bool

    @property
    def good(self) -> list[Row]:
        return [row for row in self.rows if not row.reason]

    @property
    def bad(self) -> list[Row]:
        return [row for row in self.rows if row.reason]

    def bad_sheet(self) -> list[list[str]]:
        """The bad rows as they came, each with its reason in a column more. Passwords stay out."""
        hidden = {number for number, key in enumerate(Reader(self.heads).keys) if key == "password"}
        body = [
            [*("" if number in hidden else cell for number, cell in enumerate(row.cells)), row.reason]
            for row in self.bad
        ]
        return [[*self.heads, _("Reason")], *body]


def users_import(*, actor: User, sheet: list[list[str]], take: bool) -> Report:
    """All rows, as if (``take`` False) or indeed. Raises PermissionDenied, ValidationError for the sheet as a whole."""
    require(actor, "users.manage")
    filled = [(number, row) for number, row in enumerate(sheet[1:], 2) if any(row)]
    if not sheet or not filled:
        raise ValidationError(_("The file holds no users."))
    if len(filled) > ROWS_AT_MOST:
        raise ValidationError(_("At most %(n)s users at once; this file has %(has)s.")
                              % {"n": ROWS_AT_MOST, "has": len(filled)})  # fmt: skip
    reader = Reader(sheet[0])
    width = len(sheet[0])
    rows = [(number, (row + [""] * width)[:width]) for number, row in filled]
    report = _all(actor, reader, rows, {})
    if take:  # hashing takes its time: not while the rows are locked
        hashed = _hashed({row.number: row.password for row in report if not row.reason})
        done = _all(actor, reader, [(number, row) for number, row in rows if number in hashed], hashed)
        late = {row.number: row.reason for row in done if row.reason}  # taken by somebody else meanwhile
        report = [replace(row, reason=late.get(row.number, row.reason)) for row in report]
    return Report(sheet[0], report, take)


def _hashed(passwords: dict[int, str]) -> dict[int, str]:
    """Hashing is slow by design; it lets other threads run, so all processors take part."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(passwords, pool.map(make_password, passwords.values()), strict=True))


def _all(actor: User, reader: Reader, rows: list[tuple[int, list[str]]], hashed: dict[int, str]) -> list[Row]:
    """Each row; written with its password's hash, or only tried where there are none."""
    with transaction.atomic():
        report = [_one(actor, reader, number, cells, hashed.get(number, "")) for number, cells in rows]
        if not hashed:
            transaction.set_rollback(True)
    return report


def _one(actor: User, reader: Reader, number: int, cells: list[str], hashed: str) -> Row:
    login = reader.login(cells)
    try:
        given, person = reader.person(cells)
        password = given or password_made()
        with transaction.atomic():
            user = user_add(actor=actor, username=login, person=person, password=None)
            password_accept(password, user)
            if hashed:
                user.password = hashed
                user.save(update_fields=["password"])
    except ValidationError as error:
        return Row(number, cells, login, reason=_sentence(error))
    except PermissionDenied as error:
        return Row(number, cells, login, reason=str(error))
    return Row(number, cells, login, person.display_name, password, made=not given)


def _sentence(error: ValidationError) -> str:
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    heads = {"username": COLUMNS["login"], "display_name": COLUMNS["name"]}
    told = []
    for field, messages in error.message_dict.items():
        head = heads.get(field, COLUMNS.get(field))
        told.append(f"{head}: {' '.join(messages)}" if head else " ".join(messages))
    return " · ".join(told)
