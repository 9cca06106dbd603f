"""The play: rounds of one death or several each, then the end, then the books."""

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connections

from tests.proofs.campaigns.books import Books, books_read
from tests.proofs.campaigns.callers import Callers
from tests.proofs.campaigns.centre import KINDS, Centre, until
from tests.proofs.campaigns.desk import Desk
from tests.proofs.campaigns.floor import Floor
from tests.proofs.campaigns.laws import broken
from tests.proofs.campaigns.mutants import named
from tests.proofs.campaigns.people import AWAY, Life
from tests.proofs.campaigns.real import beside_each
from tests.proofs.campaigns.rows import PASSWORD, QUEUE, campaigns_make, customers_make, now, people_make

STEP_S = 0.2
AT_ONCE = ((1, 70), (2, 15), (3, 10), (len(KINDS), 5))
"""How many die at the same moment, and how many of a hundred rounds are such."""
BUSY_S, BUSY_REAL_S = 4.0, 8.0
"""So long it is waited for the next call, that a death may fall into work; a real switch takes seconds to come back."""
LOOK_S = 0.5
CHECKED_EVERY = 50
"""Rounds between two looks at the laws while the play goes on."""
CUSTOMERS_FOR_A_ROUND = 4
SETTLED_S = 7 * 60
"""The longest that anything may be unknown; a few rounds need not wait for it."""
WHOLE_AGAIN_S = 60


@dataclass
class Outcome:
    rounds: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    legs: int = 0
    callers: int = 0
    """Who called in."""
    at_once: Counter[int] = field(default_factory=Counter)
    """How many died at the same moment → in how many rounds."""
    other: dict[str, int] = field(default_factory=dict)
    """What else was done, and how often."""
    ends: Counter[str] = field(default_factory=Counter)
    by: Counter[str] = field(default_factory=Counter)
    """Campaign → how many it called."""
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0


def laws_named(wrong: list[str]) -> set[str]:
    return {said.partition(":")[0] for said in wrong}


