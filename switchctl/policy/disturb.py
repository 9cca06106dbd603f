"""Do not disturb: colleagues' calls, and those to her extension, do not ring at an agent; calls of queues do, for that
she is ready or pauses. What she passed on, or asks for, comes all the same."""

from switchctl.contract import commands as c
from switchctl.contract import facts
from switchctl.model.agent import Agent
from switchctl.policy.turn import Turn


def order(turn: Turn, agent: Agent, command: c.DoNotDisturb | c.MayDisturb) -> None:
    """In any state; said twice it is so still."""
    agent.dnd = isinstance(command, c.DoNotDisturb)
    turn.tell(facts.DisturbChanged, agent=agent.id, on=agent.dnd, command_id=command.id)
