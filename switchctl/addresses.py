"""Addresses of ours and of those who may connect, and what is said when we cannot listen."""

import errno
import os
import socket
from collections.abc import Callable
from ipaddress import ip_network

import structlog

log = structlog.get_logger(__name__)


class CannotListen(RuntimeError):
    """A port is taken or an address is not ours; the text says which and how to choose another."""


def listen_at(start: Callable[[], object], variable: str, address: tuple[str, int]) -> None:
    """Start something that listens. CannotListen if it cannot; ``variable`` is where the address stands."""
    try:
        start()
    except OSError as error:
        host, port = address
        problem = os.strerror(error.errno) if error.errno else str(error)
        raise CannotListen(
            f"Cannot listen on {host}:{port}: {problem}. Choose another address by {variable}=host:port."
        ) from None


def may_listen(address: tuple[str, int]) -> None:
    """OSError if we could never listen there. A port that is taken now may be that of the daemon which leads."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            log.warning("another program listens where this daemon takes calls", address=f"{address[0]}:{address[1]}")


def networks(peers: tuple[str, ...]) -> tuple[str, ...]:
    """Addresses and networks as they are, names as the addresses that they resolve to now."""
    found: dict[str, None] = {}
    for peer in peers:
        try:
            ip_network(peer)
            found[peer] = None
        except ValueError:
            found.update((str(info[4][0]), None) for info in socket.getaddrinfo(peer, None))
    return tuple(found)
