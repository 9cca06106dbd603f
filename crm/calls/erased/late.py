"""What comes late of an erased person's old calls: a journal of a host that was away, a file, a replay, a backup."""

from datetime import UTC, datetime, timedelta

import msgspec

from crm.calls.erased.scrub import Scrub
from crm.calls.erased.tokens import erased
from crm.calls.recording.prepare import Told
from crm.numbers import e164
from switchctl.contract import facts as f


def without_erased(told: Told) -> Told:
    """The fact with a token for a number that was erased since; nearly always the very fact."""
    fact = told.fact
    number = getattr(fact, "number", "")
    if not number or len(number) > 64:
        return told
    token = erased.token(e164(number), _moment(fact.at))
    if not token:
        return told
    changed = {"number": token} | {what: "" for what in ("name", "keys") if hasattr(fact, what)}
    clean = msgspec.structs.replace(fact, **changed)
    return Told(clean, f.encode(clean), told.journal)


def scrub_for(number: str, name: str, started: int) -> Scrub | None:
    """What to take out of a file of the switch about a call of then (µs); None = nothing."""
    whole = e164(number[:64])
    token = erased.token(whole, _moment(started))
    return Scrub({whole: token}, frozenset({name} if name else ())) if token else None


def _moment(micros: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
