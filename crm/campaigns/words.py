"""Codes of campaigns in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.calls.models import Outcome
from crm.calls.words import release
from crm.campaigns.attempts.declined import declined_words
from crm.campaigns.guard.words import WHY
from crm.campaigns.models import Attempt, AttemptState, Verdict

THEN = {
    "day": gettext_lazy("the next day"),
    "number": gettext_lazy("her next number"),
    "close": gettext_lazy("close"),
}
"""What follows when an outcome came as often in a row as it may."""
OWN = {
    "again": gettext_lazy("call again (the agent's word)"),
    "unknown": gettext_lazy("not known"),
    "abandoned": gettext_lazy("picked up, and not joined with an agent"),
    "used_up": gettext_lazy("called as often as it may be"),
    "given_up": gettext_lazy("tried as often as the rules allow"),
    "skipped": gettext_lazy("passed on by the agent"),
    "expired": gettext_lazy("came too late to be dialled"),
    "no_number": gettext_lazy("no number left"),
    "invalid": gettext_lazy("invalid number"),
    "wrong_party": gettext_lazy("wrong party"),
    "do_not_call": gettext_lazy("not to be called"),
    "black": gettext_lazy("on the black list"),
    "no_consent": gettext_lazy("no consent is noted"),
    "taken_out": gettext_lazy("taken out of the campaign"),
    "limit": gettext_lazy("called as often as it may be"),
    "number_all": gettext_lazy("called as often as it may be"),
    "exhausted": gettext_lazy("tried as often as the rules allow"),
    "close": gettext_lazy("tried as often as the rules allow"),
}
FINISH = {
    "still": gettext_lazy("not known while it does not run"),
    "early": gettext_lazy("not known yet: it has called for less than 5 minutes"),
    "slow": gettext_lazy("not known: nobody was finished with in the last hour of calling"),
    "closed": gettext_lazy("never: some customers have no hours in which they may be called"),
    "far": gettext_lazy("not within 60 days at this pace"),
    "late": gettext_lazy("that is after the campaign’s end"),
}
"""What there is to say about the moment at which a campaign will be through."""


def finish_words(why: str) -> str:
    """A code of ``running.finishing``; "" says nothing."""
    return str(FINISH.get(why, ""))


def outcome_words(code: str) -> str:
    """An outcome of an attempt or of a lead, a verdict, or why a lead was closed; "" says nothing."""
    if code in OWN:
        return str(OWN[code])
    for choices in (Outcome, Verdict):
        if code in choices.values:
            return str(choices(code).label)
    return code


def attempt_words(attempt: Attempt) -> str:
    """What became of it; of one that was not dialled why."""
    if attempt.state == AttemptState.RETURNED and attempt.outcome == "refused":
        return str(WHY.get(attempt.cause) or declined_words(attempt.cause) or _("The rules did not allow it."))
    return outcome_words(attempt.outcome)


def cause_words(attempt: Attempt) -> str:
    """Why the call ended as it did; "" for one that was not dialled, and where its outcome says all."""
    words = release(attempt.cause, outbound=True)[0]
    return "" if attempt.state == AttemptState.RETURNED or words == attempt.cause else words


def step_words(told: Mapping[str, Any]) -> str:
    """What a line of the retries says: "in 2 hours at another time of day, 3 times in a row; then the next day"."""
    then = THEN.get(told.get("then", ""), "")
    times = told.get("times", 0)
    if not times:
        return _("at once: %(then)s") % {"then": then}
    after = minutes_words(told.get("after", 0))
    how = _("in %(after)s at another time of day") if told.get("part") else _("in %(after)s")
    often = ngettext("%(n)s time in a row", "%(n)s times in a row", times) % {"n": times}
    return _("%(how)s, %(often)s; then %(then)s") % {"how": how % {"after": after}, "often": often, "then": then}


def minutes_words(minutes: int) -> str:
    if minutes and minutes % 1440 == 0:
        return ngettext("%(n)s day", "%(n)s days", minutes // 1440) % {"n": minutes // 1440}
    if minutes and minutes % 60 == 0:
        return ngettext("%(n)s hour", "%(n)s hours", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
