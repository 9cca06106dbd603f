"""What an uploaded sound must be, and what is kept of it: the samples, behind a header of our own.

So whatever else a file brought with it (pictures, texts, chunks that lie about their length) never reaches a switch.
"""

import io
import struct
import wave
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

RATES = (8000, 16000)
CHANNELS, BYTES = 1, 2
PCM = 1
CHUNKS = 64
"""So many are looked at: fields of text stand before the samples, a thousand of them do not."""


class Wav(NamedTuple):
    """``file``: the whole file as it is kept; ``ms``: how long it plays."""

    file: bytes
    rate: int
    ms: int


def wav_read(data: bytes) -> Wav:
    """Raises ValidationError with a sentence that says what is wrong, and what to do."""
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise _wrong(_("This is no WAV file."))
    rate = 0
    for name, size, content in islice(_chunks(memoryview(data)), CHUNKS):
        if name == b"fmt ":
            rate = _rate(content)
        if name == b"data":
            if not rate:
                break
            if len(content) < size or size % BYTES:
                raise _wrong(_("This file is cut off, or says another length than it has."))
            return Wav(wav_file(content, rate), rate, size // BYTES * 1000 // rate)
    raise _wrong(_("There is no sound in this file."))


def _chunks(data: memoryview) -> Iterator[tuple[bytes, int, memoryview]]:
    """Name, size as it is told, and what there is of it; behind the head of the file."""
    at = 12
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        yield name, size, data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _rate(content: memoryview) -> int:
    """Samples in a second, of a format that is taken."""
    if len(content) < 16:
        raise _wrong(_("This is no WAV file."))
    form, channels, rate, _second, _block, bits = struct.unpack_from("<HHIIHH", content)
    if form != PCM:
        raise _wrong(_("This file is compressed, or of an unusual form."))
    if (channels, bits) != (CHANNELS, BYTES * 8) or rate not in RATES:
        told = {"channels": channels, "rate": rate, "bits": bits}
        raise _wrong(_("This file has another form: %(rate)s Hz, %(bits)s bits, channels: %(channels)s.") % told)
    return int(rate)


def wav_file(samples: bytes | memoryview, rate: int) -> bytes:
    """Of samples (16 bits, one channel; ``rate``: Hz)."""
    file = io.BytesIO()
    with wave.open(file, "wb") as told:
        told.setnchannels(CHANNELS)
        told.setsampwidth(BYTES)
        told.setframerate(rate)
        told.writeframes(samples)
    return file.getvalue()


def _wrong(what: str) -> ValidationError:
    asked = _("Save it as WAV with PCM of 16 bits, one channel (mono), at 8000 or 16000 Hz, and upload that file.")
    return ValidationError(f"{what} {asked}")
