"""Streams as programs hold them, straight into the ASGI application."""

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

from asgiref.testing import ApplicationCommunicator

from ccsite.asgi import application

Message = dict[str, Any]


class _Listener(ApplicationCommunicator):
    past: list[Message]

    async def message(self) -> Message:
        raise NotImplementedError

    async def heard(self, many: int) -> list[Message]:
        """So many events; heartbeats are passed over."""
        found: list[Message] = []
        async with asyncio.timeout(60):
            while len(found) < many:
                message = await self.message()
                if message["kind"] != "heartbeat":
                    found.append(message)
        return found


class Stream(_Listener):
    """``GET /events/stream``."""

    def __init__(self, text: str, last: int | None = None, **asked: Any) -> None:
        headers = [(b"host", b"localhost"), (b"authorization", f"Bearer {text}".encode())]
        headers += [] if last is None else [(b"last-event-id", str(last).encode())]
        path = "/api/v1/events/stream"
        scope = {"type": "http", "http_version": "1.1", "method": "GET", "path": path, "raw_path": path.encode()}
        more = {"query_string": urlencode(asked).encode(), "headers": headers, "client": ("127.0.0.1", 5000)}
        self.scope = scope | more
        super().__init__(application, self.scope)
        self._said = ""
        self.text = ""
        """All that came so far."""
        self.head: Message = {}

    @property
    def media(self) -> str:
        return {name.lower(): value for name, value in self.head["headers"]}[b"content-type"].decode()

    async def open(self) -> Message:
        """The first heartbeat."""
        await self.send_input({"type": "http.request", "body": b""})
        self.head = await self.receive_output(60)
        return await self.message() if self.head["status"] == 200 else await self.refusal()

    async def refusal(self) -> Message:
        return json.loads((await self.receive_output(60))["body"])

    async def message(self) -> Message:
        while "\n\n" not in self._said:
            more = (await self.receive_output(60))["body"].decode()
            self._said, self.text = self._said + more, self.text + more
        block, _, self._said = self._said.partition("\n\n")
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        if "event" not in fields:
            return await self.message()  # how long to wait before one comes back
        said = json.loads(fields["data"])
        assert fields["event"] in ("heartbeat", "ended") or said["kind"] == fields["event"]
        return said | {"kind": fields["event"]} | ({"number": int(fields["id"])} if "id" in fields else {})

    async def close(self) -> None:
        await self.send_input({"type": "http.disconnect"})
        await self.wait(60)


class Socket(_Listener):
    """The websocket. ``text``: the token, in the header; without it the first message brings it."""

    def __init__(self, text: str = "", **asked: Any) -> None:
        headers = [(b"host", b"localhost")]
        headers += [(b"authorization", f"Bearer {text}".encode())] if text else []
        path = "/api/v1/events/ws"
        scope = {"type": "websocket", "path": path, "query_string": urlencode(asked).encode(), "headers": headers}
        self.scope = scope | {"client": ("127.0.0.1", 5000), "subprotocols": []}
        super().__init__(application, self.scope)

    async def open(self, first: Any = None) -> Message:
        await self.send_input({"type": "websocket.connect"})
        assert (await self.receive_output(60))["type"] == "websocket.accept"
        if first is not None:
            text = first if isinstance(first, str) else json.dumps(first)
            await self.send_input({"type": "websocket.receive", "text": text})
        return await self.message()

    async def message(self) -> Message:
        output = await self.receive_output(60)
        if output["type"] == "websocket.close":
            return {"kind": "closed", "code": output["code"]}
        said = json.loads(output["text"])
        kind = said.pop("type")
        return said if kind == "event" else said | {"kind": kind}

    async def close(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(60)
