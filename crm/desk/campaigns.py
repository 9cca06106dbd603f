"""What the desk says of a call that is an attempt: for which campaign, how often before, the script, its outcomes."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from crm.accounts.models import User
from crm.calls.models import Outcome
from crm.campaigns.models import Attempt, Callback, CallbackState, Campaign, CampaignDisposition, Verdict
from crm.customers.fields.selectors import page_values
from crm.customers.models import Customer
from crm.desk.script import filled
from crm.desk.times import field

MEANINGS = {
    Verdict.DONE: gettext_noop("finished: this campaign calls her no more"),
    Verdict.SUCCESS: gettext_noop("success: this campaign calls her no more"),
    Verdict.AGAIN: gettext_noop("she is called again"),
    Verdict.CALLBACK: gettext_noop("asks when she is to be called"),
    Verdict.REFUSED: gettext_noop("her number goes on the do-not-call list: nobody calls it again"),
    Verdict.WRONG_PARTY: gettext_noop("this number is not hers: it is not called for her any more"),
}
"""What an outcome of a campaign brings about, for who chooses it."""
NOT_DIALLED = {
    "skipped": gettext_noop("skipped"),
    "expired": gettext_noop("not dialled in time"),
    "refused": gettext_noop("not allowed"),
    "unknown": gettext_noop("not known"),
}
"""Outcomes of an attempt that are none of a call."""


@dataclass(frozen=True)
class Choice:
    """An outcome that the campaign offers; ``means`` is a verdict."""

    code: str
    label: str
    means: str
    words: str


@dataclass(frozen=True)
class CalledFor:
    """Why this call is made. ``number`` counts the diallings of the lead, this one included; ``last``: what came of the
    one before, in words, "" if it is the first."""

    attempt: Attempt
    campaign: Campaign | None
    number: int
    last: str
    script: str
    choices: tuple[Choice, ...]
    agreed: Callback | None
    """Of a callback: what was agreed."""
    next: Callback | None
    """What was agreed in this call."""

    @property
    def asking(self) -> str:
        """Codes of the outcomes that ask when, with blanks between."""
        return " ".join(choice.code for choice in self.choices if choice.means == Verdict.CALLBACK)

    @property
    def next_field(self) -> str:
        """Its moment, as the form's field holds it."""
        return field(self.next.due_at) if self.next else ""


def called_for(user: User, call_id: str) -> CalledFor | None:
    """None for a call that is no attempt. Whether it is hers to see is asked before."""
    attempt = Attempt.objects.select_related("campaign", "lead", "customer", "callback").filter(pk=call_id).first()
    if attempt is None:
        return None
    before = earlier(attempt)
    return CalledFor(
        attempt=attempt,
        campaign=attempt.campaign,
        number=len(before) + 1,
        last=attempt_words(before[0]) if before else "",
        script=script_for(attempt.campaign, attempt.customer, user),
        choices=choices(attempt.campaign),
        agreed=attempt.callback,
        next=agreed_in(call_id),
    )


def earlier(attempt: Attempt) -> list[Attempt]:
    """Diallings of the same lead before it, the newest first."""
    if attempt.lead_id is None:
        return []
    dialled = Attempt.objects.filter(lead=attempt.lead_id, made_at__lt=attempt.made_at, dialled_at__isnull=False)
    return list(dialled.exclude(pk=attempt.pk).order_by("-made_at"))


def attempt_words(attempt: Attempt) -> str:
    """What came of an attempt: the agent's outcome says more than the line's."""
    return lead_words(attempt.verdict or attempt.outcome)


def lead_words(code: str) -> str:
    """An outcome of a call, a verdict, or why a lead was not dialled; "" for none."""
    if code in NOT_DIALLED and code != "refused":
        return _(NOT_DIALLED[code])
    known: dict[str, Any] = dict(Verdict.choices) | dict(Outcome.choices)
    return str(known.get(code, code))


def script_for(campaign: Campaign | None, customer: Customer | None, agent: User) -> str:
    """``name``, ``company``, ``agent``, and ``f_<code>`` of each field of the customer's."""
    if campaign is None or not campaign.script.strip():
        return ""
    said = {"name": "", "company": "", "agent": str(agent)}
    if customer is not None:
        said |= {"name": str(customer), "company": customer.company}
        said |= {f"f_{own.code}": words for own, words, _file in page_values(customer)}
    return filled(campaign.script.strip(), said)


def choices(campaign: Campaign | None) -> tuple[Choice, ...]:
    """In the order of the centre's outcomes; none: the campaign has none of its own."""
    if campaign is None:
        return ()
    found = CampaignDisposition.objects.filter(campaign=campaign).select_related("disposition")
    rows = found.order_by("disposition__order", "disposition__code")
    return tuple(
        Choice(row.disposition.code, row.disposition.label, row.verdict, _(MEANINGS[Verdict(row.verdict)]))
        for row in rows
    )


def outcomes_of(call_id: str) -> tuple[Choice, ...]:
    """Those of the campaign for which a call was dialled; none: it was for none, or that has none of its own."""
    attempt = Attempt.objects.select_related("campaign").filter(pk=call_id).first()
    return choices(attempt.campaign) if attempt is not None else ()


def agreed_in(call_id: str) -> Callback | None:
    """The callback that was agreed in a call and still waits."""
    waiting = Callback.objects.filter(call_id=call_id, state=CallbackState.WAITING)
    return waiting.select_related("agent").order_by("-id").first()
