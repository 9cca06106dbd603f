"""Calls between two simulated switches: what SIP does between two real ones, as lines of JSON over TCP.

As there, a switch that dies says nothing: the leg to it stays up until somebody ends it.
"""

from __future__ import annotations

import json
import socket
import uuid as uuids
from typing import TYPE_CHECKING, Any

import gevent
from gevent.server import StreamServer

from . import course
from .answering import picked_up, progress
from .channel import Channel
from .dialstring import Target
from .phones import FarEnd
from .profile import Profile
from .variables import of_caller

if TYPE_CHECKING:
    from .switch import Switch

HEADER = "sip_h_"
PATIENCE = 5.0


def _say(sock: socket.socket, what: str, **more: Any) -> None:
    try:
        sock.sendall(json.dumps({"what": what, **more}).encode() + b"\n")
    except OSError:
        pass  # it is gone, and nobody tells


class Outgoing(FarEnd):
    """The far end of a leg to another switch."""

    def __init__(self, channel: Channel, target: Target) -> None:
        super().__init__(channel)
        gevent.spawn(self._act, target)

    def _act(self, target: Target) -> None:
        host, _, port = target.gateway.rpartition(":")
        try:
            sock = socket.create_connection((host, int(port)), timeout=PATIENCE)
        except OSError:
            self.refuse("NORMAL_TEMPORARY_FAILURE")
            return
        sock.settimeout(None)
        given = {name: value for name, value in self.channel.variables.items() if name.startswith(HEADER)}
        _say(sock, "invite", phone=target.number, number=self.channel.profile.cid_number, headers=given)
        gevent.spawn(self._end, sock)
        with sock, sock.makefile() as lines:
            for line in lines:
                self._hear(json.loads(line))

    def _hear(self, word: dict[str, Any]) -> None:
        if word["what"] == "ringing":
            progress(self.channel)
        elif word["what"] == "answered":
            picked_up(self.channel)
        elif word["what"] == "refused":
            self.refuse(word["cause"])
        else:
            self.channel.hangup("NORMAL_CLEARING", "recv_bye", 200)

    def _end(self, sock: socket.socket) -> None:
        self.channel.reported.wait()
        if not self.channel.disposition.startswith("recv"):
            _say(sock, "end")


class Incoming(FarEnd):
    """The other switch, at the far end of a call that it brings."""

    def __init__(self, channel: Channel, sock: socket.socket) -> None:
        super().__init__(channel)
        gevent.spawn(self._tell_answer, sock)
        gevent.spawn(self._tell_end, sock)

    def hang_up(self) -> None:
        if self.channel.answered.is_set():
            self.channel.hangup("NORMAL_CLEARING", "recv_bye", 200)
        else:
            self.channel.hangup("ORIGINATOR_CANCEL", "recv_cancel", 487)

    def _tell_answer(self, sock: socket.socket) -> None:
        self.channel.answered.wait()
        _say(sock, "answered")

    def _tell_end(self, sock: socket.socket) -> None:
        self.channel.reported.wait()
        if not self.channel.disposition.startswith("recv"):
            up = self.channel.answered.is_set()
            _say(sock, "end" if up else "refused", cause=self.channel.cause)


class Gate:
    """Where other switches bring their calls."""

    def __init__(self, switch: Switch, host: str, port: int) -> None:
        self.switch = switch
        self._server = StreamServer((host, port), self._serve)

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop(timeout=0)

    def _serve(self, sock: socket.socket, _address: tuple[str, int]) -> None:
        with sock.makefile() as lines:
            invite = json.loads(lines.readline() or '{"what": ""}')
            if invite["what"] != "invite":
                return
            if self.switch.paused:
                _say(sock, "refused", cause="NORMAL_TEMPORARY_FAILURE")
                return
            far = Incoming(self._channel(invite), sock)
            if not self.switch.registry.refusal(invite["phone"]):
                _say(sock, "ringing")
            for line in lines:
                if json.loads(line)["what"] == "end":
                    far.hang_up()

    def _channel(self, invite: dict[str, Any]) -> Channel:
        switch, uuid, number, phone = self.switch, str(uuids.uuid4()), invite["number"], invite["phone"]
        profile = Profile(
            "inbound",
            uuid,
            f"sofia/siblings/{number}@127.0.0.1",
            phone,
            "relay",
            "mod_sofia",
            cid_number=number,
            username=number,
            dialplan="XML",
            network_addr="127.0.0.1",
        )
        known = of_caller(uuid, switch.sessions_made + 1, number, "", phone)
        ch = Channel(switch, profile, {**known, **invite["headers"]})
        switch.channels[uuid] = ch
        gevent.spawn(course.inbound, ch)
        return ch
