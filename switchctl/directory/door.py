"""POST /directory on the daemon's HTTP: for the switches alone, who show the secret of their event socket.

Whoever holds that secret commands the switch anyway. Everybody else learns nothing: 401.
"""

import base64
import hmac
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any
from urllib.parse import parse_qsl

from switchctl.directory.answers import NOT_FOUND

PATH = "/directory"
LONGEST = 65_536
"""Bytes of one form; measured: 3 KB."""
REALM = ("WWW-Authenticate", 'Basic realm="switch"')

Answer = tuple[str, list[tuple[str, str]], bytes]


class Door:
    """``secrets``: of the switches' event sockets; ``answer``: ``Answers.answer`` of the directory in force."""

    def __init__(self, secrets: Sequence[str], answer: Callable[[dict[str, str]], bytes]) -> None:
        self._secrets = [secret.encode() for secret in secrets]
        self._answer = answer
        self.asked = 0
        self.seconds = 0.0
        """Spent on answers, in all."""

    def __call__(self, environ: dict[str, Any]) -> Answer:
        """Status, headers and body to a request for ``PATH``."""
        if environ.get("REQUEST_METHOD") != "POST":
            return "405 Method Not Allowed", [("Allow", "POST")], b""
        if not self._knows(environ.get("HTTP_AUTHORIZATION", "")):
            return "401 Unauthorized", [REALM], b""
        began = perf_counter()
        body = NOT_FOUND
        try:
            length = int(environ.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if 0 < length <= LONGEST:
            text = environ["wsgi.input"].read(length).decode("utf-8", "replace")
            body = self._answer(dict(parse_qsl(text, keep_blank_values=True)))
        self.asked += 1
        self.seconds += perf_counter() - began
        return "200 OK", [], body

    def _knows(self, header: str) -> bool:
        kind, _, word = header.partition(" ")
        try:
            given = base64.b64decode(word, validate=True).partition(b":")[2]
        except ValueError:
            return False
        return kind.lower() == "basic" and any(hmac.compare_digest(given, secret) for secret in self._secrets)
