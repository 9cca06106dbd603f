"""A way for requests that answers as it is told to, for the client's own rules."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from switchdesk_client import Client, Opened, Raw
from switchdesk_client.transport import NoAnswer


class Wire:
    """``answers``: a status, (status, headers, body), or NoAnswer to raise. ``asked``: what was sent; ``slept``:
    seconds between."""

    def __init__(self, *answers: Any) -> None:
        self._answers = list(answers)
        self.asked: list[dict[str, Any]] = []
        self.slept: list[float] = []
        self.client = Client(
            "https://desk.example.com", "sd_x", transport=self, sleep=self.slept.append, chance=lambda: 0.0
        )  # fmt: skip

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, seconds: float) -> Raw:
        return self._answer(method, url, headers)

    @contextmanager
    def open(self, url: str, headers: Mapping[str, str], seconds: float) -> Iterator[Opened]:
        raw = self._answer("GET", url, headers)
        yield Opened(raw.status, raw.headers, iter(raw.body.splitlines(keepends=True)))

    def _answer(self, method: str, url: str, headers: Mapping[str, str]) -> Raw:
        self.asked.append({"method": method, "url": url, "headers": dict(headers)})
        said = self._answers.pop(0)
        if isinstance(said, NoAnswer):
            raise said
        status, more, body = (said, {}, None) if isinstance(said, int) else (*said, None)[:3]
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        return Raw(status, {"content-type": "application/json", **more}, data)
