"""Sounds for tests: whole files, and pieces of some."""

import struct

from django.core.files.uploadedfile import SimpleUploadedFile


def chunk(name: bytes, content: bytes, size: int | None = None) -> bytes:
    """``size``: what it says, where that is a lie."""
    told = len(content) if size is None else size
    return struct.pack("<4sI", name, told) + content + b"\0" * (len(content) % 2)


def form(channels: int = 1, rate: int = 8000, bits: int = 16, code: int = 1) -> bytes:
    width = channels * bits // 8
    return chunk(b"fmt ", struct.pack("<HHIIHH", code, channels, rate, rate * width % 2**32, width, bits))


def riff(*chunks: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", 4 + sum(map(len, chunks))) + b"WAVE" + b"".join(chunks)


def wav(seconds: float = 2, rate: int = 8000, level: int = 8031) -> bytes:
    """A sound of one level, with chunks around it that no switch should see."""
    samples = struct.pack("<h", level) * int(rate * seconds)
    artist = chunk(b"LIST", b"INFO" + chunk(b"IART", b"nobody"))
    return riff(artist, form(rate=rate), chunk(b"data", samples), chunk(b"id3 ", b"x"))


def upload(content: bytes | None = None, name: str = "notice.wav") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, wav() if content is None else content)
