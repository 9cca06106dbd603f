"""A working day's facts, made up: callers arrive, wait, talk, are held; agents wrap up and take breaks."""

import itertools
import random
import time
from collections import defaultdict

import msgspec
import redis

from bench.rig.hall import QUEUES
from switchctl.contract import facts as f
from switchctl.contract.names import MAIN

US = 1_000_000
MINUTE = 60 * US


class Life:
    """``fill`` makes the present of a busy hour; ``step`` is one thing that happens, of one to five facts."""

    def __init__(self, client: redis.Redis, logins: list[str], seed: int = 7) -> None:
        self.redis, self.logins = client, logins
        self.chance = random.Random(seed)
        self.numbers, self.calls = itertools.count(1), itertools.count(1)
        self.told = 0
        self.by_state: dict[str, list[str]] = defaultdict(list)
        self.waiting: list[tuple[str, str]] = []
        self.talking: dict[str, tuple[str, str]] = {}

    def tell(self, *facts: f.Fact) -> None:
        pipe = self.redis.pipeline(transaction=False)
        for fact in facts:
            seq = next(self.numbers)
            fact = msgspec.structs.replace(fact, id=f"life:{seq}", seq=seq, at=fact.at or now())
            pipe.xadd(MAIN.facts, {"f": f.encode(fact)})
        pipe.execute()
        self.told += len(facts)

    # --- the present -------------------------------------------------------------------------------------------

    def fill(self, talking: int, waiting: int) -> None:
        """So many talks and waiting callers; of the other agents some are ready, paused, wrapping up or away."""
        self.redis.set(MAIN.daemon, b'{"links": {"n1": true}}')
        logins = self.logins[:]
        self.chance.shuffle(logins)
        for login in logins:
            self.tell(
                f.DeviceChanged(extension=str(3000 + int(login[1:])), registered=self.chance.random() > 0.03, node="n1")
            )
        for _ in range(min(talking, len(logins))):
            self._talk(logins.pop(), self._queue(), now() - self.chance.randint(5, 900) * US)
        for _ in range(waiting):
            self._arrive(self._queue(), now() - self.chance.randint(2, 170) * US)
        for login in logins:
            self._rest(login)

    def _rest(self, login: str) -> None:
        since = now() - self.chance.randint(5, 600) * US
        what = self.chance.choices(("ready", "paused", "wrapup", "offline", "unreachable"), (30, 30, 20, 18, 2))[0]
        reason = {"paused": self.chance.choice(("break", "lunch", "training")), "unreachable": "phone-unregistered"}
        if what == "paused" and self.chance.random() < 0.1:
            since -= 14 * MINUTE
        until = now() + self.chance.randint(5, 60) * US if what == "wrapup" else 0
        if what != "offline":
            self._state(login, what, "offline", at=since, reason=reason.get(what, ""), until=until)

    # --- what happens ------------------------------------------------------------------------------------------

    def step(self) -> None:
        ready, wrapping = self.by_state["ready"], self.by_state["wrapup"]
        if self.waiting and ready and self.chance.random() < 0.6:
            call, queue = self.waiting.pop(0)
            self._answer(call, queue, ready.pop(self.chance.randrange(len(ready))))
        elif wrapping and self.chance.random() < 0.5:
            self._state(wrapping.pop(0), "ready", "wrapup")
        elif self.talking and self.chance.random() < 0.5:
            self._end(self.chance.choice(list(self.talking)))
        elif len(self.waiting) < 60:
            self._arrive(self._queue(), now())
        else:
            call, queue = self.waiting.pop()
            self.tell(
                *self._left(call, queue, "abandoned", now()),
                f.CallEnded(call_id=call, node="n1", cause="x", ended_by="customer"),
            )

    def _queue(self) -> str:
        return self.chance.choices([code for code, *_ in QUEUES], (6, 2, 3, 1, 1, 1))[0]

    def _arrive(self, queue: str, entered: int) -> str:
        call = f"c{next(self.calls)}"
        ids = {"call_id": call, "node": "n1"}
        number = f"1540{self.chance.randint(1_000_000, 9_999_999)}"
        self.tell(
            f.CallArrived(**ids, at=entered - 9 * US, number=number, dialled="4000"),
            f.FlowEntered(**ids, at=entered - 8 * US, flow="greeting", flow_visit=f"{call}-f"),
            f.QueueEntered(
                **ids, at=entered, queue=queue, visit=f"{call}-v", entered=entered, service_level_s=20,
                reason="all_busy:signed_in=41",
            ),
        )  # fmt: skip
        self.waiting.append((call, queue))
        return call

    def _left(self, call: str, queue: str, exit: str, at: int) -> list[f.Fact]:
        ids = {"call_id": call, "node": "n1", "at": at}
        return [
            f.QueueLeft(**ids, queue=queue, visit=f"{call}-v", exit=exit, wait_ms=self.chance.randint(1000, 40_000))
        ]

    def _answer(self, call: str, queue: str, login: str, at: int = 0) -> None:
        at = at or now()
        ids, offer = {"call_id": call, "node": "n1", "at": at}, f"{call}-o"
        rung = at - self.chance.randint(2, 9) * US
        self._state(login, "offered", "ready", at=rung, offer=offer, call_id=call, until=at + 20 * US)
        self.tell(
            f.OfferMade(
                **{**ids, "at": rung}, offer=offer, agent=login, queue=queue, visit=f"{call}-v", ring_s=20,
                waited_ms=4000, reason="longest_idle:ready=2,tier=1,idle_s=75",
            ),
            f.OfferEnded(**ids, offer=offer, agent=login, visit=f"{call}-v", result="answered", ring_ms=3000),
            *self._left(call, queue, "answered", at),
            f.TalkStarted(**ids, offer=offer, agent=login, queue=queue),
        )  # fmt: skip
        self._state(login, "talking", "offered", at=at, offer=offer, call_id=call)
        self.talking[login] = (call, queue)

    def _talk(self, login: str, queue: str, at: int) -> None:
        call = self._arrive(queue, at - self.chance.randint(3, 60) * US)
        self.waiting.pop()
        self._state(login, "ready", "offline", at=at - MINUTE)
        self.by_state["ready"].remove(login)
        self._answer(call, queue, login, at)
        if self.chance.random() < 0.12:
            at = max(at + 2 * US, now() - self.chance.randint(3, 100) * US)
            self.tell(f.HoldStarted(call_id=call, node="n1", offer=f"{call}-o", agent=login, at=at))

    def _end(self, login: str) -> None:
        call, _queue = self.talking.pop(login)
        ids = {"call_id": call, "node": "n1"}
        self.tell(
            f.TalkEnded(**ids, offer=f"{call}-o", agent=login, talk_ms=60_000, hold_ms=0, ended_by="agent"),
            f.CallEnded(**ids, cause="NORMAL_CLEARING", ended_by="agent"),
        )
        self._state(login, "wrapup", "talking", offer=f"{call}-o", call_id=call, until=now() + 30 * US)

    def _state(self, login: str, state: str, previous: str, **fields: object) -> None:
        self.tell(f.AgentStateChanged(agent=login, state=state, previous=previous, **fields))
        if state in ("ready", "wrapup"):
            self.by_state[state].append(login)


def now() -> int:
    return time.time_ns() // 1000
