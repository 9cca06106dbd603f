"""From rows to the daemon: each change by itself as soon as it is committed, and all lists together when they are asked
for.

Versions have no gaps, for whoever changes a list holds the row that counts them. A change is put behind the one before
it, or not at all: then, and when Redis was wiped, all of them are written. That reads a million rows and holds nobody
up: one statement sees the rows and the version that belongs to them.
"""

import hashlib
import logging
import time
from collections.abc import Iterable, Iterator
from functools import partial

import redis
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from crm import bus
from crm.numberlists.models import Kind, ListedNumber, ListState
from switchctl.contract.listbook import Change, Row, Snapshot, encode, snapshot
from switchctl.contract.names import MAIN, Names
from switchctl.contract.numberlists import LISTS, WAYS, Entry

log = logging.getLogger(__name__)
_ROW = 1
AT_ONCE = 2_000
"""Entries from which on a change is not listed: the daemon takes all of them anew."""
MOST_CHANGES = 2_000
"""After so many changes all of them are written anew; the stream keeps all since then."""
_TRIES, _PAUSE_S = 25, 0.02

_APPEND = """
local version = tonumber(redis.call('HGET', KEYS[1], 'version') or '0')
local at = tonumber(redis.call('HGET', KEYS[1], 'at') or '0')
local new = tonumber(ARGV[1])
if version >= new then return 1 end
if at == 0 then return -1 end
if version < new - 1 then return 0 end
redis.call('XADD', KEYS[2], ARGV[1] .. '-0', 'c', ARGV[2])
redis.call('HSET', KEYS[1], 'version', ARGV[1])
return 1
"""
_WHOLE = """
local version = tonumber(redis.call('HGET', KEYS[1], 'version') or '0')
redis.call('HSET', KEYS[1], 'snapshot', ARGV[3], 'at', ARGV[1])
if version < tonumber(ARGV[1]) then
    local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)
    if last[1] and tonumber(string.match(last[1][1], '%d+')) >= tonumber(ARGV[1]) then redis.call('DEL', KEYS[2]) end
    redis.call('XADD', KEYS[2], ARGV[1] .. '-0', 'c', ARGV[2])
    redis.call('HSET', KEYS[1], 'version', ARGV[1])
end
redis.call('XTRIM', KEYS[2], 'MINID', ARGV[1] .. '-0')
return 1
"""


def lists_lock() -> None:
    """Call it first in the transaction that changes lists: others wait for its commit."""
    ListState.objects.get_or_create(pk=_ROW)
    ListState.objects.select_for_update().get(pk=_ROW)


def lists_changed(*, rows: Iterable[ListedNumber] = (), gone: Iterable[int] = (), whole: bool = False) -> None:
    """Call it last in that transaction: these are new or changed, those are gone. ``whole``: all are to be written and
    read anew, so that what was is left nowhere."""
    ListState.objects.filter(pk=_ROW).update(version=F("version") + 1)
    version = ListState.objects.values_list("version", flat=True).get(pk=_ROW)
    entries, ids = [entry_of(row) for row in rows], list(gone)
    whole = whole or len(entries) + len(ids) > AT_ONCE
    change = Change(version=version, whole=True) if whole else Change(version=version, entries=entries, gone=ids)
    transaction.on_commit(partial(_publish_if_possible, change))


def entry_of(row: ListedNumber) -> Entry:
    since, until = (int(at.timestamp()) if at else 0 for at in (row.since, row.until))
    return Entry(row.pk, row.list, row.way, row.kind, row.first, row.last, since, until)


def lists_publish(*, names: Names = MAIN, force: bool = False) -> int:
    """Writes all lists if Redis lacks them or a change (or ``force``); returns the version. Raises redis.RedisError."""
    row, _made = ListState.objects.get_or_create(pk=_ROW)
    version, at = _out(names)
    if version == row.version and at and row.version - at < MOST_CHANGES and not force:
        return row.version
    if version > row.version or not row.version:  # the rows were restored from a backup, or there never were any
        with transaction.atomic():
            lists_lock()
            ListState.objects.filter(pk=_ROW).update(version=max(version, row.version) + 1)
    whole = lists_snapshot()
    told = encode(Change(version=whole.version, whole=True))
    bus.client().eval(_WHOLE, 2, names.lists, names.list_changes, whole.version, told, encode(whole))
    return whole.version


def lists_snapshot() -> Snapshot:
    """All rows and the version to which they belong."""
    others: list[Entry] = []
    version = 0

    def rows() -> Iterator[Row]:
        nonlocal version
        for found, key, pk, since, until, which, way, kind, first, last in _all():
            version = found
            if kind == Kind.NUMBER:
                yield key, pk, since, until, LISTS.index(which) * len(WAYS) + WAYS.index(way)
            elif kind is not None:
                others.append(Entry(pk, which, way, kind, first, last, since, until))

    made = snapshot(0, secret(), rows())
    return Snapshot(version=version, secret=made.secret, columns=made.columns, others=others)


def secret() -> bytes:
    """The key of the digests of erased numbers; another SECRET_KEY knows none of them again."""
    return hashlib.sha256(b"crm.numberlists:" + settings.SECRET_KEY.encode()).digest()


def _all() -> Iterator[tuple]:
    statement = (
        "SELECT s.version, e.key, e.id, COALESCE(extract(epoch FROM e.since), 0)::bigint, "
        "COALESCE(extract(epoch FROM e.until), 0)::bigint, e.list, e.way, e.kind, e.first, e.last "
        "FROM numberlists_liststate s LEFT JOIN numberlists_listednumber e ON true "
        "WHERE s.id = %s ORDER BY e.key NULLS LAST"
    )
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(statement, [_ROW])
        while found := cursor.fetchmany(10_000):
            yield from found


def _out(names: Names) -> tuple[int, int]:
    version, at = bus.client().hmget(names.lists, ["version", "at"])
    return int(version or 0), int(at or 0)


def _publish_if_possible(change: Change) -> None:
    try:
        if change.whole or not _appended(change):
            lists_publish()
    except redis.RedisError as error:
        log.warning("lists not published, will be tried again: %s", error)


def _appended(change: Change, names: Names = MAIN) -> bool:
    """Whether it stands behind the change before it; that one is on its way if its commit came a moment ago."""
    raw = encode(change)
    for _try in range(_TRIES):
        done = bus.client().eval(_APPEND, 2, names.lists, names.list_changes, change.version, raw)
        if done:
            return done == 1
        time.sleep(_PAUSE_S)
    return False
