"""Open loop: the frames of a recorded trace go through frames → events → the core, which only watches and decides.

The recording's controller is the one whose orders reached the switch, so the replay makes the core's choices meet
them: when the recording rings an agent, that agent (and only she) becomes ready, and the core's offer gets the
recorded leg's id. Whom the core offers her is its own decision and must be the recording's caller. Prompts are
matched by their order on each leg. What comes out is a transcript of facts and of orders to the switch.
"""

import heapq
import json
import re
from collections import defaultdict
from collections.abc import Callable

import msgspec

from switchctl.contract import commands
from switchctl.contract.directory import Agent, Directory, Membership, Queue, Route
from switchctl.contract.facts import Fact
from switchctl.contract.live import LiveView
from switchctl.engine.brain import Brain
from switchctl.esl.events import Event, decode_event, decode_plain
from switchctl.esl.frames import FrameReader
from switchctl.model import effects as do
from tests.openloop.transcript import Transcript
from tests.traces import rows

NODE = "node1"
FOR_EVER = 2**62
SAME_MOMENT_US = 100_000
PROMPTS = {"playback", "play_and_get_digits"}
ORIGINATE = re.compile(r"origination_uuid=([^,}\]]+)[^}]*\}.*?user/(\d+)")
CALLER = re.compile(r"origination_caller_id_number=(\d+)")


def directory(greeting: str) -> Directory:
    """Everybody the recordings ring, in one queue; nobody wraps up by time, one miss pauses."""
    extensions = [*range(1001, 1011), *range(1021, 1031), 2001, 3001, 4001, 7777]
    agents = tuple(
        Agent(id=f"a{ext}", name=f"Agent {ext}", extension=str(ext), wrap_up_s=3600, max_misses=1) for ext in extensions
    )
    queue = Queue(id="support", name="Support", members=tuple(Membership(agent=a.id) for a in agents))
    numbers = [str(number) for number in range(4001, 4011)]
    return Directory(
        version=1, agents=agents, queues=(queue,),
        routes=tuple(Route(number=number, queue="support", greeting=greeting) for number in numbers),
    )  # fmt: skip


Disturb = Callable[[Event], list[Event]]
"""What the link does to one event: deliver it once, twice, or later."""


