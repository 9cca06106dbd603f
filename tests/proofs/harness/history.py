"""A history: what happened, step by step. It is drawn from a seed, played in a world of its own, and shrunk.

A step is (seconds to wait before it, name of the deed, three numbers that choose among what there is), so a history
from which steps were taken out is still one.
"""

import gc
import logging
import os
import pickle
import random
import select
import signal
import sys
import traceback
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import gevent
import msgspec
import structlog

from tests.proofs.harness import mutants, oracle, people
from tests.proofs.harness.exchange import Book
from tests.proofs.harness.faults import FAULTS, heal
from tests.proofs.harness.people import DEEDS
from tests.proofs.harness.world import World, scratch
from tests.proofs.virtual import network
from tests.proofs.virtual.loop import current

Step = tuple[float, str, float, float, float]
STEPS = 70
SETTLE_S = 15.0
"""From the end of the last fault until everything must agree."""
REFUSED_S = 40
"""Until both daemons are linked to the switch: after a refused secret they wait for 30 s."""
LEAVE_S = 45.0
"""From the last hanging-up until everybody must be free: after-call work, and retries of what was lost, are over."""
PATIENCE_S = 120
"""Real seconds after which a history that takes one or two has hung."""


class History(msgspec.Struct, frozen=True):
    """``seed`` also decides all that people, phones and the network draw."""

    seed: int
    steps: tuple[Step, ...]


class Outcome(msgspec.Struct):
    """``wrong``: (promise, sentence). ``injections``: fault → how often it was really done."""

    wrong: list[tuple[str, str]] = []
    injections: dict[str, int] = {}
    calls: int = 0
    talks: int = 0
    facts: int = 0
    log: list[str] = []


def draw(seed: int, steps: int = STEPS) -> History:
    """Half of the steps are faults; they often come in bursts."""
    chance = random.Random(seed)
    kinds = [(name, deed[0]) for name, deed in DEEDS.items()]
    faults = [(name, fault.weight) for name, fault in FAULTS.items()]
    if chance.random() < 0.5:  # few kinds, often
        faults = chance.sample(faults, 5)
    drawn = []
    for number in range(steps):
        table = kinds if number < 8 or chance.random() < 0.5 else faults
        name = chance.choices([name for name, _ in table], [weight for _, weight in table])[0]
        wait = round(chance.choice((0.0, 0.05, chance.uniform(0, 1), chance.uniform(0, 2), chance.uniform(0, 5))), 3)
        drawn.append((wait, name, *(round(chance.random(), 4) for _ in range(3))))
    return History(seed, tuple(drawn))


def play(history: History, keep_log: bool = False, broken: str = "") -> Outcome:
    """In a process of its own: nothing of one history reaches the next. ``broken``: a name of ``mutants``."""
    return next(play_all(iter([history]), 1, keep_log, broken))[1]


def play_all(
    histories: Iterator[History], workers: int, keep_log: bool = False, broken: str = ""
) -> Generator[tuple[History, Outcome], None, None]:
    """Several at once, each told when it is over; those that run when nobody asks any more are ended."""
    running: dict[int, tuple[History, int]] = {}
    try:
        for history in histories:
            reading, child = _begin(history, keep_log, broken)
            running[reading] = history, child
            if len(running) >= workers:
                yield _end_of_one(running)
        while running:
            yield _end_of_one(running)
    finally:
        for reading, (_, child) in running.items():
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(reading)


def _begin(history: History, keep_log: bool, broken: str) -> tuple[int, int]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            if broken:
                mutants.MUTANTS[broken].apply()
            outcome = _play(history, keep_log)
        except BaseException:
            outcome = Outcome(wrong=[("wrong", traceback.format_exc())])
        with os.fdopen(writing, "wb") as out:
            out.write(pickle.dumps(msgspec.to_builtins(outcome)))
        os._exit(0)
    os.close(writing)
    return reading, child


def _end_of_one(running: dict[int, tuple[History, int]]) -> tuple[History, Outcome]:
    reading = select.select(list(running), [], [])[0][0]
    history, child = running.pop(reading)
    with os.fdopen(reading, "rb") as answer:
        raw = answer.read()
    os.waitpid(child, 0)
    if not raw:
        return history, Outcome(wrong=[("wrong", "the process of the history died, or hung")])
    return history, msgspec.convert(pickle.loads(raw), Outcome)


