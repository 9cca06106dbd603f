"""Callers and agents with real SIP phones, kept in the wanted states."""

import json
import random
import time
import uuid
from collections import Counter
from typing import NamedTuple

import redis

from bench.rig.stack import Stack, until
from bench.rig.staff import AFTER_A_GREETING, AT_ONCE, FIRST, PROBE, login
from switchctl.contract import commands as c
from switchctl.contract.names import MAIN
from tests.freeswitch.agents import password
from tests.freeswitch.endpoint import Endpoint, Phone
from tests.freeswitch.party import Party
from tests.freeswitch.switch import DOMAIN

TICK_S = 0.1
"""Sound in steps of so long: a thousandth of what the parties say is enough to tell who hears whom."""
DIALS_A_SECOND = 40


class Wanted(NamedTuple):
    """How many calls of each state are up at once; the rest of ``calls`` waits."""

    calls: int
    greeting: int
    offered: int
    talking: int
    held: int

    @property
    def agents(self) -> int:
        return self.offered + self.talking + self.held

    @property
    def waiting(self) -> int:
        return self.calls - self.greeting - self.agents


class Talk(NamedTuple):
    """A caller and an agent's phone that are joined; ``held``: not to be heard now."""

    caller: Party
    agent: Party
    held: bool

    @property
    def stands(self) -> bool:
        return self.caller.state == self.agent.state == "answered"

    @property
    def heard(self) -> bool:
        return (
            self.stands
            and self.caller.media.heard() == {self.agent.media.mark}
            and self.agent.media.heard() == {self.caller.media.mark}
        )


