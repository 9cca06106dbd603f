"""A file of which a player asks for a part: where it is dragged to, or, as Safari does, before it plays at all
(RFC 9110, section 14)."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import HttpRequest, HttpResponseBase

from crm.sheets.writing import download

_RANGE = re.compile(r"bytes=(?:(?P<first>[0-9]{1,18})-(?P<last>[0-9]{0,18})|-(?P<end>[0-9]{1,18}))", re.ASCII)
_PIECE = 1 << 16


def file_sought(request: HttpRequest, name: str, kind: str, path: Path, tag: str) -> HttpResponseBase:
    """The file, or the part of it that is asked for (206; 416 where there is none). ``tag`` names its content: a part
    of what was another file before (If-Range) is not given, and several parts at once are the whole."""
    size = path.stat().st_size
    wanted = _wanted(request, size, f'"{tag}"')
    first, last = wanted or (0, size - 1)
    beyond = first > last
    answer = download(request, name, kind, iter(()) if beyond else _pieces(path, first, last))
    answer["Accept-Ranges"], answer["ETag"] = "bytes", f'"{tag}"'
    answer["Content-Length"] = str(0 if beyond else last - first + 1)
    if beyond:
        answer.status_code, answer["Content-Range"] = 416, f"bytes */{size}"
    elif wanted is not None:
        answer.status_code, answer["Content-Range"] = 206, f"bytes {first}-{last}/{size}"
    return answer


def _wanted(request: HttpRequest, size: int, tag: str) -> tuple[int, int] | None:
    """First and last byte, the first behind the last for a part that there is not; None: all of it."""
    asked = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if request.method != "GET" or asked is None or request.headers.get("If-Range", tag) != tag:
        return None
    if asked["end"]:
        return max(0, size - int(asked["end"])) if int(asked["end"]) else size, size - 1
    first, last = int(asked["first"]), int(asked["last"] or size)
    if last < first:
        return None  # not a range at all
    return min(first, size), min(last, size - 1)


def _pieces(path: Path, first: int, last: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        left = last - first + 1
        while left and (piece := file.read(min(_PIECE, left))):
            left -= len(piece)
            yield piece
