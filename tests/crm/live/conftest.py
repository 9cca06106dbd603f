"""A feeder that follows the real stream, and websockets as a browser opens them."""

import asyncio
import contextlib
import threading

import msgspec
import pytest
from asgiref.sync import sync_to_async
from channels.layers import channel_layers

from crm import bus as buses
from crm.live.feeder import Feeder
from crm.logins.tickets import ticket_make
from switchctl.contract import commands
from switchctl.contract import facts as f
from switchctl.contract.names import MAIN
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


@pytest.fixture
def daemon(bus):
    """Answers each order with the fact that ``answers`` makes of it; unless it ``names`` the order, as what the switch
    did."""
    taken, over = [], threading.Event()
    answers = {"with": lambda order: f.AgentStateChanged(agent=order.agent, state="paused", previous="ready")}
    answers["names"] = True

    def run() -> None:
        client, place = buses.blocking_client(), "0-0"
        while not over.is_set():
            for entry, fields in next(iter(client.xread({MAIN.commands: place}, block=50) or [[0, []]]))[1]:
                place, order = entry, commands.decode(fields[b"c"])
                taken.append(order)
                fact = answers["with"](order)
                tell(fact, order.id if answers["names"] else "")

    def tell(fact, command_id: str) -> None:
        Teller(bus).tell(msgspec.structs.replace(fact, command_id=command_id))

    thread = threading.Thread(target=run)
    thread.start()
    yield taken, answers
    over.set()
    thread.join(60)
