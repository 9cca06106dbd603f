"""How many inputs a second the engine takes on one core, with 5,000 calls up.

The mix is the recording of fifty calls through ten agents: the very bytes of its events, with fresh ids for each
call. Measured is all that the daemon does with an input except the socket and the disk: bytes → typed event → core →
facts encoded and event-socket text rendered. Baseline, in the same run and on the same bytes: msgspec decoding them
into the same type. ``ratio`` is our inputs a second over the baseline's.

    .venv/bin/python bench/engine.py [--quick]
"""

import argparse
import itertools
import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import msgspec

from switchctl.contract import commands as c
from switchctl.contract import facts
from switchctl.contract.directory import Agent, Directory, Membership, Queue, Route
from switchctl.engine.brain import Brain
from switchctl.engine.perform import Perform
from switchctl.esl.events import Event, decode_event, decode_plain
from switchctl.model import effects as do
from tests.traces import rows

NODE = "node1"
AGENTS = 400
UP = 5_000
FOR_EVER = 2**62


class Counting:
    """Stands where links, leases, timers and inbox are; renders happened before anything reaches it."""

    def __init__(self) -> None:
        self.bytes = 0

    def command(self, data: bytes, done: object) -> None:
        self.bytes += len(data)

    def release(self, uuid: str) -> None: ...
    def set(self, key: str, at: int) -> None: ...
    def cancel(self, key: str) -> None: ...
    def put(self, what: object) -> None: ...


class Recording:
    """One call of the recording: its lease and its events, as bytes with the ids of that call in them."""

    def __init__(self) -> None:
        trace = rows("27")
        self.caller, self.agent = self._pair(trace)
        self.lease = b""
        self.events: list[bytes] = []
        for row in trace:
            if row.dir != "<" or self.caller not in row.raw and self.agent not in row.raw:
                continue
            if b"CHANNEL_DATA" in row.raw[:60]:
                self.lease = self.lease or row.raw
            elif row.conn == "inbound" and b"text/event-json" in row.raw[:80]:
                self.events.append(row.raw.partition(b"\n\n")[2])

    @staticmethod
    def _pair(trace: tuple) -> tuple[bytes, bytes]:
        bridge = next(row.raw for row in trace if row.dir == ">" and row.raw.startswith(b"api uuid_bridge"))
        caller, agent = bridge.split()[2:4]
        return caller, agent


class Bench:
    """A world of its own with ``UP`` calls waiting in it; ``call`` runs one more through its whole life."""

    def __init__(self) -> None:
        self.recording = Recording()
        self.sink = Counting()
        self.perform = Perform({NODE: self.sink}, self.sink, self.sink, self.sink)
        self.counter = itertools.count(1)
        self.next_offer = ""
        self.inputs = self.facts = 0
        agents = tuple(
            Agent(id=f"agent{n}", name=f"Agent {n}", extension=str(2000 + n), wrap_up_s=0) for n in range(AGENTS)
        )
        members = tuple(Membership(agent=agent.id) for agent in agents)
        directory = Directory(
            agents=agents,
            queues=(Queue(id="busy", name="Busy"), Queue(id="support", name="Support", members=members)),
            routes=(
                Route(number="4004", queue="support", greeting=""),
                Route(number="4005", queue="busy", greeting=""),
            ),
        )
        self.brain = Brain(directory, 1, self._new_id)
        self._do(self.brain.link_up(NODE, "core", 1))
        self._do(self.brain.channels(NODE, [], 1))
        for agent in agents:
            for kind in (c.SignIn, c.BecomeReady):
                self._do(self.brain.command(kind(id="b", agent=agent.id, deadline=FOR_EVER), 1))
        for n in range(UP):
            ev = Event(uuid=f"up{n}", destination="4005", timestamp=n + 1, created_us=n + 1)
            self._do(self.brain.lease_opened(NODE, ev, n + 1))

    def _new_id(self, kind: str) -> str:
        return self.next_offer if kind == "offer" else f"{kind}{next(self.counter)}"

    def _do(self, effects: list[do.Effect]) -> None:
        for effect in effects:
            if isinstance(effect, do.Tell):
                fact = effect.fact
                msgspec.structs.force_setattr(fact, "seq", next(self.counter))
                facts.encode(fact)
                self.facts += 1
            else:
                self.perform(effect)

    def lives(self, count: int) -> list[tuple[str, bytes, list[bytes]]]:
        """``count`` calls with their own ids, made before the clock runs."""
        made = []
        for _ in range(count):
            n = next(self.counter)
            caller, agent = f"c{n:035d}", f"a{n:035d}"
            ids = ((self.recording.caller, caller.encode()), (self.recording.agent, agent.encode()))
            made.append((agent, _replace(self.recording.lease, ids), [_replace(e, ids) for e in self.recording.events]))
        return made

    def run(self, lives: list[tuple[str, bytes, list[bytes]]]) -> float:
        """Run the calls' lives; seconds on this core."""
        inputs = 0
        start = time.process_time()
        for agent, lease, events in lives:
            self.next_offer = agent
            now = next(self.counter) * 1000
            self._do(self.brain.lease_opened(NODE, decode_plain(lease), now))
            for body in events:
                self._do(self.brain.event(NODE, decode_event(body), now))
            inputs += 1 + len(events)
        spent = time.process_time() - start
        self.inputs += inputs
        return spent


def _replace(raw: bytes, ids: tuple[tuple[bytes, bytes], ...]) -> bytes:
    for old, new in ids:
        raw = raw.replace(old, new)
    return raw


def baseline(lives: list[tuple[str, bytes, list[bytes]]]) -> tuple[int, float]:
    """msgspec alone on the same bytes: (inputs, seconds)."""
    decoder = msgspec.json.Decoder(Event, strict=False)
    inputs = 0
    start = time.process_time()
    for _, _, events in lives:
        for body in events:
            decoder.decode(body)
        inputs += len(events)
    return inputs, time.process_time() - start


def main() -> None:
    """Alternate rounds of ours and the baseline; medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a few seconds instead of half a minute")
    rounds = 5 if parser.parse_args().quick else 15
    bench = Bench()
    bench.run(bench.lives(50))
    ours, theirs = [], []
    for _ in range(rounds):
        lives = bench.lives(300)
        before = bench.inputs
        spent = bench.run(lives)
        ours.append((bench.inputs - before) / spent)
        inputs, spent = baseline(lives)
        theirs.append(inputs / spent)
        up = sum(bench.brain.counts()["calls"].values())
        assert up == UP, f"{up} calls up instead of {UP}: the lives did not run to their end"
    assert bench.brain.counts()["agents"] == {"ready": AGENTS}
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    print(f"{rounds} rounds of 300 calls with {len(bench.recording.events) + 1} inputs each, {UP} calls up")
    print(
        json.dumps(
            {
                "bench": "engine",
                "per_second": round(statistics.median(ours)),
                "baseline": "msgspec decoding of the same bytes into the same type",
                "baseline_per_second": round(statistics.median(theirs)),
                "ratio": round(ratio, 3),
                "calls_up": UP,
                "inputs": bench.inputs,
                "facts": bench.facts,
                "esl_bytes": bench.sink.bytes,
            }
        )
    )


if __name__ == "__main__":
    main()
