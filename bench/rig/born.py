"""Tells facts as a daemon at work does, through switchctl's own journal and outbox: a script for
`python bench/rig/born.py FOLDER REDIS_URL AGENTS FACTS_A_SECOND SECONDS SEED`.

Calls live their whole life, many at once, and each step tells the facts that belong together (an offer and the state of
whom it rings). ``at`` of each fact is the moment in which it was told.
"""

# ruff: noqa: E402, I001 - nothing may be imported before the patch
from gevent import monkey

monkey.patch_all()

import random
import sys
import time
from pathlib import Path

import gevent
import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from switchctl.bus.checkpoint import Checkpoint
from switchctl.bus.journal import Journal
from switchctl.bus.outbox import Outbox
from switchctl.contract import facts as f
from switchctl.contract.names import MAIN

QUEUES = 8


def life(call: str, agent: str, queue: str, number: str):
    """The steps of one call, each a list of facts without a time."""
    ids = {"call_id": call, "node": "n1"}
    of = {**ids, "offer": f"{call}-o", "agent": agent}

    def state(now: str, before: str):
        return f.AgentStateChanged(agent=agent, state=now, previous=before, call_id=call, offer=f"{call}-o")

    yield [
        f.CallArrived(**ids, number=number, name="Bench", dialled="4001"),
        f.QueueEntered(**ids, queue=queue, visit=f"{call}-v", entered=time.time_ns() // 1000, reason="all_busy"),
    ]
    offer = f.OfferMade(**of, queue=queue, visit=f"{call}-v", ring_s=20, waited_ms=1000, reason="longest_idle:ready=3")
    yield [offer, state("offered", "ready")]
    yield [
        f.OfferEnded(**of, visit=f"{call}-v", result="answered", ring_ms=2000),
        f.TalkStarted(**of, queue=queue), state("talking", "offered"),
    ]  # fmt: skip
    yield [f.HoldStarted(**of)]
    yield [f.HoldEnded(**of, held_ms=500)]
    ended = f.TalkEnded(**of, talk_ms=9000, hold_ms=500, ended_by="customer")
    yield [ended, state("wrapup", "talking"), f.CallEnded(**ids, cause="NORMAL_CLEARING", ended_by="customer")]
    yield [f.WrapUpEnded(**of, wrap_ms=900, by="agent"), state("ready", "wrapup")]


def main(folder: str, url: str, agents: int, rate: float, seconds: float, seed: int) -> None:
    checkpoint = Checkpoint(Path(folder) / "checkpoint.json")
    journal = Journal(Path(folder) / "journal", epoch=1, tell=checkpoint.tell)
    outbox = Outbox(url, MAIN, journal, checkpoint)
    gevent.spawn(outbox.run)
    chance = random.Random(seed)
    free = [f"agent{number:03d}" for number in range(agents)]
    chance.shuffle(free)
    going: list[tuple[str, object]] = []
    calls = told = 0
    begun = time.monotonic()
    while (now := time.monotonic() - begun) < seconds:
        if told > now * rate:
            gevent.sleep(told / rate - now)
            continue
        if free and (len(going) < agents // 2 or not going):
            calls += 1
            agent = free.pop(0)
            number = f"154{chance.randrange(10**8):08d}"
            going.append((agent, life(f"{seed}-{calls}", agent, f"queue{int(agent[5:]) % QUEUES}", number)))
        place = chance.randrange(len(going))
        agent, steps = going[place]
        facts = next(steps, None)
        if facts is None:
            free.append(agent)
            going.pop(place)
            continue
        at = time.time_ns() // 1000
        journal.append([msgspec.structs.replace(fact, at=at) for fact in facts])
        told += len(facts)
    assert outbox.flushed(10), outbox.problem
    journal.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), float(sys.argv[5]), int(sys.argv[6]))
