"""The rulings: whether numbers may be called now.

They are asked when leads are taken in, when they are claimed, and once more in the transaction that writes the attempts
(``attempts.making``), where nobody else can count the same calls (``guard.locks``). What cannot be known is not
allowed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from crm.campaigns.guard.caps import used_up
from crm.campaigns.guard.counts import History, history
from crm.campaigns.guard.there import Hours, There
from crm.campaigns.hours.holidays import Holidays
from crm.campaigns.hours.zones import zone_of
from crm.campaigns.models import Campaign
from crm.numberlists.models import ListState
from crm.numberlists.selectors import verdicts
from crm.telephony.home import home
from switchctl.contract import numberlists
from switchctl.contract.dialling import classify
from switchctl.contract.numberlists import Verdict, lead_refusal

LISTED = {numberlists.BLACK: "black", numberlists.NO_CALL: "do_not_call"}
NUMBERS_OWN = frozenset({"no_number", "do_not_call", "black", "closed", "no_consent", "number_all"})
"""Rulings that no waiting changes; another number of the customer may do."""
CLOSED_FOR = timedelta(hours=1)
"""When numbers that this installation does not dial may be asked for again: somebody may have opened them."""


class Wanted(msgspec.Struct, frozen=True):
    """A call that somebody wants made. Without a campaign the rules are those that a new one has. ``zone``: of the
    number (E.164), if it is known already."""

    campaign: Campaign | None
    customer_id: int
    number: str
    lead_id: int | None = None
    zone: str = ""


class Ruling(msgspec.Struct, frozen=True):
    """``why``: "" = allowed, else a code of ``words.WHY``. ``until``: of an allowed one, when its hours end.
    ``later``: of one that waiting helps, before when it need not be asked again. ``facts``: what evidence keeps; no
    number is in it."""

    wanted: Wanted
    why: str
    until: datetime | None = None
    later: datetime | None = None
    facts: dict[str, Any] = {}

    @property
    def allowed(self) -> bool:
        return not self.why


def rulings(
    wanted: Sequence[Wanted],
    at: datetime,
    holidays: Holidays | None = None,
    *,
    enough: int | None = None,
    facts: bool = True,
) -> list[Ruling]:
    """In their order. Calls that are wanted together count against each other. Few queries, whatever their number.
    ``holidays``: where they were read already; ``enough``: after so many that are allowed no more are ruled on;
    ``facts``: whether evidence is wanted, else they are empty."""
    if not wanted:
        return []
    bench = _Bench(wanted, at, holidays or Holidays.read(at), facts)
    said: list[Ruling] = []
    for one in wanted:
        said.append(bench.ruling(one))
        if enough is not None and not said[-1].why:
            enough -= 1
            if not enough:
                break
    return said


class _Bench:
    """What is known at ``at`` about those that are wanted."""

    def __init__(self, wanted: Sequence[Wanted], at: datetime, holidays: Holidays, facts: bool) -> None:
        self.at = at
        self.home = home()
        numbers = {one.number for one in wanted if one.number}
        self.said = verdicts(numbers, numberlists.OUT, at, kept=True)
        campaigns = {one.campaign.id for one in wanted if one.campaign is not None}
        free = [one for one in wanted if one.number and self.said[one.number].allowed]
        people = {one.customer_id for one in free}
        self.past: History = history({one.number for one in free}, people, campaigns, at)
        self.none = Campaign()
        self.lists = (ListState.objects.values_list("version", flat=True).first() or 0) if facts else None
        self.hours = Hours(at, holidays, facts)

    def ruling(self, one: Wanted) -> Ruling:
        why, until, later, facts = self._ruled(one)
        if not why:
            self.past.add(one.number, one.customer_id, one.campaign.id if one.campaign is not None else None, self.at)
        return Ruling(one, why, until, later, facts)

    def _ruled(self, one: Wanted) -> tuple[str, datetime | None, datetime | None, dict[str, Any]]:
        rules = one.campaign or self.none
        zone = one.zone or (zone_of(one.number) if one.number else "")
        there = self.hours.there(one.campaign, rules, zone)
        if not there.runs:
            return "not_running", None, None, {}
        if not one.number:
            return "no_number", None, None, {}
        said = self.said[one.number]
        facts = self._facts(one, there, said)
        if not said.allowed:
            return LISTED[said.by], None, None, facts
        if lead_refusal(classify(one.number, self.home, ()), self.home, said):
            return "not_opened", None, self.at + CLOSED_FOR, facts
        if (one.number, one.customer_id) in self.past.closed:
            return "closed", None, None, facts
        if rules.consent:
            # A segment names many, and none of them said anything.
            if said.by != numberlists.WHITE or said.kind != numberlists.NUMBER:
                return "no_consent", None, None, facts
            facts["consent"] = said.entry
        used = used_up(one.number, one.customer_id, one.campaign, self.past, there.day)
        if self.lists is not None:
            facts["calls"] = used.told(rules, one.campaign is not None)
        why, later = used.cap(rules, one.campaign is not None, zone, self.at)
        if why == "number_all":
            return why, None, None, facts
        if there.until is None:
            return "hours", None, max(filter(None, [there.opens, later]), default=None), facts
        if why:
            return why, None, later and self.hours.opens(rules, zone, later), facts
        return "", there.until, None, facts

    def _facts(self, one: Wanted, there: There, said: Verdict) -> dict[str, Any]:
        if self.lists is None:
            return {}
        return {
            **there.facts,
            "list": {"by": said.by, "entry": said.entry, "version": self.lists},
            "customer": one.customer_id,
            "lead": one.lead_id,
        }
