"""Requests to a real server of the loopback, which is allowed here."""

import asyncio
from collections.abc import Awaitable, Callable
from ipaddress import ip_network

import pytest

from crm.outward.client import Answer, NotSent, Outward

HERE = [ip_network("127.0.0.0/8")]


def asked(serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]], **more) -> Answer:
    """What a server that behaves like ``serve`` is asked and answers."""

    async def run() -> Answer:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        outward = Outward(allowed=HERE)
        try:
            port = server.sockets[0].getsockname()[1]
            return await outward.send("POST", f"http://127.0.0.1:{port}/hook?a=1", **more)
        finally:
            await outward.close()
            server.close()

    return asyncio.run(run())


def saying(answer: bytes) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    async def serve(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    return serve


def test_the_request_arrives_whole_and_the_answer_comes_back():
    heard = bytearray()

    async def serve(reader, writer):
        heard.extend(await reader.readuntil(b"\r\n\r\n"))
        heard.extend(await reader.readexactly(5))
        writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\nX-Said: yes\r\n\r\nok")
        writer.close()

    answer = asked(serve, body=b"hello", headers={"webhook-id": "7"})
    assert answer.good and answer.status == 201 and answer.body == b"ok" and answer.headers["x-said"] == "yes"
    assert heard.startswith(b"POST /hook?a=1 HTTP/1.1\r\n") and heard.endswith(b"\r\n\r\nhello")
    assert b"webhook-id: 7\r\n" in heard and b"User-Agent: Switchdesk\r\n" in heard and heard.count(b"Host:") == 1


def test_a_redirect_is_an_answer_and_leads_nowhere():
    answer = asked(saying(b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"))
    assert answer.status == 302 and not answer.good


async def silent(reader, writer):
    await reader.read()


async def dripping(reader, writer):
    try:
        while True:
            writer.write(b"H")
            await writer.drain()
            await asyncio.sleep(0.02)
    except OSError:
        pass


@pytest.mark.parametrize(
    ("serve", "kind"),
    [
        (silent, "time"),
        (dripping, "time"),
        (saying(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n" + b"x" * 99_999), "size"),
        (saying(b"nonsense\r\n\r\n"), "connection"),
        (saying(b""), "connection"),
    ],
)
def test_whoever_answers_badly_holds_nobody(serve, kind):
    with pytest.raises(NotSent) as refused:
        asked(serve, seconds=0.5)
    assert refused.value.kind == kind and str(refused.value)


def test_nobody_there_is_said():
    async def run():
        await Outward(allowed=HERE).send("GET", "http://127.0.0.1:9/", seconds=2)

    with pytest.raises(NotSent) as refused:
        asyncio.run(run())
    assert refused.value.kind == "connection"
