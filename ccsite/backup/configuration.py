"""What the rows do not hold: the directory as the daemon has it, the settings, the switch's configuration, secrets.

Secrets are left out unless they are asked for, and lie in a folder of their own.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from ccsite.backup import files
from ccsite.run.place import ROOT

OURS = re.compile(
    r"^(FREESWITCH|SWITCHCTL|SWITCHDESK|ALARM|AUDIT|MAIL|CSRF|SECURE)_|"
    r"^(DATABASE_URL|REDIS_URL|SECRET_KEY|ALLOWED_HOSTS|TIME_ZONE|CDR_DIR|MEDIA_ROOT|STATIC_ROOT|PORT|BIND|ESL_PORT|"
    r"EXPORTS_DIR|CERTIFICATES|LOG_LEVEL)(_FILE)?$"
)
SECRET = re.compile(r"(SECRET|PASSWORD|_URL|_WEBHOOKS|_NODES|_KEY)$")
OF_SERVERS = ("postgres_password", "valkey_password", "database_url", "redis_url", "run.lock")
"""Secrets of servers that a new place makes for itself."""
SMALL = 1_000_000
ANCHORS = "audit-anchors.jsonl"
"""Ends of the audit trail's chain: a new place checks its trail against those of the old one."""
ERASURES = "erasures.jsonl"
"""Who was erased, by digests: restored rows still know her."""
TERMS = ("epoch", "epoch.heard")
"""The daemon's own newest term, and the newest of which it heard."""


def save(state: Path, environ: Mapping[str, str], target: Path, *, secrets: bool) -> None:
    """Into ``target/configuration``, and ``target/secrets`` if these are wanted."""
    for name in ("directory.json", *TERMS):
        if (state / "switchctl" / name).exists():
            files.copy(state / "switchctl" / name, target / "configuration" / name)
    if (anchors := anchors_file(state, environ)).exists():
        files.copy(anchors, target / "configuration" / ANCHORS, lines=True)
    if (erasures := erasures_file(state, environ)).exists():
        files.copy(erasures, target / "configuration" / ERASURES, lines=True)
    for path in files.below(ROOT / "freeswitch-conf"):
        if path.suffix in (".xml", ".py"):
            files.copy(path, target / "configuration" / path.relative_to(ROOT))
    ours = {name: value for name, value in sorted(environ.items()) if OURS.match(name) and value}
    _environment(target / "configuration/environment", {k: v for k, v in ours.items() if not SECRET.search(k)})
    if not secrets:
        return
    _environment(target / "secrets/environment", {k: v for k, v in ours.items() if SECRET.search(k)})
    for path in secret_files(state):
        files.copy(path, target / "secrets" / path.name)


def anchors_file(state: Path, environ: Mapping[str, str]) -> Path:
    """As settings.AUDIT_ANCHORS."""
    return Path(environ.get("AUDIT_ANCHORS") or state / ANCHORS)


def erasures_file(state: Path, environ: Mapping[str, str]) -> Path:
    """As settings.ERASURES."""
    return Path(environ.get("ERASURES") or state / ERASURES)


def secret_files(state: Path) -> list[Path]:
    """Files of the state folder that nobody else may read."""
    return [
        path for path in sorted(state.iterdir())
        if path.is_file() and path.name not in OF_SERVERS and not path.name.startswith(".")
        and path.stat().st_mode & 0o077 == 0 and path.stat().st_size < SMALL
    ]  # fmt: skip


def bring(source: Path, state: Path, environ: Mapping[str, str]) -> list[str]:
    """Puts back what a new place needs and does not have; returns what it did, a line each.

    The settings and the switch's configuration stay in the backup: they are put in place by a person.
    """
    done = []
    for path in files.below(source / "secrets"):
        if path.name != "environment" and not (state / path.name).exists():
            files.copy(path, state / path.name)
            done.append(f"{path.name} is in {state} again.")
    anchors, place = source / "configuration" / ANCHORS, anchors_file(state, environ)
    if anchors.exists() and not place.exists():
        files.copy(anchors, place)
        done.append(f"The anchors of the audit trail are in {place} again.")
    if told := _lines(source / "configuration" / ERASURES):
        place = erasures_file(state, environ)
        known = _lines(place)
        if more := [line for line in told if line not in known]:
            files.write(place, b"".join([*known, *more]))
            done.append(f"{place} knows {len(more)} more erasures.")
    for name in TERMS:
        term, there = source / "configuration" / name, state / "switchctl" / name
        if term.exists() and _number(term) > _number(there):
            (state / "switchctl").mkdir(parents=True, exist_ok=True, mode=0o700)
            files.copy(term, there)
            done.append(f"The daemon's terms go on after {_number(term)}.")
    return done


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True) if path.exists() else []


def index(folders: list[Path], target: Path) -> dict[str, int]:
    """One line of JSON for each recording and upload: path, bytes, time of change. Returns how many and how large."""
    found = [(path, path.stat()) for folder in folders for path in files.below(folder)]
    lines = [json.dumps({"path": str(p), "bytes": s.st_size, "modified": round(s.st_mtime, 3)}) for p, s in found]
    files.write(target, "".join(f"{line}\n" for line in lines).encode())
    return {"files": len(found), "bytes": sum(stat.st_size for _path, stat in found)}


def missing(target: Path) -> list[str]:
    """Paths of an index that are not there, or not of that size."""
    told = [json.loads(line) for line in target.read_text().splitlines()]
    return [one["path"] for one in told if not _there(Path(one["path"]), one["bytes"])]


def _there(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def _environment(path: Path, values: Mapping[str, str]) -> None:
    """In the form of systemd's EnvironmentFile."""
    lines = [f'{name}="{_escaped(value)}"\n' for name, value in values.items()]
    files.write(path, "".join(lines).encode())


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(path: Path) -> int:
    try:
        text = path.read_text().strip()
    except FileNotFoundError:
        return 0
    return int(text) if text.isdigit() else 0
