"""From an agent's ready to her phone's ringing, on a real FreeSWITCH with a thousand callers waiting.

    .venv/bin/python bench/offer_latency.py [--quick] [--waiting N] [--times N]

The callers are `null` legs that wait in a queue of switchctl, in silence. One agent, whose phone is a program with real
SIP, becomes ready; measured is the time from the moment at which her command was accepted (the fact that she is ready)
to the moment at which its CHANNEL_CREATE was heard on a listening link: finding who has waited longest, the order to
the switch, and the switch's own work. (The time that stands in the event is the switch's own, some ms beside ours.)
``from_command_ms`` is the median from the moment at which the command was written for the daemon. She talks, her caller
leaves, another one comes, and it begins again.

The baseline, in the same run on the same switch with as many callers waiting in silence, is mod_callcenter: from
`callcenter_config agent set status … Available` to the leg. Exit 3, and no figure, without a FreeSWITCH.

A leg that waits costs the switch some 2 ms of CPU a second, whoever holds it: it has a 20 ms tick of its own and, while
the daemon has its lease, another one for that connection. So a machine can be too small for the callers. They come as
long as the switch leaves FREE of the cores; what is measured then is with those who are there, a line on stderr says
so, and the exit is 1. ``switch_cpu`` and ``baseline_switch_cpu`` are the cores that the switch takes of ``cores`` while
nothing happens but waiting, ``daemon_cpu`` those of the daemon.

The last line is JSON: ``median_ms``, ``p99_ms``, ``worst_ms``, ``from_command_ms``, ``asked``, ``waiting``, ``times``,
``cores``, ``switch_cpu``, ``daemon_cpu``, ``baseline_median_ms``, ``baseline_p99_ms``, ``baseline_times``,
``baseline_switch_cpu``.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from msgspec import structs  # noqa: E402  after the path

from bench.rig.busy import cores, cores_there  # noqa: E402
from bench.rig.nulls import Legs  # noqa: E402
from switchctl.contract import commands as c  # noqa: E402
from switchctl.contract import directory as d  # noqa: E402
from switchctl.contract import facts as f  # noqa: E402
from switchctl.esl.events import Event, decode_event  # noqa: E402
from tests.daemon.stage import centre  # noqa: E402
from tests.freeswitch.centre import Centre  # noqa: E402
from tests.freeswitch.conftest import running_switch  # noqa: E402
from tests.freeswitch.console import Console  # noqa: E402
from tests.freeswitch.endpoint import Endpoint  # noqa: E402
from tests.freeswitch.switch import DOMAIN, Switch, binary  # noqa: E402
from tests.freeswitch.until import until  # noqa: E402
from tests.ports import free_port  # noqa: E402

LIMIT_MS = 50.0
SILENCE = "silence_stream://-1"
NUMBER, QUEUE = "4005", "patience"
AT_ONCE = 50
"""So many callers are sent at a time, until all wait."""
AGENT = "1001@default"
FREE = 0.35
"""The share of the cores that the switch must leave, or no more callers come: fifty at once want more than that share
for a second, and a switch without it confirms no leader, so that callers go to the fail-safe queue."""


def layout() -> d.Directory:
    """One agent, and a queue whose music is silence."""
    queue = d.Queue(id=QUEUE, name="Patience", members=(d.Membership(agent="alice"),), music=SILENCE)
    return structs.replace(
        centre(wrap_up_s=0), queues=(queue,), routes=(d.Route(number=NUMBER, queue=QUEUE, greeting=""),)
    )


class Ear(Console):
    """Notes when each event came, in µs."""

    def __init__(self, switch: Switch) -> None:
        self.came: list[tuple[float, Event]] = []
        super().__init__(switch.esl_port, switch.secret, listen=True)

    def first(self, name: str, wanted: Callable[[Event], object]) -> tuple[float, Event]:
        """Waits for such an event."""

        def found() -> list[tuple[float, Event]]:
            return [(at, event) for at, event in list(self.came) if event.name == name and wanted(event)]

        return until(found, name)[0]

    def _listen(self) -> None:
        while True:
            try:
                frame = self._next()
            except OSError:
                return
            if frame.content_type == "text/event-json":
                self.came.append((time.time_ns() / 1000, decode_event(frame.body)))


class Ours:
    """switchctl's queue."""

    def __init__(self, switch: Switch, desk: Centre, legs: Legs) -> None:
        self.desk, self.legs = desk, legs
        self.ear = Ear(switch)
        (self.phone,) = desk.at_work("alice")
        self.phone.delay = 0.0
        desk.order(c.Pause, "alice", reason="break")
        desk.until(lambda: desk.state("alice") == "paused")
        self.waiting: set[str] = set()
        self.from_command: list[float] = []

    def fill(self, count: int) -> None:
        """Until so many wait."""
        while missing := count - len(self.waiting):
            more = {self.legs.dial(f"{NUMBER} XML public") for _ in range(min(missing, AT_ONCE))}
            self.desk.until(lambda more=more: more <= {e.call_id for e in self.desk.facts(f.QueueEntered)})
            self.waiting |= more

    def once(self) -> float:
        """In ms."""
        self.ear.came.clear()
        known = len(self.desk.facts(f.OfferMade))
        written = time.time_ns() / 1000
        self.desk.order(c.BecomeReady, "alice")
        offer = self.desk.until(lambda: self.desk.facts(f.OfferMade)[known:])[0]
        made, _event = self.ear.first("CHANNEL_CREATE", lambda event: event.uuid == offer.offer)
        ready = self.desk.facts(f.AgentStateChanged, agent="alice", state="ready")[-1].at
        self.from_command.append((made - written) / 1000)
        self.desk.fact(f.TalkStarted, call_id=offer.call_id)
        self.desk.order(c.PlanPause, "alice", reason="break")
        self.desk.until(lambda: self.desk.facts(f.PausePlanned)[-1:] != [])
        self.legs.console.api(f"uuid_kill {offer.call_id}")
        self.desk.until(lambda: self.desk.state("alice") == "paused")
        self.waiting.discard(offer.call_id)
        return (made - ready) / 1000

    def close(self) -> None:
        self.ear.close()


