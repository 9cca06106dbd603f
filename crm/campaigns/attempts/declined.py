"""What the daemon would not dial: it looks once more at the moment of dialling, and says at once what is in the way."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext

from crm.calls.models import Fact
from switchctl.contract import refusals

SLACK = timedelta(seconds=10)
"""The clocks of the two machines may differ by so much."""
_RULED = {
    refusals.ON_BLACK_LIST: "black",
    refusals.ON_NO_CALL_LIST: "do_not_call",
    refusals.NOT_OPENED: "not_opened",
    refusals.HOURS_OVER: "hours",
}
"""What the guard asks, too → its code (``guard.words``)."""
SENTENCES = {
    name.lower(): said
    for name, said in vars(refusals).items()
    if name.isupper() and isinstance(said, str) and "%(" not in said and said not in _RULED
}
"""Code of what only the daemon knows → msgid."""
_CODES = {said: code for code, said in SENTENCES.items()} | _RULED


def declined(ids: Iterable[str], since: datetime) -> dict[str, str]:
    """Attempt → code of why it was not dialled, of those that the daemon refused; "" for a sentence of its own.
    ``since``: when the oldest was made. One query, by the index ``fact_refused``."""
    wanted = list(ids)
    if not wanted:
        return {}
    facts = Fact.objects.filter(
        kind="CommandRefused", at__gte=since - SLACK, payload__command="DialLead", payload__command_id__in=wanted
    )
    told = facts.values_list("payload__command_id", "payload__reason")
    return {attempt: _CODES.get(reason, "") for attempt, reason in told}


def declined_words(code: str) -> str:
    """In the reader's language; "" for one that is not the daemon's alone."""
    return gettext(SENTENCES[code]) if code in SENTENCES else ""
