"""What the floor's modules say; they hold no text themselves."""

from typing import Any

from django.utils.translation import gettext as _

from crm.live import words as live
from crm.telephony.selectors import pause_reasons
from switchctl.contract import refusals


def words() -> dict[str, Any]:
    """By key; ``{gaps}`` are filled in by the page. Reads the database."""
    return {
        "pauses": {reason.code: reason.label for reason in pause_reasons()},
        "comma": _(", "),
        "states": live.states(),
        "stages": live.stages(),
        "reasons": live.reasons(),
        **live.link(),
        **_rows(),
        **_why(),
        **_orders(),
        **_alarms(),
        **_charts(),
    }


def _rows() -> dict[str, str]:
    return {
        "withheld": _("Number withheld"),
        "agents": _("{n} agents"),
        "agents_of": _("{n} of {all} agents"),
        "calls": _("{waiting} waiting · {talking} talking"),
        "changes": _("{n} changes"),
        "registered": _("registered"),
        "not_registered": _("not registered"),
        "target": _("target {n}% · B"),
        "limit": _("limit {n}% · adjusted"),
        "figures_at": _("Figures as of {time}"),
        "figures_old": _("Figures of {time}, nobody counts now"),
        "figures_none": _("Figures are not counted yet"),
        "more": _("Actions for {name}"),
        "ended": _("Ended"),
        "no_match": _("Nobody matches. Clear the search or the filters."),
        "no_agents": _("Your department has no agents yet."),
    }


def _why() -> dict[str, str]:
    return {
        "why_none": _("Nobody serves this queue."),
        "why_serving": _("{n} serve the queue: {states}."),
        "why_place": _("Place {place} of {waiting}."),
        "why_next": _("{name} is ready in {time} at the latest, when her wrap-up ends."),
        "why_next_other": _("An agent of another department is ready in {time} at the latest."),
        "why_next_none": _("Nobody's end is known; the longest talk lasts {time}."),
        "why_ready": _("{n} are ready: the next offer is on its way."),
        "why_gone": _("She does not wait any more."),
        "full": _("Full record"),
        "stretches": _("{stage} {time}"),
    }


def _orders() -> dict[str, str]:
    return {
        "order_ready": _("Make ready"),
        "order_pause": _("Pause"),
        "order_sign_out": _("Sign out"),
        "dnd": _("do not disturb"),
        "order_redirect": _("Redirect"),
        "order_release": _("Force release"),
        **_supervision(),
        "order_sure": _("Press again"),
        "unsent": _("The order could not be sent. Check the connection, then try again."),
    }


def _supervision() -> dict[str, str]:
    return {
        "order_listen": _("Listen in"),
        "order_whisper": _("Whisper"),
        "order_barge": _("Barge in"),
        "order_take": _("Take over"),
        "order_leave": _("Leave"),
        "watch_rings": _("your phone rings"),
        "watch_listen": _("you listen"),
        "watch_whisper": _("she hears you"),
        "watch_customer": _("the customer hears you"),
        "watch_barge": _("both hear you"),
        "not_in_call": _("She is not in a call."),
        "no_phone": _(refusals.NO_PHONE_TO_WATCH),
    }


def _alarms() -> dict[str, str]:
    return {
        "take_care": _("Acknowledge"),
        "alarm_why": _("Why?"),
        "alarm_since": _("since {time}"),
        "alarm_by": _("{name}, {time}"),
        "no_alarms": _("Nothing is wrong."),
        "sound_on": _("Sound on"),
        "sound_off": _("Sound off"),
        "sound_muted": _("Silent until {time}"),
        "warning": _("warning"),
        "critical": _("critical"),
        "new_alarm": _("New alarm: {title}"),
    }


def _charts() -> dict[str, str]:
    return {
        "time": _("Time"),
        "offered": _("Offered"),
        "in_time": _("Within the threshold"),
        "abandoned": _("Abandoned"),
        "waiting": _("Waiting"),
    }
