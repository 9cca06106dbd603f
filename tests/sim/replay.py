"""Plays the controller's part of a recorded trace against the simulated switch, with the same outside world.

The rows that the controller sent are sent again, each as soon as the switch has shown every event that the
recording had shown before it. Uuids of calls from outside are rewritten; all other ids are the controller's own.
"""

import json
import re
import time

from switchctl.sim.harness import SimSwitch
from tests import traces
from tests.sim.wires import Event, Listener, Wire, connect, until

PATIENCE = 20.0
UNORDERED = {"CUSTOM", "PRESENCE_IN", "PRIVATE_COMMAND", "CALL_UPDATE"}  # README: in any place of a channel
FLEETING = {"CHANNEL_STATE CS_CONSUME_MEDIA"}  # comes or not, by a few milliseconds, at the B leg of every bridge
UNSURE = ("CHANNEL_PARK",)  # on an outbound connection: `myevents` comes before or after it
DIALS = re.compile(r"caller (\d+) dials (\d+)")
PRESSES = re.compile(r"caller presses (\S+)")


def label(event: Event) -> str:
    """The name of an event, with the state that a CHANNEL_STATE or CHANNEL_CALLSTATE tells."""
    name = str(event["Event-Name"])
    if name == "CHANNEL_STATE":
        return f"{name} {event['Channel-State']}"
    if name == "CHANNEL_CALLSTATE":
        return f"{name} {event['Channel-Call-State']}"
    if name in ("CHANNEL_EXECUTE", "CHANNEL_EXECUTE_COMPLETE"):
        return f"{name} {event['Application']}"
    return name


def by_channel(events: list[Event]) -> dict[str, list[Event]]:
    """The ordered events of each channel, channels in the order in which they came up."""
    found: dict[str, list[Event]] = {}
    for event in events:
        uuid = event.get("Unique-ID")
        if uuid and "Channel-State" in event:
            found.setdefault(uuid, [])
            if event["Event-Name"] not in UNORDERED and label(event) not in FLEETING:
                found[uuid].append(event)
    return found


def _count(events: list[Event], without: tuple[str, ...]) -> int:
    return sum(event["Event-Name"] not in without for event in events)


class Replay:
    """One trace against one switch. `recorded` and `simulated` are the events of the observing connection."""

    def __init__(self, trace: str, sim: SimSwitch, primary: Listener, standby: Listener) -> None:
        self.trace = trace
        self.sim = sim
        self.listeners = {"outbound": primary, "standby": standby}
        self.open: dict[str, Wire] = {}
        self.recorded: list[Event] = []
        self.answers: dict[str, int] = {}  # recorded replies so far, by connection
        self.seen: dict[str, list[Event]] = {}  # recorded so far, by connection
        self.replies: list[tuple[str, str, str]] = []  # command, recorded answer, simulated answer
        self.names: dict[str, str] = {}  # recorded uuid -> simulated uuid
        self.callers: list[str] = []
        self.late = 0

    @property
    def simulated(self) -> list[Event]:
        return self.open["inbound"].events

    def run(self) -> None:
        before = 0.0
        rows = traces.rows(self.trace)
        together = ""
        for row, following in zip(rows, (*rows[1:], None), strict=True):
            text = row.raw.decode("utf-8", "replace")
            if row.dir == "<":
                self._seen(row.conn, text)
                continue
            self._catch_up()
            if row.conn == "note":
                time.sleep(min(0.3, max(0.0, row.t - before)))
                self._outside(text)
            elif row.dir == "#":
                self._opened(row.conn, text)
            elif text == "<EOF>":
                self.open[row.conn].close()
            else:
                together += self._rewrite(text)
                if following is None or following[1:3] != row[1:3] or following.is_end:
                    self.open[row.conn].send(together)  # said in one breath, as the controller did
                    together = ""
            before = row.t
        self._catch_up()

    # -- the recording

    def _seen(self, conn: str, text: str) -> None:
        if text.startswith("Content-Length") and "text/event-json" in text[:80]:
            event = json.loads(text.partition("\n\n")[2])
            self.seen.setdefault(conn, []).append(event)
            if conn == "inbound":
                self.recorded.append(event)
        elif text.startswith(("Content-Type: command/reply", "Content-Type: api/response", "Event-Name: CHANNEL_DATA")):
            self.answers[conn] = self.answers.get(conn, 0) + 1

    def _catch_up(self) -> None:
        """Wait until every channel has shown as many events as the recording has by now."""
        if "inbound" not in self.open:
            return
        self._match()
        if not until(self._level, PATIENCE if not self.late else 0.3):
            self.late += 1  # it differs; the comparison will say in what

    def _match(self) -> None:
        """Channels of both sides in the order in which they came up."""
        until(lambda: len(by_channel(self.simulated)) >= len(by_channel(self.recorded)), 1.0 if not self.late else 0.2)
        self.names = dict(zip(by_channel(self.recorded), by_channel(self.simulated), strict=False))

    def _level(self) -> bool:
        if any(len(self.open[conn].replies) < number for conn, number in self.answers.items()):
            return False
        for conn, seen in self.seen.items():
            theirs, ours = by_channel(seen), by_channel(self.open[conn].events)
            late = UNSURE if conn != "inbound" else ()
            if any(
                _count(ours.get(self.names.get(uuid, uuid), []), late) < _count(events, late)
                for uuid, events in theirs.items()
            ):
                return False
        jobs = sum(e["Event-Name"] == "BACKGROUND_JOB" for e in self.recorded)
        return sum(e["Event-Name"] == "BACKGROUND_JOB" for e in self.simulated) >= jobs

    # -- the controller and the outside world

    def _opened(self, conn: str, text: str) -> None:
        if text == "<CONNECTED>":
            self.open[conn] = connect(self.sim.port, self.sim.secret)
            self.answers[conn] = len(self.open[conn].replies)
        elif text == "<ACCEPTED>":
            kind, _, number = conn.partition("-")
            self.open[conn] = self.listeners[kind].take(int(number))

    def _rewrite(self, text: str) -> str:
        if text.startswith("auth "):
            return "api hostname\n\n"  # the connection has authenticated already
        for theirs, ours in self.names.items():
            text = text.replace(theirs, ours)
        return text

    def _outside(self, note: str) -> None:
        dials = DIALS.match(note)
        presses = PRESSES.match(note)
        if dials:
            self.callers.append(self.sim.call(dials.group(1), dials.group(2), "Zhang San"))
        elif presses:
            self.sim.press(self.callers[-1], presses.group(1))
        elif note.endswith("caller hangs up"):
            self.sim.hangup(self.callers[-1])
        elif note.startswith("agent") and note.endswith("hangs up"):
            self.sim.hangup(self._last_agent())
        elif note.startswith("agent phone presses"):
            self.sim.sim(("hold " if note.endswith("HOLD") else "unhold ") + self._last_agent())
        elif note.startswith("all remaining calls"):
            for uuid in self._up():
                self.sim.hangup(uuid)
        elif "nobody listens" in note or "inbound-1" in note:
            self.listeners["outbound"].close()

    def _up(self) -> list[str]:
        return [
            uuid
            for uuid, events in by_channel(self.simulated).items()
            if not any(e["Event-Name"] == "CHANNEL_HANGUP" for e in events)
        ]

    def _last_agent(self) -> str:
        return [uuid for uuid in self._up() if uuid not in self.callers][-1]
