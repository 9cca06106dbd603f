"""The ledger's alarms as rows, and the rows that the watch has still to tell. Runs in the thread of the books."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q
from django.utils import translation

from crm.alarms.ledger import OPENED, OVER, WORSENED, Entry
from crm.alarms.messages import Message
from crm.alarms.models import Alarm, Severity
from crm.alarms.rules import RULES
from crm.alarms.selectors import params_named

OF_OTHERS = ("conservation", "audit_broken", "evidence_broken")
"""Codes that other processes raise and clear."""
MOST = 100


@dataclass
class Page:
    """One round of the books. ``messages``: what others raised, worsened or cleared, with the row's id."""

    saved: list[Entry]
    adopted: list[Entry] = field(default_factory=list)
    messages: list[tuple[int, Message]] = field(default_factory=list)


def keep(entries: Iterable[Entry], told: Iterable[tuple[int, str]], *, adopt: bool, language: str) -> Page:
    """Writes the entries, notes that rows were ``told`` (id, what), and reads what there is to tell.

    Raises django.db.DatabaseError; then nothing is known to be written, and all of it may be repeated.
    """
    page = Page([])
    for row, state in told:
        Alarm.objects.filter(pk=row).update(told=state)
    for entry in entries:
        with transaction.atomic():
            _write(entry)
        page.saved.append(entry)
    if adopt:
        rows = Alarm.objects.filter(cleared_at__isnull=True).exclude(code__in=OF_OTHERS)
        page.adopted = [_entry(alarm) for alarm in rows]
    page.messages = _untold(OF_OTHERS, language)
    return page


def _write(entry: Entry) -> None:
    said = {
        "severity": entry.severity, "text": entry.text, "params": entry.params, "last_seen_at": entry.seen_at,
        "cleared_at": entry.cleared_at, "told": entry.told, "count": entry.count,
    }  # fmt: skip
    here = Alarm.objects.filter(code=entry.code, subject=entry.subject)
    if here.filter(cleared_at__isnull=True).update(**said):
        return
    # No row is open: it is new, or this round is repeated after an error that hid its success.
    if not here.filter(raised_at=entry.raised_at).update(**said):
        Alarm.objects.create(code=entry.code, subject=entry.subject, raised_at=entry.raised_at, **said)


def _entry(alarm: Alarm) -> Entry:
    return Entry(
        alarm.code, alarm.subject, alarm.severity, alarm.text, alarm.params, alarm.raised_at, alarm.last_seen_at,
        count=alarm.count, told=alarm.told, dirty=False, aloud=alarm.code not in RULES,
    )  # fmt: skip


def _untold(codes: Collection[str], language: str) -> list[tuple[int, Message]]:
    standing = Q(cleared_at__isnull=True) & (Q(told="") | Q(severity=Severity.CRITICAL) & ~Q(told=Severity.CRITICAL))
    over = Q(cleared_at__isnull=False) & ~Q(told=OVER)
    rows = Alarm.objects.filter(standing | over, code__in=codes).order_by("raised_at")[:MOST]
    with translation.override(language):
        return [(alarm.pk, _message(alarm, params)) for alarm, params in params_named(rows)]


def _message(alarm: Alarm, params: dict[str, object]) -> Message:
    what = OVER if alarm.cleared_at else WORSENED if alarm.told else OPENED
    return Message(
        what, alarm.code, alarm.subject, alarm.severity, alarm.text, params, alarm.raised_at, alarm.cleared_at,
        alarm.count,
    )  # fmt: skip
