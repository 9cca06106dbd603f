"""What must be true of every history, however it went: the promises, and how each is looked at.

``settled`` is asked some seconds after the last fault, while calls are up: the daemon, the pages and the switch must
agree. ``closed`` is asked when everybody has hung up: the books.
"""

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gevent
import msgspec

from crm.calls.cdr import reading
from crm.calls.recording.fold import Fold
from switchctl.contract import facts as f
from switchctl.contract.live import LiveAgent
from switchctl.main import clock
from tests.policy import laws
from tests.proofs.harness.world import World

NAMES = ("lost", "doubled", "double_dials", "stuck", "talking_dropped", "two_at_once", "wrong")
"""The promises; ``wrong`` are all other laws: waits, durations, what pages show, errors in the daemon."""
IN_TOUCH = {"ready", "offered", "talking", "wrapup", "paused", "unreachable", "offline"}


class Seen:
    """A daemon as ``tests.policy.laws`` looks at a centre."""

    def __init__(self, daemon: Any) -> None:
        self.brain = daemon.brain
        self.view = daemon.checkpoint.view
        self.now = clock()


def settled(world: World) -> None:
    """The faults are over, life goes on."""
    blame = world.book.blame
    daemon = world.leader()
    if daemon is None:
        blame("stuck", f"nobody leads: {[h.daemon and h.daemon.fences.state.role for h in world.hosts.values()]}")
        return
    _law(world, lambda: laws.always(Seen(daemon)), "wrong")
    for _ in range(10):  # what was done or told this moment is under way
        differ = _switch_differs(world, daemon) + _pages_differ(world, daemon)
        if not differ:
            return
        gevent.sleep(0.3)
    for promise, text in differ:
        blame(promise, text)


def _switch_differs(world: World, daemon: Any) -> list[tuple[str, str]]:
    """The switch is ahead of the daemon by what is on the wire: a caller who is just hanging up is no longer there."""
    found = []
    switch, brain = world.switch, daemon.brain.world
    callers = {ch.uuid for ch in switch.channels.values() if ch.direction == "inbound" and not ch.cause}
    ending = {call.id for call in brain.calls.values() if call.stage == "hanging"}
    if callers != set(brain.calls) - ending:
        text = f"up on the switch: {callers - set(brain.calls)}; believed: {set(brain.calls) - callers}"
        found.append(("stuck", text))
    agents = {leg.uuid: leg for leg in switch.channels.values() if leg.direction == "outbound" and not leg.cause}
    live = {offer.id: offer for offer in brain.offers.values() if offer.state != "over"}
    for leg in agents.keys() - live.keys():
        ch = agents[leg]
        text = f"a leg that nobody knows: {leg} to {ch.profile.destination}, {ch.state}, peer {ch.peer}"
        found.append(("stuck", text))
    for caller, leg in world.book.talks.items():
        if leg.uuid in live and live[leg.uuid].state != "talking":
            found.append(("stuck", f"{caller} talks to {leg.uuid}, which is believed {live[leg.uuid].state}"))
    for call in brain.calls.values():
        if call.stage == "waiting" and not call.leases:
            found.append(("stuck", f"{call.id} waits without a socket"))
    return found


def _pages_differ(world: World, daemon: Any) -> list[tuple[str, str]]:
    pages, ours = world.crm.view, daemon.checkpoint.view
    found = []
    for kind in ("calls", "agents", "devices"):
        shown, known = getattr(pages, kind), getattr(ours, kind)
        for key in sorted(shown.keys() | known.keys()):
            text = _differences(shown.get(key), known.get(key))
            if text:
                found.append(("wrong", f"the pages' {kind}, {key}: {text}"))
    return found


def _differences(shown: Any, known: Any) -> str:
    """Empty if there are none. How many calls an agent answered is not looked at: of what a leader told last, a page
    may know more than the successor, and the records know it all."""
    if shown is None or known is None or isinstance(shown, bool):
        return "" if shown == known else f"{shown}, not {known}"
    pairs = zip(shown.__struct_fields__, msgspec.structs.astuple(shown), msgspec.structs.astuple(known), strict=True)
    differ = [(name, one, other) for name, one, other in pairs if one != other]
    counted = isinstance(shown, LiveAgent)
    return ", ".join(
        f"{name} is {one!r}, not {other!r}" for name, one, other in differ if not (counted and name == "answered")
    )


def emptied(world: World) -> None:
    """Everybody has hung up a while ago."""
    blame = world.book.blame
    daemon = world.leader()
    if world.switch.channels:
        rest = [(ch.uuid, ch.profile.destination, ch.state) for ch in world.switch.channels.values()]
        blame("stuck", f"legs that never end: {rest[:4]}")
    if daemon is None:
        blame("stuck", "nobody leads")
        return
    brain = daemon.brain.world
    if brain.calls:
        blame("stuck", f"calls that never end: {[(c.id, c.stage) for c in brain.calls.values()][:4]}")
    states = {agent.id: (agent.state, agent.reason) for agent in brain.agents.values()}
    if any(state != "ready" for state, _ in states.values()):
        blame("stuck", f"agents who cannot take a call: {states}")


