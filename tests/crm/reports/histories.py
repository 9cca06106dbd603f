"""Random histories of calls and agents, as facts: whole ones, broken ones, and such as are not over."""

from random import Random

from switchctl.contract import facts as f
from tests.stories import SECOND, numbered

BEGINS = (1_726_621_200, 1_729_985_400, 1_711_837_800)
"""A morning in Shanghai, and the nights in which Berlin's clock goes back (2024-10-27) and forward (2024-03-31)."""
ZONES = ("Asia/Shanghai", "Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe")
ALIKE = len(ZONES) * len(BEGINS)
"""Histories whose seeds differ by so many are of the same zone, and begin at the same instant."""
EXITS = ("abandoned", "abandoned", "system_failure", "callback_booked", "overflow", "timeout", "voicemail", "elsewhere")
STATES = ("ready", "ready", "offered", "talking", "wrapup", "paused", "dialling", "unreachable", "offline")
ROUNDS = 12
"""In so many batches a history is told in disorder."""


class History:
    """Each instant lies on a second now and then, on the border of a half-hour now and then.

    Two histories have no queue, agent, trunk, number, call or journal in common, so that many of them fit into one
    database and none can touch another: what is of this one begins with its ``name`` and a stroke.

    ``told`` is all of it in order of time, ``batches`` the same in disorder. One that is played alone may have the
    plain names of people and queues that exist (not ``apart``).
    """

    def __init__(self, seed: int, *, apart: bool = True) -> None:
        self._random = random = Random(seed)
        self.zone = ZONES[seed % len(ZONES)]
        self.name = f"h{seed}"
        own = f"{self.name}-" if apart else ""
        self._queues = [f"{own}{queue}" for queue in ("sales", "support")]
        self._agents = [f"{own}{agent}" for agent in ("alice", "bob", "carol")]
        self._trunks = [f"{self.name}-{trunk}" for trunk in ("a", "b")]
        self._numbers = [f"154{seed % 10**7:07d}{last}" for last in (1, 2, 3)]
        self._begin = BEGINS[seed // len(ZONES) % len(BEGINS)] * SECOND
        self._length = random.choice((3600, 4 * 3600, 40 * 3600))
        self._facts: list[f.Fact] = []
        for number in range(random.randint(1, 8)):
            self._outbound(f"{self.name}-o{number}") if random.random() < 0.15 else self._call(f"{self.name}-c{number}")
        for agent in self._agents[: random.randint(0, 3)]:
            self._states(agent)
        self.told = numbered(self._facts, self.name)
        self.batches = self._disordered()

    def leave_out(self, facts: list[f.Fact]) -> None:
        """The others stay where they are, in order and in disorder."""
        ids = {fact.id for fact in facts}
        self.told, *self.batches = (
            [fact for fact in part if fact.id not in ids] for part in (self.told, *self.batches)
        )

    def _disordered(self) -> list[list[f.Fact]]:
        """In batches, some of them empty: permuted, and some told twice."""
        batches: list[list[f.Fact]] = [[] for _ in range(ROUNDS)]
        for fact in self.told + self._random.sample(self.told, len(self.told) // 4):
            self._random.choice(batches).append(fact)
        for batch in batches:
            self._random.shuffle(batch)
        return batches

    def _some_time(self) -> int:
        second = self._random.randrange(self._length)
        if self._random.random() < 0.2:
            second -= second % 1800
        part = self._random.choice((0, 0, self._random.randrange(SECOND)))
        return self._begin + second * SECOND + part

    def _later(self, at: int, most: int) -> int:
        """After 0 to ``most`` seconds; now and then far later."""
        if self._random.random() < 0.05:
            most *= 60
        return at + self._random.choice((0, self._random.randrange(1, most * SECOND), most * SECOND // 2))

    def _tell(self, kind: type[f.Fact], at: int, **fields: object) -> None:
        self._facts.append(kind(at=at, node="fs1", **fields))

    def _may_be_lost(self, kind: type[f.Fact], at: int, **fields: object) -> None:
        if self._random.random() > 0.08:
            self._tell(kind, at, **fields)

    def _call(self, call: str) -> None:
        at, random = self._some_time(), self._random
        number = random.choice([*self._numbers, ""])
        self._tell(f.CallArrived, at, call_id=call, number=number, dialled="4001", trunk=random.choice(self._trunks))
        fate = random.random()
        if fate < 0.1:
            status = random.choice(("503", "486", "403", "200"))
            self._tell(f.CallEnded, at, call_id=call, cause="X", ended_by="system", sip_status=status)
            return
        self._may_be_lost(f.CallAnswered, at, call_id=call)
        at = self._later(at, 10)
        exit = random.choice(("completed", "hangup"))
        self._may_be_lost(f.FlowLeft, at, call_id=call, flow="menu", flow_visit=f"{call}-f", exit=exit)
        for visit in range(0 if fate < 0.3 else random.choice((1, 1, 1, 2))):
            at = self._visit(call, f"{call}-v{visit}", at)
        if random.random() < 0.9:
            by = random.choice(("customer", "agent", "system"))
            self._tell(f.CallEnded, self._later(at, 5), call_id=call, cause="X", ended_by=by)

    def _visit(self, call: str, visit: str, entered: int) -> int:
        random, queue = self._random, self._random.choice(self._queues)
        self._may_be_lost(
            f.QueueEntered, entered, call_id=call, queue=queue, visit=visit, entered=entered,
            service_level_s=random.choice((15, 20)), short_abandon_s=5,
        )  # fmt: skip
        at = entered
        for number in range(random.choice((0, 0, 1, 2))):
            result = random.choice(("rna", "rejected", "cancelled", "busy_device", "failed"))
            at = self._alert(call, visit, f"{visit}-m{number}", queue, entered, at, result)[1]
        answered = random.random() < 0.5
        offer, agent = f"{visit}-o", random.choice(self._agents)
        if answered:
            agent, at = self._alert(call, visit, offer, queue, entered, at, "answered")
        else:
            at = self._later(at, 40)
        if random.random() < 0.93:
            exit = "answered" if answered else random.choice(EXITS)
            wait = (at - entered) // 1000
            self._tell(f.QueueLeft, at, call_id=call, queue=queue, visit=visit, exit=exit, wait_ms=wait)
        return self._talk(call, offer, agent, at, queue) if answered else at

    def _alert(
        self, call: str, visit: str, offer: str, queue: str, entered: int, at: int, result: str
    ) -> tuple[str, int]:
        agent, rang = self._random.choice(self._agents), self._later(at, 8)
        ended = self._later(rang, 20)
        about = {"call_id": call, "offer": offer, "agent": agent, "visit": visit}
        waited = (rang - entered) // 1000
        self._may_be_lost(f.OfferMade, rang, **about, queue=queue, ring_s=20, waited_ms=waited, reason="")
        self._may_be_lost(f.OfferEnded, ended, **about, result=result, ring_ms=(ended - rang) // 1000)
        return agent, ended

    def _talk(self, call: str, offer: str, agent: str, at: int, queue: str = "") -> int:
        about, random = {"call_id": call, "offer": offer, "agent": agent}, self._random
        self._may_be_lost(f.TalkStarted, at, **about, queue=queue)
        if random.random() < 0.08:
            return at
        held = random.choice((0, 0, random.randrange(1, 60_000)))
        talked = random.choice((random.randrange(0, 9000), random.randrange(0, 900_000)))
        at += (talked + held) * 1000
        by = random.choice(("customer", "agent"))
        self._tell(f.TalkEnded, at, **about, talk_ms=talked, hold_ms=held, ended_by=by)
        wrapped = self._later(at, 60)
        self._may_be_lost(f.WrapUpEnded, wrapped, **about, wrap_ms=(wrapped - at) // 1000, by="agent")
        return at

    def _outbound(self, call: str) -> None:
        at, random, agent = self._some_time(), self._random, self._random.choice(self._agents)
        about = {"call_id": call, "offer": f"{call}-o", "agent": agent}
        number = random.choice(self._numbers)
        trunk = self._trunks[0]
        self._tell(f.CallArrived, at, call_id=call, number=number, direction="outbound", trunk=trunk, stage="dialled")
        self._may_be_lost(f.DialStarted, at, **about, dials="national")
        ended = self._later(at, 30)
        result = random.choice(("answered", "answered", "busy", "no_answer"))
        self._may_be_lost(f.DialEnded, ended, **about, result=result, ring_ms=(ended - at) // 1000)
        if result == "answered":
            ended = self._talk(call, f"{call}-o", agent, ended)
        self._tell(f.CallEnded, ended, call_id=call, cause="X", ended_by="customer")

    def _states(self, agent: str) -> None:
        at = self._some_time()
        for _change in range(self._random.randint(1, 8)):
            state = self._random.choice(STATES)
            reason = self._random.choice(("lunch", "training", "")) if state == "paused" else ""
            self._tell(f.AgentStateChanged, at, agent=agent, state=state, previous="", reason=reason)
            at = self._later(at, 1800)
