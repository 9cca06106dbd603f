"""Files that are whole or not there: written beside, then moved into place; readable by the owner alone."""

import os
from pathlib import Path


def replace(path: Path, data: bytes, flush: bool = True) -> None:
    """Put ``data`` in place of the file. OSError when the disk will not take it; the old file stays.

    With ``flush`` it survives the loss of the host, at the price of some milliseconds: not for the engine's thread.
    """
    draft = path.with_name(f".{path.name}.draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]
        if flush:
            os.fsync(handle)
    finally:
        os.close(handle)
    draft.replace(path)
    if not flush:
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read(path: Path) -> bytes | None:
    """What the file holds; None if there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
