"""How requests leave. Another one can be put in its place, as our tests do."""

import http.client
import ssl
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

MOST_LINE = 16_000_000
"""Bytes of one line of a stream."""


class NoAnswer(Exception):
    """``sent``: the other side may have got the request."""

    def __init__(self, why: str, *, sent: bool) -> None:
        super().__init__(why)
        self.sent = sent


@dataclass(frozen=True)
class Raw:
    """Names of ``headers`` are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Opened:
    """A stream: its lines come as they come. ``lines`` raises NoAnswer when nothing comes for too long."""

    status: int
    headers: Mapping[str, str]
    lines: Iterator[bytes]


class Transport(Protocol):
    """``url`` is whole. Both raise NoAnswer."""

    def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, seconds: float
    ) -> Raw: ...  # fmt: skip

    def open(self, url: str, headers: Mapping[str, str], seconds: float) -> AbstractContextManager[Opened]: ...


class Http:
    """By the standard library; a connection for each request. It follows no redirects: the token goes nowhere else."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self._context = context

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, seconds: float) -> Raw:
        with self._asked(method, url, headers, body, seconds) as answer:
            try:
                return Raw(answer.status, _small(answer), answer.read())
            except (OSError, http.client.HTTPException) as error:
                raise NoAnswer(_why(error), sent=True) from error

    @contextmanager
    def open(self, url: str, headers: Mapping[str, str], seconds: float) -> Iterator[Opened]:
        with self._asked("GET", url, headers, None, seconds) as answer:
            yield Opened(answer.status, _small(answer), _lines(answer))

    @contextmanager
    def _asked(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, seconds: float
    ) -> Iterator[http.client.HTTPResponse]:  # fmt: skip
        place = urlsplit(url)
        target = place.path + (f"?{place.query}" if place.query else "")
        host = place.hostname or ""
        connection: http.client.HTTPConnection
        if place.scheme == "https":
            connection = http.client.HTTPSConnection(host, place.port, timeout=seconds, context=self._context)
        else:
            connection = http.client.HTTPConnection(host, place.port, timeout=seconds)
        try:
            try:
                connection.connect()
            except OSError as error:
                raise NoAnswer(_why(error), sent=False) from error
            try:
                connection.request(method, target, body, dict(headers))
                answer = connection.getresponse()
            except (OSError, http.client.HTTPException) as error:
                raise NoAnswer(_why(error), sent=True) from error
            yield answer
        finally:
            connection.close()


def _lines(answer: http.client.HTTPResponse) -> Iterator[bytes]:
    try:
        while line := answer.readline(MOST_LINE):
            yield line
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NoAnswer(_why(error), sent=True) from error


def _small(answer: http.client.HTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.getheaders()}


def _why(error: Exception) -> str:
    return str(error) or type(error).__name__
