"""Type for paper: Latin in Helvetica, everything else in a Chinese font that every reader of PDF brings along.

Neither is inside the file, so it stays small; a text is set in runs of the one and the other.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

LATIN, BOLD, CHINESE = "Helvetica", "Helvetica-Bold", "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
OPENING, CLOSING = "（《“‘【", "，。：；？！）》”’】、%"
"""What no line ends or begins with."""


def runs(text: str, bold: bool = False) -> Iterator[tuple[str, str]]:
    """Font and piece, in order."""
    if text.isascii():
        yield BOLD if bold else LATIN, text
        return
    for latin, piece in groupby(text, _latin):
        yield (BOLD if bold else LATIN) if latin else CHINESE, "".join(piece)


@lru_cache(1 << 16)
def width(text: str, size: float, bold: bool = False) -> float:
    """In points."""
    return sum(pdfmetrics.stringWidth(piece, font, size) for font, piece in runs(clean(text), bold))


def clean(text: str) -> str:
    """One line, and nothing that the fonts cannot set."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return "".join("\ufffd" if ord(c) > 0xFFFF or 0xD800 <= ord(c) < 0xE000 else c for c in " ".join(text.split()))


def draw(canvas: Canvas, x: float, y: float, text: str, size: float, bold: bool = False, right: bool = False) -> None:
    """At its left end, or its ``right`` one."""
    text = clean(text)
    if right:
        x -= width(text, size, bold)
    line = canvas.beginText(x, y)
    for font, piece in runs(text, bold):
        line.setFont(font, size)
        line.textOut(piece)
    canvas.drawText(line)


def folded(text: str, size: float, room: float, bold: bool = False) -> list[str]:
    """Lines no wider than ``room``: between words, between Chinese characters, and within a word where it must be."""
    if width(text, size, bold) <= room:
        return [clean(text)]
    lines, line = [], ""
    for part in _parts(clean(text)):
        while width(line + part, size, bold) > room:
            if line.strip():
                lines.append(line.rstrip())
                line, part = "", part.lstrip()
                continue
            fits = max((n for n in range(1, len(part)) if width(part[:n], size, bold) <= room), default=1)
            lines.append(part[:fits])
            part = part[fits:]
            if not part:
                break
        line += part
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _parts(text: str) -> Iterator[str]:
    """What stays together."""
    part = ""
    for c in text:
        if c == " ":
            yield part + c
            part = ""
        elif _latin(c) or c in CLOSING or (part and part[-1] in OPENING):
            if part and not _latin(part[-1]) and _latin(c) and c not in CLOSING:
                yield part
                part = ""
            part += c
        else:
            if part:
                yield part
            part = c
    if part:
        yield part


def _latin(c: str) -> bool:
    return c <= "\u024f" and c.encode("cp1252", "ignore") != b""
