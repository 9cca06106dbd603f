"""A feeder that follows the real stream, and websockets as a browser opens them."""

import asyncio
import contextlib

import pytest
from asgiref.sync import sync_to_async
from channels.layers import channel_layers

from crm.live.feeder import Feeder
from crm.logins.tickets import ticket_make
from tests.crm.live.centre import Teller
from tests.crm.live.socket import Socket


@pytest.fixture
def centre(bus):
    return Teller(bus)


@pytest.fixture
async def feeder(bus):
    """Runs until the test is over. The channel layer is made anew: it belongs to the test's loop."""
    channel_layers.backends.clear()
    stop, feeder = asyncio.Event(), Feeder()
    task = asyncio.create_task(feeder.run(stop))
    yield feeder
    stop.set()
    await task


@pytest.fixture
async def opened(feeder, client):
    """``await opened("/ws/desk/", user)`` is an open websocket; all are closed after the test."""
    sockets = []

    async def open_socket(path: str, user=None) -> Socket:
        session = ticket = ""
        if user is not None:
            await sync_to_async(client.force_login)(user)
            session = client.cookies["sessionid"].value
            ticket = ticket_make(user_id=user.pk, session_key=session)
        socket = Socket(path, session, ticket)
        await socket.open()
        sockets.append(socket)
        return socket

    yield open_socket
    for socket in sockets:
        with contextlib.suppress(TimeoutError, asyncio.CancelledError):
            await socket.close()
