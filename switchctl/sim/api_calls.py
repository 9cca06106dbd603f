"""originate, and the commands that join, move or end channels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import gevent

from . import bridging, course, dialstring, originate
from .api import NO_CHANNEL, OK, command
from .causes import Q850, known
from .channel import Channel
from .dialplan import Action

if TYPE_CHECKING:
    from .switch import Switch

USAGE = (
    "-USAGE: <call url> <exten>|&<application_name>(<app_args>) [<dialplan>] [<context>] [<cid_name>] "
    "[<cid_num>] [<timeout_sec>]\n"
)
APP = re.compile(r"&(\w+)(?:\((.*)\))?$", re.DOTALL)


@command("originate")
def _originate(switch: Switch, argument: str) -> str:
    """`+OK <uuid>`, or `-ERR CAUSE`, which for a leg that never was is all that one hears."""
    try:
        words = dialstring.split_command(argument)
        if len(words) < 2:
            return USAGE
        common, targets = dialstring.parse(words[0])
    except dialstring.BadDialString as problem:
        text = str(problem)
        return USAGE if text.startswith("-USAGE") else text
    timeout = float(words[6] if len(words) > 6 else common.get("originate_timeout") or 60)
    try:
        leg = originate.dial(switch, common, targets, timeout)
    except originate.Failed as failed:
        return f"-ERR {failed}\n"
    app = APP.match(words[1])
    if app:
        course.execute(leg, [Action(app.group(1), app.group(2) or "")])
    else:
        course.route(leg, words[1], words[2] if len(words) > 2 else "XML", words[3] if len(words) > 3 else "default")
    return f"+OK {leg.uuid}\n"


@command("uuid_bridge")
def _uuid_bridge(switch: Switch, argument: str) -> str:
    words = argument.split()
    if len(words) != 2:
        return "-USAGE: <uuid> <other_uuid>\n"
    a, b = switch.live(words[0]), switch.live(words[1])
    if a is None or b is None or a is b:
        return "-ERR Invalid uuid\n"
    bridging.uuid_bridge(a, b)
    return f"+OK {b.uuid}\n"


@command("uuid_kill")
def _uuid_kill(switch: Switch, argument: str) -> str:
    uuid, _, cause = argument.partition(" ")
    ch = switch.live(uuid)
    if ch is None:
        return NO_CHANNEL
    ch.hangup(known(cause.strip()))
    return OK


@command("hupall")
def _hupall(switch: Switch, argument: str) -> str:
    """`hupall [cause] [variable value]`."""
    words = argument.split()
    cause = words[0] if words and words[0] in Q850 else "MANAGER_REQUEST"
    for ch in list(switch.channels.values()):
        if len(words) < 3 or ch.get(words[1]) == words[2]:
            ch.hangup(cause)
    return f"+OK hangup all channels with cause {cause}\n"


@command("uuid_transfer")
def _uuid_transfer(switch: Switch, argument: str) -> str:
    """`<uuid> [-bleg|-both] <destination> [dialplan] [context]`."""
    words = argument.split()
    if len(words) < 2:
        return "-USAGE: <uuid> [-bleg|-both] <dest-exten> [<dialplan>] [<context>]\n"
    ch = switch.live(words[0])
    if ch is None:
        return NO_CHANNEL
    flag = words.pop(1) if words[1] in ("-bleg", "-both") else ""
    destination, dialplan, context = (words[1:] + ["XML", ch.profile.context][len(words) - 2 :])[:3]
    legs = [ch.peer] if flag == "-bleg" else [ch, ch.peer] if flag == "-both" else [ch]
    for leg in legs:
        if leg is not None:
            course.transfer(leg, destination, dialplan, context)
    return OK


@command("uuid_park")
def _uuid_park(switch: Switch, argument: str) -> str:
    ch = switch.live(argument)
    if ch is None:
        return NO_CHANNEL
    ch.send(lambda: course.park(ch))
    return OK


@command("sched_hangup")
def _sched_hangup(switch: Switch, argument: str) -> str:
    """`[+]<seconds> <uuid> [cause]`."""
    words = argument.split()
    ch = switch.live(words[1]) if len(words) > 1 else None
    if ch is None:
        return NO_CHANNEL
    _later(words[0], ch, lambda: ch.hangup(known(words[2] if len(words) > 2 else "ALLOTTED_TIMEOUT")))
    return OK


@command("sched_transfer")
def _sched_transfer(switch: Switch, argument: str) -> str:
    words = argument.split()
    ch = switch.live(words[1]) if len(words) > 2 else None
    if ch is None:
        return NO_CHANNEL
    destination, dialplan, context = (words[2:] + ["XML", ch.profile.context][len(words) - 3 :])[:3]
    _later(words[0], ch, lambda: course.transfer(ch, destination, dialplan, context))
    return OK


def _later(when: str, ch: Channel, deed: object) -> None:
    def act() -> None:
        if not ch.cause and callable(deed):
            deed()

    gevent.spawn_later(float(when.lstrip("+") or 0), act)
