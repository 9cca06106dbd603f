"""Agents whom the switch's own queue rings, and callers whom it joins with them, while we are there.

It did so because a caller was out of our hands for a moment: our link or our socket broke, or we took over. Taken out
of that queue again the caller waits with us, but the phone rings on, and whoever picks it up is joined with the caller
all the same, whatever else the caller does by then. So that phone is silenced once we have the caller; its agent is
offered nothing meanwhile; and where the switch was quicker, its choice stands.
"""

from switchctl.model import effects as do
from switchctl.model.call import Call
from switchctl.model.seen import Seen
from switchctl.policy import acd, offers
from switchctl.policy.turn import Turn


def rings(turn: Turn, node: str, ev: Seen) -> bool:
    """A leg of an agent was seen; returns whether the switch's own queue made it."""
    if ev.cc_offer or not ev.cc_member or ev.uuid in turn.world.offers:
        return False
    agent = turn.world.agents.get(turn.world.extensions.get(ev.cc_agent.partition("@")[0], ""))
    if agent is not None:
        agent.rung, agent.rung_for = ev.uuid, ev.cc_member
    call = turn.world.calls.get(ev.cc_member)
    if call is not None and call.leases and not ev.answered_us:
        turn.do(do.Kill(node, ev.uuid, "ORIGINATOR_CANCEL"))
    return True


def knows(turn: Turn, leg: str) -> bool:
    """Whether the switch's own queue made this leg."""
    return any(agent.rung == leg for agent in turn.world.agents.values())


def back(turn: Turn, call: Call) -> None:
    """The caller is in our hands: what rings for it elsewhere rings for nobody."""
    for agent in turn.world.agents.values():
        if agent.rung and agent.rung_for == call.id and agent.rung != call.found:
            turn.do(do.Kill(call.node, agent.rung, "ORIGINATOR_CANCEL"))


def joined(turn: Turn, call: Call, leg: str) -> None:
    """The switch has joined a caller of ours with an agent: our own offer is off, and the pair is to be adopted."""
    call.found = leg
    if call.offer is not None:
        offers.withdraw(turn, call.offer)
    turn.do(do.Inspect(call.node, leg))


def adopted(turn: Turn, call: Call, leg: str) -> None:
    """The pair is ours from now on."""
    call.found = ""
    for agent in turn.world.agents.values():
        if agent.rung == leg:
            agent.rung = agent.rung_for = ""


def gone(turn: Turn, leg: str) -> None:
    """A leg has ended, or no listing shows it."""
    for agent in [agent for agent in turn.world.agents.values() if agent.rung == leg]:
        agent.rung = agent.rung_for = ""
        acd.serve_agent(turn, agent)
    for call in [call for call in turn.world.calls.values() if call.found == leg]:
        call.found = ""
        acd.serve_call(turn, call)


def listed(turn: Turn, node: str, seen: set[str]) -> None:
    """These legs are alive on a node."""
    calls = [call.found for call in turn.world.calls.values() if call.found and call.node == node]
    agents = [agent.rung for agent in turn.world.agents.values() if agent.rung]
    for leg in dict.fromkeys([*calls, *agents]):
        if leg not in seen:
            gone(turn, leg)
