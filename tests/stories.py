"""Facts of whole calls, as the daemon tells them. Times are microseconds; a journal numbers them at the end."""

from collections.abc import Iterable, Iterator

import msgspec

from switchctl.contract import facts as f

SECOND = 1_000_000
NOON = 1_795_348_800 * SECOND
"""2026-11-22 12:00 in Shanghai, 04:00 UTC."""


class Story:
    """One call being told: each method says what happened ``after`` seconds from the last thing."""

    def __init__(self, call_id: str, at: int = NOON, node: str = "fs1", **arrival: str) -> None:
        self.call_id = call_id
        self.at = at
        self.node = node
        self.facts: list[f.Fact] = []
        self.entered = self.offered = self.talked = 0
        self.queue = self.visit = self.offer = self.who = ""
        self.offers = 0
        self.tell(f.CallArrived, **{"number": "15401400001", "dialled": "4001", "name": "Caller", **arrival})

    def tell(self, kind: type[f.Fact], after: float = 0, **fields: object) -> None:
        self.at += round(after * SECOND)
        self.facts.append(kind(call_id=self.call_id, node=self.node, at=self.at, **fields))

    def state(self, state: str, previous: str) -> None:
        self.tell(
            f.AgentStateChanged, agent=self.who, state=state, previous=previous, source="system", offer=self.offer
        )

    def greeted(self, seconds: float = 4) -> "Story":
        self.tell(f.CallAnswered, 0.2)
        self.tell(f.FlowEntered, flow="greeting", flow_visit=f"{self.call_id}-f")
        self.tell(f.FlowLeft, seconds, flow="greeting", flow_visit=f"{self.call_id}-f", exit="completed")
        return self

    def pressed(self, keys: str) -> "Story":
        number = next(fact.number for fact in self.facts if isinstance(fact, f.CallArrived))
        self.tell(f.KeysPressed, 1, keys=keys, number=number)
        return self

    def queued(self, queue: str = "support") -> "Story":
        self.queue, self.visit, self.entered = queue, f"{self.call_id}-v", self.at
        self.tell(f.QueueEntered, queue=queue, visit=self.visit, entered=self.at)
        return self

    def offered_to(self, agent: str, after: float = 1) -> "Story":
        self.offers += 1
        self.who, self.offer = agent, f"{self.call_id}-o{self.offers}"
        self.tell(
            f.OfferMade, after, offer=self.offer, agent=agent, queue=self.queue, visit=self.visit, ring_s=20,
            waited_ms=(self.at - self.entered) // 1000, reason="longest idle",
        )  # fmt: skip
        self.offered = self.at
        self.state("offered", "ready")
        return self

    def missed(self, result: str = "rna", after: float = 20) -> "Story":
        self._offer_ended(after, result, misses=1)
        self.state("ready", "offered")
        return self

    def _offer_ended(self, after: float, result: str, **more: object) -> None:
        ring_ms = (self.at + round(after * SECOND) - self.offered) // 1000
        self.tell(
            f.OfferEnded, after, offer=self.offer, agent=self.who, visit=self.visit, result=result, ring_ms=ring_ms,
            **more,
        )  # fmt: skip

    def answered(self, after: float = 3) -> "Story":
        self._offer_ended(after, "answered")
        self._queue_left("answered")
        self.tell(f.TalkStarted, offer=self.offer, agent=self.who, queue=self.queue)
        self.talked = self.at
        self.state("talking", "offered")
        return self

    def _queue_left(self, exit: str) -> None:
        wait_ms = (self.at - self.entered) // 1000
        self.tell(f.QueueLeft, queue=self.queue, visit=self.visit, exit=exit, wait_ms=wait_ms)

    def held(self, seconds: float = 5) -> "Story":
        self.tell(f.HoldStarted, 2, offer=self.offer, agent=self.who)
        self.tell(f.HoldEnded, seconds, offer=self.offer, agent=self.who, held_ms=round(seconds * 1000))
        return self

    def hung_up(self, by: str = "customer", after: float = 30) -> "Story":
        self.at += round(after * SECOND)
        held = sum(fact.held_ms for fact in self.facts if isinstance(fact, f.HoldEnded))
        talk_ms = (self.at - self.talked) // 1000 - held
        self.tell(
            f.TalkEnded, offer=self.offer, agent=self.who, talk_ms=talk_ms, hold_ms=held, ended_by=by,
        )  # fmt: skip
        self.state("wrapup", "talking")
        return self.over(by, 0.1)

    def wrapped_up(self, seconds: float = 10, by: str = "agent") -> "Story":
        self.tell(f.WrapUpEnded, seconds, offer=self.offer, agent=self.who, wrap_ms=round(seconds * 1000), by=by)
        self.state("ready", "wrapup")
        return self

    def gave_up(self, after: float = 7) -> "Story":
        """The caller leaves the queue, also while a phone rings for her."""
        self.at += round(after * SECOND)
        if self.offer and not any(isinstance(x, f.OfferEnded) and x.offer == self.offer for x in self.facts):
            self._offer_ended(0, "cancelled")
            self.state("ready", "offered")
        self._queue_left("abandoned")
        return self.over("customer", 0)

    def over(self, by: str = "customer", after: float = 1, **fields: str) -> "Story":
        self.tell(f.CallEnded, after, **{"cause": "NORMAL_CLEARING", "ended_by": by, "sip_status": "200", **fields})
        return self


def numbered(facts: Iterable[f.Fact], journal: str = "j1", first: int = 1) -> list[f.Fact]:
    """The facts in order of time, with ids and sequences."""
    ordered = sorted(facts, key=lambda fact: fact.at)
    return [msgspec.structs.replace(fact, id=f"{journal}:{seq}", seq=seq) for seq, fact in enumerate(ordered, first)]


def hour_of_calls(calls: int, agents: int = 40, start: int = NOON, gap_s: float = 0.8) -> Iterator[Story]:
    """A mix: most calls are answered by one of the agents in turn, some miss one first, some are given up."""
    for number in range(calls):
        story = Story(
            f"{start // SECOND:x}-{number:08x}-4c1e-9d3a-c0ffee", start + round(number * gap_s * SECOND),
            number=f"1540140{number % 10000:04d}", name=f"Caller {number}",
        ).greeted()  # fmt: skip
        kind, agent = number % 10, f"agent{number % agents}"
        if kind == 9:
            yield story.over()
            continue
        story.queued(("support", "sales", "english")[number % 3])
        if kind == 8:
            yield story.gave_up(20)
            continue
        if kind == 7:
            story.offered_to(f"agent{(number + 1) % agents}").missed()
        story.offered_to(agent).answered()
        if kind % 3 == 0:
            story.held()
        yield story.hung_up("customer" if kind % 2 else "agent", 60 + kind).wrapped_up()
