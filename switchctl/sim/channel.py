"""One channel: its state, its variables, what waits for it, and the events that it fires.

A channel runs in one greenlet of its own (course.py). Everybody else only leaves something for it and wakes
it: an execute in `inbox`, digits in `digits`, a `turn` (go somewhere else), or a hangup. An app looks at
these whenever it waits (waiting.py), as the apps of the real switch do when they read their channel's events.
"""

from __future__ import annotations

import uuid as uuids
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from gevent.event import Event as Flag

from .causes import SHUTDOWN, q850
from .events import BARE, Event, Headers, Value
from .profile import Profile, Times, now_us

if TYPE_CHECKING:
    from .dialplan import Action
    from .outbound import Outbound
    from .switch import Switch

STATES = {
    "CS_NEW": 0,
    "CS_INIT": 1,
    "CS_ROUTING": 2,
    "CS_SOFT_EXECUTE": 3,
    "CS_EXECUTE": 4,
    "CS_EXCHANGE_MEDIA": 5,
    "CS_PARK": 6,
    "CS_CONSUME_MEDIA": 7,
    "CS_HIBERNATE": 8,
    "CS_RESET": 9,
    "CS_HANGUP": 10,
    "CS_REPORTING": 11,
    "CS_DESTROY": 12,
    "CS_NONE": 13,
}


class Execute(msgspec.Struct):
    """An app that somebody asked this channel to run (sendmsg, uuid_broadcast)."""

    app: str
    data: str = ""
    uuid: str = ""
    locked: bool = False
    loops: int = 1
    raw: str = ""


