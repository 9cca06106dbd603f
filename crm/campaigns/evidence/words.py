"""Evidence in the reader's words."""

from typing import Any

from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from crm.calls.models import Outcome
from crm.campaigns.models import Verdict

KINDS = {
    "allowed": gettext_lazy("The call was allowed"),
    "refused": gettext_lazy("The call was refused"),
    "dialled": gettext_lazy("It was dialled"),
    "ended": gettext_lazy("It ended"),
    "returned": gettext_lazy("It was not dialled"),
    "recorded": gettext_lazy("What the switch recorded"),
    "verdict": gettext_lazy("The agent said what came of it"),
    "cut": gettext_lazy("Older evidence was removed"),
    "restated": gettext_lazy("What came of it was changed"),
}
OUTCOMES: dict[str, Any] = {
    **{
        one.value: one.label
        for one in (
            Outcome.ANSWERED, Outcome.NO_ANSWER, Outcome.BUSY, Outcome.ABSENT, Outcome.REFUSED, Outcome.INVALID,
            Outcome.FAILED, Outcome.CANCELLED, Outcome.OWN_PHONE,
        )
    },
    "unknown": pgettext_lazy("outcome of a call", "not known"),
    "skipped": gettext_lazy("passed on by the agent"),
    "expired": gettext_lazy("came too late to be dialled"),
}  # fmt: skip
"""Of calls, and of what came to none."""
CAPS = {
    "number_day": gettext_lazy("To this number within the day"),
    "number_week": gettext_lazy("To this number within seven days"),
    "number_all": gettext_lazy("To this number in this campaign"),
    "person_day": gettext_lazy("To this customer within the day"),
    "person_week": gettext_lazy("To this customer within seven days"),
}
LISTED = {
    "": gettext_lazy("The number was on no list."),
    "white": gettext_lazy("The number was on the white list."),
    "black": gettext_lazy("The number was on the black list."),
    "no_call": gettext_lazy("The number was on the do-not-call list."),
    "emergency": gettext_lazy("It is an emergency number."),
}


def outcome(code: str) -> str:
    """One of another version as it is."""
    return str(OUTCOMES[code]) if code in OUTCOMES else gettext(code) if code else ""


def meaning(code: str) -> str:
    """Of a disposition; ``answered`` where nobody chose one."""
    return str(Verdict(code).label) if code in Verdict.values else outcome(code)


def kind(code: str) -> str:
    return str(KINDS.get(code, code))
