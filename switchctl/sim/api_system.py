"""Commands of the switch itself: status, globals, sofia, callcenter_config, shutdown and a few small ones."""

from __future__ import annotations

import time
import uuid as uuids
from typing import TYPE_CHECKING

import gevent

from .api import OK, command

if TYPE_CHECKING:
    from .switch import Switch

VERSION = "FreeSWITCH Version 1.10.12-sim (simulated by switchctl.sim)\n"


@command("status")
def _status(switch: Switch, argument: str) -> str:
    micro = int((time.time() - switch.started) * 1_000_000)
    seconds, rest = divmod(micro, 1_000_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return (
        f"UP 0 years, {days} days, {hours} hours, {minutes} minutes, {seconds} seconds, {rest // 1000} milliseconds, "
        f"{rest % 1000} microseconds\nFreeSWITCH (Version 1.10.12-sim 64bit) is ready\n"
        f"{switch.sessions_made} session(s) since startup\n{len(switch.channels)} session(s) - peak {switch.peak}, "
        f"last 5min {switch.peak} \n0 session(s) per Sec out of max 500, peak 0, last 5min 0 \n"
        "2000 session(s) max\nmin idle cpu 0.00/90.00\nCurrent Stack Size/Max 240K/8192K\n"
    )


@command("version")
def _version(switch: Switch, argument: str) -> str:
    return VERSION


@command("hostname")
def _hostname(switch: Switch, argument: str) -> str:
    return switch.hostname


@command("uptime")
def _uptime(switch: Switch, argument: str) -> str:
    return f"{int(time.time() - switch.started)}\n"


@command("create_uuid")
def _create_uuid(switch: Switch, argument: str) -> str:
    return str(uuids.uuid4())


@command("msleep")
def _msleep(switch: Switch, argument: str) -> str:
    gevent.sleep(float(argument or 0) / 1000)
    return "+OK"


@command("global_getvar")
def _global_getvar(switch: Switch, argument: str) -> str:
    if not argument:
        return "".join(f"{name}={value}\n" for name, value in switch.globals.items())
    return switch.globals.get(argument, "")


@command("global_setvar")
def _global_setvar(switch: Switch, argument: str) -> str:
    """`name=value`, or `name=new=old`: set only if it is `old` now. Says +OK whether it set or not; with an
    empty old value it always sets (measured)."""
    name, _, rest = argument.partition("=")
    value, compare, old = rest.partition("=")
    if not compare or not old or switch.globals.get(name, "") == old:
        if value:
            switch.globals[name] = value
        else:
            switch.globals.pop(name, None)
    return "+OK"


@command("reloadxml")
def _reloadxml(switch: Switch, argument: str) -> str:
    switch.bus.fire("RELOADXML")
    return "+OK [Success]\n"


@command("xml_flush_cache")
def _xml_flush_cache(switch: Switch, argument: str) -> str:
    """Its phones are in its options: it asks nobody about them, and keeps none."""
    return "+OK cleared 0 entries\n"


@command("user_exists")
def _user_exists(switch: Switch, argument: str) -> str:
    return "true"


@command("shutdown")
def _shutdown(switch: Switch, argument: str) -> str:
    gevent.spawn_later(0.05, switch.shutdown)
    return OK


@command("fsctl")
def _fsctl(switch: Switch, argument: str) -> str:
    word = argument.split()[0] if argument else ""
    if word == "shutdown":
        gevent.spawn_later(0.05, switch.shutdown)
        return OK
    if argument.split()[1:] == ["inbound"] and word in ("pause", "resume", "pause_check"):
        if word == "pause_check":
            return "true" if switch.paused else "false"
        switch.paused = word == "pause"
        return OK
    answers = {"last_sps": "+OK last sessions per second: 0\n", "max_sessions": "+OK max sessions: 2000\n"}
    return answers.get(word, OK if word in ("hupall", "pause", "resume", "sync_clock") else "-ERR\n")


@command("sofia_contact")
def _sofia_contact(switch: Switch, argument: str) -> str:
    user = argument.rpartition("/")[2].split("@")[0]
    if switch.registry.refusal(user):
        return "error/user_not_registered"
    return f"sofia/internal/sip:{user}@127.0.0.1:5100;transport=udp"


@command("sofia")
def _sofia(switch: Switch, argument: str) -> str:
    words = argument.split()
    rule = "=" * 97
    if words[:2] == ["status", "profile"]:
        if len(words) > 2 and words[2] in ("internal", "external"):
            return f"{rule}\nName             \t{words[2]}\nREGISTRATIONS    \t{len(switch.registry.rows())}\n"
        return "Invalid Profile!\n"
    if words == ["xmlstatus", "gateway"]:
        return _gateways(switch)
    if words[:2] == ["status", "gateway"]:
        if words[2:] == [switch.carrier.gateway]:
            return f"{rule}\nName    \tcarrier\nProfile \texternal\nState   \tNOREG\nStatus  \tUP\n{rule}\n"
        return "Invalid Gateway!\n"
    if words[:1] == ["status"]:
        rows = (
            ("external", "profile", "sip:mod_sofia@127.0.0.1:5071", "RUNNING (0)"),
            ("external::carrier", "gateway", "sip:none@127.0.0.1:5100", "NOREG"),
            (switch.domain, "alias", "internal", "ALIASED"),
            ("internal", "profile", "sip:mod_sofia@127.0.0.1:5070", f"RUNNING ({len(switch.channels)})"),
        )
        lines = [f"{name:>25}\t{kind:>7}\t{data:>42}\t{state}\n" for name, kind, data, state in rows]
        head = f"{'Name':>25}\t{'Type':>7}\t{'Data':>42}\tState\n{rule}\n"
        return head + "".join(lines) + f"{rule}\n2 profiles 1 alias\n"
    if words[:1] == ["profile"]:
        if len(words) > 2 and words[1] in ("internal", "external"):
            return "+OK\n"
        return f"Invalid Profile [{words[1] if len(words) > 1 else ''}]"
    return "-USAGE: sofia status|profile\n"


def _gateways(switch: Switch) -> str:
    one = f"<name>{switch.carrier.gateway}</name><profile>external</profile><state>NOREG</state><status>UP</status>"
    return f'<?xml version="1.0" encoding="ISO-8859-1"?>\n<gateways>\n<gateway>{one}</gateway>\n</gateways>\n'


@command("callcenter_config")
def _callcenter_config(switch: Switch, argument: str) -> str:
    return switch.queues.configure(argument.split())


@command("eval")
def _eval(switch: Switch, argument: str) -> str:
    for name, value in switch.globals.items():
        argument = argument.replace("${" + name + "}", value)
    return argument
