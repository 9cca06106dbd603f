"""Changing the lists. Each change is out at the daemon a moment after its commit."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.access.holding import require
from crm.accounts.models import User
from crm.calls.models import CallRecord
from crm.calls.selectors import calls_visible
from crm.events.services import event_tell
from crm.numberlists.models import Kind, ListedNumber, NumberList, Source, Way
from crm.numberlists.publish import lists_changed, lists_lock, secret
from crm.numberlists.typed import Typed, number_of
from crm.numbers import ERASED, HIDDEN_FROM
from switchctl.contract.listbook import key
from switchctl.contract.numberlists import digest

Line = tuple[Typed, dict[str, Any]]
"""What a line names, and its other fields: list, way, reason, evidence, since, until."""


@transaction.atomic
def entries_add(*, user: User, lines: list[Line], source: str = Source.TYPED) -> list[ListedNumber | None]:
    """Each line becomes a row; None for one that is on that list already, or twice among these. PermissionDenied."""
    require(user, "lists.manage")
    return _add(user, lines, source)


@transaction.atomic
def entry_change(*, user: User, entry_id: int, typed: Typed, fields: dict[str, Any]) -> ListedNumber:
    """Another number, list, direction, reason or time. ValidationError; PermissionDenied; Http404."""
    require(user, "lists.manage")
    lists_lock()
    row = ListedNumber.objects.filter(pk=entry_id).first()
    if row is None:
        raise Http404
    if row.kind == Kind.ERASED:
        typed = Typed(Kind.ERASED, row.first)
    _fill(row, typed, fields)
    if ListedNumber.objects.exclude(pk=row.pk).filter(_same(row)).exists():
        raise ValidationError(_("This is on the list already, for the same direction."))
    row.save()
    lists_changed(rows=[row])
    _told([row], "changed")
    return row


@transaction.atomic
def entries_remove(*, user: User, entry_ids: Iterable[int]) -> int:
    """How many were taken away. PermissionDenied."""
    require(user, "lists.manage")
    lists_lock()
    found = ListedNumber.objects.filter(pk__in=list(entry_ids))
    rows = list(found)
    ids = [row.pk for row in rows]
    if ids:
        found.delete()
        lists_changed(gone=ids)
        _told(rows, "removed")
    return len(ids)


@transaction.atomic
def caller_mark(*, user: User, call_id: str, which: str, reason: str) -> ListedNumber | None:
    """The number of a call that she may see, which she may never have seen whole, onto a list; None if it is there
    already. Do not call: whoever may mark; black: whoever manages the lists.

    Raises ValidationError, PermissionDenied, Http404.
    """
    require(user, "lists.manage" if which == NumberList.BLACK else "lists.mark")
    if which not in (NumberList.BLACK, NumberList.NO_CALL):
        raise ValidationError(_("Choose one of the lists."))
    call = calls_visible(user).filter(call_id=call_id).first()
    if call is None:
        raise Http404
    number = "" if call.number.startswith(ERASED) else number_of(call.number)
    if len(number) < HIDDEN_FROM:
        raise ValidationError(_("This call has no number that can be put on a list."))
    reason = " ".join(reason.replace("\x00", "").split())[:200]
    if not reason:
        raise ValidationError(_("Say why."))
    black = which == NumberList.BLACK
    fields = {
        "list": which, "way": Way.BOTH if black else Way.OUT, "reason": reason,
        "evidence": "" if black else _asked_in(call),
    }  # fmt: skip
    return _add(user, [(Typed(Kind.NUMBER, number), fields)], Source.CALL)[0]


@transaction.atomic
def refusal_keep(
    *, number: str, call_id: str, user: User | None, reason: str, others: Iterable[str] = ()
) -> ListedNumber | None:  # fmt: skip
    """Who was called for a campaign does not want it again: neither her number (E.164) is called any more nor
    ``others``, which are hers alone. None if her number is on the list already. The agent's disposition of that call is
    her order, so no permission is asked."""
    whole = [known for one in dict.fromkeys([number, *others]) if len(known := number_of(one)) >= HIDDEN_FROM]
    if not whole:
        return None
    evidence = _("Said so in the call %(call)s") % {"call": call_id}
    fields = {"list": NumberList.NO_CALL, "way": Way.OUT, "reason": reason, "evidence": evidence}
    return _add(user, [(Typed(Kind.NUMBER, one), fields) for one in whole], Source.CALL)[0]


@transaction.atomic
def numbers_erase(*, numbers: Iterable[str]) -> int:
    """A person is erased: her number leaves the lists, what they say about it stays, by its digest. How many lines."""
    lists_lock()
    rows = list(ListedNumber.objects.filter(kind=Kind.NUMBER, first__in=list(numbers)))
    kept, gone = [], []
    for row in rows:
        row.kind, row.first, row.key, row.reason, row.evidence = Kind.ERASED, digest(row.first, secret()), None, "", ""
        if ListedNumber.objects.exclude(pk=row.pk).filter(_same(row)).exists():
            gone.append(row.pk)
            row.delete()
        else:
            row.save()
            kept.append(row)
    if rows:
        lists_changed(rows=kept, gone=gone, whole=True)
    return len(rows)


def _asked_in(call: CallRecord) -> str:
    return _("Said so in the call %(call)s") % {"call": call.call_id}


def _add(user: User | None, lines: list[Line], source: str) -> list[ListedNumber | None]:
    lists_lock()
    rows = [_fill(ListedNumber(added_by=user, source=source), typed, fields) for typed, fields in lines]
    digests = {row.first: digest(row.first, secret()) for row in rows if row.kind == Kind.NUMBER}
    known = set(_marks(ListedNumber.objects.filter(first__in=[*(row.first for row in rows), *digests.values()])))
    taken: list[ListedNumber | None] = []
    for row in rows:
        hidden = (row.list, row.way, Kind.ERASED, digests.get(row.first, ""), "")
        new = _mark(row) not in known and hidden not in known
        known.add(_mark(row))
        taken.append(row if new else None)
    made = [row for row in taken if row is not None]
    ListedNumber.objects.bulk_create(made, batch_size=1000)
    if made:
        lists_changed(rows=made)
        _told(made, "added")
    return taken


def _told(rows: list[ListedNumber], change: str) -> None:
    """Which lists, not which numbers: other programs read those as far as they may."""
    for which, entries in sorted(Counter(str(row.list) for row in rows).items()):
        event_tell("list.changed", {"list": which, "change": change, "entries": entries}, at=timezone.now())


def _mark(row: ListedNumber) -> tuple[str, str, str, str, str]:
    return row.list, row.way, row.kind, row.first, row.last


def _marks(rows: Any) -> Iterable[tuple[str, str, str, str, str]]:
    return rows.values_list("list", "way", "kind", "first", "last")


def _same(row: ListedNumber) -> Any:
    return Q(list=row.list, way=row.way, kind=row.kind, first=row.first, last=row.last)


def _fill(row: ListedNumber, typed: Typed, fields: dict[str, Any]) -> ListedNumber:
    row.kind, row.first, row.last = typed
    row.key = key(row.first) if row.kind == Kind.NUMBER else None
    for name in ("list", "way", "reason", "evidence", "since", "until"):
        if name in fields:
            setattr(row, name, fields[name])
    if row.list == NumberList.NO_CALL:
        row.way = Way.OUT
    _in_order(row.since, row.until)
    return row


def _in_order(since: datetime | None, until: datetime | None) -> None:
    if since and until and until <= since:
        raise ValidationError(_("The end lies before the beginning."))