class Theirs:
    """The queue of mod_callcenter; no daemon lives."""

    def __init__(self, switch: Switch, legs: Legs, phone) -> None:
        self.legs, self.phone = legs, phone
        self.ear = Ear(switch)
        for order in (
            f"agent add {AGENT} callback", f"agent set contact {AGENT} [leg_timeout=20]user/1001@{DOMAIN}",
            f"agent set wrap_up_time {AGENT} 0", f"agent set status {AGENT} 'On Break'",
            f"agent set state {AGENT} Waiting", f"tier add failsafe@default {AGENT} 1 1",
        ):  # fmt: skip
            self._order(order)

    def fill(self, count: int) -> None:
        while missing := count - self._waiting():
            for _ in range(min(missing, AT_ONCE)):
                self.legs.dial("answer,callcenter:failsafe@default inline", cc_moh_override=SILENCE)
            time.sleep(1)

    def once(self) -> float:
        self.ear.came.clear()
        written = time.time_ns() / 1000
        self._order(f"agent set status {AGENT} Available")
        made, _event = self.ear.first("CHANNEL_CREATE", lambda event: event.destination.startswith("1001"))
        _at, joined = self.ear.first("CHANNEL_BRIDGE", lambda event: event.bridge_a)
        self._order(f"agent set status {AGENT} 'On Break'")
        for leg in (joined.bridge_a, joined.bridge_b):
            self.legs.console.api(f"uuid_kill {leg}")
        until(lambda: self.phone.in_state("ended"), "her phone to be let go")
        self._order(f"agent set state {AGENT} Waiting")
        return (made - written) / 1000

    def _waiting(self) -> int:
        return int(self.legs.console.api("callcenter_config queue count members failsafe@default"))

    def _order(self, words: str) -> None:
        self.legs.console.api(f"callcenter_config {words}")

    def close(self) -> None:
        self.ear.close()


