"""Why a receiver did not take something, in the reader's words.

Rows keep what the receiver answered as it stands (``HTTP 503 …``), and of a request without an answer only the code of
the reason: whoever reads it has another language than the process that sent.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

NO_LONGER_KEPT = "kept"
WHY = {
    "address": gettext_noop("The address is none."),
    "forbidden": gettext_noop("It is an address of the inside. An administrator can allow it by OUTWARD_ALLOWED."),
    "name": gettext_noop("The name in the address is not known."),
    "connection": gettext_noop("The connection failed."),
    "time": gettext_noop("There was no answer in time."),
    "size": gettext_noop("The answer was too long."),
    NO_LONGER_KEPT: gettext_noop("The event is no longer kept."),
}
"""Kind of ``crm.outward.client.NotSent`` → sentence."""


def failure(said: str) -> str:
    return _(WHY[said]) if said in WHY else said
