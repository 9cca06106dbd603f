"""The `limit` app and its count: so many calls at once, one more goes elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import course
from .api import command
from .channel import Channel
from .runner import app

if TYPE_CHECKING:
    from .switch import Switch


@app("limit")
def _limit(ch: Channel, data: str) -> None:
    """`hash REALM ID MOST [EXTENSION [DIALPLAN [CONTEXT]]]`; a negative MOST only counts. A call counts once, until it
    ends."""
    words = data.split()
    _backend, realm, name, most, destination = (words + ["limit_exceeded"])[:5]
    dialplan, context = (words[5:] + ["XML", ch.profile.context][len(words[5:]) :])[:2]
    key = f"{realm}_{name}"
    holders = {uuid for uuid in ch.switch.limits.get(key, set()) if ch.switch.live(uuid)}
    if 0 <= int(most) <= len(holders - {ch.uuid}):
        course.transfer(ch, destination, dialplan, context)
    else:
        ch.switch.limits[key] = holders | {ch.uuid}


@command("limit_usage")
def _limit_usage(switch: Switch, argument: str) -> str:
    _backend, realm, name = argument.split()[:3]
    return str(sum(1 for uuid in switch.limits.get(f"{realm}_{name}", set()) if switch.live(uuid)))
