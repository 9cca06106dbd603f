"""Server-sent events: the door lets in (crm.events.api.stream), and then the stream goes on here, outside of Django's
handler. So an open stream holds no thread and no connection of the database: those of its request are given back."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from django.http import HttpRequest

from crm.events.following import Told, sent
from crm.events.granting import Granted
from crm.rest.problems import problem

MEDIA_TYPE = "text/event-stream"
STREAM = "switchdesk.stream"
"""Key of the ASGI scope: a list into which the door puts what it granted."""
RETRY_MS = 2000
"""How long a browser waits before it comes back."""

App = Callable[..., Awaitable[Any]]


def goes_on(request: HttpRequest, granted: Granted) -> bool:
    """Tells that the answer of this request is a stream; False where nobody can go on with it."""
    holder = getattr(request, "scope", {}).get(STREAM)
    if holder is None or request.method != "GET":
        return False
    holder.append(granted)
    return True


def text(told: Sequence[Told]) -> str:
    """``Last-Event-ID`` moves with every message, with heartbeats, too."""
    return "".join(
        f"id: {number}\nevent: {kind}\ndata: {json.dumps(said, ensure_ascii=False)}\n\n" for number, kind, said in told
    )


class Streams:
    """Around Django's handler. What Django answers is sent, unless it says that a stream goes on."""

    def __init__(self, pages: App) -> None:
        self._pages = pages

    async def __call__(self, scope: dict[str, Any], receive: App, send: App) -> None:
        granted: list[Granted] = []
        headers: list[tuple[bytes, bytes]] = []

        async def told(message: dict[str, Any]) -> None:
            if not granted:
                await send(message)
            elif message["type"] == "http.response.start":
                headers.extend(pair for pair in message["headers"] if pair[0].lower() != b"content-length")

        await self._pages({**scope, STREAM: granted}, receive, told)
        if granted:
            await _go_on(granted[0], headers, scope["path"], receive, send)


async def _go_on(granted: Granted, headers: list[tuple[bytes, bytes]], path: str, receive: App, send: App) -> None:
    async def write(body: str, more: bool = True) -> None:
        await send({"type": "http.response.body", "body": body.encode(), "more_body": more})

    async def stream() -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await write(f"retry: {RETRY_MS}\n\n")
        why = await sent(granted, lambda told: write(text(told)))
        if why is not None:
            said = problem(why.kind, str(why.detail), instance=path)
            await write(f"event: ended\ndata: {json.dumps(said, ensure_ascii=False)}\n\n", more=False)

    await either(stream(), left(receive, "http.disconnect"))


async def left(receive: App, kind: str) -> None:
    """Until the other side has gone."""
    while (await receive())["type"] != kind:
        pass


async def either(*works: Any) -> None:
    """Until one of them is done; then none goes on. Raises what one of them raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
