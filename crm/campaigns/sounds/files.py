"""Uploaded sounds on disk. The switch finds the folder as ``uploaded`` in its own sound folder."""

import os
import re
import secrets
from pathlib import Path

from django.conf import settings

PLACE = "uploaded/"
"""What stands before their names where the switch is told them."""
_OURS = re.compile(r"uploaded/[0-9a-f]{64}-[0-9a-f]{8}\.wav")


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "sounds"


def file_name(digest: str) -> str:
    """For a new one, by its SHA-256: so evidence, which tells the name, tells what was played. The rest makes it
    another one than that of a sound with the same samples, which may be removed at this moment."""
    return f"{PLACE}{digest}-{secrets.token_hex(4)}.wav"


def path_of(file: str) -> Path | None:
    """Where it lies; None for what only the switches have."""
    return folder() / file.removeprefix(PLACE) if _OURS.fullmatch(file) else None


def file_keep(file: str, content: bytes) -> None:
    """All at once, so that no switch and no copy of the folder meets a half one; readable for the switch's user."""
    path = path_of(file)
    assert path is not None
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    with draft.open("wb") as told:
        told.write(content)
        os.fchmod(told.fileno(), 0o644)
    draft.replace(path)


def file_remove(file: str) -> None:
    path = path_of(file)
    if path is not None:
        path.unlink(missing_ok=True)
