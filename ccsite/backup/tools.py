"""pg_dump and pg_restore: the newest that is here, told of the server without a password on the command line."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from psycopg2.extensions import make_dsn, parse_dsn

from ccsite.run.postgres import binaries
from ccsite.run.trouble import Trouble


def run(tool: str, url: str, *words: str) -> None:
    """Runs ``pg_dump`` or ``pg_restore`` against the database. Trouble with its own words when it fails."""
    told = parse_dsn(url)
    password = told.pop("password", "")
    command = [str(newest(tool)[1]), *words, "--no-password", f"--dbname={make_dsn(**told)}"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    done = subprocess.run(command, env={**environment, "PGPASSWORD": password}, capture_output=True, text=True)
    if done.returncode:
        raise Trouble(f"{tool} failed: {done.stderr.strip()[-2000:]}")


def newest(tool: str) -> tuple[int, Path]:
    """(major version, path) of the newest that is here: a dump is refused by a server that is newer than the tool."""
    folders = [*binaries(), *([Path(found).parent] if (found := shutil.which(tool)) else [])]
    known = [(_version(folder / tool), folder / tool) for folder in folders if (folder / tool).exists()]
    if not known or not max(known)[0]:
        raise Trouble(f"{tool} was not found. Install PostgreSQL's client programs (apt install postgresql-client).")
    return max(known)


def _version(path: Path) -> int:
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
    except OSError:
        return 0
    found = re.search(r"(\d+)(\.\d+)*\s*(\(.*\))?$", said.strip())
    return int(found[1]) if found else 0
