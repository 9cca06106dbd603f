"""Files that are on disk when a function returns, readable by their owner alone."""

import hashlib
import os
from pathlib import Path

BLOCK = 1 << 20


def write(path: Path, data: bytes) -> None:
    """A new file."""
    _folder(path.parent)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())


def _folder(path: Path) -> None:
    """Like mkdir with parents, which would give its mode to the last of them only."""
    if not path.exists():
        _folder(path.parent)
        path.mkdir(exist_ok=True, mode=0o700)


def copy(source: Path, target: Path, *, lines: bool = False) -> None:
    """A copy; with ``lines`` what follows the last line break (a line that is just being written) is left out."""
    data = source.read_bytes()
    write(target, data[: data.rfind(b"\n") + 1] if lines else data)


def flush(path: Path) -> None:
    """What another program wrote, or the names in a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_tree(folder: Path) -> None:
    """The names in a folder and all below it."""
    for path in [*folder.rglob("*"), folder]:
        if path.is_dir():
            flush(path)


def sha256(path: Path) -> str:
    """Of the whole file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while block := handle.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def below(folder: Path) -> list[Path]:
    """All files below the folder, sorted."""
    return sorted(path for path in folder.rglob("*") if path.is_file())
