"""What went wrong (RFC 9457), as exceptions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

URN = "urn:switchdesk:problem:"


@dataclass(frozen=True)
class Wrong:
    """``field``: its path in the body, such as ``numbers.0``; "" = the whole."""

    field: str
    detail: str


class Problem(Exception):
    """``kind`` stays the same for ever and is for programs; ``detail`` and ``remedy`` are for people."""

    def __init__(self, status: int, body: Mapping[str, Any], retry_after: float | None = None) -> None:
        self.status = status
        self.body = body
        self.kind = str(body.get("type", "")).removeprefix(URN) or f"http-{status}"
        self.title = str(body.get("title", ""))
        self.detail = str(body.get("detail", ""))
        self.remedy = str(body.get("remedy", ""))
        self.errors = tuple(Wrong(str(one["field"]), str(one["detail"])) for one in body.get("errors", ()))
        self.retry_after = retry_after
        """Seconds after which it may be tried again, if the answer said so."""
        super().__init__(" ".join(filter(None, (str(status), self.kind, self.detail, self.remedy))))

    @property
    def fields(self) -> dict[str, str]:
        """Field → what is wrong with it."""
        return {one.field: one.detail for one in self.errors}


class Invalid(Problem):
    """400: ``errors`` names the fields."""


class NotAllowed(Problem):
    """401 and 403: the token is no good, or does not allow this."""


class NotFound(Problem):
    """404: there is none within the data scope of the token."""


class Conflict(Problem):
    """409: it does not fit what is so now, as when an agent is in a call."""


class Gone(Problem):
    """410: events after this number are no longer kept; read anew what you need, then follow from now on."""


class Changed(Problem):
    """412: somebody changed it in between. Read it again, and send its new tag."""


class TooMany(Problem):
    """429, also after all tries."""


class Away(Problem):
    """503, also after all tries: the call centre service cannot be reached."""


class Unreachable(Exception):
    """No answer came, also after all tries. ``unknown``: the request may have been carried out all the same."""

    def __init__(self, why: str, *, unknown: bool) -> None:
        super().__init__(why)
        self.unknown = unknown


OF_STATUS: dict[int, type[Problem]] = {
    400: Invalid, 401: NotAllowed, 403: NotAllowed, 404: NotFound, 409: Conflict, 410: Gone, 412: Changed, 429: TooMany,
    503: Away,
}  # fmt: skip


def problem_of(status: int, body: Any, retry_after: float | None = None) -> Problem:
    """Also of an answer that is no problem+json, as of a proxy."""
    said = body if isinstance(body, dict) else {}
    return OF_STATUS.get(status, Problem)(status, said, retry_after)