class Channel:
    """`far` is the party at the other end of the wire (a caller, a phone, a carrier): an object with
    `hung_up(channel)`, told once when the channel ends, and `bridged(channel)`, told at each bridge."""

    def __init__(self, switch: Switch, profile: Profile, variables: dict[str, Value]) -> None:
        self.switch = switch
        self.uuid = profile.uuid
        self.profile = profile
        self.direction = profile.direction
        self.name = profile.channel_name
        self.variables = variables
        self.times = Times(created=now_us())
        self.number = switch.next_session()
        self.introduced = profile.direction == "outbound"  # the first event of a call knows no caller yet
        self.state = "CS_NEW" if self.direction == "inbound" else "CS_NONE"
        self.callstate = "DOWN"
        self.answer_state = "ringing"
        self.call_uuid = self.uuid
        self.presence_id = ""
        self.has_codec = self.direction == "inbound"
        self.cause = ""  # set once the channel is hung up
        self.disposition = "send_bye"  # who ended the SIP call, and how
        self.turn: Callable[[], None] | None = None  # where to go instead of what it does now
        self.resume = False  # leave the running dialplan action for the next one
        self.over: Callable[[], bool] | None = None  # in a bridge: says that the bridge has ended
        self.peer: Channel | None = None  # who it is bridged to now
        self.other: Channel | None = None  # last partner: Other-Leg-... stays after the bridge
        self.role = ""  # originator or originatee: what `other` was to us
        self.actions: deque[Action] = deque()  # the rest of the dialplan
        self.inbox: deque[Execute] = deque()
        self.digits: deque[str] = deque()
        self.dialed = ""  # every digit pressed so far
        self.breaks = 0
        self.plays = 0  # playbacks that run, one inside the other
        self.recordings: list[str] = []
        self.lock = False  # a locked app runs: the inbox waits
        self.wake = Flag()
        self.answered = Flag()
        self.reported = Flag()  # HANGUP_COMPLETE is out
        self.claimed: Channel | None = None  # the A leg that took this leg out of CS_RESET
        self.last_app = self.shown_app = ("", "")  # `show channels` also names uuid_bridge
        self.app_log: list[tuple[str, str, int]] = []
        self.controls: list[Outbound] = []
        self.far: object | None = None
        self.held = False
        self.stolen = False  # bridged by somebody while it still rang
        self.watcher: Flag | None = None  # who dials this leg wants to know what happens to it

    @property
    def ready(self) -> bool:
        """False as soon as the running app must end: hung up, sent elsewhere, told to go on, bridge over."""
        return not self.cause and self.turn is None and not self.resume and not (self.over and self.over())

    def get(self, name: str, default: str = "") -> str:
        value = self.variables.get(name, default)
        return value if isinstance(value, str) else value[-1]

    def put(self, name: str, value: str | None) -> None:
        """Set a variable; None or an empty text removes it, as in `uuid_setvar u name`."""
        if value:
            self.variables[name] = value
        else:
            self.variables.pop(name, None)

    def true(self, name: str) -> bool:
        return self.get(name).lower() in ("true", "yes", "on", "1")

    # -- events

    def basics(self) -> Headers:
        """State, identity, caller and other leg: what every event of a channel carries."""
        head: Headers = {
            "Channel-State": self.state,
            "Channel-Call-State": self.callstate,
            "Channel-State-Number": str(STATES[self.state]),
            "Channel-Name": self.name,
            "Unique-ID": self.uuid,
            "Call-Direction": self.direction,
            "Presence-Call-Direction": self.direction,
            "Channel-HIT-Dialplan": "true" if self.direction == "inbound" else "false",
        }
        if self.presence_id:
            head["Channel-Presence-ID"] = self.presence_id
        head["Channel-Call-UUID"] = self.call_uuid
        head["Answer-State"] = self.answer_state
        if self.cause:
            head["Hangup-Cause"] = self.cause
        if self.has_codec:
            for way in ("Read", "Write"):
                head[f"Channel-{way}-Codec-Name"] = "PCMU"
                head[f"Channel-{way}-Codec-Rate"] = "8000"
                head[f"Channel-{way}-Codec-Bit-Rate"] = "64000"
        if self.introduced:
            head.update(self.profile.headers("Caller", self.times))
        if self.other is not None:
            head["Other-Type"] = self.role
            logical = "inbound" if self.other.direction == "outbound" else ""
            head.update(self.other.profile.headers("Other-Leg", self.other.times, logical))
        return head

    def full(self) -> Headers:
        """The basics and every variable."""
        head = self.basics()
        for name, value in self.variables.items():
            head[f"variable_{name}"] = value
        return head

    def fire(self, name: str, subclass: str = "", **extra: str) -> None:
        """Fire an event of this channel. Extra headers are given with `_` for `-`."""
        bus = self.switch.bus
        if not bus.wanted(name, subclass, self.uuid):
            bus.skip()
            return
        head = bus.stamp.headers(name, subclass)
        bare = name in BARE and self.cause != SHUTDOWN  # measured: a switch that shuts down leaves nothing out
        head.update(self.basics() if bare else self.full())
        for key, value in extra.items():
            head[key.replace("_", "-")] = value
        bus.deliver(Event(name, head, self.uuid))

    def to_state(self, state: str) -> None:
        self.state = state
        self.fire("CHANNEL_STATE")

    def to_callstate(self, callstate: str) -> None:
        before, self.callstate = self.callstate, callstate
        self.fire("CHANNEL_CALLSTATE", Original_Channel_Call_State=before)

    def presence(self) -> None:
        if self.presence_id:
            self.fire(
                "PRESENCE_IN",
                proto="any",
                login="switchctl.sim",
                status=self.state,
                event_type="presence",
                alt_event_type="dialog",
            )

    # -- what others leave for it

    def execute(self, order: Execute) -> None:
        order.uuid = order.uuid or str(uuids.uuid4())
        self.inbox.append(order)
        self.wake.set()

    def press(self, digits: str) -> None:
        """Digits pressed at the far end (or given by uuid_recv_dtmf)."""
        self.digits.extend(digits)
        self.wake.set()

    def send(self, turn: Callable[[], None]) -> None:
        """Make it leave what it does and take another course."""
        self.turn = turn
        self.wake.set()
        self.notify()

    def notify(self) -> None:
        """Tell whoever dials this leg, or waits for a leg that it dials, to look again."""
        if self.watcher is not None:
            self.watcher.set()

    def hangup(self, cause: str, disposition: str = "", status: int = 0) -> bool:
        """Hang up; False when it already is. `status` is the SIP answer that ended it (200 for a BYE)."""
        if self.cause:
            return False
        self.cause = cause
        self.answer_state = "hangup"
        self.times.hangup = now_us()
        if not disposition:
            up = self.answered.is_set()
            disposition = "send_bye" if up or self.direction == "inbound" else "send_cancel"
        if status:
            self.variables.update(
                sip_term_status=str(status), sip_term_cause=q850(cause), proto_specific_hangup_cause=f"sip:{status}"
            )
        self.disposition = disposition  # measured: a variable before CHANNEL_HANGUP only when refused
        if disposition == "recv_refuse":
            self.variables["sip_hangup_disposition"] = disposition
        self.fire("CHANNEL_HANGUP")
        if disposition.startswith("recv"):
            self.variables["sip_hangup_disposition"] = disposition
        for control in self.controls:
            control.session_hung_up()
        self.wake.set()
        if self.peer is not None:
            self.peer.wake.set()
        self.notify()
        return True
