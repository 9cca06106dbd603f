"""Whatever dies when, and whatever is told how late: no lead is dialled twice at once, no cap is broken, none is lost.

A history plays a worker, a daemon and a network that can each stop anywhere. The daemon here keeps the promises of
``contract.hopper`` and nothing else: it dials what it takes before it expires, tells what it dialled in its journal,
and says what is settled only behind that. What reaches the rows does so late, in any order, or only with the switch's
own records.
"""

import os
from collections import defaultdict
from datetime import datetime, timedelta
from random import Random

import pytest

from crm.campaigns.attempts.digest import digest
from crm.campaigns.attempts.laws import laws_check
from crm.campaigns.attempts.terms import micros
from crm.campaigns.hopper.filling import hopper_fill
from crm.campaigns.models import Attempt, Campaign, Lead
from switchctl.contract.hopper import Entry, decode_entry
from switchctl.contract.names import MAIN
from tests.crm.campaigns.calls import call_told
from tests.crm.campaigns.people import AT, campaign_of, daemon_leads, lead_of

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
FIRST = int(os.environ.get("PROOF_FIRST", "0"))
HISTORIES = int(os.environ.get("PROOF_HISTORIES", "8"))
STEPS_EACH = 60
WHOLE = [[["00:00", "24:00"]]] * 7
CALL = 25 * SECOND
"""How long a call of the daemon lasts."""


class Centre:
    """``lag``: how many of its facts the daemon has not brought to the rows yet."""

    def __init__(self, redis, campaigns: list[Campaign]) -> None:
        self.redis, self.campaigns, self.now = redis, campaigns, AT
        self.journal, self.epoch, self.since = "d1", 1, 1
        self.seq = defaultdict(int)
        self.committed = defaultdict(int)
        self.held: list[Entry] = []
        self.dials: list[tuple[datetime, str]] = []
        self.going: dict[str, tuple[datetime, str]] = {}
        """Calls of which a row is known and the end is not."""
        self.untold: list[tuple[str, int, str, datetime, str]] = []
        self.settle()

    def pass_by(self, seconds: int) -> None:
        self.now += seconds * SECOND
        self.settle()

    def settle(self) -> None:
        daemon_leads(
            self.redis, self.now, journal=self.journal, epoch=self.epoch, since=self.since, seq=self.seq[self.journal],
            committed=self.committed[self.journal], until=self.now,
        )  # fmt: skip

    def fill(self, pushed: bool) -> None:
        """``pushed``: whether the worker lives until the entries are in Redis."""
        for campaign in self.campaigns:
            hopper_fill(campaign, 2, self.now)
            if not pushed:
                self.redis.delete(MAIN.hopper(str(campaign.pk)))

    def take(self) -> None:
        for campaign in self.campaigns:
            if raw := self.redis.lpop(MAIN.hopper(str(campaign.pk))):
                self.held.append(decode_entry(raw))

    def dial(self, result: str) -> None:
        for entry in self.held:
            if entry.expires > micros(self.now):
                self.dials.append((self.now, entry.id))
                self.seq[self.journal] += 1
                self.untold.append((self.journal, self.seq[self.journal], entry.id, self.now, result))
        self.held.clear()

    def tell(self, place: int) -> None:
        """One journal's facts become rows, and the ends of calls that had not ended."""
        for call, (at, result) in list(self.going.items()):
            self.row(call, at, result)
        if not self.untold:
            return
        journal, _seq, _call, _at, _result = self.untold[place % len(self.untold)]
        for one in [one for one in self.untold if one[0] == journal]:
            self.untold.remove(one)
            self.row(*one[2:])
        self.committed[journal] = self.seq[journal]
        self.settle()

    def record(self, place: int) -> None:
        """The switch's own record of one call, before the daemon's facts of it."""
        if self.untold:
            self.row(*self.untold[place % len(self.untold)][2:])

    def row(self, call: str, at: datetime, result: str) -> None:
        over = self.now >= at + CALL
        self.going[call] = (at, result)
        if over:
            del self.going[call]
        call_told(Attempt.objects.get(pk=call), at, result=result if over else "")

    def restart(self, same: bool) -> None:
        """The daemon dies with what it had taken; the next term is its own or another's."""
        self.held.clear()
        self.epoch += 1
        if not same:
            self.journal, self.since = ("d2" if self.journal == "d1" else "d1"), self.epoch
        self.settle()

    def serve(self, result: str) -> None:
        self.fill(True)
        self.take()
        self.dial(result)

    def quiet(self) -> None:
        """Nothing new; all that is known becomes rows."""
        self.take()
        for _step in range(3):
            self.pass_by(400)
            self.tell(0)
            self.tell(0)
            self.digest()
        self.laws()

    def digest(self) -> None:
        digest(self.now)

    def laws(self) -> None:
        laws_check(self.now)


