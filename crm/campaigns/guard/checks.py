"""The rulings: whether numbers may be called now.

They are asked when leads are taken in, when they are claimed, and once more in the transaction that writes the attempts
(``attempts.making``), where nobody else can count the same calls (``guard.locks``). What cannot be known is not
allowed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings

from crm.campaigns.guard.counts import History, frees, history, since
from crm.campaigns.hours.holidays import Holidays
from crm.campaigns.hours.windows import day_begin, day_end, next_open, open_until, windows_on
from crm.campaigns.hours.zones import clocks, names, zone_of
from crm.campaigns.models import Campaign, CampaignState
from crm.numberlists.models import ListState
from crm.numberlists.selectors import verdicts
from crm.telephony.selectors import home
from switchctl.contract import numberlists
from switchctl.contract.dialling import classify
from switchctl.contract.numberlists import Verdict, lead_refusal

LISTED = {numberlists.BLACK: "black", numberlists.NO_CALL: "do_not_call"}
NUMBERS_OWN = frozenset({"no_number", "do_not_call", "black", "closed", "no_consent", "number_all"})
"""Rulings that no waiting changes; another number of the customer may do."""
CLOSED_FOR = timedelta(hours=1)
"""When numbers that this installation does not dial may be asked for again: somebody may have opened them."""
AGAIN = timedelta(minutes=1)
"""When somebody who is being called may be asked for again."""


@dataclass(frozen=True)
class Wanted:
    """A call that somebody wants made. Without a campaign the rules are those that a new one has. ``zone``: of the
    number (E.164), if it is known already."""

    campaign: Campaign | None
    customer_id: int
    number: str
    lead_id: int | None = None
    zone: str = ""


@dataclass(frozen=True)
class Ruling:
    """``why``: "" = allowed, else a code of ``words.WHY``. ``until``: of an allowed one, when its hours end.
    ``later``: of one that waiting helps, before when it need not be asked again. ``facts``: what evidence keeps; no
    number is in it."""

    wanted: Wanted
    why: str
    until: datetime | None = None
    later: datetime | None = None
    facts: dict[str, Any] = field(default_factory=dict)

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


@dataclass(slots=True)
class _There:
    """What holds for all that a campaign calls in a zone now. ``until``: when its hours end that are on; ``opens``:
    when they begin, if none are; ``day``: when the day began. Of one that does not run only that is known."""

    runs: bool = False
    until: datetime | None = None
    opens: datetime | None = None
    day: datetime = datetime.min.replace(tzinfo=UTC)
    facts: dict[str, Any] = field(default_factory=dict)


class _Bench:
    """What is known at ``at`` about those that are wanted."""

    def __init__(self, wanted: Sequence[Wanted], at: datetime, holidays: Holidays, facts: bool) -> None:
        self.at = at
        self.holidays = holidays
        self.home = home()
        numbers = {one.number for one in wanted if one.number}
        self.said = verdicts(numbers, numberlists.OUT, at, kept=True)
        campaigns = {one.campaign.id for one in wanted if one.campaign is not None}
        self.past: History = history(numbers, {one.customer_id for one in wanted}, campaigns, at)
        self.none = Campaign()
        self.lists = (ListState.objects.values_list("version", flat=True).first() or 0) if facts else None
        self.there: dict[tuple[int | None, str], _There] = {}
        self.opens: dict[tuple[int | None, str], list[tuple[datetime, datetime, datetime]]] = {}
        """Campaign and zone → from when on nothing opens before when, and until when it is open then."""

    def ruling(self, one: Wanted) -> Ruling:
        why, until, later, facts = self._ruled(one)
        if not why:
            self.past.add(one.number, one.customer_id, one.campaign.id if one.campaign is not None else None, self.at)
        return Ruling(one, why, until, later, facts)

    def _ruled(self, one: Wanted) -> tuple[str, datetime | None, datetime | None, dict[str, Any]]:
        rules = one.campaign or self.none
        zone = one.zone or (zone_of(one.number) if one.number else "")
        there = self.there.get((rules.id, zone)) or self._there(one.campaign, zone)
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
        why, later = self._caps(one, zone, there.day, facts)
        if why == "number_all":
            return why, None, None, facts
        if there.until is None:
            return "hours", None, max(filter(None, [there.opens, later]), default=None), facts
        if why:
            return why, None, later and self._opens(rules, zone, later), facts
        return "", there.until, None, facts

    def _there(self, campaign: Campaign | None, zone: str) -> _There:
        rules, found = campaign or self.none, _There()
        if campaign is None or running(campaign, self.at):
            until = open_until(rules, zone, self.at, self.holidays)
            found.runs, found.day = True, day_begin(zone, self.at)
            found.until = until and min(filter(None, [until, rules.ends_at]))
            found.opens = next_open(rules, zone, self.at, self.holidays) if until is None else None
            found.facts = self._facts_alike(rules, zone, found.until) if self.lists is not None else {}
        self.there[rules.id, zone] = found
        return found

    def _opens(self, rules: Campaign, zone: str, later: datetime) -> datetime:
        """The first moment in hours from then on. Hundreds are asked for that lie in the same few days."""
        known = self.opens.setdefault((rules.id, zone), [])
        for since_then, opens, ends in known:
            if since_then <= later < ends:
                return max(opens, later)
        found = next_open(rules, zone, later, self.holidays)
        if found is not None:
            known.append((later, found, open_until(rules, zone, found, self.holidays) or found))
        return found or later

    def _caps(self, one: Wanted, zone: str, begin: datetime, facts: dict[str, Any]) -> tuple[str, datetime | None]:
        """Which is used up, and when that is over. ``begin``: of the day."""
        rules, past = one.campaign or self.none, self.past
        number = past.numbers.get(one.number, ())
        person = past.people.get(one.customer_id, ())
        going_on = one.number in past.going_on or one.customer_id in past.going_on
        in_all = past.campaigns.get((rules.id, one.number), 0) if one.campaign is not None else 0
        week = len(number), len(person)
        day = since(number, begin), since(person, begin)
        if self.lists is not None:
            facts["calls"] = {
                "number_day": [day[0], rules.number_per_day], "number_week": [week[0], rules.number_per_week],
                "number_all": [in_all, rules.number_in_all if one.campaign is not None else 0],
                "person_day": [day[1], rules.person_per_day], "person_week": [week[1], rules.person_per_week],
            }  # fmt: skip
        if one.campaign is not None and in_all >= rules.number_in_all:
            return "number_all", None
        if week[0] >= rules.number_per_week:
            return "number_week", frees(number, rules.number_per_week)
        if week[1] >= rules.person_per_week:
            return "person_week", frees(person, rules.person_per_week)
        if day[0] >= rules.number_per_day:
            return "number_day", day_end(zone, self.at)
        if day[1] >= rules.person_per_day:
            return "person_day", day_end(zone, self.at)
        if going_on:  # another campaign, or a callback, has her on the line
            return "calling", self.at + AGAIN
        return "", None

    def _facts(self, one: Wanted, there: _There, said: Verdict) -> dict[str, Any]:
        if self.lists is None:
            return {}
        return {
            **there.facts,
            "list": {"by": said.by, "entry": said.entry, "version": self.lists},
            "customer": one.customer_id,
            "lead": one.lead_id,
        }

    def _facts_alike(self, rules: Campaign, zone: str, until: datetime | None) -> dict[str, Any]:
        """Of all that the campaign calls in that zone now."""
        return {
            "zone": ",".join(names(zone)),
            "there": [self.at.astimezone(clock).strftime("%Y-%m-%dT%H:%M%z") for clock in clocks(zone)],
            "hours_until": until,
            "windows": windows_on(rules, zone, self.at),
            "holidays": rules.holidays,
            "shows": rules.caller_number or settings.DIAL_CALLER_NUMBER,
            "prompt": rules.prompt,
            "campaign": rules.pk,
            "rules": rules.rules,
        }


def running(campaign: Campaign, at: datetime) -> bool:
    """Whether it is started and its time has come and is not over."""
    begun = campaign.starts_at is None or campaign.starts_at <= at
    over = campaign.ends_at is not None and campaign.ends_at <= at
    return campaign.state == CampaignState.RUNNING and begun and not over
