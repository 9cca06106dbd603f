"""Reading what reportlab wrote: texts of each page, in the order in which they were set."""

import re
import zlib
from base64 import a85decode

_STREAM = re.compile(rb"<<(?P<head>[^>]*/Length \d+.*?)>>\s*stream\r?\n(?P<data>.*?)endstream", re.S)
_TEXT = re.compile(rb"/(?P<font>F\d+(?:\+\d+)?) [\d.]+ Tf|\((?P<text>(?:\\.|[^\\()])*)\)\s*Tj", re.S)
_FONT = re.compile(rb"/BaseFont /(?P<base>[\w-]+).*?/Name /(?P<name>F\d+)", re.S)
_BOX = re.compile(rb"/MediaBox \[ ([\d. ]+) \]")
_ESCAPE = re.compile(rb"\\([nrtbf()\\]|[0-7]{1,3})")
_PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pages(pdf: bytes) -> list[str]:
    """Text of each stream of the file that sets any; what stands on every page (a form) is one of them."""
    assert pdf.startswith(b"%PDF-") and pdf.rstrip().endswith(b"%%EOF")
    fonts = {found["name"]: found["base"] for found in _FONT.finditer(pdf)}
    found = [_texts(_plain(one), fonts) for one in _STREAM.finditer(pdf)]
    return [text for text in found if text]


def sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of each page, in points."""
    return [tuple(float(number) for number in box.split()[2:]) for box in _BOX.findall(pdf)]


def _plain(one: re.Match) -> bytes:
    data = one["data"].strip()
    if b"ASCII85" in one["head"]:
        data = a85decode(data, adobe=data.startswith(b"<~")) if data.startswith(b"<~") else a85decode(data[:-2])
    return zlib.decompress(data) if b"Flate" in one["head"] else data


def _texts(content: bytes, fonts: dict[bytes, bytes]) -> str:
    said, font = [], b""
    for found in _TEXT.finditer(content):
        if found["font"]:
            font = fonts.get(found["font"], b"")
        else:
            raw = _ESCAPE.sub(_unescaped, found["text"])
            said.append(raw.decode("utf-16-be") if b"STSong" in font else raw.decode("cp1252"))
    return "".join(said)


def _unescaped(found: re.Match) -> bytes:
    code = found[1]
    return bytes([int(code, 8)]) if code[:1].isdigit() else _PLAIN.get(code, code)
