"""Signing an agent out in the middle of a call: it is ended for her, and with its end she is out (``states.change``).

The order stands in the live view until she is: a daemon that begins in between signs her out all the same. Whether the
switch was told to end the call is not certain then, and neither where a link broke; so it is told again.
"""

from switchctl.contract import facts
from switchctl.model import effects as do
from switchctl.model.agent import DIALLING, TALKING, Agent
from switchctl.model.call import TALKED
from switchctl.policy import outbound, talks
from switchctl.policy.turn import Turn

AGAIN_S = 3.0


def ordered(turn: Turn, agent: Agent, source: str, by: str, command_id: str) -> None:
    """Her call is being ended; ``source`` is who has it so, ``by`` the login."""
    agent.leaves = source
    turn.tell(
        facts.SignOutOrdered, agent=agent.id, call_id=agent.call_id, source=source, by=by, command_id=command_id,
    )  # fmt: skip
    turn.wake(f"leave|{agent.id}", AGAIN_S)


def restored(turn: Turn, agent: Agent) -> None:
    """A daemon begins before she is out."""
    if agent.leaves:
        turn.wake(f"leave|{agent.id}", AGAIN_S)


def again(turn: Turn, agent_id: str) -> None:
    """She should be out by now."""
    world = turn.world
    agent = world.agents.get(agent_id)
    if agent is None or not agent.leaves or agent.state not in (DIALLING, TALKING):
        return
    offer = world.offers.get(agent.offer)
    call = world.calls.get(agent.call_id)
    turn.wake(f"leave|{agent.id}", AGAIN_S)
    if offer is None or call is None or not world.node(call.node).in_touch:
        return
    if offer.consult:
        turn.do(do.Kill(offer.node, offer.id))
    elif offer.state == TALKED:
        talks.hang_up(turn, call, offer, offer.command_id, agent.leaves)
    elif offer.dials:
        outbound.cancel(turn, offer, offer.command_id, agent.leaves)
