"""Why a callback waits, or ended as it did."""

from django.utils.translation import gettext, gettext_noop

from crm.campaigns.guard.words import WHY as RULED
from crm.campaigns.models import Callback

WHY = {
    "not_ready": gettext_noop("The agent is not ready yet."),
    "no_agent": gettext_noop("No agent of the campaign is ready yet."),
    "switch_away": gettext_noop("The call centre service cannot be reached."),
    "not_dialled": gettext_noop("It was not dialled; it is tried again."),
    "not_reached": gettext_noop("She was not reached; it is tried again."),
    "given_up": gettext_noop("She was not reached."),
    "over": gettext_noop("The campaign has ended."),
    "agent_gone": gettext_noop("The agent no longer works here."),
    "record": gettext_noop("Her record was changed since."),
    "calls": gettext_noop("There was another call with her since, or a note was written."),
    "leads": gettext_noop("A campaign went on with her since."),
}


def why(callback: Callback) -> str:
    """In the reader's language; "" when there is nothing to say."""
    sentence = WHY.get(callback.why) or RULED.get(callback.why)
    return gettext(str(sentence)) if sentence else ""
