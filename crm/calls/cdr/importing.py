"""CDR files into rows, and out of the folder: done ones to ``done/<day>``, bad ones to ``bad`` with their reason.

A record takes from the CDR what no fact told better: the CDR's proposals have a worse rank than what was seen and a
better one than what was inferred, so it does not matter which of the two comes first.
"""

import logging
import shutil
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import DataError, IntegrityError, transaction

from crm.accounts.selectors import login_of
from crm.calls.cdr.reading import BLOCKED, Leg, NotWhole, Unfit, read
from crm.calls.erased.late import scrub_for
from crm.calls.models import CallDetail
from crm.calls.recording.fold import FROM_CDR, Fold, clip
from crm.calls.recording.tables import SCOPE_VALUES
from crm.calls.recording.write import record_proposals
from crm.numbers import caller_key

log = logging.getLogger(__name__)

YOUNG_S = 5.0
"""A file that is no JSON may still be written; older ones are damaged."""
KEEP_DAYS = 7


def import_folder(folder: Path, now: float | None = None, limit: int = 2000) -> Counter[str]:
    """Reads up to ``limit`` files, the oldest name first; counts ``calls``, ``legs``, ``bad`` and ``young``.

    Raises django.db.OperationalError when the database is away: the files then stay for the next time.
    """
    now = time.time() if now is None else now
    counts: Counter[str] = Counter()
    if not folder.is_dir():
        return counts
    for path in sorted(folder.glob("*.json"))[:limit]:
        try:
            counts[_import_file(path, now)] += 1
        except FileNotFoundError:
            pass  # another importer was quicker
    _forget_old(folder / "done", now)
    return counts


def _import_file(path: Path, now: float) -> str:
    try:
        leg = _known(path)
        if leg.inbound or leg.outbound:
            _record(leg, path.name)
    except NotWhole as error:
        if now - path.stat().st_mtime < YOUNG_S:
            return "young"
        return _bad(path, f"not whole: {error}")
    except (Unfit, DataError, IntegrityError, OverflowError) as error:
        return _bad(path, str(error))
    _move(path, path.parent / "done" / datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d"))
    return "calls" if leg.inbound or leg.outbound else "legs"


def _known(path: Path) -> Leg:
    """The leg of a file; numbers that were erased since are taken out of both."""
    raw = path.read_bytes()
    leg = read(raw)
    scrub = scrub_for(leg.number, leg.name, leg.started)
    if scrub is None:
        return leg
    clean = scrub.raw(raw)
    draft = path.with_name(f".{path.name}.erasing")
    draft.write_bytes(clean)
    draft.replace(path)
    return read(clean)


@transaction.atomic
def _record(leg: Leg, file: str) -> None:
    CallDetail.objects.update_or_create(
        call_id=leg.uuid,
        defaults={
            "node": clip(leg.host, 64),
            "file": clip(file, 200),
            "started_at": _moment(leg.started),
            "answered_at": _moment(leg.answered),
            "ended_at": _moment(leg.ended),
            "hangup_cause": clip(leg.cause, 64),
            "queue": clip(leg.queue, 32),
            "queue_entered_at": _moment(leg.queue_entered),
            "queue_left_at": _moment(leg.queue_left),
            "agent": clip(_agent(leg), 32),
            "talk_started_at": _moment(leg.talked),
            "payload": leg.variables,
        },
    )
    record_proposals(_proposals(leg))


def _proposals(leg: Leg) -> Fold:
    fold = Fold()
    row = fold.records.row(leg.uuid, leg.started)
    fold.told_by[leg.uuid] = {"cdr"}
    fold.records.propose(
        row, "arrived_at", FROM_CDR, leg.started, clip(leg.number, 64), caller_key(leg.number[:64]),
        clip(leg.name, 200), clip(leg.dialled, 64),
        "outbound" if leg.outbound else "inbound", clip(leg.trunk, 64) if leg.blocked else "", "",
        BLOCKED if leg.blocked else "", *SCOPE_VALUES,
    )  # fmt: skip
    if leg.answered:
        fold.records.propose(row, "answered_at", FROM_CDR, leg.answered)
    fold.records.propose(
        row, "ended_at", FROM_CDR, leg.ended, clip(leg.cause, 64), leg.ended_by, clip(leg.sip_status, 8),
        clip(leg.q850, 8), "",
    )  # fmt: skip
    return fold


def _agent(leg: Leg) -> str:
    """The switch's own queue names the extension, a leg that we made the login."""
    if leg.outbound or not leg.agent:
        return leg.agent
    return login_of(leg.agent)


def _moment(micros: int) -> datetime | None:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros) if micros else None


def _bad(path: Path, reason: str) -> str:
    log.error("CDR %s cannot be read: %s", path.name, reason)
    folder = path.parent / "bad"
    _move(path, folder)
    (folder / f"{path.name}.reason").write_text(f"{reason}\n")
    return "bad"


def _move(path: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path.replace(folder / path.name)


def _forget_old(done: Path, now: float) -> None:
    oldest = datetime.fromtimestamp(now - KEEP_DAYS * 86_400, UTC).strftime("%Y-%m-%d")
    for day in done.glob("????-??-??"):
        if day.name < oldest:
            shutil.rmtree(day, ignore_errors=True)
