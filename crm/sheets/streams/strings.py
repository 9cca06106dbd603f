"""The texts that the cells of a workbook name by number, on disk: a list of a million names has a million of them."""

import os
import struct
import tempfile
from functools import lru_cache

_PLACE = struct.Struct("<QI")
_KEPT = 8192


class Strings:
    """Texts are added in their order, then read by their number."""

    def __init__(self) -> None:
        self._texts = tempfile.TemporaryFile()  # noqa: SIM115  close() does
        self._places = tempfile.TemporaryFile()  # noqa: SIM115
        self._end = self._count = 0
        self.read = lru_cache(_KEPT)(self._read)

    def add(self, text: str) -> None:
        raw = text.encode("utf-8", "replace")
        self._texts.write(raw)
        self._places.write(_PLACE.pack(self._end, len(raw)))
        self._end += len(raw)
        self._count += 1

    def done(self) -> None:
        """All were added."""
        self._texts.flush()
        self._places.flush()

    def _read(self, number: int) -> str:
        """ "" for a number that no text has."""
        if not 0 <= number < self._count:
            return ""
        at, size = _PLACE.unpack(os.pread(self._places.fileno(), _PLACE.size, number * _PLACE.size))
        return os.pread(self._texts.fileno(), size, at).decode()

    def close(self) -> None:
        self._texts.close()
        self._places.close()
