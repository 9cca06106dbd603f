"""kill -9 of every process of ours, in random order, under a busy centre on a real FreeSWITCH.

    .venv/bin/python bench/chaos.py [--quick] [--rounds N] [--file chaos.jsonl] [--seed S]

A round has 100 calls up, at least 8 in each state (greeting, waiting, offered, talking, held), real SIP and real
sound; each of the processes is killed once in it. A whole round is a line of the file, and a run goes on where the
file ends. ``--quick``: one kill of each with 20 calls, no file. Exit 3, and no figure, without a FreeSWITCH.

After each kill ``regained_s`` runs until all of it works again: the web answers, an order given in Redis went through
a daemon and came back as a row in PostgreSQL and on the live view, both daemons know their part, and (when the leader
was killed) every caller who was not talking is in its hands again, or talks by now.

The last line is JSON: ``lost`` (callers without an ended record), ``doubled`` (more than one record or end),
``talking_dropped`` (joined parties of whom one was cut off or no longer hears the other), ``stuck`` (calls and agents
left over when all callers have gone), ``regained_s`` (median), its worst, and how many kills of which process.
Baseline of the same kind: ``no_standby_s``, the time until a *restarted* daemon alone would have taken over, taken
from the same kills (kill of the leader → that very process answers again).
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.rig.books import Books  # noqa: E402  after the path
from bench.rig.people import People, Wanted  # noqa: E402
from bench.rig.stack import KINDS, Stack, until  # noqa: E402
from bench.rig.staff import PROBE  # noqa: E402
from switchctl.contract import commands as c  # noqa: E402
from tests.freeswitch.switch import binary  # noqa: E402

FULL = Wanted(calls=100, greeting=10, offered=10, talking=12, held=10)
QUICK = Wanted(calls=20, greeting=4, offered=4, talking=4, held=4)
REGAIN_WITHIN = 60.0
AT_REST_WITHIN = 30.0


class Chaos:
    """One stack, one crowd, any number of rounds."""

    def __init__(self, stack: Stack, wanted: Wanted, chance: random.Random) -> None:
        self.stack = stack
        self.chance = chance
        self.people = People(stack, wanted, chance)
        self.books = Books(stack)
        self._told: set[str] = set()

    def round(self) -> dict:
        """Kill each once; the round's figures."""
        kinds = list(KINDS)
        self.chance.shuffle(kinds)
        kills = []
        for kind in kinds:
            self.people.fill()
            kills.append(self.kill(kind))
            print(f"  {kind:<14}{kills[-1]}", flush=True)
            if self.people.wanted is FULL:
                self.people.some_leave(2)
        return {"kills": kills, **self.end()}

    def kill(self, kind: str) -> dict:
        """One kill and what came of it; times in seconds."""
        talks = self.people.talks()
        with_nobody = self.people.calls("flow", "waiting", "offered")
        leader = self.stack.leader()
        state = "offline" if self.people.probe_is("paused") else "paused"
        began, wall = time.monotonic(), time.time_ns() // 1000
        self.stack.kill(kind)
        again = None
        sent = 0.0
        while time.monotonic() - began < REGAIN_WITHIN:
            now = time.monotonic()
            if now - sent > 0.4:
                self.people.order(c.SignOut if state == "offline" else c.SignIn, PROBE, 2)
                sent = now
            self.stack.look_after()
            if kind == "daemon" and again is None and self.stack.daemons[leader].role:
                again = now - began
            if self.regained(kind, leader, with_nobody) and self.probed(state, wall):
                break
            time.sleep(0.03)
        else:
            roles = [(daemon.role, daemon.metric("leases")) for daemon in self.stack.daemons]
            raise TimeoutError(
                f"not regained within {REGAIN_WITHIN:g} s after the kill of {kind}: {roles} (role, leases) for"
                f" {len(with_nobody)} callers, {self.people.stages()}, probed {self.probed(state, wall)}"
            )
        regained = time.monotonic() - began
        dropped = [talk for talk in talks if not talk.stands]
        deadline = time.monotonic() + 3
        silent = [talk for talk in talks if talk.stands and not talk.held]
        while silent and time.monotonic() < deadline:
            silent = [talk for talk in silent if not talk.heard]
            time.sleep(0.05)
        if kind == "daemon" and again is None:
            until(lambda: (self.stack.look_after(), self.stack.daemons[leader].role)[1], "the old leader", 30)
            again = time.monotonic() - began
        return {
            "kind": kind, "regained_s": round(regained, 2), "talks": len(talks),
            "talking_dropped": len(dropped) + len(silent), "no_standby_s": again and round(again, 2),
        }  # fmt: skip

    def regained(self, kind: str, leader: int, callers: set[str]) -> bool:
        """All that is not shown by the probe."""
        if kind == "standby":
            return self.stack.daemons[1 - leader].role == "standby"
        if kind != "daemon":
            return self.stack.web_serves()
        leads = [daemon for daemon in self.stack.daemons if daemon.role == "leader"]
        # One whom the switch's own queue found an agent meanwhile talks, and needs nobody's hands.
        return len(leads) == 1 and leads[0].metric("leases") >= len(callers - self.people.calls("talking", "held"))

    def probed(self, state: str, since: int) -> bool:
        return self.people.probe_is(state) and self.books.probe_told(state, since)

    def end(self) -> dict:
        """Everybody leaves; the books of all who came since the last time."""
        self.people.all_leave()
        numbers = set(self.people.numbers) - self._told
        self._told |= numbers
        deadline = time.monotonic() + AT_REST_WITHIN
        while True:
            lost, doubled, stuck = self.books.lost(numbers), self.books.doubled(numbers), self.stuck()
            if not (lost or doubled or stuck) or time.monotonic() > deadline:
                break
            time.sleep(0.2)
        if lost or doubled or stuck:
            print(f"  lost {sorted(lost)} doubled {sorted(doubled)} stuck {stuck}", flush=True)
        return {"calls": len(numbers), "lost": len(lost), "doubled": len(doubled), "stuck": len(stuck)}

    def stuck(self) -> list[str]:
        """Channels, live calls and agents in the middle of a call, when nobody calls."""
        live = self.people.live()
        free = ("ready", "paused", "offline", "unreachable")
        busy = [name for name, agent in live.get("agents", {}).items() if agent["state"] not in free]
        return [*self.books.channels(), *live.get("calls", {}), *busy]