def filled(side: Ours | Theirs, switch: Switch, asked: int) -> tuple[int, float]:
    """How many wait, which is ``asked`` unless the machine is too small, and the cores that they cost the switch."""
    for waiting in range(AT_ONCE, asked + AT_ONCE, AT_ONCE):
        waiting = min(waiting, asked)
        side.fill(waiting)
        if cores(switch.process.pid, 1.0) > cores_there() * (1 - FREE):
            break
    return waiting, cores(switch.process.pid, 5.0)


def quantile(values: list[float], percent: int) -> float:
    return round(statistics.quantiles(values, n=100, method="inclusive")[percent - 1], 1)


def measured(side: Ours | Theirs, waiting: int, times: int) -> list[float]:
    """The first one is not counted."""
    took = []
    for _ in range(times + 1):
        side.fill(waiting)
        took.append(side.once())
    side.close()
    return took[1:]


def figures(switch: Switch, folder: Path, asked: argparse.Namespace) -> dict[str, object]:
    outside = Endpoint(switch.phones_port, switch.trunk_port, DOMAIN)
    desk = Centre(folder, free_port, switch, outside)
    legs = Legs(switch)
    try:
        desk.start(layout())
        desk.fact(f.WorldStated)
        side = Ours(switch, desk, legs)
        waiting, busy = filled(side, switch, asked.waiting)
        daemon = cores(desk.daemon.pid)
        ours = measured(side, waiting, asked.times)
        desk.kill_daemon()
        switch.end_calls()
        until(lambda: legs.up() == 0, "the switch to have no call up", 60)
        other = Theirs(switch, legs, side.phone)
        their_busy = filled(other, switch, waiting)[1]
        theirs = measured(other, waiting, asked.baseline_times)
    finally:
        switch.end_calls()
        desk.end()
        outside.close()
    return {
        "bench": "offer_latency", "median_ms": round(statistics.median(ours), 1), "p99_ms": quantile(ours, 99),
        "worst_ms": round(max(ours), 1), "from_command_ms": round(statistics.median(side.from_command[1:]), 1),
        "asked": asked.waiting, "waiting": waiting, "times": len(ours), "cores": cores_there(),
        "switch_cpu": round(busy, 2), "daemon_cpu": round(daemon, 2), "baseline": "mod_callcenter, as many waiting",
        "baseline_median_ms": round(statistics.median(theirs), 1), "baseline_p99_ms": quantile(theirs, 99),
        "baseline_times": len(theirs), "baseline_switch_cpu": round(their_busy, 2),
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="100 callers, 10 times, 3 of the baseline")
    parser.add_argument("--waiting", type=int, default=1000, help="callers in the queue (1000)")
    parser.add_argument("--times", type=int, default=200, help="how often she becomes ready (200)")
    asked = parser.parse_args()
    asked.baseline_times = 30
    if asked.quick:
        asked.waiting, asked.times, asked.baseline_times = 100, 10, 3
    if binary() is None:
        print("No FreeSWITCH: put `freeswitch` on the PATH or name it in TEST_FREESWITCH_BIN.", file=sys.stderr)
        return 3
    temporary = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    with temporary as folder, running_switch(Path(folder) / "switch") as switch:
        (Path(folder) / "daemon").mkdir()
        told = figures(switch, Path(folder) / "daemon", asked)
    enough = told["waiting"] == told["asked"]
    if not enough:
        print(
            f"Too small a machine: for {told['waiting']} waiting callers the switch alone takes {told['switch_cpu']} of"
            f" {told['cores']} cores, so {told['asked']} were not tried. The figures are of {told['waiting']}.",
            file=sys.stderr,
        )  # fmt: skip
    print(json.dumps(told))
    return 0 if enough and float(str(told["median_ms"])) <= LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
