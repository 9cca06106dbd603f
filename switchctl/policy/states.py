"""Changing an agent's state: one place, so that each change is a fact."""

from switchctl.contract import facts
from switchctl.model.agent import READY, Agent
from switchctl.policy import failsafe
from switchctl.policy.turn import Turn


def change(
    turn: Turn, agent: Agent, step: str, *, reason: str = "", source: str = "system", offer: str = "",
    call_id: str = "", node: str = "", until: int = 0, command_id: str = "",
) -> None:  # fmt: skip
    """Take a step of the agent's table and tell it; raises Refused where the table has no such step."""
    state = agent.next(step)
    previous, agent.state = agent.state, state
    agent.reason, agent.since, agent.until = reason, turn.at, until
    agent.offer, agent.call_id = offer, call_id
    if step in ("sign_in", "wrap_up_over", "become_ready", "no_wrap_up", "device_back"):
        agent.idle_since = turn.at
    if step in ("sign_in", "become_ready", "wrap_up", "no_wrap_up"):
        agent.misses = 0
    turn.tell(
        facts.AgentStateChanged, agent=agent.id, state=state, previous=previous, reason=reason, source=source,
        offer=offer, call_id=call_id, node=node, until=until, command_id=command_id, misses=agent.misses,
    )  # fmt: skip
    failsafe.changed(turn, agent)


def after_call(turn: Turn, agent: Agent, step: str, *, source: str = "system", command_id: str = "") -> None:
    """What she does after a call or a dialling: ``step``, or the pause goes on in which she dialled."""
    if agent.reason:
        change(turn, agent, "back_to_pause", reason=agent.reason, source=source, command_id=command_id)
    else:
        change(turn, agent, step, source=source, command_id=command_id)


def is_ready(agent: Agent) -> bool:
    """Whether she may be offered a call now."""
    return agent.state == READY
