"""The play: rounds of one death each, then the end, then the books."""

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connections

from tests.proofs.campaigns.books import Books, books_read
from tests.proofs.campaigns.centre import KINDS, Centre, until
from tests.proofs.campaigns.laws import broken
from tests.proofs.campaigns.people import AWAY, Life
from tests.proofs.campaigns.rows import campaigns_make, customers_make, now, people_make

STEP_S = 0.25
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
    ends: Counter[str] = field(default_factory=Counter)
    by: Counter[str] = field(default_factory=Counter)
    """Campaign → how many it called."""
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0


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

    def run(self, until_at: float) -> Outcome:
        """All rounds, or those until that moment (monotonic)."""
        began = time.monotonic()
        until(self._calls, "the first call", 90)
        while self.outcome.rounds < self.rounds and time.monotonic() < until_at and not self.outcome.wrong:
            self._round()
            if self.outcome.rounds % CHECKED_EVERY == 0:
                self._well()
                self.outcome.wrong = broken(self._books(), settled=False)
        self._end()
        self.outcome.seconds = time.monotonic() - began
        return self.outcome

    def _round(self) -> None:
        self._live(self.chance.uniform(0.2, 1.5))
        kinds = [self.chance.choice(KINDS)]
        if self.chance.random() < 0.15:
            kinds = self.chance.sample(KINDS, 2)
        since = now()
        starts = [self.centre.kill(kind, self.chance) for kind in kinds]
        self.outcome.killed.update(kinds)
        self._live(self.chance.choice((0.0, 0.3, 1.2)))
        for start in starts:
            start()
        if self.chance.random() < 0.7:  # else the next one dies before this one has come back
            self._well()
            self._live(self.chance.uniform(0.5, 2.0))
        self.unwell.append((since, now()))
        self.outcome.rounds += 1
        with (self.centre.folder / "rounds.log").open("a") as log:
            log.write(f"{since:%H:%M:%S.%f} {self.outcome.rounds} {' '.join(kinds)}\n")

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

    def _calls(self) -> bool:
        self._step()
        return self.centre.dialled.stat().st_size > 0

    # --- the end -------------------------------------------------------------------------------------------------

    def _end(self) -> None:
        """Nobody begins anything; what was begun comes to its end. Many rounds wait for all of it."""
        from crm.campaigns.models import Campaign
        from crm.campaigns.running.services import campaign_pause

        self._well()
        self.life.leaves = True
        self.life.resume()
        for campaign in Campaign.objects.all():
            campaign_pause(user=self.life.people.manager, campaign_id=campaign.pk, at=now())
        patience = SETTLED_S if self.rounds > 100 else 60
        try:
            until(lambda: self._step() or not self.centre.switch.channels(), "the last call to end", 60)
            until(lambda: self._step() or not self._wrong(), "all books to close", patience)
        except TimeoutError:
            up = [f"{leg} is up still: {row}" for leg, row in self.centre.switch.channels().items()]
            self.outcome.wrong += up + self._wrong() or ["books that close only after their time"]
        books = self._books()
        self.outcome.legs = len(books.legs)
        dialled = {leg.uuid for leg in books.legs}
        called = [row for row in books.tries.values() if row.id in dialled]
        names = {campaign.pk: name for name, campaign in self.life.campaigns.items()}
        self.outcome.ends = Counter(row.outcome for row in called)
        self.outcome.by = Counter(names.get(row.campaign, "none") for row in called)

    def _wrong(self) -> list[str]:
        try:
            return broken(self._books(), settled=True)
        except AWAY:
            connections.close_all()
            return ["the books cannot be read"]

    def _books(self) -> Books:
        folder = self.centre.folder
        books = books_read(self.centre.dialled, folder / "cdr")
        books.listed, books.pauses, books.unwell = dict(self.life.listed), list(self.life.pauses), list(self.unwell)
        return books
