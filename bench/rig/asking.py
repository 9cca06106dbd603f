"""Asks the ASGI application as a web server does: the whole handler with its middleware, without a network."""

import asyncio
import time
from typing import Any, NamedTuple

from django.db import connection
from django.db.backends.signals import connection_created


class Answer(NamedTuple):
    """``queries``: statements that were sent to the database for it."""

    status: int
    ms: float
    queries: int
    size: int
    headers: dict[str, str]


class Asking:
    """``ask`` fetches one page as whoever the cookie belongs to, or an answer of the API as whoever the token does."""

    def __init__(self) -> None:
        from ccsite.asgi import application

        self._application = application
        self._statements = 0
        self._loop = asyncio.new_event_loop()
        connection_created.connect(self._count, weak=False)
        for known in (connection,):
            self._count(None, known)

    def _count(self, sender: Any, connection: Any, **_: Any) -> None:
        if self._one not in connection.execute_wrappers:
            connection.execute_wrappers.append(self._one)

    def _one(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        self._statements += 1
        return execute(sql, params, many, context)

    def ask(self, address: str, cookie: str = "", *, token: str = "") -> Answer:
        before, begun = self._statements, time.perf_counter()
        status, headers, size = self._loop.run_until_complete(self._ask(address, cookie, token))
        took = (time.perf_counter() - begun) * 1000
        return Answer(status, took, self._statements - before, size, headers)

    async def _ask(self, address: str, cookie: str, token: str) -> tuple[int, dict[str, str], int]:
        path, _, query = address.partition("?")
        accept = b"application/json" if token else b"text/html"
        headers = [(b"host", b"localhost"), (b"accept", accept), (b"cookie", cookie.encode())]
        headers += [(b"authorization", b"Bearer " + token.encode())] if token else []
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": path, "raw_path": path.encode(), "query_string": query.encode(), "headers": headers,
            "client": ("127.0.0.1", 1), "server": ("localhost", 80),
        }  # fmt: skip
        told: dict[str, Any] = {"status": 0, "headers": [], "size": 0}
        over = asyncio.Event()
        asked = False

        async def receive() -> dict[str, Any]:
            nonlocal asked
            if asked:
                await over.wait()
                return {"type": "http.disconnect"}
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                told.update(status=message["status"], headers=message["headers"])
            else:
                told["size"] += len(message.get("body", b""))
                if not message.get("more_body"):
                    over.set()

        await self._application(scope, receive, send)
        return told["status"], {k.decode().lower(): v.decode() for k, v in told["headers"]}, told["size"]