class Replay:
    """One trace, run to its end by ``run``; then ``transcript``, ``brain`` and ``view`` can be looked at."""

    def __init__(self, trace: str, greeting: str = "ivr/menu.wav", disturb: Disturb | None = None) -> None:
        self.rows = rows(trace)
        self.disturb = disturb or (lambda ev: [ev])
        self.transcript = Transcript()
        self.view = LiveView()
        self.facts: list[Fact] = []
        self.brain = Brain(directory(greeting), epoch=1, new_id=self._new_id)
        self.timers: list[tuple[int, str]] = []
        self.due: dict[str, int] = {}
        self.asked: list[str] = []
        self.jobs: dict[str, str] = {}
        self.offer_id = ""
        self.counter = 0
        self.played: dict[str, list[str]] = defaultdict(list)
        self.heard: dict[str, dict[str, int]] = defaultdict(dict)
        self.start = self._first_time()
        self.now = self.start
        self.readers: dict[str, FrameReader] = defaultdict(FrameReader)
        self.leases: dict[str, str] = {}

    def run(self) -> "Replay":
        """Feed every row; then let an hour pass, so that whatever waits for time gets it."""
        for t, conn, direction, raw in self.rows:
            self._pass_time(self.start + int(t * 1e6))
            if conn == "note":
                continue
            if direction == "#":
                if raw == b"<CONNECTED>" and conn == "inbound":
                    self._take(self.brain.link_up(NODE, self._core_after(t), self.now))
                    self._take(self.brain.channels(NODE, [], self.now))
            elif raw == b"<EOF>":
                self._closed(conn)
            elif direction == ">":
                self._ordered(conn, raw.decode("utf-8", "replace"))
            else:
                for frame in self.readers[conn].feed(raw):
                    self._frame(conn, frame)
        self._pass_time(self.now + 20 * 60 * 1_000_000)
        return self

    # --- the recording's side -----------------------------------------------------------------------------------

    def _first_time(self) -> int:
        for _, _, direction, raw in self.rows:
            found = re.search(rb'Event-Date-Timestamp"?: ?"?(\d+)', raw) if direction == "<" else None
            if found:
                return int(found[1])
        return 1_795_302_000_000_000

    def _core_after(self, t: float) -> str:
        for at, _, direction, raw in self.rows:
            found = re.search(rb'Core-UUID"?: ?"?([0-9a-f-]{36})', raw) if direction == "<" and at > t else None
            if found:
                return found[1].decode()
        return "core"

    def _closed(self, conn: str) -> None:
        self.readers.pop(conn, None)
        if conn == "inbound":
            self._take(self.brain.link_down(NODE, "EOF", self.now))
        elif conn in self.leases:
            self._take(self.brain.lease_closed(NODE, self.leases.pop(conn), self.now))

    def _ordered(self, conn: str, text: str) -> None:
        found = ORIGINATE.search(text)
        if found:
            caller = CALLER.search(text)
            job = re.search(r"Job-UUID: (\S+)", text)
            self._ring(found[1], f"a{found[2]}", caller[1] if caller else "")
            if job:
                self.jobs[job[1]] = found[1]
        elif text.startswith("api "):
            self.asked.append(text.split("\n", 1)[0][4:])

    def _ring(self, leg: str, agent: str, caller: str) -> None:
        """The recording rings this agent for this caller: make her, and only her, ready."""
        if agent not in self.brain.world.agents:
            return
        self.offer_id = leg
        self._let_first(caller)
        state = self.brain.world.agents[agent].state
        for kind in (commands.SignIn, commands.BecomeReady) if state == "offline" else (commands.BecomeReady,):
            self._take(self.brain.command(kind(id="replay", agent=agent, deadline=FOR_EVER), self.now), quiet=True)
        offer = self.brain.world.offers.get(leg)
        if offer is not None and caller:
            call = self.brain.world.calls[offer.call_id]
            assert call.number == caller, f"the core offers {call.number}, the recording rang for {caller}"
        ready = [a.id for a in self.brain.world.agents.values() if a.state == "ready"]
        for idle in ready:
            pause = commands.Pause(id="replay", agent=idle, deadline=FOR_EVER, reason="replay")
            self._take(self.brain.command(pause, self.now), quiet=True)

    def _let_first(self, caller: str) -> None:
        """Callers of the same moment: the recording took them as their sockets came, we as their channels were made."""
        queue = self.brain.world.queues["support"]
        calls = [self.brain.world.calls[call_id] for _, call_id in queue.waiting]
        call = next((call for call in calls if call.number == caller), None)
        if call is not None and call is not calls[0]:
            assert call.order - calls[0].order < SAME_MOMENT_US, "the recording rang for a caller who was not next"
            queue.leave(call)
            call.order = calls[0].order - 1
            queue.join(call)

    def _new_id(self, kind: str) -> str:
        if kind == "offer" and self.offer_id:
            leg, self.offer_id = self.offer_id, ""
            return leg
        self.counter += 1
        return f"{kind}{self.counter}"

    # --- the switch's side --------------------------------------------------------------------------------------

    def _frame(self, conn: str, frame) -> None:
        if frame.headers.get("Event-Name") == "CHANNEL_DATA":
            ev = decode_plain(frame.head)
            self.leases[conn] = ev.uuid
            self._take(self.brain.lease_opened(NODE, ev, self.now))
        elif conn == "inbound" and frame.content_type == "text/event-json":
            self._event(decode_event(frame.body))
        elif conn == "inbound" and frame.content_type == "text/event-plain":
            self._event(decode_plain(frame.body))
        elif frame.content_type == "api/response" and self.asked:
            asked = self.asked.pop(0)
            if asked == "show channels as json" and frame.body.startswith(b"{"):
                listing = json.loads(frame.body).get("rows", [])
                self._take(self.brain.channels(NODE, listing, self.now))

    def _event(self, ev: Event) -> None:
        if ev.name == "BACKGROUND_JOB":
            ev.job_uuid = self.jobs.get(ev.job_uuid, ev.job_uuid)
        if ev.name == "CHANNEL_EXECUTE" and ev.app in PROMPTS:
            self.heard[ev.uuid].setdefault(ev.app_uuid, len(self.heard[ev.uuid]))
        if ev.name == "CHANNEL_EXECUTE_COMPLETE" and ev.app in PROMPTS:
            nth = self.heard[ev.uuid].get(ev.app_uuid, len(self.heard[ev.uuid]))
            tokens = self.played[ev.uuid]
            ev.app_uuid = tokens[nth] if nth < len(tokens) else ""
        for event in self.disturb(ev):
            self._take(self.brain.event(NODE, event, self.now))

    # --- the core's side ----------------------------------------------------------------------------------------

    def _pass_time(self, until: int) -> None:
        while self.timers and self.timers[0][0] <= until:
            at, key = heapq.heappop(self.timers)
            if self.due.get(key) == at:
                del self.due[key]
                self.now = max(self.now, at)
                if not key.startswith(("reconcile", "wrap")):
                    self._take(self.brain.timer(key, self.now))
        self.now = max(self.now, until)

    def _take(self, effects: list[do.Effect], quiet: bool = False) -> None:
        for effect in effects:
            if isinstance(effect, do.SetTimer):
                self.due[effect.key] = effect.at
                heapq.heappush(self.timers, (effect.at, effect.key))
            elif isinstance(effect, do.CancelTimer):
                self.due.pop(effect.key, None)
            elif isinstance(effect, do.Play):
                self.played[effect.leg].append(effect.token)
            if isinstance(effect, do.Tell):
                self.facts.append(effect.fact)
                self._fold(effect.fact)
            self.transcript.add(effect)

    def _fold(self, fact: Fact) -> None:
        seq = len(self.facts)
        self.view.apply(msgspec.structs.replace(fact, id=f"replay:{seq}", seq=seq))

