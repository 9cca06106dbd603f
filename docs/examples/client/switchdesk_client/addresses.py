"""From a path and what is asked to an address."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote, urlencode, urlsplit

V1 = "/api/v1"
_KEPT = "%/:?=&,+@!$'()*;~-._[]"


def address_of(centre: str, path: str, query: Mapping[str, object]) -> str:
    """Of a link only what stands behind the host is taken: the token goes to ``centre`` and nowhere else."""
    place = urlsplit(path)
    below = place.path if place.path.startswith((f"{V1}/", "/api/")) else V1 + place.path
    more = urlencode({name: _text(one) for name, one in query.items() if one is not None})
    asked = "&".join(filter(None, (place.query, more)))
    return quote(f"{centre}{below}{'?' if asked else ''}{asked}", safe=_KEPT)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return ",".join(_text(one) for one in value)
    return str(value)
