"""The pure core behind one face: an input goes in, effects come out. It holds no socket, no clock and no lock.

Each method takes one input and the daemon's time (µs since the epoch) and returns the effects to perform, in order.
"""

from collections.abc import Iterable
from typing import Any

from switchctl.contract.commands import AnyCommand
from switchctl.contract.directory import Directory
from switchctl.contract.hopper import Entry
from switchctl.contract.listbook import Book, Change
from switchctl.contract.live import LiveView
from switchctl.engine.timetable import TIMERS
from switchctl.model import effects as do
from switchctl.model.call import RINGING
from switchctl.model.effects import Effect
from switchctl.model.seen import Seen
from switchctl.model.world import World
from switchctl.policy import (
    acd,
    attempts,
    dialler,
    entrance,
    events,
    failsafe,
    handset,
    inbound,
    instep,
    joining,
    leads,
    nodes,
    offers,
    onward,
    orders,
    outbound,
    phones,
    reconcile,
    referred,
    replies,
    restore,
    roomlife,
    strays,
    transfers,
    trunks,
    watching,
)
from switchctl.policy.turn import NewId, Turn

Effects = list[Effect]


class Brain:
    """The world of one cluster. ``epoch`` is stamped on every fact and leg; ``new_id(kind)`` makes unique ids."""

    def __init__(self, directory: Directory, epoch: int, new_id: NewId) -> None:
        self.world = World()
        self.world.configure(directory)
        self.epoch = epoch
        self.new_id = new_id

    def _turn(self, now: int, at: int = 0) -> Turn:
        return Turn(self.world, now, at or now, self.epoch, self.new_id)

    def restore(self, view: LiveView, now: int, nodes: Iterable[str] | None = None) -> Effects:
        """Once, before anything else: the world as the journal left it. Calls of other than ``nodes`` are given up."""
        turn = self._turn(now)
        restore.restore(turn, view)
        if nodes is not None:
            known = set(nodes)
            for name in sorted({call.node for call in self.world.calls.values()} - known):
                reconcile.forget_node(turn, name)
            for name in sorted(set(self.world.nodes) - known):
                del self.world.nodes[name]
            for name in sorted({place for places in self.world.phones.seen.values() for place in places} - known):
                phones.node_gone(turn, name)
            for name in sorted(known):
                self.world.node(name)
                turn.wake(f"gone|{name}", self.world.gone_s)
        return turn.effects

    def state(self, view: LiveView, now: int) -> Effects:
        """Another daemon may have led unseen: tell what we believe. ``view`` is what our own facts fold to."""
        turn = self._turn(now)
        restore.state(turn, view)
        return turn.effects

    def swap_directory(self, directory: Directory, now: int) -> Effects:
        """A new configuration, whole."""
        turn = self._turn(now)
        self.world.configure(directory)
        failsafe.swapped(turn)
        trunks.swapped(turn)
        dialler.begin(turn)
        for call in sorted(self.world.calls.values(), key=lambda call: (call.order, call.id)):
            inbound.leave_closed(turn, call)
        acd.serve_all(turn)
        return turn.effects

    def swap_lists(self, book: Book, now: int) -> Effects:
        """The lists of numbers, whole."""
        self.world.lists = book
        return self._listed(now)

    def amend_lists(self, change: Change, now: int) -> Effects:
        """The next change of the lists."""
        if self.world.lists is not None:
            self.world.lists.amend(change)
        return self._listed(now)

    def _listed(self, now: int) -> Effects:
        turn = self._turn(now)
        outbound.listed(turn)
        return turn.effects

    def event(self, node: str, ev: Seen, now: int) -> Effects:
        """An event from a node's listening link."""
        handler = events.HANDLERS.get(ev.name)
        if handler is None:
            return []
        turn = self._turn(now, ev.timestamp)
        watch = self.world.watches.get(ev.uuid)
        member = self.world.members.get(ev.uuid)
        if watch is not None:
            watching.happened(turn, watch, ev)
        elif member is not None:
            roomlife.happened(turn, node, member, ev)
        else:
            handler(turn, node, ev)
        return turn.effects

    def lease_opened(self, node: str, ev: Seen, now: int) -> Effects:
        """The switch handed us a caller's leg."""
        turn = self._turn(now, ev.timestamp)
        call = self.world.calls.get(ev.uuid)
        if ev.uuid in self.world.ended:
            turn.do(do.Release(ev.uuid))
        elif ev.cc_stage == handset.STAGE and ev.context == handset.CONTEXT:
            handset.arrive(turn, node, ev)
        elif ev.cc_stage == onward.STAGE:
            onward.came(turn, node, ev)
        elif call is None and ev.cc_stage == referred.STAGE and referred.came(turn, node, ev):
            pass
        elif call is None:
            call = inbound.arrive(turn, node, ev)
            call.leases = 1
            if ev.cc_stage == "survey":
                inbound.met_after_talk(turn, call)
            elif inbound.resume(turn, call, ev):
                inbound.enter(turn, call)
            elif entrance.leads_here(turn, call):
                entrance.come_back(turn, call, ev)
            else:
                inbound.welcome(turn, call)
        else:
            call.leases += 1
            call.node = node
            self.world.node(node).strays.pop(call.id, None)
            room = joining if call.aside is not None else transfers if call.goal is not None else inbound
            if entrance.leads_here(turn, call):
                entrance.come_back(turn, call, ev)
            elif ev.cc_stage != referred.STAGE or not referred.came(turn, node, ev):
                room.come_back(turn, call, ev)
        instep.came_back(turn, node, ev.uuid)
        return turn.effects

    def lease_closed(self, node: str, leg: str, now: int) -> Effects:
        """One outbound socket of a leg is closed; the next listing tells what became of the leg."""
        call = self.world.calls.get(leg)
        if call is not None:
            call.leases = max(0, call.leases - 1)
        return []

    def command(self, command: AnyCommand, now: int) -> Effects:
        """An agent's order."""
        turn = self._turn(now)
        orders.carry_out(turn, command)
        return turn.effects

    def lead_taken(self, number: int, campaign: str, entry: Entry | None, now: int) -> Effects:
        """What a campaign's hopper gave for a question; None: nothing now."""
        turn = self._turn(now)
        leads.taken(turn, number, campaign, entry)
        return turn.effects

    def timer(self, key: str, now: int) -> Effects:
        """A timer that an effect set has rung."""
        turn = self._turn(now)
        kind, *parts = key.split("|")
        TIMERS[kind](turn, *parts)
        return turn.effects

    def link_up(self, node: str, core: str, now: int) -> Effects:
        """Both links of a node are up; ``core`` is its Core-UUID."""
        turn = self._turn(now)
        reconcile.link_up(turn, node, core)
        return turn.effects

    def link_down(self, node: str, reason: str, now: int) -> Effects:
        """A node cannot be reached."""
        turn = self._turn(now)
        reconcile.link_down(turn, node, reason)
        return turn.effects

    def doubted(self, now: int) -> Effects:
        """For a while it was not sure that we lead, and now it is."""
        turn = self._turn(now)
        reconcile.doubted(turn)
        return turn.effects

    def channels(self, node: str, rows: list[dict[str, Any]], now: int) -> Effects:
        """The rows of ``show channels as json`` of a node."""
        turn = self._turn(now)
        reconcile.compare(turn, node, rows)
        return turn.effects

    def inspected(self, node: str, leg: str, ev: Seen, now: int) -> Effects:
        """What ``uuid_dump`` says of a leg."""
        turn = self._turn(now)
        strays.inspected(turn, node, leg, ev)
        return turn.effects

    def fail_safe_listed(self, node: str, agents: list[str], now: int) -> Effects:
        """Names of the agents whom the node's fail-safe queue has."""
        turn = self._turn(now)
        failsafe.listed(turn, node, agents)
        return turn.effects

    def phones_listed(self, node: str, found: dict[str, int], now: int) -> Effects:
        """The node's registrations: extension → when it runs out, µs."""
        turn = self._turn(now)
        phones.listed(turn, node, found)
        return turn.effects

    def trunks_listed(self, node: str, found: dict[str, str], now: int) -> Effects:
        """The node's gateways: name → ``registration/ping`` in the switch's words."""
        turn = self._turn(now)
        trunks.listed(turn, node, found)
        return turn.effects

    def rooms_listed(self, node: str, conferences: list[dict[str, Any]], now: int) -> Effects:
        """The node's conferences with their members, as it lists them."""
        turn = self._turn(now)
        roomlife.listed(turn, node, conferences)
        return turn.effects

    def paused(self, node: str, is_so: bool, now: int) -> Effects:
        """Whether the switch takes no new call, as it says itself."""
        turn = self._turn(now)
        nodes.paused(turn, node, is_so)
        return turn.effects

    def replied(self, node: str, ref: str, ok: bool, text: str, now: int) -> Effects:
        """The switch's answer to an effect with a ``ref``."""
        turn = self._turn(now)
        (replies.done if ok else replies.refused)(turn, ref, text)
        return turn.effects

    def settle(self, now: int) -> Effects:
        """From here on no lead is begun that has expired by now, though the clock be put back."""
        self.world.settled = max(self.world.settled, now)
        return [do.Settle(self.world.settled)]

    def settled_before(self, until: int) -> Effects:
        """The same, as the leader before us has said it."""
        self.world.settled = max(self.world.settled, until)
        return []

    def stopping(self, now: int) -> Effects:
        """The daemon is asked to end: nothing new is begun, no phone rings on for a call that it could not get."""
        self.world.stopping = True
        turn = self._turn(now)
        for offer in [offer for offer in self.world.offers.values() if offer.state == RINGING and not offer.consult]:
            (attempts if offer.dials else offers).withdraw(turn, offer)
        return turn.effects

    def counts(self) -> dict[str, dict[str, int]]:
        """How many: calls by stage, agents by state, callers waiting by queue."""
        return {
            "calls": _tally(call.stage for call in self.world.calls.values()),
            "agents": _tally(agent.state for agent in self.world.agents.values()),
            "waiting": {queue.id: len(queue.waiting) for queue in self.world.queues.values()},
        }


def _tally(words: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts
