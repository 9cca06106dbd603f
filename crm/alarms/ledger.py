"""The alarms as the watch holds them in memory, so that they can be told while no row can be written.

Theory of operation. A look says which codes it could look at and what is wrong of each. What is wrong becomes an alarm
when it has been so for ``raise_after`` seconds, and is over when it has not been found for ``clear_after`` seconds:
something that comes and goes is one alarm. Both ends are events, told at once; the rows follow when the database takes
them, and an alarm that was over before it could be written is written as over. After a start the open rows are
taken in (``adopt``), so what ended meanwhile is ended here.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from crm.alarms.findings import Finding, Findings
from crm.alarms.models import Severity

OPENED, WORSENED, OVER = "opened", "worsened", "over"
NOTE_S = 30.0
"""How often a row is told that its alarm still stands."""

Key = tuple[str, str]


@dataclass
class Entry:
    """One alarm. ``gone`` is when (monotonic seconds) it was first not found any more."""

    code: str
    subject: str
    severity: str
    text: str
    params: dict[str, Any]
    raised_at: datetime
    seen_at: datetime
    count: int = 1
    cleared_at: datetime | None = None
    told: str = ""
    """The severity that was told last, or ``over``."""
    aloud: bool = True
    """Whether mail and webhooks hear of it."""
    gone: float | None = None
    dirty: bool = True
    noted: float = 0.0

    @property
    def key(self) -> Key:
        return self.code, self.subject


@dataclass
class Event:
    """Something to tell: what happened to the alarm, and the alarm as it was then."""

    what: str
    alarm: Entry


@dataclass
class _Suspicion:
    since: float
    at: datetime


@dataclass
class Ledger:
    """``at_once``: codes that are told when they are found first; ``soon_over``: codes that are over when they are not
    found twice. Times are seconds."""

    raise_after: float
    clear_after: float
    at_once: Collection[str] = ()
    soon_over: Collection[str] = ()
    _alarms: dict[Key, Entry] = field(default_factory=dict)
    _over: list[Entry] = field(default_factory=list)
    _suspicions: dict[Key, _Suspicion] = field(default_factory=dict)

    @property
    def open(self) -> dict[Key, str]:
        """(code, subject) → severity."""
        return {key: entry.severity for key, entry in self._alarms.items()}

    def step(self, findings: Findings, at: datetime, now: float) -> list[Event]:
        """Takes in one look; ``at`` is for people, ``now`` (monotonic) for waiting."""
        events: list[Event] = []
        for code, found in findings.items():
            for finding in found:
                events += self._found(code, finding, at, now)
            here = {finding.subject for finding in found}
            for key in [key for key in self._suspicions if key[0] == code and key[1] not in here]:
                del self._suspicions[key]
            for key in [key for key in self._alarms if key[0] == code and key[1] not in here]:
                events += self._missing(key, at, now)
        return events

    def _found(self, code: str, finding: Finding, at: datetime, now: float) -> list[Event]:
        key = code, finding.subject
        alarm = self._alarms.get(key)
        if alarm is None:
            suspicion = self._suspicions.setdefault(key, _Suspicion(now, at))
            if code not in self.at_once and now - suspicion.since < self.raise_after:
                return []
            del self._suspicions[key]
            alarm = self._alarms[key] = Entry(
                code, finding.subject, finding.severity, finding.text, finding.params, suspicion.at, at,
                aloud=finding.told,
            )  # fmt: skip
            return [self._tell(OPENED, alarm)]
        alarm.gone, alarm.seen_at, alarm.count = None, at, alarm.count + 1
        alarm.dirty = alarm.dirty or alarm.severity != finding.severity
        alarm.severity, alarm.text, alarm.params = finding.severity, finding.text, finding.params
        alarm.aloud = finding.told
        if alarm.severity == Severity.CRITICAL and alarm.told != Severity.CRITICAL:
            return [self._tell(WORSENED, alarm)]
        alarm.told = alarm.severity
        return []

    def _missing(self, key: Key, at: datetime, now: float) -> list[Event]:
        alarm = self._alarms[key]
        twice = alarm.gone is not None
        if alarm.gone is None:
            alarm.gone = now
        if now - alarm.gone < self.clear_after and not (twice and alarm.code in self.soon_over):
            return []
        del self._alarms[key]
        alarm.cleared_at = at
        self._over.append(alarm)
        return [self._tell(OVER, alarm)]

    def _tell(self, what: str, alarm: Entry) -> Event:
        alarm.told = OVER if what == OVER else alarm.severity
        alarm.dirty = True
        return Event(what, replace(alarm))

    def adopt(self, rows: Iterable[Entry]) -> None:
        """Open rows of an earlier life; one that was found again meanwhile keeps its beginning."""
        for row in rows:
            alarm = self._alarms.setdefault(row.key, row)
            alarm.raised_at = min(alarm.raised_at, row.raised_at)
            self._suspicions.pop(row.key, None)

    def unsaved(self, now: float) -> list[Entry]:
        """Copies of what the rows do not say yet, in the order in which it happened."""
        standing = [alarm for alarm in self._alarms.values() if alarm.dirty or now - alarm.noted >= NOTE_S]
        return [replace(alarm) for alarm in (*self._over, *standing)]

    def saved(self, copies: Iterable[Entry], now: float) -> None:
        """These are rows now."""
        for copy in copies:
            if copy.cleared_at is not None:
                written = copy.key, copy.raised_at
                self._over = [alarm for alarm in self._over if (alarm.key, alarm.raised_at) != written]
            elif (alarm := self._alarms.get(copy.key)) is not None:
                alarm.noted = now
                alarm.dirty = (alarm.severity, alarm.told) != (copy.severity, copy.told)
