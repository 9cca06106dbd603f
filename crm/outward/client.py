"""Sending a request outside."""

import asyncio
import socket
import ssl
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any

import httpcore
from django.conf import settings
from django.utils.translation import gettext as _

from crm.outward.addresses import Network, is_outside
from crm.outward.targets import WrongAddress, target_of

AGENT = "Switchdesk"
_names = ThreadPoolExecutor(16, "outward-names")
"""Names are asked for here: one whose server is silent holds a thread, and no other work."""


class NotSent(Exception):
    """There is no answer; ``str()`` says why, fit for the screen. ``kind``: address, forbidden, name, connection, time,
    size."""

    def __init__(self, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.kind = kind


@dataclass(frozen=True)
class Answer:
    """``headers`` by their names in small letters; ``body`` as far as was asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def good(self) -> bool:
        """2xx; a redirect is none, for it is not followed."""
        return 200 <= self.status < 300


class Outward:
    """Keeps connections open for the next request; one for each event loop. ``allowed``: networks of the house that may
    be asked all the same, in place of OUTWARD_ALLOWED."""

    def __init__(self, *, allowed: Sequence[Network] | None = None, connections: int = 100) -> None:
        if allowed is None:
            allowed = [ip_network(network, strict=False) for network in settings.OUTWARD_ALLOWED]
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(), max_connections=connections,
            max_keepalive_connections=connections, keepalive_expiry=30, network_backend=_Guarded(allowed),
        )  # fmt: skip

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        seconds: float = 10,
        most: int = 65_536,
    ) -> Answer:
        """The answer, of its body at most ``most`` bytes: more is NotSent. ``seconds`` are for all of it: name,
        connection, request, answer. Raises NotSent."""
        try:
            target = target_of(url)
            async with asyncio.timeout(seconds):
                return await self._send(method, target, {"User-Agent": AGENT, **(headers or {})}, body, most)
        except WrongAddress as error:
            raise NotSent("address", str(error)) from error
        except (TimeoutError, httpcore.TimeoutException) as error:
            raise NotSent("time", _("There was no answer within %(n)g seconds.") % {"n": seconds}) from error
        except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError) as error:
            said = str(error) or type(error).__name__
            raise NotSent("connection", _("The connection failed: %(why)s") % {"why": said[:200]}) from error

    async def close(self) -> None:
        await self._pool.aclose()

    async def _send(self, method: str, target: Any, headers: Mapping[str, str], body: bytes, most: int) -> Answer:
        url = httpcore.URL(
            scheme=target.scheme.encode(), host=target.host.encode(), port=target.port, target=target.path.encode()
        )
        lines = [(b"Host", target.authority.encode())]
        lines += [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
        if body or method in ("POST", "PUT", "PATCH"):
            lines.append((b"Content-Length", b"%d" % len(body)))
        read = bytearray()
        async with self._pool.stream(method, url, headers=lines, content=body) as response:
            async for piece in response.aiter_stream():
                read += piece
                if len(read) > most:
                    raise NotSent("size", _("The answer is longer than %(n)d bytes.") % {"n": most})
            told = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            return Answer(response.status, told, bytes(read))


class _Guarded(httpcore.AsyncNetworkBackend):
    """Connects to nothing but what was looked at. TLS still asks for the certificate of the name."""

    def __init__(self, allowed: Sequence[Network]) -> None:
        self._allowed = tuple(allowed)
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            found = await asyncio.get_running_loop().run_in_executor(
                _names, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            )
        except OSError as error:
            raise NotSent("name", _("The name %(host)s is not known.") % {"host": host}) from error
        addresses = list(dict.fromkeys(str(place[0]).partition("%")[0] for *_kind, place in found))
        if not all(is_outside(ip_address(one), self._allowed) for one in addresses):
            sentence = _("%(host)s is an address of the inside. An administrator can allow it by OUTWARD_ALLOWED.")
            raise NotSent("forbidden", sentence % {"host": host})
        last: Exception = OSError("no address")
        for one in addresses:
            try:
                return await self._inner.connect_tcp(one, port, timeout, local_address, socket_options)
            except (httpcore.NetworkError, httpcore.ConnectTimeout, OSError) as error:
                last = error
        raise last

    async def connect_unix_socket(self, *_args: Any, **_kwargs: Any) -> httpcore.AsyncNetworkStream:
        raise NotSent("forbidden", _("This is no address."))

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
