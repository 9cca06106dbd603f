"""A websocket as a browser holds it, straight into the ASGI application.

channels' own communicator would bring a second web server (daphne) along.
"""

import asyncio
import json
from typing import Any

from asgiref.testing import ApplicationCommunicator

from ccsite.asgi import application


class Socket(ApplicationCommunicator):
    """``ticket``: what crm.logins.tickets made for the session; "" shows none."""

    def __init__(self, path: str, session: str = "", ticket: str = "", origin: str = "http://localhost") -> None:
        headers = [(b"origin", origin.encode()), (b"host", b"localhost")]
        if session:
            headers.append((b"cookie", f"sessionid={session}".encode()))
        scope = {"type": "websocket", "path": path, "query_string": b"language=en", "headers": headers}
        subprotocols = ["switchdesk", f"ticket.{ticket}"] if ticket else []
        super().__init__(application, scope | {"subprotocols": subprotocols})
        self.past: list[dict[str, Any]] = []
        """All that was said on it so far."""

    async def open(self) -> None:
        await self.send_input({"type": "websocket.connect"})
        assert (await self.receive_output(60))["type"] == "websocket.accept"

    async def say(self, message: dict[str, Any]) -> None:
        await self.send_input({"type": "websocket.receive", "text": json.dumps(message)})

    async def message(self, timeout: float = 60) -> dict[str, Any]:
        output = await self.receive_output(timeout)
        assert output["type"] == "websocket.send", output
        self.past.append(json.loads(output["text"]))
        return self.past[-1]

    async def heard(self, fits, timeout: float = 60) -> dict[str, Any]:
        """The first message from now on that fits; others are passed over."""
        async with asyncio.timeout(timeout):
            while True:
                message = await self.message(timeout)
                if fits(message):
                    return message

    async def ever_heard(self, fits) -> dict[str, Any]:
        """The first message that fits, also of those that were passed over before."""
        return next(filter(fits, self.past), None) or await self.heard(fits)

    async def close(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(60)
