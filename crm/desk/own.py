"""What every page needs to show her own state to who takes calls."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from crm.access.holding import may
from crm.desk.selectors import takes_calls
from crm.live import words
from crm.telephony.selectors import queue_names


def context(request: HttpRequest) -> dict[str, Any]:
    """For every template: ``takes_calls``, ``dials`` and ``own_words``, the sentences of the state in the top bar."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"takes_calls": False, "dials": False}
    takes = SimpleLazyObject(lambda: takes_calls(user))
    return {
        "takes_calls": takes,
        "dials": SimpleLazyObject(lambda: may(user, "calls.dial") and bool(takes)),
        "own_words": own_words,  # called where it is wanted
    }


def own_words() -> dict[str, Any]:
    """By the keys that the modules ask for."""
    return {
        "states": words.states(),
        "reasons": words.reasons(),
        "queues": queue_names(),
        **words.link(),
        "withheld": _("Number withheld"),
        "incoming": _("{caller} calls, {queue}"),
        "unanswered": _("The switch did not answer. Try again."),
        "unsent": _("The order could not be sent. Check the connection, then try again."),
    }