def total(rounds: list[dict]) -> dict:
    """The figures of all rounds."""
    kills = [kill for one in rounds for kill in one["kills"]]
    times = [kill["regained_s"] for kill in kills]
    by_kind = {kind: [kill["regained_s"] for kill in kills if kill["kind"] == kind] for kind in KINDS}
    alone = [kill["no_standby_s"] for kill in kills if kill["no_standby_s"] is not None]
    return {
        "rounds": len(rounds),
        "kills": len(kills),
        "calls": sum(one["calls"] for one in rounds),
        **{name: sum(one[name] for one in rounds) for name in ("lost", "doubled", "stuck")},
        "talking_dropped": sum(kill["talking_dropped"] for kill in kills),
        "talks": sum(kill["talks"] for kill in kills),
        "regained_s": round(statistics.median(times), 2),
        "regained_worst_s": max(times),
        "regained_of": {kind: round(statistics.median(of), 2) for kind, of in by_kind.items() if of},
        "no_standby_s": round(statistics.median(alone), 2) if alone else None,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one kill of each with 20 calls")
    parser.add_argument("--rounds", type=int, default=1, help="how many whole rounds the file shall have (1)")
    parser.add_argument("--file", type=Path, default=Path("var/chaos.jsonl"), help="one line a round")
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--folder", type=Path, help="keep logs and state here")
    options = parser.parse_args()
    if binary() is None:
        print("No FreeSWITCH: put `freeswitch` on the PATH or name it in TEST_FREESWITCH_BIN.", file=sys.stderr)
        return 3
    begun = time.monotonic()
    done = []
    if not options.quick and options.file.exists():
        done = [json.loads(line) for line in options.file.read_text().splitlines() if line.endswith("}")]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        folder = options.folder or Path(temporary)
        folder.chmod(0o755) if folder.exists() else folder.mkdir(parents=True)
        stack = Stack(folder)
        try:
            chaos = Chaos(stack, QUICK if options.quick else FULL, random.Random(options.seed + len(done)))
            if options.quick or len(done) < options.rounds:
                stack.start(chaos.people.wanted.agents)
                chaos.people.come_to_work()
                print(f"  agents are at work after {time.monotonic() - begun:.0f} s", flush=True)
            while options.quick and not done or not options.quick and len(done) < options.rounds:
                done.append(chaos.round())
                if not options.quick:
                    options.file.parent.mkdir(parents=True, exist_ok=True)
                    with options.file.open("a") as file:
                        file.write(json.dumps(done[-1]) + "\n")
            print(json.dumps(total(done)))
        finally:
            stack.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
