"""The state of a switch in the reader's words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def state_words(state: str, up: bool, calls: int) -> str:
    """``state`` as the daemon tells it; a switch that cannot be reached says nothing else of itself."""
    if state == "drained":
        return _("Empty: it may be stopped") if up else _("Empty and away")
    if not up:
        return _("Cannot be reached")
    if state == "draining":
        left = ngettext("%(calls)s call left", "%(calls)s calls left", calls) % {"calls": calls}
        return _("Takes no new calls") + (f" · {left}" if calls else "")
    return _("Takes calls")


def leader_words(holder: str) -> str:
    """``daemon:term:beat``, as the switch itself names who leads it."""
    daemon, _colon, rest = holder.partition(":")
    return _("%(daemon)s, term %(term)s") % {"daemon": daemon, "term": rest.partition(":")[0]} if rest else holder
