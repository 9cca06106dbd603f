"""Watches of the live view: who listens to whose talk."""

from typing import Any

import msgspec

from switchctl.contract import watchfacts as f

Changed = set[tuple[str, str]]


class LiveWatch(msgspec.Struct, kw_only=True):
    """One supervisor in one talk. ``mode`` is what the switch said last; empty while her phone rings."""

    id: str
    node: str
    call: str
    offer: str
    agent: str
    by: str
    asked: str
    mode: str = ""
    since: int = 0
    """When her phone began to ring, then since when she hears."""
    via: str = ""
    via_leg: str = ""


def started(view: Any, fact: f.WatchStarted) -> Changed:
    view.watches[fact.watch] = LiveWatch(
        id=fact.watch, node=fact.node, call=fact.call_id, offer=fact.offer, agent=fact.agent, by=fact.by,
        asked=fact.mode, since=fact.at, via=fact.via, via_leg=fact.via_leg,
    )  # fmt: skip
    return {("watches", fact.watch)}


def changed(view: Any, fact: f.WatchChanged) -> Changed:
    watch = view.watches.get(fact.watch)
    if watch is None:
        return set()
    watch.since = watch.since if watch.mode else fact.at
    watch.mode = fact.mode
    return {("watches", fact.watch)}


def ended(view: Any, fact: f.WatchEnded) -> Changed:
    return {("watches", fact.watch)} if view.watches.pop(fact.watch, None) else set()


def of_call(view: Any, call_id: str) -> Changed:
    """No watch outlives its call, though nobody told its end."""
    over = [watch.id for watch in view.watches.values() if watch.call == call_id]
    for watch in over:
        del view.watches[watch]
    return {("watches", watch) for watch in over}


STEPS: dict[type[Any], Any] = {f.WatchStarted: started, f.WatchChanged: changed, f.WatchEnded: ended}
