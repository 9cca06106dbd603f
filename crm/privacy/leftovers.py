"""What lies outside the database: files of the switch, and the streams of facts and orders."""

import contextlib
import logging
import time
from collections.abc import Callable
from pathlib import Path

import redis
from django.conf import settings

from crm import bus
from crm.calls.erased.scrub import Scrub
from crm.calls.models import JournalMark
from crm.calls.recording import letters
from switchctl.contract.names import MAIN

log = logging.getLogger(__name__)
AT_ONCE = 1000
ORDERS_OVER_S = 60.0
"""An order is dead after seconds."""


def files_scrub(scrub: Scrub, folder: Path | None = None) -> int:
    """The switch's records, read and unread ones; returns how many were rewritten. A half-written one is never left."""
    done = 0
    for path in sorted((folder or settings.CDR_DIR).rglob("*.json*")):
        with contextlib.suppress(FileNotFoundError):  # an importer moved it: it is scrubbed where it comes from
            before = path.read_bytes()
            after = scrub.raw(before)
            if after != before:
                draft = path.with_name(f".{path.name}.erasing")
                draft.write_bytes(after)
                draft.replace(path)
                done += 1
    return done


def streams_scrub(scrub: Scrub) -> int:
    """Facts that are rows already, and orders that are long over; returns how many went. What is no row yet stays: it
    is recorded with the token, and the journal on disk is cut off behind it."""
    marks = dict(JournalMark.objects.values_list("journal", "seq"))
    try:
        client = bus.client()
        facts = _stream_scrub(client, MAIN.facts, b"f", scrub, lambda raw: _is_row(raw, marks))
        over = f"{round((time.time() - ORDERS_OVER_S) * 1000)}"
        return facts + _stream_scrub(client, MAIN.commands, b"c", scrub, lambda raw: True, over)
    except redis.RedisError as error:
        log.warning("the streams could not be cleared, they forget by themselves: %s", error)
        return 0


def _stream_scrub(
    client: redis.Redis, stream: str, name: bytes, scrub: Scrub, may_go: Callable[[bytes], bool], until: str = "+"
) -> int:
    last, done = "-", 0
    while entries := client.xrange(stream, min=last, max=until, count=AT_ONCE):
        hers = [
            id_ for id_, fields in entries if (raw := fields.get(name)) and scrub.raw(raw) != raw and may_go(raw)
        ]
        if hers:
            done += client.xdel(stream, *hers)
        last = f"({entries[-1][0].decode()}"
    return done


def _is_row(raw: bytes, marks: dict[str, int]) -> bool:
    try:
        told = letters.read(raw)
    except letters.Unreadable:
        return False
    return told.fact.seq <= marks.get(told.journal, 0)
