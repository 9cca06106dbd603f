"""A lead goes on: after a call, after what the agent said, or because the guard does not allow it now.

Each takes a lead whose row the caller's transaction holds, and saves it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from crm.accounts.models import User
from crm.campaigns.guard.checks import NUMBERS_OWN, Ruling
from crm.campaigns.guard.counts import COUNTED
from crm.campaigns.hours.holidays import Holidays
from crm.campaigns.hours.zones import zone_of
from crm.campaigns.leads import retry
from crm.campaigns.leads.due import Due
from crm.campaigns.leads.numbers import next_choices
from crm.campaigns.leads.steps import step
from crm.campaigns.models import Attempt, Campaign, ClosedNumber, Lead, LeadState, Verdict

ANSWERED = "answered"
USED_UP, DO_NOT_CALL, GIVEN_UP = "used_up", "do_not_call", "given_up"
"""Why a lead was closed, besides outcomes and verdicts: as often as may be in this campaign; she does not want it;
nobody reached her."""
ERASED_LEAD = "erased"
"""So is one closed whose customer was erased."""
CALLBACK_WAITS = timedelta(days=1)
"""A lead whose callback nobody made is open again then."""
_SAVED = ["state", "number", "zone", "due_at", "attempts", "row", "outcome", "tried_at", "agent"]

_MOVED = ("state", "number", "zone", "due_at", "row", "outcome")
_MOVE = """
UPDATE campaigns_lead SET state = said.state, number = said.number, zone = said.zone, due_at = said.due_at,
  "row" = said.row, outcome = said.outcome
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::int[], %s::text[])
  AS said (id, state, number, zone, due_at, "row", outcome) WHERE campaigns_lead.id = said.id
"""


def lead_returned(lead: Lead, at: datetime, *, after: timedelta = timedelta()) -> None:
    """It was not dialled."""
    lead.state, lead.due_at = step(lead.state, LeadState.OPEN), max(lead.due_at, at + after)
    lead.save(update_fields=_SAVED)


def lead_tried(lead: Lead, outcome: str, at: datetime, *, number: str = "") -> None:
    """It was dialled, or may have been, and nobody spoke with her. ``number``: which was called, if it is no more the
    lead's."""
    lead.tried_at = at
    lead.attempts += outcome not in retry.FREE
    if outcome == "invalid":
        number_close(number or lead.number, lead.customer_id, "invalid")
    _go_on(lead, outcome, at)


def lead_answered(lead: Lead, at: datetime, agent: User | None) -> None:
    """Hers until the agent has said what came of it. How often in a row she was to be called again goes on through
    this call: it may be the next of them."""
    lead.attempts += 1
    lead.row = lead.row if lead.outcome == Verdict.AGAIN else 0
    lead.outcome, lead.tried_at, lead.agent = ANSWERED, at, agent
    lead.save(update_fields=_SAVED)


def lead_spoken(lead: Lead, verdict: str, at: datetime, *, number: str) -> None:
    """What the agent said of a call that was answered, or ``answered`` if she said nothing. The do-not-call list is the
    caller's matter."""
    if verdict == Verdict.AGAIN:
        lead.outcome = verdict if lead.outcome == ANSWERED else lead.outcome  # its row is that of those before
        return _go_on(lead, verdict, at)
    if verdict == Verdict.WRONG_PARTY:
        number_close(number, lead.customer_id, "wrong_party")
        return _next_number(lead, verdict, at, at, verdict)
    if verdict == Verdict.CALLBACK:
        lead.state, lead.due_at, lead.outcome = step(lead.state, LeadState.CALLBACK), at + CALLBACK_WAITS, verdict
        return lead.save(update_fields=_SAVED)
    return lead_close(lead, DO_NOT_CALL if verdict == Verdict.REFUSED else verdict)


def lead_unsaid(lead: Lead, was: str, number: str, at: datetime) -> None:
    """As it was when the call to ``number`` had been answered and nobody had said what came of it; ``was`` had been
    said since. Not saved: what is said follows."""
    lead.state, lead.due_at = step(lead.state, LeadState.OPEN), at
    lead.row = max(0, lead.row - (was == Verdict.AGAIN))
    lead.number, lead.zone, lead.outcome = number, zone_of(number), ANSWERED


