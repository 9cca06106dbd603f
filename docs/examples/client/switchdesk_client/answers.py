"""What is answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .problems import Problem

Item = dict[str, Any]
"""A thing as the API's description shows it. Later versions add fields: pass over those that you do not know."""


@dataclass(frozen=True)
class Answer:
    """``body``: the JSON, the bytes of a file, or None. Names of ``headers`` are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def tag(self) -> str:
        """The ETag: send it with a change, and nobody's change is overwritten unseen."""
        return self.headers.get("etag", "")

    @property
    def location(self) -> str:
        """Where what was made can be read."""
        return self.headers.get("location", "")

    @property
    def replayed(self) -> bool:
        """Whether this was done before, under the same key."""
        return self.headers.get("idempotency-replayed") == "true"

    @property
    def items(self) -> list[Item]:
        """Of a page of a list."""
        return list(self.body["items"])

    @property
    def next(self) -> str | None:
        """Link to the next page."""
        link = self.body.get("next")
        return str(link) if link else None


@dataclass(frozen=True)
class Line:
    """What became of one of many: ``id`` of what was made, or why not."""

    index: int
    id: str
    problem: Problem | None

    @property
    def done(self) -> bool:
        return self.problem is None
