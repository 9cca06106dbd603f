"""The `socket` app: the switch connects to a controller and puts the call under its control.

Hosts are tried in order, at connect time only. A later drop makes the call leave what it does for the next
dialplan action if `socket_resume` is true at that moment, and changes nothing if it is not.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import gevent
from gevent import Timeout
from gevent.socket import create_connection

from . import verbs
from .channel import Channel
from .events import plain_headers
from .wire import GOODBYE, Command, Link

if TYPE_CHECKING:
    from .switch import Switch

CONNECT_PATIENCE = 25.0  # seconds the switch waits in silence for `connect`, measured
NOTICE_DELAY = 0.02  # the notice comes a poll after the hangup


class Outbound(Link):
    """A connection that controls one channel. It may outlive the channel (linger)."""

    kind = "outbound"

    def __init__(self, switch: Switch, sock: socket.socket, channel: Channel, mode: str, full: bool) -> None:
        super().__init__(switch, sock)
        self.channel = channel
        self.mode = mode
        self.full = full
        self.linger: float | None = None
        self._left = False
        self.introduced = False  # the controller said `connect`
        channel.controls.append(self)

    def connected(self) -> bool:
        """Wait for `connect` and answer it; False when it does not come in time."""
        try:
            with Timeout(CONNECT_PATIENCE):
                while True:
                    command = self.read()
                    if command is None:
                        break
                    if command.verb == "connect":
                        self.introduced = True
                        self._introduce()
                        return True
                    self.reply(verbs.NOT_FOUND)
        except Timeout:
            pass
        self.close()
        return False

    def _introduce(self) -> None:
        ch = self.channel
        head = self.switch.bus.stamp.headers("CHANNEL_DATA")
        head.update(ch.profile.headers("Channel", ch.times))
        head.update(ch.full())
        head.update(
            {
                "Content-Type": "command/reply",
                "Reply-Text": "+OK\n",
                "Socket-Mode": self.mode,
                "Control": "full" if self.full else "single-channel",
            }
        )
        self.send(plain_headers(head) + "\n")

    def serve(self) -> None:
        """Answer the controller until either side ends it; then the channel may have to move on."""
        ch = self.channel
        try:
            while True:
                command = self.read()
                if command is None:
                    break
                if command.verb in ("linger", "nolinger"):
                    self._set_linger(command)
                elif command.verb == "getvar":
                    self.reply(ch.get(command.rest.strip()))
                elif command.verb == "resume":
                    self.reply("+OK")
                elif not verbs.run(self, command, ch):
                    self._farewell()
                    self._writer.join()
                    break
        finally:
            self.close()

    def _set_linger(self, command: Command) -> None:
        if command.verb == "nolinger":
            self.linger = None
            self.reply("+OK will not linger")
            return
        seconds = command.rest.strip()
        self.linger = float(seconds) if seconds.isdigit() else 0.0
        self.reply(f"+OK will linger {seconds} seconds" if seconds else "+OK will linger")

    def close(self) -> None:
        super().close()
        if self._left:
            return
        self._left = True
        ch = self.channel
        if self in ch.controls:
            ch.controls.remove(self)
        if self.introduced and not ch.cause and ch.true("socket_resume"):
            ch.resume = True
        ch.wake.set()

    def session_hung_up(self) -> None:
        if not self.introduced:
            self.close()
            return
        gevent.spawn_later(NOTICE_DELAY, self._notice)

    def _notice(self) -> None:
        if self.closed:
            return
        if self.linger is None:
            self._farewell()
            return
        seconds = f"Linger-Time: {self.linger:g}\n" if self.linger else ""
        self.send(
            f"Content-Type: text/disconnect-notice\nControlled-Session-UUID: {self.channel.uuid}\n"
            f"Content-Disposition: linger\nChannel-Name: {self.channel.name}\n{seconds}Content-Length: 0\n\n"
        )
        if self.linger:
            gevent.spawn_later(self.linger, self._farewell)

    def _farewell(self) -> None:
        if not self.closed:
            self.goodbye(f"Controlled-Session-UUID: {self.channel.uuid}\nContent-Disposition: disconnect\n", GOODBYE)


def reach(channel: Channel, data: str) -> Outbound | None:
    """Connect to the first host of `a:8094|b:8095 [async] [full]` that answers and says `connect`."""
    hosts, *flags = data.split()
    for address in hosts.split("|"):
        host, _, port = address.rpartition(":")
        try:
            sock = create_connection((host or "127.0.0.1", int(port)), timeout=5)
        except (OSError, ValueError):
            continue
        sock.settimeout(None)
        channel.variables["socket_host"] = host
        link = Outbound(channel.switch, sock, channel, "async" if "async" in flags else "static", "full" in flags)
        if channel.cause or not link.connected() or channel.cause:
            link.close()
            return None
        gevent.spawn(link.serve)
        return link
    return None