def leads_refused(
    campaign: Campaign, refused: Sequence[tuple[Due, Ruling]], at: datetime, holidays: Holidays | None = None
) -> None:
    """The guard does not allow them now: their next number, or a later moment, or the end. Leads of one campaign that
    are open; few queries, whatever their number."""
    waits = [(lead, said) for lead, said in refused if said.why not in NUMBERS_OWN]
    useless = [(lead, said) for lead, said in refused if said.why in NUMBERS_OWN]
    for lead, said in waits:
        lead.due_at = max(said.later or at + timedelta(days=1), at + timedelta(seconds=1))
    if useless:
        tried = {lead.customer_id: lead.number for lead, _said in useless}
        behind = next_choices(campaign, tried, at)
        holidays = holidays or Holidays.read(at)
        for lead, said in useless:
            choice = behind[lead.customer_id]
            if choice.number:
                lead.number, lead.zone, lead.row = choice.number, choice.zone, 0
                lead.due_at = retry.opening(campaign, lead.zone, at, holidays)
            else:
                why = {"number_all": USED_UP, "black": DO_NOT_CALL, "closed": "invalid"}.get(said.why, said.why)
                lead.state, lead.outcome = step(lead.state, LeadState.CLOSED), why
    _write([lead for lead, _said in refused])


def _write(leads: Sequence[Due]) -> None:
    """In one statement, which Django would make as long as there are leads."""
    columns = list(zip(*((one.pk, *(getattr(one, name) for name in _MOVED)) for one in leads), strict=True))
    if columns:
        with connection.cursor() as cursor:
            cursor.execute(_MOVE, [list(column) for column in columns])


def lead_close(lead: Lead, why: str) -> None:
    lead.state, lead.outcome = step(lead.state, LeadState.CLOSED), why
    lead.save(update_fields=_SAVED)


def number_close(number: str, customer: int, why: str) -> None:
    """Campaigns pass it by. ``why``: invalid or wrong_party."""
    ClosedNumber.objects.get_or_create(number=number, customer_id=customer, defaults={"why": why})


def number_open(number: str, customer: int, why: str) -> None:
    """It was closed by mistake."""
    ClosedNumber.objects.filter(number=number, customer=customer, why=why).delete()


def _go_on(lead: Lead, outcome: str, at: datetime) -> None:
    holidays = Holidays.read(at)
    said = retry.plan(lead.campaign, retry.Tried(lead.row, lead.outcome, lead.zone), outcome, at, holidays)
    lead.row = said.row
    if said.then == retry.CLOSE:
        return lead_close(lead, outcome if outcome != Verdict.AGAIN else GIVEN_UP)
    if said.then == retry.NUMBER:
        return _next_number(lead, outcome, at, said.due_at, outcome)
    if _used_up(lead):
        return _next_number(lead, outcome, at, said.due_at, USED_UP)
    lead.state, lead.due_at, lead.outcome = step(lead.state, LeadState.OPEN), said.due_at, outcome
    return lead.save(update_fields=_SAVED)


def _next_number(lead: Lead, outcome: str, at: datetime, due: datetime, why: str) -> None:
    """Without any it is closed for that reason."""
    choice = next_choices(lead.campaign, {lead.customer_id: lead.number}, at)[lead.customer_id]
    if not choice.number:
        return lead_close(lead, why)
    lead.number, lead.zone = choice.number, choice.zone
    lead.state, lead.row, lead.outcome = step(lead.state, LeadState.OPEN), 0, outcome
    lead.due_at = retry.opening(lead.campaign, lead.zone, max(due, at), Holidays.read(at))
    return lead.save(update_fields=_SAVED)


def _used_up(lead: Lead) -> bool:
    said = Attempt.objects.filter(number=lead.number, campaign=lead.campaign_id, state__in=COUNTED)
    return said.count() >= lead.campaign.number_in_all
