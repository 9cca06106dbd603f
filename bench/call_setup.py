"""How many calls a second a real FreeSWITCH sets up, greets and ends when switchctl says so.

    .venv/bin/python bench/call_setup.py [--quick] [--calls N] [--at-once N]

Each call is a `null` leg that dials a number of the centre which leads nowhere: switchctl is given it by the outbound
socket, answers, plays a sentence of 0.2 s, and ends the call; each is told as facts, written to the journal and
published. The baseline is the switch alone with the same three steps in its dialplan. So many calls are up at a time
that neither waits for the sentence. The two run by turns, and ``ratio`` is the median of ours over the baseline's of
each pair: first with the daemon alone, then (``ratio_with_web``) beside everything that `make run` starts, with a
second daemon that stands by. Exit 3, and no figure, without a FreeSWITCH.

What the baseline is and is not (CPU of the switch a call, on a busy machine): its steps alone are 5.3 to 6 ms. It has
the same sound and the same record as ours, but no limit of channels and none of the settings that let a call survive
its daemon (1 ms): a dialplan with these promises costs that, too. On the other hand the daemon hears its events as
well (1.9 ms, 28 KB a call), which a switch alone would not have to write.

The last line is JSON: ``per_second``, ``baseline_per_second``, ``ratio``, ``with_web_per_second``,
``baseline_with_web_per_second``, ``ratio_with_web``, ``calls`` of each run, ``pairs``, ``untold`` (calls whose end no
fact tells: 0).
"""

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.rig.nulls import Legs  # noqa: E402  after the path
from bench.rig.stack import Stack  # noqa: E402
from switchctl.contract import facts as f  # noqa: E402
from switchctl.contract.names import MAIN  # noqa: E402
from tests.daemon.stage import centre  # noqa: E402
from tests.freeswitch.centre import Centre  # noqa: E402
from tests.freeswitch.conftest import _tone, running_switch  # noqa: E402
from tests.freeswitch.endpoint import Endpoint  # noqa: E402
from tests.freeswitch.switch import DOMAIN, Switch, binary  # noqa: E402
from tests.freeswitch.until import until  # noqa: E402
from tests.ports import free_port  # noqa: E402

LIMIT, LIMIT_WITH_WEB = 0.6, 0.5
SENTENCE_S = 0.2
OURS = "4999 XML public"
PLAIN = "answer,playback:ivr/sorry.wav,hangup inline"
"""Steps of a dialplan, written in the command: not even a file of rules is searched."""


class Told:
    """Counts the ends that were told, from where the stream of facts stood."""

    def __init__(self, redis) -> None:
        self.redis = redis
        self.seen: set[str] = set()
        self._from = (redis.xrevrange(MAIN.facts, count=1) or [(b"0-0", {})])[0][0]

    def ends(self) -> int:
        for entry, fields in self.redis.xrange(MAIN.facts, min=b"(" + self._from):
            self._from, fact = entry, f.decode(fields[b"f"])
            if isinstance(fact, f.CallEnded):
                self.seen.add(fact.call_id)
        return len(self.seen)


def pairs(switch: Switch, redis, count: int, calls: int, at_once: int) -> dict[str, float]:
    """The figures of so many pairs of runs, by turns; which is first changes, too."""
    _tone(switch.folder / "sounds" / "ivr" / "sorry.wav", 440, SENTENCE_S)
    legs, told = Legs(switch), Told(redis)
    for where in (OURS, PLAIN):
        legs.rate(where, at_once, at_once)
    ours, plain = [], []
    for place in range(count):
        for mine in (True, False) if place % 2 else (False, True):
            (ours if mine else plain).append(legs.rate(OURS if mine else PLAIN, calls, at_once))
    made = at_once + count * calls
    try:
        until(lambda: told.ends() >= made, "each call's end to be told", 30)
    except (AssertionError, TimeoutError):
        pass  # they are counted
    legs.close()
    return {
        "per_second": round(statistics.median(ours), 1), "baseline_per_second": round(statistics.median(plain), 1),
        "ratio": round(statistics.median(a / b for a, b in zip(ours, plain, strict=True)), 2),
        "untold": made - told.ends(),
    }  # fmt: skip


def alone(folder: Path, *how: int) -> dict[str, float]:
    """With the daemon alone."""
    with running_switch(folder / "switch") as switch:
        outside = Endpoint(switch.phones_port, switch.trunk_port, DOMAIN)
        (folder / "daemon").mkdir()
        desk = Centre(folder / "daemon", free_port, switch, outside)
        try:
            desk.start(centre())
            desk.fact(f.WorldStated)
            return pairs(switch, desk.redis, *how)
        finally:
            desk.end()
            outside.close()


def with_web(folder: Path, *how: int) -> dict[str, float]:
    """Beside web, feeders, database, and the daemon that stands by."""
    stack = Stack(folder)
    try:
        stack.start(2)
        return pairs(stack.switch, stack.redis, *how)
    finally:
        stack.end()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one pair, with the daemon alone")
    parser.add_argument("--calls", type=int, default=1000, help="of each run (1000)")
    parser.add_argument("--at-once", type=int, default=150, help="so many are up at a time (150)")
    asked = parser.parse_args()
    if binary() is None:
        print("No FreeSWITCH: put `freeswitch` on the PATH or name it in TEST_FREESWITCH_BIN.", file=sys.stderr)
        return 3
    how = (1, 500, asked.at_once) if asked.quick else (5, asked.calls, asked.at_once)
    temporary = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    with temporary as folder:
        told = {"bench": "call_setup", **alone(Path(folder), *how), "calls": how[1], "pairs": how[0]}
        told["baseline"] = "the same three steps in the switch's own dialplan"
        if not asked.quick:
            other = with_web(Path(folder) / "stack", *how)
            told |= {"ratio_with_web": other["ratio"], "with_web_per_second": other["per_second"]}
            told |= {"baseline_with_web_per_second": other["baseline_per_second"]}
            told["untold"] += other["untold"]
    print(json.dumps(told))
    met = told["ratio"] >= LIMIT and told.get("ratio_with_web", 1) >= LIMIT_WITH_WEB and not told["untold"]
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
