"""How long a sound lasts. There is no audio: a file is a time that passes."""

from __future__ import annotations

import wave
from pathlib import Path

ENDLESS = ("local_stream://", "moh")


class Sounds:
    """`lengths` maps a file's stem to seconds; a negative number means that the file does not exist."""

    def __init__(self, lengths: dict[str, float], usual: float) -> None:
        self.lengths = lengths
        self.usual = usual

    def seconds(self, path: str) -> float | None:
        """Seconds that playing takes, None for endless music; negative for a missing file."""
        if path.startswith(ENDLESS):
            return None
        if path.startswith("silence_stream://"):
            milli = path.removeprefix("silence_stream://").split(",")[0]
            return None if milli == "-1" else int(milli) / 1000
        stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        if stem in self.lengths:
            return self.lengths[stem]
        return self._measured(path)

    def _measured(self, path: str) -> float:
        if path.endswith(".wav") and Path(path).is_file():
            try:
                with wave.open(path) as sound:
                    return sound.getnframes() / sound.getframerate()
            except (wave.Error, EOFError, OSError):
                pass
        return self.usual
