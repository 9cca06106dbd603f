"""Agents whom the switch's own queue rings, and callers whom it joins with them, while we are there.

It did so because a caller was out of our hands for a moment: our link or our socket broke, or we took over. Taken out
of that queue again the caller waits with us, and the switch silences the phone (measured: 1 ms later). That is left to
the switch, which alone knows whether the phone was picked up before: then the two are being joined, and to end the leg
would cut them off. Its agent is offered nothing as long as the leg lives, and an offer for which her phone rings
already is withdrawn; where the switch was quicker, its choice stands.
"""

from switchctl.model import effects as do
from switchctl.model.call import RINGING, Call
from switchctl.model.seen import Seen
from switchctl.policy import acd, offers
from switchctl.policy.turn import Turn, long_since


def rings(turn: Turn, node: str, ev: Seen) -> bool:
    """A leg of an agent was seen; returns whether the switch's own queue made it."""
    if ev.cc_offer or not ev.cc_member or ev.uuid in turn.world.offers:
        return False
    agent = turn.world.agents.get(turn.world.extensions.get(ev.cc_agent.partition("@")[0], ""))
    if agent is not None:
        agent.rung, agent.rung_on = ev.uuid, node
        ours = turn.world.offers.get(agent.offer)
        if ours is not None and ours.state == RINGING and not ours.dials:
            offers.withdraw(turn, ours)
    return True


def knows(turn: Turn, leg: str) -> bool:
    """Whether the switch's own queue made this leg."""
    return any(agent.rung == leg for agent in turn.world.agents.values())


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
            agent.rung = agent.rung_on = ""


def gone(turn: Turn, leg: str) -> None:
    """A leg has ended, or no listing shows it."""
    for agent in [agent for agent in turn.world.agents.values() if agent.rung == leg]:
        agent.rung = agent.rung_on = ""
        acd.serve_agent(turn, agent)
    for call in [call for call in turn.world.calls.values() if call.found == leg]:
        call.found = ""
        acd.serve_call(turn, call)


def _legs(turn: Turn, node: str) -> dict[str, None]:
    calls = [call.found for call in turn.world.calls.values() if call.found and call.node == node]
    agents = [agent.rung for agent in turn.world.agents.values() if agent.rung_on == node]
    return dict.fromkeys([*calls, *agents])


def listed(turn: Turn, name: str, seen: set[str]) -> int:
    """These legs are alive on a node; a list that was long on its way may be older than the leg. Returns the doubts."""
    missing = turn.world.node(name).missing
    lacks = [leg for leg in _legs(turn, name) if leg not in seen]
    for leg in [leg for leg in missing if leg not in lacks]:
        del missing[leg]
    for leg in lacks:
        if long_since(turn, missing.setdefault(leg, turn.now)):
            del missing[leg]
            gone(turn, leg)
    return len(missing)


def node_gone(turn: Turn, name: str) -> None:
    """A node was restarted, or given up."""
    turn.world.node(name).missing.clear()
    for leg in _legs(turn, name):
        gone(turn, leg)
