"""Facts put into the real stream, as the daemon does, for the tests that follow them to a page."""

import itertools
import time

import msgspec
import redis

from switchctl.contract import facts as f
from switchctl.contract.names import MAIN


class Teller:
    """``tell`` appends facts to the stream with ids and sequence; times are now unless they carry one."""

    def __init__(self, client: redis.Redis, journal: str = "j1") -> None:
        self.client, self.journal, self.numbers = client, journal, itertools.count(1)

    def tell(self, *facts: f.Fact) -> None:
        for fact in facts:
            seq = next(self.numbers)
            at = fact.at or time.time_ns() // 1000
            fact = msgspec.structs.replace(fact, id=f"{self.journal}:{seq}", seq=seq, at=at)
            self.client.xadd(MAIN.facts, {"f": f.encode(fact)})

    def state(self, agent: str, state: str, previous: str = "ready", **fields) -> None:
        self.tell(f.AgentStateChanged(agent=agent, state=state, previous=previous, **fields))

    def sign_in(self, agent: str) -> None:
        self.state(agent, "paused", "offline", reason="signed-in")
        self.state(agent, "ready", "paused")

    def arrive(self, call: str, number: str = "15401400001", name: str = "", queue: str = "support") -> None:
        """A caller who waits in a queue."""
        now = time.time_ns() // 1000
        self.tell(
            f.CallArrived(call_id=call, node="n1", number=number, name=name, dialled="4001"),
            f.CallAnswered(call_id=call, node="n1"),
            f.QueueEntered(
                call_id=call, node="n1", queue=queue, visit=f"{call}-v", entered=now, reason="all_busy:signed_in=2"
            ),
        )

    def offer(self, call: str, agent: str, queue: str = "support", ring_s: int = 20) -> None:
        until = time.time_ns() // 1000 + ring_s * 1_000_000
        self.state(agent, "offered", offer=f"{call}-o", call_id=call, until=until)
        self.tell(
            f.OfferMade(
                call_id=call, node="n1", offer=f"{call}-o", agent=agent, queue=queue, visit=f"{call}-v",
                ring_s=ring_s, waited_ms=4000, reason="longest_idle:ready=2,tier=1,idle_s=75",
            )
        )  # fmt: skip

    def talk(self, call: str, agent: str, queue: str = "support") -> None:
        ids = {"call_id": call, "node": "n1"}
        self.tell(
            f.OfferEnded(**ids, offer=f"{call}-o", agent=agent, visit=f"{call}-v", result="answered", ring_ms=3000),
            f.QueueLeft(**ids, queue=queue, visit=f"{call}-v", exit="answered", wait_ms=7000),
            f.TalkStarted(**ids, offer=f"{call}-o", agent=agent, queue=queue),
        )
        self.state(agent, "talking", "offered", offer=f"{call}-o", call_id=call)

    def hold(self, call: str, agent: str) -> None:
        self.tell(f.HoldStarted(call_id=call, offer=f"{call}-o", agent=agent))

    def resume(self, call: str, agent: str) -> None:
        self.tell(f.HoldEnded(call_id=call, offer=f"{call}-o", agent=agent, held_ms=2000))

    def end(self, call: str, agent: str, wrap_s: int = 30) -> None:
        until = time.time_ns() // 1000 + wrap_s * 1_000_000
        ids = {"call_id": call, "node": "n1"}
        self.tell(f.TalkEnded(**ids, offer=f"{call}-o", agent=agent, talk_ms=60000, hold_ms=0, ended_by="agent"))
        self.state(agent, "wrapup", "talking", offer=f"{call}-o", call_id=call, until=until)
        self.tell(f.CallEnded(**ids, cause="NORMAL_CLEARING", ended_by="agent"))

    def plan(self, agent: str, reason: str) -> None:
        self.tell(f.PausePlanned(agent=agent, reason=reason))

    def finish(self, call: str, agent: str) -> None:
        self.tell(f.WrapUpEnded(call_id=call, offer=f"{call}-o", agent=agent, wrap_ms=9000, by="agent"))
        self.state(agent, "ready", "wrapup")
