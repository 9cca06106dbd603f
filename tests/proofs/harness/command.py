"""The command line of the harness: many histories, one table."""

import argparse
import contextlib
import itertools
import os
import sys
from collections import Counter
from pathlib import Path

import msgspec

from tests.proofs.harness import oracle
from tests.proofs.harness.faults import FAULTS, NOT_HERE
from tests.proofs.harness.history import History, Outcome, draw, play, play_all, shrink
from tests.proofs.harness.mutants import MUTANTS
from tests.proofs.virtual.clock import real_monotonic

SEEDS = Path(__file__).parent.parent / "seeds"


def main() -> int:
    """0 when every promise was kept in every history, 1 when not."""
    options = _options()
    if options.play:
        return _play_one(Path(options.play), options.broken)
    began, tally = real_monotonic(), Tally()
    kept = [read(path) for path in sorted(SEEDS.glob("*.json"))] if options.kept else []
    drawn = (draw(seed) for seed in itertools.count(options.seed))
    wanted = itertools.takewhile(lambda _: tally.injected < options.injections, drawn)
    played = play_all(itertools.chain(kept, wanted), options.workers, broken=options.broken)
    with contextlib.closing(played):
        for history, outcome in played:
            tally.add(outcome)
            if outcome.wrong and options.broken:
                break
            if outcome.wrong:
                _keep(history, outcome, Path(options.keep), options.shrink)
    tally.print(real_monotonic() - began)
    return 1 if tally.wrong else 0


class Tally:
    """Sums over histories. A broken promise is counted once a history, at every kind of fault that was in it."""

    def __init__(self) -> None:
        self.injections: Counter[str] = Counter()
        self.broken: Counter[tuple[str, str]] = Counter()
        self.wrong: Counter[str] = Counter()
        self.histories = self.calls = self.talks = self.facts = 0

    @property
    def injected(self) -> int:
        return sum(self.injections.values())

    def add(self, outcome: Outcome) -> None:
        self.histories += 1
        self.calls += outcome.calls
        self.talks += outcome.talks
        self.facts += outcome.facts
        self.injections.update(outcome.injections)
        for promise in {promise for promise, _ in outcome.wrong}:
            self.wrong[promise] += 1
            for fault in outcome.injections:
                self.broken[fault, promise] += 1

    def print(self, seconds: float) -> None:
        print(f"{'fault':18} {'of':9} {'injections':>10} " + " ".join(f"{name:>15}" for name in oracle.NAMES))
        for name, fault in FAULTS.items():
            row = " ".join(f"{self.broken[name, promise]:>15}" for promise in oracle.NAMES)
            print(f"{name:18} {fault.number:9} {self.injections[name]:>10} {row}")
        for number, why in NOT_HERE.items():
            print(f"{'-':18} {number:9} {'-':>10} {why}")
        totals = {name: self.wrong[name] for name in oracle.NAMES}
        summary = {
            "injections": self.injected, "histories": self.histories, "calls": self.calls, "talks": self.talks,
            "facts": self.facts, "seconds": round(seconds, 1), **totals,
        }  # fmt: skip
        print(msgspec.json.encode(summary).decode())


def _keep(history: History, outcome: Outcome, folder: Path, shorten: bool) -> None:
    promises = {promise for promise, _ in outcome.wrong}
    for promise, text in outcome.wrong[:6]:
        print(f"seed {history.seed}: {promise}: {text}", file=sys.stderr)
    if shorten:
        history = shrink(history, promises)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{history.seed}-{'-'.join(sorted(promises))}.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(history), indent=1) + b"\n")
    print(f"seed {history.seed}: {len(history.steps)} steps in {path}", file=sys.stderr, flush=True)


def read(path: Path) -> History:
    """A history that was kept."""
    return msgspec.json.decode(path.read_bytes(), type=History)


def _play_one(path: Path, broken: str) -> int:
    outcome = play(read(path), keep_log=True, broken=broken)
    print("\n".join(outcome.log))
    for promise, text in outcome.wrong:
        print(f"{promise}: {text}")
    return 1 if outcome.wrong else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.harness", description=__doc__)
    parser.add_argument("--injections", type=int, default=200, help="stop after so many faults")
    parser.add_argument("--seed", type=int, default=1, help="of the first history; the others follow")
    parser.add_argument("--kept", action="store_true", help="first play the histories of tests/proofs/seeds")
    parser.add_argument("--keep", default="var/histories", help="folder for histories with a broken promise")
    parser.add_argument("--shrink", action="store_true", help="make them short first (takes minutes)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="histories at once")
    parser.add_argument(
        "--broken",
        default="",
        choices=sorted(MUTANTS),
        help="break the product first, and stop at the first promise that is not kept: does the harness bite?",
    )
    parser.add_argument("--play", metavar="FILE", help="play one kept history and print what the daemons log")
    return parser.parse_args()
