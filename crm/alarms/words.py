"""What an alarm says, in the reader's words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from crm.alarms.models import Alarm
from crm.calls.words import EXITS

DAEMON_AWAY = gettext_noop("No daemon decides about calls: callers hear the switch's own emergency plan.")
LINK_DOWN = gettext_noop("The link to the switch %(node)s is down: nothing is offered there.")
DISK_LOW = gettext_noop("The disk of the state folder has %(percent)s %% left (%(free)s GB).")
DEAD_LETTERS = gettext_noop("%(n)s messages of the last 24 hours could not become rows. The newest: %(reason)s")
CDR_BAD = gettext_noop("%(n)s records of the switch could not be read.")

TITLES = {
    "daemon_away": gettext_noop("Daemon away"),
    "link_down": gettext_noop("Switch unreachable"),
    "disk_low": gettext_noop("Disk nearly full"),
    "dead_letters": gettext_noop("Unreadable messages"),
    "cdr_bad": gettext_noop("Unreadable switch records"),
    "conservation": gettext_noop("Records do not add up"),
}


def title(code: str) -> str:
    """The alarm's name; a code without one is shown with its underscores as spaces."""
    return _(TITLES[code]) if code in TITLES else code.replace("_", " ")


def sentence(alarm: Alarm, people: Mapping[str, str], queues: Mapping[str, str]) -> str:
    """Its text with the parameters filled in. ``people``: login → name, ``queues``: code → label."""
    params: dict[str, Any] = dict(alarm.params)
    for key, names in (("agent", people), ("queue", queues)):
        if key in params:
            params[key] = names.get(params[key], params[key])
    if params.get("exit") in EXITS:
        params["exit"] = _(EXITS[params["exit"]])
    try:
        return _(alarm.text) % params
    except (KeyError, TypeError, ValueError):
        return _(alarm.text)  # of an older version, with other parameters
