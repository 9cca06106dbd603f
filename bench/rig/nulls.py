"""Callers without a phone: legs of the switch's own `null` endpoint, which have no network and no sound of their own.

They are set up, heard and ended by the switch as any other leg is, and cost it the least that a leg can cost: so what
is measured is what happens to the call, and not its SIP.
"""

import socket
import time
import uuid

from switchctl.esl import commands
from switchctl.esl.frames import Frame, FrameReader
from tests.freeswitch.console import Console
from tests.freeswitch.switch import Switch
from tests.freeswitch.until import until

SOON_S = 60.0


class Legs:
    """A line to the switch that makes them and hears of their ends; ``console`` asks it other things."""

    def __init__(self, switch: Switch) -> None:
        self.console: Console = switch.console()
        if self.console.api("module_exists mod_loopback") != "true":
            told = self.console.api("load mod_loopback")
            assert "+OK" in told, f"the switch has no mod_loopback: {told}"
        self.console.api("fsctl sps 10000")  # nobody is to be held back by the limit of calls a second
        time.sleep(1.2)  # which counts from the next second on: a call that is refused until then never ends for `rate`
        self._socket = socket.create_connection(("127.0.0.1", switch.esl_port), timeout=SOON_S)
        self._reader = FrameReader()
        self._frames()
        self._socket.sendall(commands.auth(switch.secret))
        self._frames()

    def dial(self, where: str, **variables: str) -> str:
        """One more; ``where``: what `originate` is given behind the leg. Its id."""
        leg = str(uuid.uuid4())
        told = ",".join(f"{name}={value}" for name, value in {"origination_uuid": leg, **variables}.items())
        self._socket.sendall(f"bgapi originate {{{told}}}null/bench {where}\n\n".encode())
        return leg

    def rate(self, where: str, calls: int, at_once: int) -> float:
        """Calls a second, from the first one's beginning to the last one's end, with so many up at a time."""
        self._socket.sendall(b"event plain CHANNEL_HANGUP_COMPLETE\n\n")
        self._frames()
        begun, over, made = time.monotonic(), 0, min(at_once, calls)
        for _ in range(made):
            self.dial(where)
        while over < calls:
            ended = sum(frame.content_type == "text/event-plain" for frame in self._frames())
            over += ended
            more = min(ended, calls - made)
            for _ in range(more):
                self.dial(where)
            made += more
        took = time.monotonic() - begun
        self._socket.sendall(b"noevents\n\n")
        until(lambda: self.up() == 0, "the switch to have no call up", SOON_S)
        return calls / took

    def up(self) -> int:
        """Legs that the switch has."""
        return int(self.console.api("show channels count").split()[0])

    def close(self) -> None:
        self._socket.close()
        self.console.close()

    def _frames(self) -> list[Frame]:
        """At least one."""
        found: list[Frame] = []
        while not found:
            data = self._socket.recv(1 << 18)
            if not data:
                raise ConnectionError("the switch closed the event socket")
            found = self._reader.feed(data)
        return found