def closed(world: World, cdr: Path) -> None:
    """The books of the whole history."""
    told = list(world.crm.facts.values())
    _conserved(world, told, cdr)
    _pairs(world, told)
    _times(world, told)
    for host in world.hosts.values():
        for life in host.lives:
            if life.loop.errors:
                world.book.blame("wrong", f"{life.loop.errors} errors in the engine of {host.name}")


def _conserved(world: World, told: list[f.Fact], cdr: Path) -> None:
    """Every call that the switch carried has one final record, from facts or from the switch's own file."""
    blame = world.book.blame
    once = Fold(told)
    again = [*told, *told[::3]]
    random.Random(1).shuffle(again)
    twice = Fold(again)
    if once.records.rows != twice.records.rows or once.visits.rows != twice.visits.rows:
        blame("doubled", "facts told twice and in another order give other records")
    files: Counter[str] = Counter()
    for path in cdr.glob("*.json"):
        leg = reading.read(path.read_bytes())
        if leg.inbound:
            files[leg.uuid] += 1
    ended: Counter[tuple[str, str]] = Counter()
    arrived: dict[str, int] = {}
    stated: list[f.WorldStated] = []
    for fact in told:
        if isinstance(fact, f.CallEnded):
            ended[fact.call_id, _teller(fact)] += 1
        elif isinstance(fact, f.CallArrived):
            arrived[fact.call_id] = fact.at
        elif isinstance(fact, f.WorldStated):
            stated.append(fact)
    finals = {call for call, _ in ended}
    for call, core in world.book.carried.items():
        if call in finals or files[call]:
            continue
        if any(fact.at > arrived.get(call, fact.at) and call not in fact.calls for fact in stated):
            continue  # record_events closes it: who leads now says what lives, and this is not among it
        if core in world.book.crashed and call not in arrived:
            continue  # it died with the switch before anybody had heard of it
        blame("lost", f"{call} has no final record (arrived: {call in arrived}, core crashed: "
              f"{core in world.book.crashed})")  # fmt: skip
    for call in finals - world.book.carried.keys():
        blame("doubled", f"{call} has a record and was never carried")
    for (call, teller), number in ended.items():
        if number > 1:
            blame("doubled", f"{call} ended {number} times in term {teller}")


def _teller(fact: f.Fact) -> str:
    """Which daemon in which term. Two may tell one end, for each tells what it saw; the record is one all the same."""
    return f"{fact.epoch} of {fact.id.rpartition(':')[0]}"


PAIRS = (
    (f.FlowEntered, f.FlowLeft, "flow_visit"),
    (f.QueueEntered, f.QueueLeft, "visit"),
    (f.OfferMade, f.OfferEnded, "offer"),
    (f.TalkStarted, f.TalkEnded, "offer"),
    (f.TalkEnded, f.WrapUpEnded, "offer"),
)


def _pairs(world: World, told: list[f.Fact]) -> None:
    """What begins, ends. A leader that was followed may have told a beginning that its successor never heard of: then
    record_events closes the part when its call is over. (Not so the after-call work: its offer has no end then, which
    the nightly comparison shows.)"""
    newest = max(fact.epoch for fact in told)
    for begins, ends, key in PAIRS:
        followed = {getattr(fact, key) for fact in told if type(fact) is begins and fact.epoch < newest}
        begun = {getattr(fact, key) for fact in told if type(fact) is begins} - followed
        closed_ = Counter((getattr(fact, key), _teller(fact)) for fact in told if type(fact) is ends)
        for thing in begun - {thing for thing, _ in closed_}:
            world.book.blame("stuck", f"{begins.__name__} of {thing} without its {ends.__name__}")
        for (thing, teller), number in closed_.items():
            if number > 1:
                world.book.blame("doubled", f"{number} {ends.__name__} of {thing} in term {teller}")


def _times(world: World, told: list[f.Fact]) -> None:
    entered: dict[str, int] = {}
    for fact in told:
        for name in ("wait_ms", "talk_ms", "hold_ms", "wrap_ms", "ring_ms", "held_ms", "waited_ms"):
            if getattr(fact, name, 0) < 0:
                world.book.blame("wrong", f"a negative duration: {fact}")
        if isinstance(fact, f.QueueEntered) and entered.setdefault(fact.visit, fact.entered) != fact.entered:
            world.book.blame("wrong", f"the wait of {fact.visit} began anew")


def _law(world: World, law: Callable[[], None], promise: str) -> None:
    try:
        law()
    except AssertionError as broken:
        world.book.blame(promise, f"a law of the core: {broken}")