class People:
    """``numbers`` maps the number of each caller who ever dialled to her party: each number is used once."""

    def __init__(self, stack: Stack, wanted: Wanted, chance: random.Random) -> None:
        self.stack = stack
        self.wanted = wanted
        self.numbers: dict[str, Party] = {}
        self._chance = chance
        self._endpoint = Endpoint(stack.switch.phones_port, stack.switch.trunk_port, DOMAIN, TICK_S)
        self._phones: dict[str, Phone] = {}
        self._coming: set[str] = set()
        """Callers who will hear the long greeting and are not on the pages yet: to dial for them once more would leave
        one too few in the line."""

    # --- the day -----------------------------------------------------------------------------------------------

    def come_to_work(self) -> None:
        """Phones register; agents sign in and take calls. The first ones let it ring."""
        for number in range(self.wanted.agents):
            name, extension = login(number), str(FIRST + number)
            phone = self._phones[name] = self._endpoint.register(extension, password(extension))
            phone.behave = "ring" if number < self.wanted.offered else "answer"
        until(lambda: all(phone.registered for phone in self._phones.values()), "the phones to be registered")
        until(lambda: login(0) in self._directory(), "the daemons to know the agents")
        self._ready()

    def fill(self, seconds: float = 60.0) -> None:
        """Until every state has its calls."""
        deadline = time.monotonic() + seconds
        while (missing := self.missing()) and time.monotonic() < deadline:
            self._dial(missing)
            self._hold(missing)
            self._ready()
            self.stack.look_after()
            time.sleep(0.1)
        if missing:
            raise TimeoutError(f"these calls did not come up: {missing}; there are {self.stages()}")

    def missing(self) -> Counter[str]:
        """How many calls of each state are too few."""
        stages, wanted = self.stages(), self.wanted
        joined = {"offered": wanted.offered, "talking": wanted.talking, "held": wanted.held}
        return Counter({"flow": wanted.greeting, "waiting": wanted.waiting, **joined}) - stages

    def stages(self) -> Counter[str]:
        """Stage → calls, as the pages see it."""
        return Counter(call["stage"] for call in self.live().get("calls", {}).values())

    def calls(self, *stages: str) -> set[str]:
        """Calls in these stages, as the pages see it."""
        return {call["id"] for call in self.live().get("calls", {}).values() if call["stage"] in stages}

    def talks(self) -> list[Talk]:
        """Who is joined now, by the pages and by the phones."""
        found = []
        for call in self.live().get("calls", {}).values():
            caller, phone = self._party(call["number"]), self._phones.get(call["agent"])
            if call["stage"] in ("talking", "held") and caller and phone and phone.in_state("answered"):
                found.append(Talk(caller, phone.call, call["stage"] == "held"))
        return found

    def some_leave(self, least: int) -> None:
        """Ordinary life: one caller of each state hangs up, as long as more than ``least`` are in it."""
        calls = list(self.live().get("calls", {}).values())
        self._chance.shuffle(calls)
        stages, gone = self.stages(), set()
        for call in calls:
            party = self._party(call["number"])
            if party and call["stage"] not in gone and stages[call["stage"]] > least:
                gone.add(call["stage"])
                self._endpoint.do(party.hang_up)
                until(lambda call=call: not self._stage(call["id"]), "a caller who left to be off the pages", 10)

    def all_leave(self) -> None:
        for party in self.numbers.values():
            self._endpoint.do(party.hang_up)

    def go_home(self) -> None:
        self.all_leave()
        self._endpoint.close()

    # --- the probe -----------------------------------------------------------------------------------------------

    def order(self, kind: type[c.Command], agent: str, seconds: float = 5.0) -> None:
        """As a page sends it. Lost, like a page's, while Redis is away."""
        deadline = round((time.time() + seconds) * 1_000_000)
        command = kind(id=str(uuid.uuid4()), agent=agent, deadline=deadline)
        try:
            self.stack.redis.xadd(MAIN.commands, {"c": c.encode(command)})
        except redis.RedisError:
            pass

    def live(self) -> dict:
        """The view of the pages; empty while Redis is away."""
        try:
            return json.loads(self.stack.redis.get(MAIN.live) or b"{}").get("view", {})
        except (redis.RedisError, ValueError):
            return {}

    def probe_is(self, state: str) -> bool:
        """Whether the pages see the probe in this state."""
        return self.live().get("agents", {}).get(PROBE, {}).get("state") == state

    # --- one by one ----------------------------------------------------------------------------------------------

    def _directory(self) -> str:
        try:
            return (self.stack.redis.get(MAIN.directory) or b"").decode()
        except redis.RedisError:
            return ""

    def _ready(self) -> None:
        agents = self.live().get("agents", {})
        for name in self._phones:
            state = agents.get(name, {}).get("state", "offline")
            if state in ("offline", "unreachable"):
                self.order(c.SignIn, name)
            if state in ("offline", "unreachable", "paused"):
                self.order(c.BecomeReady, name)

    def _dial(self, missing: Counter[str]) -> None:
        up = sum(party.state != "ended" for party in self.numbers.values())
        seen = {call["number"][-11:] for call in self.live().get("calls", {}).values()}
        self._coming = {number for number in self._coming - seen if self.numbers[number].state != "ended"}
        greeting = max(0, missing["flow"] - len(self._coming))
        for n in range(min(max(self.wanted.calls - up, greeting), round(DIALS_A_SECOND * TICK_S))):
            number = f"154{len(self.numbers):08d}"
            to = AFTER_A_GREETING if n < greeting else AT_ONCE
            self.numbers[number] = self._endpoint.dial(to, caller=number)
            if to == AFTER_A_GREETING:
                self._coming.add(number)

    def _hold(self, missing: Counter[str]) -> None:
        """Half of them by the agent's page, half by the phone's own key."""
        if not missing["held"]:
            return
        for name, phone in list(self._phones.items()):
            live = self.live()
            if self.stages()["talking"] <= self.wanted.talking:
                return
            call = live.get("calls", {}).get(live["agents"].get(name, {}).get("call_id", ""), {})
            if call.get("stage") != "talking" or not phone.in_state("answered"):
                continue
            if self._chance.random() < 0.5:
                self.order(c.Hold, name)
            else:
                self._endpoint.do(phone.call.hold, True)
            until(lambda call=call: self._stage(call["id"]) != "talking", "a call to be held", 5)

    def _stage(self, call_id: str) -> str:
        return self.live().get("calls", {}).get(call_id, {}).get("stage", "")

    def _party(self, number: str) -> Party | None:
        return self.numbers.get(number[-11:])
