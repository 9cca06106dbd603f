"""A real FreeSWITCH in the place of the simulated one, agents' phones that pick up, and the carrier's customers.

What the carrier saw is the truth: a line in ``dialled`` for each INVITE with its Call-ID (ours: the attempt's),
written before it is answered, and the moment at which each call ended there.
"""

import json
import random
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from switchctl.sim.carrier import Carrier
from tests.daemon.switch import SECRET
from tests.freeswitch.agents import PhonesDoor, password
from tests.freeswitch.conftest import quick_sounds
from tests.freeswitch.endpoint import Endpoint
from tests.freeswitch.party import Party
from tests.freeswitch.sipmessage import Message, tag_of
from tests.freeswitch.switch import DOMAIN, Switch
from tests.freeswitch.until import until
from tests.proofs.campaigns.books import Leg

PHONES = range(2001, 2020)
TALK_S = (0.5, 1.0, 2.0, 8.0)
"""How long customers talk; the long ones are those who live through deaths."""
STATUS = {
    "USER_BUSY": (486, "Busy Here"), "CALL_REJECTED": (603, "Decline"), "UNALLOCATED_NUMBER": (404, "Not Found"),
    "SUBSCRIBER_ABSENT": (480, "Temporarily Unavailable"), "NORMAL_TEMPORARY_FAILURE": (503, "Service Unavailable"),
}  # fmt: skip


class Customer(Party):
    """``over``: when her call ended. ``cut``: it was a talk, and nobody had hung up."""

    over: datetime | None = None
    cut = False

    def _end(self, by: str) -> None:
        self.over = datetime.now(UTC)
        self.cut = self.state == "answered" and by == "switch"
        super()._end(by)


class Customers(Endpoint):
    """The carrier, and everybody behind it. A number tells what becomes of its calls, as in the simulation."""

    party = Customer

    def __init__(self, switch: Switch, agents: Endpoint, dialled: Path) -> None:
        self.agents, self.dialled = agents, dialled
        self.fates = Carrier(random.Random(7))
        self.chance = random.Random(11)
        self.met: dict[str, Customer] = {}
        """Call-ID → the call."""
        self._seen: set[str] = set()
        super().__init__(switch.phones_port, switch.trunk_port, DOMAIN, port=switch.carrier_port)

    def _on_request(self, message: Message, source: tuple[str, int]) -> None:
        if message.method == "INVITE" and not tag_of(message.get("to")):
            branch = message.text("via")  # one that was sent again has the same
            if branch not in self._seen:
                self._seen.add(branch)
                self._note(message)
        super()._on_request(message, source)

    def _note(self, message: Message) -> None:
        """With all agents' legs that are up: which of them is hers, ``beside_each`` finds out."""
        calls = [party for phone in list(self.agents.phones.values()) for party in phone.calls[-2:]]
        up = ",".join(party.call_id for party in calls if party.state == "answered") or "-"
        with self.dialled.open("a") as log:
            log.write(f"{time.time():.6f} {message.text('call-id')} {message.uri_user} {up}\n")

    def _rings(self, party: Party) -> None:
        assert isinstance(party, Customer)
        self.met[party.call_id] = party
        if party.user in self.phones:  # somebody of whom a story tells
            super()._rings(party)
            return
        plan, seconds = self.fates.plan(party.user)
        if seconds:
            party.ringing()
        if plan in STATUS:
            self._after(seconds, party.refuse, *STATUS[plan])
        elif plan != "noanswer":
            self._after(seconds, self._answers, party)

    def _answers(self, party: Party) -> None:
        party.answer()
        if party.state == "answered":
            self._after(self.chance.choice(TALK_S), party.hang_up)

    def _after(self, seconds: float, work: Any, *args: Any) -> None:
        self._due.append((time.monotonic() + seconds, lambda: work(*args)))


def beside_each(legs: list[Leg]) -> list[Leg]:
    """Each customer's leg with an agent's of its own, out of those that were up when it began; ``-`` where there is
    none left for it, however the others are shared out."""
    up = [[leg for leg in legs[place].beside.split(",") if leg != "-"] for place in range(len(legs))]
    owner: dict[str, int] = {}

    def finds(place: int, asked: set[str]) -> bool:
        for leg in up[place]:
            if leg not in asked:
                asked.add(leg)
                if leg not in owner or finds(owner[leg], asked):
                    owner[leg] = place
                    return True
        return False

    for place in range(len(legs)):
        finds(place, set())
    found = {place: leg for leg, place in owner.items()}
    return [replace(leg, beside=found.get(place, "-")) for place, leg in enumerate(legs)]


class RealSwitch:
    """Phones and carrier live as long as it; ``kill`` ends every call without a word."""

    def __init__(self, folder: Path, lease: int, dialled: Path) -> None:
        (folder / "switch").mkdir()
        phones = PhonesDoor(PHONES)
        self.switch = Switch(folder / "switch", secret=SECRET, lease=f"127.0.0.1:{lease}", phones=phones)
        self.port = self.switch.esl_port
        self.cdr = self.switch.cdr
        self._dialled = dialled
        self.died: list[datetime] = []

    def start(self) -> None:
        self.switch.prepare()
        quick_sounds(self.switch.folder / "sounds")
        self.switch.start()
        self.agents = Endpoint(self.switch.phones_port, self.switch.trunk_port, DOMAIN)
        self.customers = Customers(self.switch, self.agents, self._dialled)
        self._register()

    def _register(self) -> None:
        for number in PHONES:
            phone = self.agents.register(str(number), password(str(number)))
            phone.delay = 0.1
        until(lambda: all(phone.registered for phone in self.agents.phones.values()), "all phones to be registered")

    def unregister(self, extension: str) -> None:
        """This phone is not there any more."""
        phone = self.agents.phones[extension]
        self.agents.unregister(phone)
        until(lambda: not phone.registered, f"phone {extension} to be offline")

    def kill(self) -> None:
        """kill -9."""
        self.switch.crash()
        self.died.append(datetime.now(UTC))
        for phone in self.agents.phones.values():
            phone.registered = False
        self.agents.forget()
        self.customers.forget()

    def again(self) -> None:
        self.switch.start()
        self._register()

    def stop(self) -> None:
        if hasattr(self, "agents"):
            self.agents.forget()
            self.customers.forget()
            for endpoint in (self.agents, self.customers):
                for phone in endpoint.phones.values():
                    phone.registered = False
                endpoint.close()
        self.switch.throw_away()

    def channels(self) -> dict[str, dict[str, str]]:
        console = self.switch.console()
        try:
            return {row["uuid"]: row for row in json.loads(console.api("show channels as json")).get("rows", [])}
        finally:
            console.close()

    # --- the truth -----------------------------------------------------------------------------------------------

    def ends(self) -> dict[str, datetime]:
        """Call → when it was over for the carrier."""
        return {call: party.over for call, party in list(self.customers.met.items()) if party.over is not None}

    def cut(self) -> list[str]:
        """Talks that ended though neither side had hung up and the switch lived."""
        return [call for call, party in list(self.customers.met.items()) if party.cut]

    def fallen(self) -> set[str]:
        """Calls that died with the switch."""
        return {call for call, party in list(self.customers.met.items()) if party.ended_by == "nobody"}