STEPS = (
    [("serve", result) for result in ("busy", "busy", "failed", "no_answer", "own_phone")]
    + [("pass_by", seconds) for seconds in (1, 5, 30, 61, 61, 400, 4000)]
    + [("restart", True), ("restart", False), ("fill", True), ("fill", False), ("take",), ("dial", "busy"), ("laws",)]
    + [("tell", place) for place in range(3)] + [("record", place) for place in range(3)] + [("digest",)] * 6
)  # fmt: skip


def lawful(centre: Centre) -> None:
    lead_of_call = dict(Attempt.objects.values_list("pk", "lead_id"))
    number_of_call = dict(Attempt.objects.values_list("pk", "number"))
    assert len({call for _at, call in centre.dials}) == len(centre.dials), "an attempt was dialled twice"
    by_lead, by_number = defaultdict(list), defaultdict(list)
    for at, call in centre.dials:
        by_lead[lead_of_call[call]].append(at)
        by_number[number_of_call[call]].append(at)
    for moments in by_lead.values():
        for before, then in zip(moments, moments[1:], strict=False):
            assert then - before > CALL, "a lead was dialled while it was being called"
    own_phone = {call for _journal, _seq, call, _at, result in centre.untold if result == "own_phone"}
    own_phone |= set(Attempt.objects.filter(outcome="own_phone").values_list("pk", flat=True))
    for number in by_number:
        rang = [at for at, call in centre.dials if number_of_call[call] == number and call not in own_phone]
        for begin in rang:
            day = [at for at in rang if at.date() == begin.date() and begin <= at]
            assert len(day) <= 3, "a number was called more often than may be"


@pytest.mark.parametrize("seed", range(FIRST, FIRST + HISTORIES))
def test_no_lead_is_dialled_twice_at_once_nor_lost(bus, db, seed) -> None:
    dice = Random(seed)
    retries = {"busy": {"after": 1, "times": 9, "then": "day"}, "failed": {"after": 0, "times": 9, "then": "day"}}
    rules = {"hours": WHOLE, "retries": retries, "number_in_all": 50}
    campaigns = [campaign_of(**rules), campaign_of(**rules)]
    both = lead_of(campaigns[0], "+8613800000001").customer
    lead_of(campaigns[1], "+8613800000001", customer=both)
    lead_of(campaigns[0])
    lead_of(campaigns[1])
    centre = Centre(bus, campaigns)
    for _step in range(STEPS_EACH):
        name, *said = dice.choice(STEPS)
        getattr(centre, name)(*said)
    centre.quiet()
    lawful(centre)
    assert set(Lead.objects.values_list("state", flat=True)) <= {"open", "closed"}, "a lead was lost"
    assert not Attempt.objects.filter(state__in=["handed", "dialled"]).exists()
    dialled = {call for _at, call in centre.dials}
    returned = Attempt.objects.filter(pk__in=dialled, state="returned").exclude(outcome="own_phone")
    assert not returned.exists(), "what was dialled was given back"
