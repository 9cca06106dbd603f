"""The websocket of the events, ``/api/v1/events/ws``.

The token comes in the header ``Authorization``, with ``kinds`` and ``after`` in the address; or, from a browser, which
can send no headers, all three in the first message: ``{"token": "sd_…", "kinds": ["call.ended"], "after": 17}``. Then
each message is ``{"type": "event", …}``, ``{"type": "heartbeat", "last": 17}`` or, before it closes,
``{"type": "problem", …}``. No cookie opens it, so it matters to nobody which page it is opened from.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from django.db import Error
from django.utils import translation

from crm.events.following import Told, room, sent
from crm.events.granting import Granted, granted
from crm.events.reading import streams
from crm.events.sse import either, left
from crm.rest.authentication import SCHEME
from crm.rest.endpoint import DEFAULT_LANGUAGE
from crm.rest.problems import KINDS, Problem, problem

App = Callable[..., Awaitable[Any]]
PATH = "api/v1/events/ws"
FIRST_S = 10.0
"""So soon the first message must come."""
MOST_BYTES = 4096
AGAIN, REFUSED = 1013, 4000
"""Codes of the close: come back later; or REFUSED and the status of the problem, such as 4401."""


async def events_socket(scope: dict[str, Any], receive: App, send: App) -> None:
    """An ASGI application."""
    if (await receive())["type"] != "websocket.connect":
        return
    await send({"type": "websocket.accept"})

    async def say(message: dict[str, Any]) -> None:
        await send({"type": "websocket.send", "text": json.dumps(message, ensure_ascii=False)})

    async def tell(told: list[Told]) -> None:
        for _number, kind, said in told:
            await say({"type": "heartbeat" if kind == "heartbeat" else "event", **said})

    try:
        asked = await _asked(scope, receive)
        if asked is None:
            return
        let_in = await _granted(scope, asked)
        room(let_in.token)
    except Problem as error:
        await _refuse(error, scope, say, send)
        return
    except Error:  # the database is away
        await send({"type": "websocket.close", "code": AGAIN})
        return

    async def stream() -> None:
        why = await sent(let_in, tell)
        if why is not None:
            await _refuse(why, scope, say, send)
        else:
            await send({"type": "websocket.close", "code": AGAIN})

    await either(stream(), left(receive, "websocket.disconnect"))


async def _asked(scope: dict[str, Any], receive: App) -> dict[str, Any] | None:
    """Token, kinds and after; None when the other side has gone. Raises Problem."""
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    said = headers.get(b"authorization", "")
    if said:
        scheme, _space, token = said.partition(" ")
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        more = {name: values[-1] for name, values in asked.items() if name in ("kinds", "after")}
        return {"token": token.strip() if scheme.lower() == SCHEME.lower() else "", **more}
    try:
        async with asyncio.timeout(FIRST_S):
            message = await receive()
    except TimeoutError as error:
        raise Problem("no-token") from error
    if message["type"] == "websocket.disconnect":
        return None
    words = message.get("text") or ""
    try:
        content = json.loads(words) if len(words) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise Problem("unreadable")
    return content


async def _granted(scope: dict[str, Any], asked: dict[str, Any]) -> Granted:
    """Raises Problem."""
    token, kinds, after = asked.get("token"), asked.get("kinds", ""), asked.get("after")
    if not isinstance(token, str):
        raise Problem("no-token")
    if not isinstance(kinds, str | list) or not all(isinstance(one, str) for one in kinds):
        raise Problem("invalid", errors={"kinds": [KINDS["invalid"][2]]})
    if after is not None and (isinstance(after, bool) or not isinstance(after, str | int)):
        raise Problem("invalid", errors={"after": [KINDS["invalid"][2]]})
    address = (scope.get("client") or ("",))[0]

    def let_in() -> Granted:
        with translation.override(DEFAULT_LANGUAGE):
            return granted(token, address, kinds=kinds, after=after)

    streams.opened()
    try:
        return await streams.look(let_in)
    finally:
        await streams.closed()


async def _refuse(error: Problem, scope: dict[str, Any], say: App, send: App) -> None:
    with translation.override(DEFAULT_LANGUAGE):
        said = problem(error.kind, str(error.detail), instance=scope["path"], errors=error.errors)
    said["kind"] = said.pop("type")
    await say({"type": "problem", **said})
    await send({"type": "websocket.close", "code": REFUSED + error.status_code})
