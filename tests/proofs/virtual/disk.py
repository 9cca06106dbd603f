"""The disk: real files, but a process' disk can be full, and a killed process lets go of its files."""

import errno
import os
from typing import Any

from tests.proofs.virtual.loop import Process, current

_open, _write, _close = os.open, os.write, os.close

full: set[Process] = set()
"""Whose disk takes nothing more."""
fuses: dict[Process, tuple[int, Any]] = {}
"""Process → after so many bytes more that it writes, call this: it dies in the middle of a line."""
_files: dict[int, Process] = {}


def _opened(*args: Any, **options: Any) -> int:
    handle = _open(*args, **options)
    process = current()
    if process is not None:
        _files[handle] = process
    return handle


def _closed(handle: int) -> None:
    _files.pop(handle, None)
    _close(handle)


def _written(handle: int, data: Any) -> int:
    process = _files.get(handle)
    if process in full:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if process is not None and process in fuses:
        left, act = fuses[process]
        fuses[process] = (left - len(data), act)
        if left <= len(data):
            del fuses[process]
            _write(handle, bytes(data)[:left])
            act()
    return _write(handle, data)


def forget(process: Process) -> None:
    """Its files are closed and their locks with them."""
    for handle in [handle for handle, owner in _files.items() if owner is process]:
        _closed(handle)


def install() -> None:
    os.open, os.write, os.close = _opened, _written, _closed
    os.fsync = lambda _: None  # nothing here outlives the host
