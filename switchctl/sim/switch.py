"""The simulated switch as a whole: what is up, what it knows, and the parts it is made of."""

from __future__ import annotations

import random
import time
import uuid as uuids
from pathlib import Path

import gevent
from gevent.event import Event as Flag

# The apps and api commands register themselves when their rooms are imported.
from . import (  # noqa: F401  # noqa: F401
    api_calls,
    api_channels,
    api_show,
    api_sim,
    api_system,
    apps,
    bridge_app,
    callcenter,
    conference,
    course,
    digits,
    eavesdrop,
    limits,
    phones,
    playing,
)
from .bus import Bus
from .callers import Arrivals, Caller
from .carrier import Carrier
from .causes import SHUTDOWN
from .channel import Channel
from .dialplan import Dialplan, recorded, staged
from .dialstring import Target
from .events import Stamp
from .faults import Faults
from .media import Sounds
from .options import Options
from .profile import Profile
from .registry import Registry, parse_phones
from .server import Server
from .siblings import Gate, Outgoing
from .variables import of_caller
from .wire import Link

VERSION = "1.10.12-sim"


class Switch:
    """Everything that is up, in one process. Start it in a gevent hub; nothing here blocks another."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.core_uuid = str(uuids.uuid4())
        self.hostname = options.name
        self.domain = options.domain
        self.secret = options.secret
        self.random = random.Random(options.seed)
        self.bus = Bus(Stamp(self.core_uuid, self.hostname))
        self.faults = Faults(options.seed)
        self.channels: dict[str, Channel] = {}
        self.sessions: dict[Link, None] = {}  # in the order of their coming
        self.globals = {
            "core_uuid": self.core_uuid, "hostname": self.hostname, "domain": self.domain,
            "cc_lease": options.lease.partition("|")[0], "trunk_channels": str(options.trunk_channels),
        }  # fmt: skip
        self.conferences: dict[str, conference.Conference] = {}
        self.members_made = 0
        self.limits: dict[str, set[str]] = {}
        """What is counted → ids of the calls that hold it."""
        self.registry = Registry(self.bus, self.domain, *options.extensions, parse_phones(options.phones))
        self.carrier = Carrier(random.Random(options.seed + 1))
        self.sounds = Sounds(options.prompts, options.prompt_seconds)
        book = recorded if options.dialplan == "recorded" else staged
        self.dialplan = Dialplan(book(options.lease, options.standby))
        self.queues = callcenter.Queues(self)
        self.arrivals = Arrivals(self, options.dids, options.nature, options.seed + 2)
        self.cdr_folder = Path(options.cdr) if options.cdr else None
        if self.cdr_folder is not None:
            self.cdr_folder.mkdir(parents=True, exist_ok=True)
        self.server = Server(self, *options.esl)
        self.gate = Gate(self, *options.siblings) if options.siblings else None
        self.paused = False  # fsctl pause inbound: no new call, no new registration
        self.port = 0
        self.started = time.time()
        self.sessions_made = 0
        self.peak = 0
        self.stopping = False
        self.ended = Flag()

    def start(self) -> None:
        """Listen, and let callers come."""
        self.port = self.server.start()
        if self.gate is not None:
            self.gate.start()
        gevent.spawn(self._beat)
        if self.options.rate:
            self.arrivals.set_rate(self.options.rate)

    # -- channels

    def next_session(self) -> int:
        self.sessions_made += 1
        return self.sessions_made

    def live(self, uuid: str) -> Channel | None:
        """A channel that can still be told something; one that is hung up is as good as gone."""
        ch = self.channels.get(uuid)
        return ch if ch is not None and not ch.cause else None

    def calls(self) -> int:
        return sum(1 for ch in self.channels.values() if ch.direction == "inbound" and not ch.cause)

    def call(self, number: str, did: str, name: str = "") -> Channel:
        """Somebody dials a number of ours. The caller does nothing by himself; his far end can be told."""
        uuid = str(uuids.uuid4())
        shown = name.replace("${", "%{")
        profile = Profile(
            "inbound",
            uuid,
            f"sofia/external/{number}@127.0.0.1",
            did,
            "public",
            "mod_sofia",
            cid_name=shown,
            cid_number=number,
            username=number,
            dialplan="XML",
            network_addr="127.0.0.1",
        )
        ch = Channel(self, profile, of_caller(uuid, self.sessions_made + 1, number, shown, did))
        self.channels[uuid] = ch
        self.peak = max(self.peak, len(self.channels))
        ch.far = Caller(ch)
        gevent.spawn(course.inbound, ch)
        return ch

    def refusal(self, target: Target) -> str:
        """Why this target makes no channel at all; empty when it does."""
        if target.kind == "user":
            return self.registry.refusal(target.number)
        if target.kind == "gateway":
            return "" if target.gateway == self.carrier.gateway else "INVALID_GATEWAY"
        if target.kind == "sibling":
            return ""
        return target.number if target.kind == "error" else "CHAN_NOT_IMPLEMENTED"

    def ring(self, ch: Channel, target: Target) -> None:
        phones.ring(self, ch, target)

    def outgoing(self, ch: Channel, target: Target) -> Outgoing:
        """Bring a leg to another switch."""
        return Outgoing(ch, target)

    def bridged(self, a: Channel, b: Channel) -> None:
        """Two parties talk: the caller's talk time runs."""
        for leg, other in ((a, b), (b, a)):
            if isinstance(leg.far, Caller):
                leg.far.bridged(other)

    def hung_up(self, ch: Channel) -> None:
        """A channel has ended; for those who watch."""

    def forget(self, ch: Channel) -> None:
        if self.channels.get(ch.uuid) is ch:
            del self.channels[ch.uuid]

    # -- life

    def _beat(self) -> None:
        while not self.stopping:
            up = int(time.time() - self.started)
            self.bus.fire(
                "HEARTBEAT",
                Event_Info="System Ready",
                Up_Time=f"0 years, 0 days, 0 hours, {up // 60} minutes, {up % 60} seconds",
                FreeSWITCH_Version=VERSION,
                Uptime_msec=str(up * 1000),
                Session_Count=str(len(self.channels)),
                Max_Sessions="2000",
                Session_Per_Sec="500",
                Session_Since_Startup=str(self.sessions_made),
                Session_Peak_Max=str(self.peak),
                Heartbeat_Interval=f"{self.options.heartbeat:g}",
                Idle_CPU="90.0",
            )
            gevent.sleep(self.options.heartbeat)

    def shutdown(self) -> None:
        """In order, as measured: SHUTDOWN, every leg hung up, a notice to every controller, the end."""
        if self.stopping:
            return
        self.stopping = True
        self.arrivals.set_rate(0)
        self.server.stop()
        if self.gate is not None:
            self.gate.stop()
        self.bus.fire("SHUTDOWN", Event_Info="System Shutting Down")
        for ch in list(self.channels.values()):
            if ch.peer is not None and ch.peer.cause:  # measured: the second leg of a bridge knows of the first
                ch.variables["last_bridge_hangup_cause"] = ch.peer.cause
            ch.hangup(SHUTDOWN)
        gevent.sleep(self.options.farewell)
        for session in list(self.sessions):
            session.goodbye(text="The system is being shut down.\n")
        gevent.sleep(0.05)
        for session in list(self.sessions):
            session.close()
        self.ended.set()
