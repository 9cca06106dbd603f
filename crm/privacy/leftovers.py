"""What lies outside the database: files of the switch and the stream of facts."""

import contextlib
import logging
from pathlib import Path

import redis
from django.conf import settings

from crm import bus
from crm.calls.erased.scrub import Scrub
from switchctl.contract.names import MAIN

log = logging.getLogger(__name__)
AT_ONCE = 1000


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


def stream_scrub(scrub: Scrub) -> int:
    """Facts that are still in the stream; they are rows already, and the journal on disk is cut off behind them."""
    last, done = "-", 0
    try:
        client = bus.client()
        while entries := client.xrange(MAIN.facts, min=last, count=AT_ONCE):
            told = [id_ for id_, fields in entries if (raw := fields.get(b"f")) and scrub.raw(raw) != raw]
            if told:
                done += client.xdel(MAIN.facts, *told)
            last = f"({entries[-1][0].decode()}"
    except redis.RedisError as error:
        log.warning("the stream could not be cleared, it forgets by itself: %s", error)
    return done
