"""Entries as people read them: names for logins and keys, words for columns and values, before → after."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Field, Model
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from crm.access.numbers import shown_text
from crm.access.permissions import BY_CODE
from crm.accounts.selectors import names_of
from crm.audit import words
from crm.audit.models import Entry
from crm.audit.readers import reader_of
from crm.audit.tables import AUDITED

SECRET = {(audited.model.lower(), name) for audited in AUDITED for name in audited.secret}
NOTHING = "—"


@dataclass(frozen=True)
class Change:
    """One field. ``before`` and ``after`` are texts; None where there is no such side. ``column``: its name in the
    table, or that of a detail."""

    column: str
    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Line:
    """One entry in the reader's language."""

    entry: Entry
    who: str
    action: str
    kind: str
    door: str
    label: str
    changes: list[Change]


def lines(entries: Iterable[Entry], *, whole: bool) -> list[Line]:
    """A few queries for all of them together. Telephone numbers are masked unless the reader sees them ``whole``."""
    entries = list(entries)
    people = names_of({entry.who for entry in entries if entry.who})
    named = _named(entries)
    return [
        Line(
            entry,
            words.who(entry.who, people),
            words.action(entry.action),
            words.kind(entry.kind) if entry.kind else "",
            words.door(entry.door),
            shown_text(entry.label, whole=whole) or (f"#{entry.object}" if entry.object else ""),
            _changes(entry, named, whole),
        )
        for entry in entries
    ]


Names = dict[tuple[type[Model], str], str]


def _named(entries: list[Entry]) -> Names:
    """What foreign keys in these entries are called now; those that are gone are missing."""
    wanted: dict[type[Model], set[str]] = defaultdict(set)
    for entry in entries:
        for side in (entry.before, entry.after):
            for column, value in _values(side).items():
                field = words.field_of(entry.kind, column)
                if field is not None and field.remote_field and value is not None:
                    wanted[field.remote_field.model].add(str(value))
    return {
        (model, str(row.pk)): str(row)
        for model, keys in wanted.items()
        for row in model._default_manager.filter(pk__in=keys)
    }


def _changes(entry: Entry, named: Names, whole: bool) -> list[Change]:
    before, after = _values(entry.before), _values(entry.after)
    found = []
    for column in dict.fromkeys([*before, *after]):
        field = words.field_of(entry.kind, column)
        if field is not None and field.primary_key:
            continue
        if field is not None and (field.model._meta.label_lower, field.name) in SECRET:
            found.append(Change(column, words.column(entry.kind, column), None, _("changed, not shown")))
            continue
        old, new = before.get(column), after.get(column)
        if reader := reader_of(f"{entry.kind}.{column}"):
            found += [
                Change(column, name, _masked(one, whole) or NOTHING, _masked(other, whole) or NOTHING)
                for name, one, other in reader(old, new)
            ]
            continue
        if isinstance(old, list) and isinstance(new, list):  # of two long lists only what went and what came
            old, new = [one for one in old if one not in new], [one for one in new if one not in old]
        found.append(
            Change(
                column,
                words.column(entry.kind, column),
                _text(field, old, named, whole) if column in before else None,
                _text(field, new, named, whole) if column in after else None,
            )
        )
    return found


def _values(side: Any) -> dict[str, Any]:
    return side if isinstance(side, dict) else {}


def _text(field: Field | None, value: Any, named: Names, whole: bool) -> str:
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(
            str(BY_CODE[one].label) if isinstance(one, str) and one in BY_CODE else _text(None, one, named, whole)
            for one in value
        )
    if isinstance(value, dict):
        return ", ".join(f"{words.column('', name)} {_text(None, one, named, whole)}" for name, one in value.items())
    if field is None:
        return _masked(value, whole)
    if field.remote_field:
        return _masked(named.get((field.remote_field.model, str(value)), f"#{value}"), whole)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    moment = parse_datetime(value) if field.get_internal_type() == "DateTimeField" else None
    return _shown(moment) if moment else _masked(value, whole)


def _masked(value: Any, whole: bool) -> str:
    return shown_text(str(value), whole=whole)


def _shown(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S")
