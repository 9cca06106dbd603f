"""A backup of a running centre, into a folder that has its name only when it is whole."""

import fcntl
import shutil
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ccsite.backup import configuration, files, rows
from ccsite.backup.journal import Held
from ccsite.backup.manifest import Manifest, seal
from ccsite.run.place import Place
from ccsite.run.trouble import Trouble

DUMP = "rows.dump"
INDEX = "recordings.index"
JOURNALS = "journals"


def take(place: Place, url: str, target: Path, *, secrets: bool, daemons: Sequence[Path] = (), keep: int = 0) -> Path:
    """Makes ``target/switchdesk-<time>`` and returns it. Trouble when it cannot; then nothing is left of it.

    ``daemons`` are state folders of further daemons (``…/switchctl``), whose journals go along. With ``keep`` only so
    many of the newest backups stay in ``target``; none goes before the new one is whole.
    """
    begun = time.monotonic()
    at = datetime.now(UTC)
    name = f"switchdesk-{at:%Y%m%dT%H%M%SZ}"
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(target):
        _take(place, url, target, name, at, begun, secrets, [place.state / "switchctl", *daemons])
        for old in sorted(target.glob("switchdesk-*Z"))[:-keep] if keep else []:
            shutil.rmtree(old)
    return target / name


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """One backup at a time in a folder; what a killed one left is removed."""
    with (target / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble(f"Another backup is being made in {target}.") from None
        for left in target.glob(".switchdesk-*.partial"):
            shutil.rmtree(left)
        yield


def _take(
    place: Place, url: str, target: Path, name: str, at: datetime, begun: float, secrets: bool, daemons: list[Path]
) -> None:
    draft = target / f".{name}.partial"
    draft.mkdir(mode=0o700)
    held = [Held(folder) for folder in daemons]
    try:
        with rows.snapshot(url) as snapshot:
            for one in held:
                one.hold()
            snapshot.dump(draft / DUMP)
            manifest = Manifest(
                made_at=at.isoformat(timespec="seconds"), host=socket.gethostname(), server=snapshot.server,
                secrets=secrets, rows=snapshot.counts(), migrations=snapshot.migrations(), marks=snapshot.marks(),
                journals=[told for one in held if (told := one.copy(draft / JOURNALS))], recordings={}, seconds=0,
            )  # fmt: skip
        configuration.save(place.state, place.environ, draft, secrets=secrets)
        manifest.recordings = configuration.index(recordings(place), draft / INDEX)
        manifest.seconds = round(time.monotonic() - begun, 2)
        seal(draft, manifest)
        draft.rename(target / name)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    finally:
        for one in held:
            one.release()
    files.flush(target)


def recordings(place: Place) -> list[Path]:
    """Folders whose files are indexed, not copied: recordings and uploads."""
    media = Path(place.environ.get("MEDIA_ROOT") or place.state / "media")
    return [folder for folder in dict.fromkeys((media, place.state / "recordings")) if folder.is_dir()]
