"""Changing an agent's state: one place, so that each change is a fact."""

from switchctl.contract import facts, refusals
from switchctl.model.agent import CALL_OVER, OFFLINE, READY, SIGNED_OUT, TALKING, Agent
from switchctl.model.machine import Refused
from switchctl.policy import failsafe
from switchctl.policy.turn import Turn


def change(
    turn: Turn, agent: Agent, step: str, *, reason: str = "", source: str = "system", offer: str = "",
    call_id: str = "", node: str = "", until: int = 0, command_id: str = "",
) -> None:  # fmt: skip
    """Take a step of the agent's table and tell it; raises Refused where the table has no such step.

    A pause that she has planned comes in the place of whatever would follow the call.
    """
    if agent.leaves and agent.may("force_out") and step not in ("talk", "adopt", "sign_out"):
        step, reason, source, offer, call_id, node, until = "force_out", "", agent.leaves, "", "", "", 0
    if step == "back_to_pause" and reason == SIGNED_OUT:
        step, reason = "force_out", ""
    if agent.plan and step in CALL_OVER:
        step, reason = "planned_pause", agent.plan
    state = agent.next(step)
    previous, agent.state = agent.state, state
    agent.reason, agent.since, agent.until = reason, turn.at, until
    agent.offer, agent.call_id, agent.extended = offer, call_id, 0
    if not agent.may("plan"):
        agent.plan = ""
    if state == OFFLINE:
        agent.leaves = ""
        turn.sleep_on(f"leave|{agent.id}")
    if step in ("sign_in", "wrap_up_over", "become_ready", "no_wrap_up", "device_back"):
        agent.idle_since = turn.at
    if step in ("sign_in", "become_ready", "wrap_up", "no_wrap_up"):
        agent.misses = 0
    turn.tell(
        facts.AgentStateChanged, agent=agent.id, state=state, previous=previous, reason=reason, source=source,
        offer=offer, call_id=call_id, node=node, until=until, command_id=command_id, misses=agent.misses,
        plan=agent.plan,
    )  # fmt: skip
    failsafe.changed(turn, agent)
    _stir(turn, agent, source)


def _stir(turn: Turn, agent: Agent, source: str) -> None:
    """Who waits for her, or with whom she wants to be called back, is looked at anew, in a turn of its own."""
    for wish in turn.world.wishes.values():
        if agent.id == wish.of and (source == "agent" or agent.state == TALKING):
            wish.seen = True
        if agent.id in (wish.agent, wish.of):
            turn.wake(f"wish|{wish.id}", 0.0)


def plan(turn: Turn, agent: Agent, reason: str, command_id: str) -> None:
    """She will pause when the call in hand is over; ``reason`` "" takes it back. Raises Refused without a call."""
    if not agent.may("plan"):
        raise Refused(refusals.NO_CALL_TO_PLAN if agent.state != OFFLINE else refusals.NOT_SIGNED_IN)
    agent.plan = reason
    turn.tell(
        facts.PausePlanned, agent=agent.id, reason=reason, call_id=agent.call_id, command_id=command_id,
    )  # fmt: skip


def after_call(turn: Turn, agent: Agent, step: str, *, source: str = "system", command_id: str = "") -> None:
    """What she does after a call or a dialling: ``step``, or the pause goes on in which she dialled."""
    if agent.reason:
        change(turn, agent, "back_to_pause", reason=agent.reason, source=source, command_id=command_id)
    else:
        change(turn, agent, step, source=source, command_id=command_id)


def is_ready(agent: Agent) -> bool:
    """Whether she may be offered a call now."""
    return agent.state == READY
