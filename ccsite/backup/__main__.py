"""`make backup` and `make restore`; `python -m ccsite.backup --help` lists what they take."""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ccsite.backup.bring import restore
from ccsite.backup.manifest import checked
from ccsite.backup.take import take
from ccsite.environment import secret
from ccsite.run.guard import Guard
from ccsite.run.place import OnlyOne, Place
from ccsite.run.postgres import Postgres
from ccsite.run.trouble import Trouble


def say(line: str) -> None:
    print(line, flush=True)


@contextmanager
def database(place: Place) -> Iterator[str]:
    """Where it is: as named, as a running `make run` wrote it down, or our own, started for the while."""
    url = secret("DATABASE_URL", place.state)
    if url:
        yield url
        return
    place.make_folders()
    with OnlyOne(place), Guard() as guard:
        server = Postgres(place.state, place.logs / "postgres.log", guard, durable=True)
        server.child.start()
        try:
            server.wait()
            yield server.url
        finally:
            server.child.ask_to_stop()
            server.child.finish(time.monotonic() + 20)


def parsed(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="ccsite.backup", description="Backup and restore of a centre.")
    does = parser.add_subparsers(dest="does", required=True)
    taking = does.add_parser("take", help="make a backup; the centre may run")
    taking.add_argument("target", type=Path, help="folder in which switchdesk-<time> is made")
    taking.add_argument("--secrets", action="store_true", help="with the secrets of the place: keep it locked away")
    taking.add_argument(
        "--daemon", type=Path, action="append", default=[], help="state folder (…/switchctl) of a further daemon here"
    )
    taking.add_argument("--keep", type=int, default=0, help="only so many of the newest stay there (0: all)")
    bringing = does.add_parser("restore", help="bring a backup into an empty place")
    bringing.add_argument("source", type=Path, help="a folder switchdesk-<time>")
    bringing.add_argument("--overwrite", action="store_true", help="replace the rows that are there; they are kept")
    bringing.add_argument(
        "--journal", type=Path, action="append", default=[], help="journal of a daemon that outlived the rows"
    )
    checking = does.add_parser("check", help="is a backup whole?")
    checking.add_argument("source", type=Path)
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> int:
    asked = parsed(words)
    begun = time.monotonic()
    try:
        if asked.does == "check":
            manifest = checked(asked.source)
            say(f"{asked.source} is whole: {sum(manifest.rows.values())} rows, made at {manifest.made_at}.")
            return 0
        place = Place(dict(os.environ))
        place.redis_url = secret("REDIS_URL", place.state)
        with database(place) as url:
            if asked.does == "take":
                wanted = {"secrets": asked.secrets, "daemons": asked.daemon, "keep": asked.keep}
                made = take(place, url, asked.target.absolute(), **wanted)
                size = sum(part.bytes for part in checked(made).parts)
                say(f"{made}: {size / 1e6:.1f} MB" + (", with secrets: keep it locked away" if asked.secrets else ""))
            else:
                options = {"overwrite": asked.overwrite, "journals": asked.journal, "say": say}
                restore(place, url, asked.source.absolute(), **options)
        say(f"Done in {time.monotonic() - begun:.1f} s.")
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