def _play(history: History, keep_log: bool) -> Outcome:
    signal.alarm(PATIENCE_S)
    gc.disable()  # a greenlet of a killed daemon that is collected would wake up to clean up
    outcome = Outcome(wrong=[], injections={}, log=[])
    with scratch() as folder:
        (Path(folder) / "cdr").mkdir()
        world = World(history.seed, Path(folder))
        _listen(world.book, outcome.log, keep_log)
        if keep_log:
            network.wire.heard = lambda sock, data: outcome.log.extend(_said(sock, data))
        gevent.sleep(6)
        for wait, name, r1, r2, r3 in history.steps:
            gevent.sleep(wait)
            fault = FAULTS.get(name)
            act = fault.act if fault else DEEDS[name][1]
            if act(world, r1, r2, r3) and fault:
                outcome.injections[name] = outcome.injections.get(name, 0) + 1
            if keep_log:
                outcome.log.append(f"{gevent.get_hub().loop.time:9.3f} === {name} {r1} {r2} {r3}")
        _end(world, Path(folder) / "cdr")
        if keep_log:
            outcome.log += [f"{(fact.at / 1e6) % 1e4:9.3f} {fact}" for fact in world.crm.facts.values()]
    outcome.wrong = list(dict.fromkeys(world.book.wrong))
    outcome.calls, outcome.talks = len(world.book.carried), len(world.book.talked)
    outcome.facts = len(world.crm.facts)
    return outcome


def _end(world: World, cdr: Path) -> None:
    heal(world)
    gevent.sleep(1)
    heal(world)
    for number in people.PEOPLE.values():
        world.on_switch(lambda number=number: world.switch.registry.behave(number, people.parse_manner("auto:0.3-2")))
    for _ in range(REFUSED_S):
        if all(host.daemon is not None and all(node.up for node in host.daemon.nodes.values())
               for host in world.hosts.values()):  # fmt: skip
            break
        gevent.sleep(1)
    gevent.sleep(SETTLE_S)
    oracle.settled(world)
    for ch in people.customers(world):
        world.on_switch(ch.far.hang_up)
    gevent.sleep(LEAVE_S)
    oracle.emptied(world)
    for number in range(2):
        people.call(world, 0.9, 0.1, 0.1 + number * 0.7)
        gevent.sleep(12)
    last = list(world.book.carried)[-2:]
    for call in last:
        if call not in world.book.talked:
            world.book.blame("stuck", f"{call} came when all was well and reached nobody")
    gevent.sleep(40)
    world.crm.take()
    oracle.closed(world, cdr)


def _listen(book: Book, lines: list[str], keep: bool) -> None:
    """Errors of the daemon and of the switch are faults of ours; nothing is printed."""

    def process(logger: Any, method: str, values: dict[str, Any]) -> str:
        if values.pop("exc_info", None):
            book.blame("wrong", f"an exception: {values} {traceback.format_exc()[-600:]}")
        if keep:
            lines.append(f"{gevent.get_hub().loop.time:9.3f} {method} {_who()} {values}")
        raise structlog.DropEvent

    structlog.configure(processors=[process], cache_logger_on_first_use=False)

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.exc_info:
                book.blame("wrong", f"an exception: {record.getMessage()} {traceback.format_exc()[-600:]}")
            if keep:
                lines.append(f"{gevent.get_hub().loop.time:9.3f} {record.levelname} {_who()} {record.getMessage()}")

    logging.getLogger().handlers = [Listener()]
    logging.getLogger().setLevel(logging.INFO)

    def crashed(context: Any, kind: Any, value: Any, trace: Any) -> None:
        if not issubclass(kind, gevent.GreenletExit):
            book.blame("wrong", f"{context} failed: " + "".join(traceback.format_exception(kind, value, trace))[-900:])
            if issubclass(kind, (SystemExit, KeyboardInterrupt, RuntimeError)) and "no time passes" in str(value):
                sys.exit(1)

    gevent.get_hub().handle_error = crashed


def _said(sock: network.Socket, data: bytes) -> list[str]:
    """What a daemon sends to the switch or to its socket, without the beats of the fence."""
    if sock.process is None or sock.process.name == "n1":
        return []
    at = f"{gevent.get_hub().loop.time:9.3f} {sock.process.name} >> "
    frames = data.decode(errors="replace").split("\n\n")
    return [at + frame.replace("\n", " | ") for frame in frames if frame and "cc_leader" not in frame]


def _who() -> str:
    process = current()
    return process.name if process else "-"


def shrink(history: History, promises: set[str], patience: int = 120, broken: str = "") -> History:
    """Fewer steps that still break one of these promises: halves are taken out, then smaller parts."""
    steps, tries = list(history.steps), 0
    part = max(1, len(steps) // 2)
    while tries < patience:
        at, shorter = 0, False
        while at < len(steps) and tries < patience:
            # What is taken out leaves its time behind, or everything after it would happen in another moment.
            rest = steps[:at] + _later(steps[at + part :], sum(step[0] for step in steps[at : at + part]))
            tries += 1
            if promises & {promise for promise, _ in play(History(history.seed, tuple(rest)), broken=broken).wrong}:
                steps, shorter = rest, True
            else:
                at += part
        if part == 1 and not shorter:
            break
        part = max(1, part // 2)
    return History(history.seed, tuple(steps))


def _later(steps: list[Step], seconds: float) -> list[Step]:
    if not steps:
        return steps
    wait, *rest = steps[0]
    return [(round(wait + seconds, 3), *rest), *steps[1:]]  # type: ignore[list-item]