class Play:
    """``seed``: what is killed when, and what people do. The processes have clocks of their own, so the same seed is
    not the same play."""

    def __init__(self, centre: Centre, seed: int, rounds: int) -> None:
        self.centre, self.rounds = centre, rounds
        self.chance = random.Random(seed)
        self.unwell: list[tuple[datetime, datetime]] = []
        self.outcome = Outcome()

    def prepare(self) -> None:
        people = people_make()
        customers_make(200 + CUSTOMERS_FOR_A_ROUND * self.rounds)
        self.life = Life(people, campaigns_make(people, now()), self.chance)
        self.callers = Callers(self.centre.switch, self.chance)
        self.desk = Desk(self.centre.web, people.looking.username, PASSWORD, random.Random(self.chance.random()))
        inbound = frozenset(agent.username for agent in people.inbound)
        self.floor = Floor({QUEUE: inbound}, self.centre.folder / "told")

    def run(self, until_at: float) -> Outcome:
        """All rounds, or those until that moment (monotonic)."""
        began = time.monotonic()
        self.desk.start()
        until(lambda: self._step() or self._legs(), "the first call", 90)
        while self.outcome.rounds < self.rounds and time.monotonic() < until_at and not self._enough():
            self._round()
            if self.outcome.rounds % CHECKED_EVERY == 0 or self.centre.broken:
                self._well()
                self.outcome.wrong = broken(self._books(), settled=False)
        self._end()
        self.outcome.seconds = time.monotonic() - began
        return self.outcome

    def _enough(self) -> bool:
        """A law was broken; where the product is broken on purpose, all that must be."""
        said = laws_named(self.outcome.wrong)
        return bool(said) and said >= {mutant.law for mutant in named(self.centre.broken)}

    def _round(self) -> None:
        self._live(self.chance.uniform(0.0, 0.5))
        (most,) = self.chance.choices([n for n, _share in AT_ONCE], [share for _n, share in AT_ONCE])
        kinds = self.chance.sample(self.centre.kinds, most)
        kinds.sort(key=self.centre.kinds.index)  # a server comes back before its parts
        since = now()
        starts = [self.centre.kill(kind, self.chance) for kind in kinds]
        self.outcome.killed.update(kinds)
        self.outcome.at_once[most] += 1
        self._live(self.chance.choice((0.0, 0.2, 0.8)))
        for start in starts:
            start()
        if self.chance.random() < 0.7:  # else the next one dies before this one has come back
            self._well()
            self._busy()
        self.unwell.append((since, now()))
        self.outcome.rounds += 1
        with (self.centre.folder / "rounds.log").open("a") as log:
            log.write(f"{since:%H:%M:%S.%f} {self.outcome.rounds} {' '.join(kinds)}\n")

    def _busy(self) -> None:
        """Until the next customer is called, or nobody is for long (hours, a pause)."""
        before, over = self._legs(), time.monotonic() + (BUSY_REAL_S if self.centre.real else BUSY_S)
        while self._legs() == before and time.monotonic() < over:
            self._live(STEP_S)

    def _well(self) -> None:
        until(lambda: self._step() or self.centre.leads(), "the daemon to lead again", WHOLE_AGAIN_S)
        fallen = self.centre.fallen()
        if fallen:
            raise AssertionError(f"ended though nobody killed it: {fallen}")

    def _live(self, seconds: float) -> None:
        over = time.monotonic() + seconds
        self._step()
        while time.monotonic() < over:
            time.sleep(min(STEP_S, max(0.0, over - time.monotonic())))
            self._step()

    def _step(self) -> None:
        self.life.step()
        if not self.life.leaves and self.centre.real is None:
            self.callers.step()
        self.floor.read(self.centre.folder / "switchctl" / "journal")

    def _legs(self) -> int:
        return self.centre.dialled.stat().st_size

    # --- the end -------------------------------------------------------------------------------------------------

    def _end(self) -> None:
        """Nobody begins anything; what was begun comes to its end. Many rounds wait for all of it. Celery's processes
        may give up late, and are started again still."""
        from crm.campaigns.models import Campaign
        from crm.campaigns.running.services import campaign_pause

        self._well()
        self.desk.leave()
        self.life.leave()
        for campaign in Campaign.objects.all():
            campaign_pause(user=self.life.people.manager, campaign_id=campaign.pk, at=now())
        patience = 5 if self.outcome.wrong else SETTLED_S if self.rounds > 100 else 60
        try:
            until(lambda: self._live(LOOK_S) or not self.centre.switch.channels(), "the last call to end", 60)
            until(lambda: self._live(LOOK_S) or not self._wrong(), "all books to close", patience)
        except TimeoutError:
            up = [f"{leg} is up still: {row}" for leg, row in self.centre.switch.channels().items()]
            late = up + self._wrong() or ["books that close only after their time"]
            self.outcome.wrong = list(dict.fromkeys(self.outcome.wrong + late))
        books = self._books()
        self.outcome.legs = len(books.legs)
        self.outcome.callers = len(books.callers)
        self.outcome.other = {
            **{f"looked at and {what}": times for what, times in self.desk.done.items()},
            "promised": len(books.promises), "numbers listed": len(books.listed), "pauses": len(books.pauses),
            "hours closed": len(books.closings), "agents of the queue taken": len(books.takings),
            "imports": len(books.lists), "taken in": books.leads_made,
        }  # fmt: skip
        dialled = {leg.uuid for leg in books.legs}
        called = [row for row in books.tries.values() if row.id in dialled]
        names = {campaign.pk: name for name, campaign in self.life.campaigns.items()}
        self.outcome.ends = Counter(row.outcome for row in called)
        self.outcome.by = Counter(names.get(row.campaign, "none") for row in called)

    def _wrong(self) -> list[str]:
        self._well()
        try:
            return broken(self._books(), settled=True)
        except AWAY:
            connections.close_all()
            return ["the books cannot be read"]

    def _books(self) -> Books:
        books = books_read(self.centre.dialled, self.centre.ends())
        if self.centre.real is not None:
            books.legs = beside_each(books.legs)
            books.cut, books.fallen = self.centre.real.cut(), self.centre.real.fallen()
        books.listed, books.pauses, books.unwell = dict(self.life.listed), list(self.life.pauses), list(self.unwell)
        books.closings = list(self.life.office.closings)
        books.callers, books.takings = dict(self.callers.called), list(self.floor.takings)
        return books
