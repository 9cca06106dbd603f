"""What a backup says of itself. It is written last: a folder without it, or with a part that differs, is no backup."""

from pathlib import Path

import msgspec

from ccsite.backup import files
from ccsite.run.trouble import Trouble

NAME = "manifest.json"
FORM = 1


class Part(msgspec.Struct):
    """One file of the backup; ``name`` is its path below the backup."""

    name: str
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, kw_only=True):
    """``rows``: table → rows at the moment of the backup; ``marks``: journal → newest fact that is a row."""

    form: int = FORM
    made_at: str
    host: str
    server: str
    """Version of PostgreSQL."""
    secrets: bool
    """Whether it holds the secrets of the place."""
    rows: dict[str, int]
    migrations: list[str]
    """``app.name`` of each that was applied."""
    marks: dict[str, int]
    journals: list[dict[str, str | int]]
    """Of each daemon's journal: id, first and last sequence of its copy."""
    recordings: dict[str, int]
    """How many files and bytes the index names."""
    seconds: float
    parts: list[Part] = []


def seal(folder: Path, manifest: Manifest) -> None:
    """Writes the manifest over all that lies in the folder."""
    manifest.parts = [
        Part(str(path.relative_to(folder)), path.stat().st_size, files.sha256(path)) for path in files.below(folder)
    ]
    files.write(folder / NAME, msgspec.json.format(msgspec.json.encode(manifest), indent=2))
    files.flush_tree(folder)


def checked(folder: Path) -> Manifest:
    """The manifest of a whole backup. Trouble when it is none, or when anything in it is not as it was written."""
    try:
        manifest = msgspec.json.decode((folder / NAME).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise Trouble(f"{folder} is no whole backup: it has no {NAME}.") from None
    except msgspec.DecodeError as error:
        raise Trouble(f"{folder} is no whole backup: its {NAME} cannot be read ({error}).") from None
    if manifest.form != FORM:
        raise Trouble(f"{folder} is of form {manifest.form}; this version reads form {FORM}.")
    for part in manifest.parts:
        path = folder / part.name
        if not path.is_file():
            raise Trouble(f"{folder} is damaged: {part.name} is missing.")
        if path.stat().st_size != part.bytes or files.sha256(path) != part.sha256:
            raise Trouble(f"{folder} is damaged: {part.name} is not as it was written.")
    return manifest
