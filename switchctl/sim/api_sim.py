"""`api sim …`: the simulation's own commands, for tests, trainings and demonstrations. See HELP."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

import gevent

from .api import NO_CHANNEL, OK, command
from .callers import Caller
from .phones import FarEnd
from .registry import parse_manner

if TYPE_CHECKING:
    from .switch import Switch

HELP = """\
call NUMBER DID [patience=S] [talk=S] [agent_first] [name]   a caller dials; answers +OK <uuid>. %XX in number
                       and name is decoded, so they may hold anything; without patience and talk he does nothing
                       himself
press UUID DIGITS      the far end of that leg presses digits
hangup UUID            the far end of that leg hangs up (or stops ringing us, or refuses)
answer UUID            the far end of that leg answers
hold UUID | unhold UUID   the phone at the far end holds by its own key, and goes on
rate N                 arrivals a minute; 0 ends them
one                    one random caller, now
phone EXT MANNER       auto[:S[-S]] page noanswer busy reject[:S] unregistered unknown
register EXT | unregister EXT | expire EXT
drop P | duplicate P | reorder P       share of events lost, sent twice, overtaken by other channels (0 to 1)
delay MS               every event comes that late; 0 ends it
stall SECONDS          nothing is written for that long, on any connection
joins on|off           off: who is to be joined waits for it, just before the two would talk
halfopen [inbound|outbound]   connections stay open and carry nothing in either direction
kill [inbound|outbound|all]   connections are cut (not the one that says so)
giveup UUID            that call waits no longer for its controller to say `connect` (by itself after 25 s)
reject on|off          new inbound connections get the rude rejection
clear                  all faults off
crash                  the switch process ends at once, with no word to anybody
counts                 channels, calls and controllers up
"""

MAINTENANCE = "-ERR 503 Maintenance mode\n"


@command("sim")
def _sim(switch: Switch, argument: str) -> str:
    word, _, rest = argument.partition(" ")
    deed = DEEDS.get(word)
    if deed is None:
        return HELP
    try:
        return deed(switch, rest.strip())
    except (ValueError, IndexError) as problem:
        return f"-ERR {problem}\n"


def _call(switch: Switch, rest: str) -> str:
    if switch.paused:
        return MAINTENANCE
    words = rest.split()
    number, did = words[0], words[1]
    options = {}
    first = False
    at = 2
    while at < len(words) and (words[at].startswith(("patience=", "talk=")) or words[at] == "agent_first"):
        name, _, value = words[at].partition("=")
        first = first or name == "agent_first"
        if value:
            options[name] = float(value)
        at += 1
    ch = switch.call("" if number == "-" else _spelt_out(number), did, _spelt_out(" ".join(words[at:])))
    caller = ch.far
    assert isinstance(caller, Caller)
    caller.patience, caller.talk, caller.agent_first = options.get("patience"), options.get("talk"), first
    caller.wait_in_line()
    return f"+OK {ch.uuid}\n"


def _spelt_out(text: str) -> str:
    return unquote_to_bytes(text).decode("utf-8", "surrogateescape")


def _press(switch: Switch, rest: str) -> str:
    uuid, digits = rest.split()
    ch = switch.live(uuid)
    if ch is None:
        return NO_CHANNEL
    ch.press(digits)
    return OK


def _at_far_end(deed: Callable[[FarEnd], None]) -> Callable[[Switch, str], str]:
    def act(switch: Switch, rest: str) -> str:
        ch = switch.live(rest)
        if ch is None or not isinstance(ch.far, FarEnd):
            return NO_CHANNEL
        deed(ch.far)
        return OK

    return act


def _rate(switch: Switch, rest: str) -> str:
    switch.arrivals.set_rate(float(rest))
    return OK


def _phone(switch: Switch, rest: str) -> str:
    extension, manner = rest.split()
    switch.registry.behave(extension, parse_manner(manner))
    return OK


def _registration(name: str) -> Callable[[Switch, str], str]:
    def act(switch: Switch, rest: str) -> str:
        if name == "register" and switch.paused:
            return MAINTENANCE
        getattr(switch.registry, name)(rest)
        return OK

    return act


def _share(name: str, unit: float = 1.0) -> Callable[[Switch, str], str]:
    def act(switch: Switch, rest: str) -> str:
        setattr(switch.faults, name, float(rest) / unit)
        return OK

    return act


def _stall(switch: Switch, rest: str) -> str:
    switch.faults.stall(float(rest))
    return OK


def _joins(switch: Switch, rest: str) -> str:
    joins = switch.faults.joins
    (joins.set if rest == "on" else joins.clear)()
    return OK


def _half_open(switch: Switch, rest: str) -> str:
    gevent.spawn_later(0.02, _each_link, switch, rest or "all", lambda link: setattr(link, "half_open", True))
    return OK


def _kill(switch: Switch, rest: str) -> str:
    gevent.spawn_later(0.02, _each_link, switch, rest or "all", lambda link: link.close())
    return OK


def _each_link(switch: Switch, kind: str, deed: Callable[..., None]) -> None:
    outbound = [link for ch in switch.channels.values() for link in ch.controls]
    for link in [*switch.sessions, *outbound]:
        if kind in ("all", link.kind) and not link.spared:
            deed(link)


def _give_up(switch: Switch, rest: str) -> str:
    ch = switch.live(rest)
    waits = [link for link in ch.controls if not link.introduced] if ch is not None else []
    for link in waits:
        link.close()
    return OK if waits else "-ERR no controller is waited for\n"


def _reject(switch: Switch, rest: str) -> str:
    switch.server.reject = rest == "on"
    return OK


def _clear(switch: Switch, rest: str) -> str:
    switch.faults.clear()
    return OK


def _crash(switch: Switch, rest: str) -> str:
    gevent.spawn_later(0.02, os._exit, 137)
    return OK


def _one(switch: Switch, rest: str) -> str:
    return f"+OK {switch.arrivals.one().uuid}\n"


def _counts(switch: Switch, rest: str) -> str:
    return f"+OK channels={len(switch.channels)} calls={switch.calls()} controllers={len(switch.sessions)}\n"


DEEDS: dict[str, Callable[[Switch, str], str]] = {
    "call": _call,
    "press": _press,
    "hangup": _at_far_end(lambda far: far.hang_up()),
    "answer": _at_far_end(lambda far: far.answer_by_word()),
    "hold": _at_far_end(lambda far: far.hold(True)),
    "unhold": _at_far_end(lambda far: far.hold(False)),
    "rate": _rate,
    "one": _one,
    "phone": _phone,
    "register": _registration("register"),
    "unregister": _registration("unregister"),
    "expire": _registration("expire"),
    "drop": _share("drop"),
    "duplicate": _share("duplicate"),
    "reorder": _share("reorder"),
    "delay": _share("delay", 1000),
    "stall": _stall,
    "joins": _joins,
    "halfopen": _half_open,
    "kill": _kill,
    "giveup": _give_up,
    "reject": _reject,
    "clear": _clear,
    "crash": _crash,
    "counts": _counts,
}
