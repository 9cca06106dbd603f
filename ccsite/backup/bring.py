"""A restore: the rows as they were, then what was told after them, from wherever it still exists."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import redis

from ccsite.backup import configuration, rows
from ccsite.backup.manifest import Manifest, checked
from ccsite.backup.take import DUMP, INDEX, JOURNALS
from ccsite.run.place import ROOT, Place
from ccsite.run.trouble import Trouble
from switchctl.contract.names import MAIN, RECORD_GROUP

Say = Callable[[str], None]


def restore(place: Place, url: str, source: Path, *, overwrite: bool, journals: list[Path], say: Say) -> Manifest:
    """Brings a backup into the database and the state folder; ``journals``: folders of daemons that outlived it.

    Trouble before anything is changed when the backup is not whole, was made by a newer version, or would overwrite.
    """
    manifest = checked(source)
    if newer := [name for name in manifest.migrations if not _known(name)]:
        raise Trouble(f"The backup was made by a newer version: {newer[0]} is not known here. Install that one first.")
    for folder in journals:
        if not any(folder.glob("*.facts")):
            raise Trouble(f"{folder} is no journal: it has no *.facts.")
    aside = f"before_restore_{datetime.now(UTC):%Y%m%d_%H%M%S}"
    kept = rows.restore(url, source / DUMP, manifest.rows, overwrite=overwrite, aside=aside)
    say(f"{sum(manifest.rows.values())} rows of {len(manifest.rows)} tables, as of {manifest.made_at}, counted.")
    if kept:
        say(f"What was there is kept in the schema {kept}; drop it when you do not need it any more.")
    # Before Django starts, which makes a secret where none is.
    for line in configuration.bring(source, place.state, place.environ):
        say(line)
    environment = {**os.environ, "SWITCHDESK_VAR": str(place.state), "DATABASE_URL": url}
    # The checks are of this code, not of those rows, and load every page.
    _run([sys.executable, "manage.py", "migrate", "--verbosity", "0", "--skip-checks"], environment)
    said = _run([sys.executable, "manage.py", "anchor_audit", "--restored"], environment)
    say(f"The audit trail goes on after {said.strip()}.")
    for folder in [*sorted((source / JOURNALS).glob("*")), *journals]:
        if any(folder.glob("*.facts")):
            say(f"{folder}: {_replayed(folder, environment)}")
    if configuration.erasures_file(place.state, place.environ).exists():
        say(_erased_again(environment))
    say(_stream(place.redis_url))
    if gone := configuration.missing(source / INDEX):
        say(f"{len(gone)} of {manifest.recordings['files']} recordings are not in place; the first: {gone[0]}")
    return manifest


def _known(migration: str) -> bool:
    """Those of Django's own apps are as old as its version, which is pinned."""
    app, _, name = migration.partition(".")
    folder = ROOT / "crm" / app / "migrations"
    return not folder.is_dir() or (folder / f"{name}.py").exists()


def _replayed(folder: Path, environment: dict[str, str]) -> str:
    """Each side reads its own: the daemon's code the journal, the CRM's code the facts."""
    printing = [sys.executable, "-m", "switchctl.told", str(folder)]
    with subprocess.Popen(printing, cwd=ROOT, stdout=subprocess.PIPE) as told:
        said = _run([sys.executable, "manage.py", "record_facts"], environment, told.stdout)
    if told.returncode:
        raise Trouble(f"The journal in {folder} cannot be read.")
    return said.strip()


def _erased_again(environment: dict[str, str]) -> str:
    """The rows are back, whatever becomes of this: a restore that only lacks it is not undone, but says so."""
    try:
        return _run([sys.executable, "manage.py", "erase_again"], environment).strip()
    except Trouble as trouble:
        return f"Persons who were erased since then are back. Mend this, then run manage.py erase_again: {trouble}"


def _stream(url: str) -> str:
    """A living stream is read again from its beginning; facts that are rows already change nothing."""
    if not url:
        return "No Redis is named: nothing is read from a stream."
    try:
        with redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=3) as client:
            groups = client.xinfo_groups(MAIN.facts) if client.exists(MAIN.facts) else []
            if not any(group["name"] in (RECORD_GROUP, RECORD_GROUP.encode()) for group in groups):
                return "The stream of facts is new: the recorder begins at its beginning by itself."
            client.xgroup_setid(MAIN.facts, RECORD_GROUP, "0")
            return f"The recorder will read the stream again from its beginning: {client.xlen(MAIN.facts)} facts."
    except redis.RedisError as error:
        return (
            f"Redis does not answer ({error}). If it comes back with its stream, say there: "
            f"XGROUP SETID {MAIN.facts} {RECORD_GROUP} 0"
        )


def _run(command: list[str], environment: dict[str, str], feed: object = None) -> str:
    done = subprocess.run(command, cwd=ROOT, env=environment, stdin=feed, capture_output=True, text=True)
    if done.returncode:
        raise Trouble(f"{' '.join(command[1:3])} failed: {done.stderr.strip()[-2000:]}")
    return str(done.stdout)
