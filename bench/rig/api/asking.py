"""Asks a web server at set moments, whether what was asked before is answered or not: an open loop.

A server that is late is asked on; what piles up there counts, because each answer is timed from the moment at which the
question was due, not from when it could be sent.
"""

import asyncio
from collections.abc import Iterable
from typing import NamedTuple


class Due(NamedTuple):
    """``after``: seconds since the beginning."""

    after: float
    name: str
    address: str
    token: str


class Answer(NamedTuple):
    """``ms`` since it was due, ``late_ms`` of them before it was sent: the fault of who asks."""

    name: str
    status: int
    ms: float
    late_ms: float
    body: bytes


class Asker:
    """Connections stay open, as those of a program that asks often do."""

    def __init__(self, host: str, port: int) -> None:
        self._where = host, port
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self.most = 0
        """So many were under way at once."""
        self._under_way = 0

    async def one_by_one(self, questions: Iterable[Due]) -> list[Answer]:
        """Each when the one before is answered."""
        return [await self._asked(one, asyncio.get_running_loop().time()) for one in questions]

    async def in_time(self, questions: Iterable[Due]) -> list[Answer]:
        """Each when it is due."""
        loop, under_way = asyncio.get_running_loop(), []
        begun = loop.time()
        for one in questions:
            await asyncio.sleep(begun + one.after - loop.time())
            under_way.append(asyncio.create_task(self._asked(one, begun + one.after)))
        return list(await asyncio.gather(*under_way))

    async def _asked(self, one: Due, due: float) -> Answer:
        loop = asyncio.get_running_loop()
        self._under_way += 1
        self.most = max(self.most, self._under_way)
        sent = loop.time()
        status, body = await self._answer(one)
        answered = loop.time()
        self._under_way -= 1
        return Answer(one.name, status, (answered - due) * 1000, (sent - due) * 1000, body)

    async def _answer(self, one: Due) -> tuple[int, bytes]:
        """A server closes a connection that was silent for some seconds, be it while we write."""
        while self._free:
            pair = self._free.pop()
            try:
                found = await _exchanged(*pair, one)
            except (asyncio.IncompleteReadError, ConnectionError):
                pair[1].close()
                continue
            self._free.append(pair)
            return found
        pair = await asyncio.open_connection(*self._where, limit=2**20)
        found = await _exchanged(*pair, one)
        self._free.append(pair)
        return found


async def _exchanged(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, one: Due) -> tuple[int, bytes]:
    lines = [f"GET {one.address} HTTP/1.1", "Host: localhost", "Accept: application/json", "X-Forwarded-Proto: https"]
    lines += [f"Authorization: Bearer {one.token}"] if one.token else []
    writer.write("\r\n".join([*lines, "", ""]).encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in head[1:] if line)
    return int(head[0].split()[1]), await reader.readexactly(int(fields["content-length"]))
