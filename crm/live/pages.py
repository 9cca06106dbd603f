"""What a page is told: the snapshot with which it opens, and the part of each delta that its user may see.

A page that applies the deltas to its snapshot holds what a fresh snapshot would say (tests/crm/live proves it).
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from crm.alarms.words import named as named_params
from crm.alarms.words import sentence, title
from crm.live.callers import dressed, named
from crm.live.counted import Counted, plain
from crm.live.lines import EMPTY, queue_lines
from crm.live.ownroom import own_room
from crm.live.parked import parked
from crm.live.persons import dressed_slots, dressed_wishes
from crm.live.scope import Scope
from crm.live.state import Saved
from crm.live.wishes import wishes
from switchctl.contract.live import LiveCall

Message = dict[str, Any]


def desk_snapshot(scope: Scope, saved: Saved) -> Message:
    """Herself, the calls that are hers, the lines of her queues, whether her phone is registered (None = no switch has
    told of it yet), the calls that are parked, with whom she is to be called back, and the conference room in
    which she is."""
    agent = saved.view.agents.get(scope.login)
    mine = own_calls(scope, saved)
    lines = queue_lines(saved.view)
    return {
        **_head(saved),
        "me": msgspec.to_builtins(agent),
        "mine": dressed(msgspec.to_builtins(mine), whole=scope.whole),
        "queues": {code: lines.get(code, EMPTY) for code in scope.queues},
        "phone": saved.view.devices.get(scope.extension),
        "parked": dressed_slots(parked(saved.view)),
        "wishes": dressed_wishes(wishes(saved.view, scope.login)),
        "room": own_room(saved.view, scope.login),
    }


def own_calls(scope: Scope, saved: Saved) -> list[LiveCall]:
    """The calls that are hers, or that she wraps up."""
    agent = saved.view.agents.get(scope.login)
    return [c for c in saved.view.calls.values() if c.agent == scope.login or (agent and c.id == agent.call_id)]


def desk_delta(scope: Scope, message: Message) -> Message:
    """Of a delta of her desk or of one of her queues."""
    told = _cursors(message)
    if "agents" in message:
        told["me"] = message["agents"].get(scope.login)
        told["mine"] = dressed(message["mine"].values(), whole=scope.whole)
        told["wishes"] = dressed_wishes(message["wishes"])
        told["room"] = message["room"]
    if "phones" in message:
        told["phone"] = message["phones"].get(scope.extension)
    if "parked" in message:
        told["parked"] = dressed_slots(message["parked"])
    if "queues" in message:
        told["queues"] = {code: line for code, line in message["queues"].items() if code in scope.queues}
    return told


def floor_snapshot(scope: Scope, saved: Saved) -> Message:
    """All that the user may see of the floor."""
    calls = [call for call in msgspec.to_builtins(list(saved.view.calls.values())) if scope.sees_call(call)]
    agents = saved.view.agents
    lines = queue_lines(saved.view)
    return {
        **_head(saved),
        "people": scope.people,
        "names": scope.queues,
        "agents": {login: msgspec.to_builtins(agents[login]) for login in scope.people if login in agents},
        "calls": dressed(calls, whole=scope.whole),
        "queues": {code: lines.get(code, EMPTY) for code in scope.queues},
        "devices": {phone: up for phone, up in saved.view.devices.items() if phone in scope.phones},
        "watches": _watches(scope, {key: msgspec.to_builtins(one) for key, one in saved.view.watches.items()}),
    }


def floor_figures(scope: Scope, told: Message) -> Message:
    """Of the figures that were counted last, with limits and alarms (``crm.live.counter``): what the user may see."""
    figures = msgspec.convert(told["figures"], Counted) if told["figures"] else None
    return {
        "figures": plain(figures, scope.queues, scope.people) if figures else None,
        "limits": told["limits"],
        "alarms": [_alarm(scope, one) for one in told["alarms"] if scope.sees_alarm(one["code"], one["params"])],
    }


def _alarm(scope: Scope, alarm: Message) -> Message:
    people = {login: who["name"] for login, who in scope.people.items()}
    params = named_params(alarm["params"], people, scope.queues)
    shown = ("id", "code", "severity", "raised", "by", "acknowledged")
    about = {key: alarm["params"].get(key, "") for key in ("agent", "queue", "call", "since")}
    words = {"title": title(alarm["code"]), "sentence": sentence(alarm["text"], params)}
    return {**{key: alarm[key] for key in shown}, **about, **words}


def floor_delta(scope: Scope, message: Message, shown: set[str]) -> Message:
    """Of a delta of the floor. ``shown``: ids of the calls that the page has; kept up to date here.

    A call that moves out of the user's sight is told as gone; one that she never saw is not told at all.
    """
    seen = [call for call in message["calls"].values() if call is not None and scope.sees_call(call)]
    calls: dict[str, Any] = dressed(seen, whole=scope.whole)
    calls |= {call_id: None for call_id in message["calls"] if call_id not in calls and call_id in shown}
    for call_id, call in calls.items():
        (shown.add if call else shown.discard)(call_id)
    return {
        **_cursors(message),
        "agents": {login: agent for login, agent in message["agents"].items() if scope.sees_agent(login)},
        "calls": calls,
        "queues": {code: line for code, line in message["queues"].items() if code in scope.queues},
        "devices": {phone: up for phone, up in message["devices"].items() if phone in scope.phones},
        "watches": _watches(scope, message["watches"]),
    }


def _watches(scope: Scope, told: Message) -> Message:
    """Who listens to whom, for those who may do so themselves; None = over, of whichever that was."""
    seen = {login for login, who in scope.people.items() if who.get("supervised")}
    kept = ("agent", "by", "mode", "asked")
    return {
        key: watch and {name: watch[name] for name in kept}
        for key, watch in told.items()
        if (seen if watch is None else watch["agent"] in seen)
    }


def named_delta(message: Message, calls: Iterable[LiveCall]) -> Message:
    """Of a message that callers have other names: those of the ``calls`` that the page shows.

    It has no revision, for no fact changed: whoever dresses a call from now on says the same name.
    """
    told = set(message["calls"])
    return {"type": "named", "calls": named(call for call in calls if call.id in told)}


def _head(saved: Saved) -> Message:
    return {"type": "snapshot", "feeder": saved.feeder, "cursor": saved.revision}


def _cursors(message: Message) -> Message:
    return {"type": "delta", **{key: message[key] for key in ("feeder", "source", "from", "to")}}
