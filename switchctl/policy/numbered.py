"""Numbers that lead to an extension: its phone is rung for a caller from outside as it is for a colleague who dials it.

Theory of operation. The caller is *passed on* to it as in a transfer, by nobody: the goal stands in the live view, and
a daemon that begins in the middle goes on. Whose extension it is has the call, if she is free to take one; else her
phone rings all the same, paused or signed out, as it would for a colleague, and the talk is nobody's. Whom nobody
answers goes to the number's queue, if it has one, else she is told so.
"""

from switchctl.contract import facts
from switchctl.contract.directory import EXTENSION, Route
from switchctl.model.call import AGENT, NUMBER, Call, Goal
from switchctl.policy import transfers
from switchctl.policy.turn import Turn


def leads(turn: Turn, call: Call) -> Goal | None:
    """Where the number that she dialled leads, if it is no queue."""
    route = turn.world.routes.get(call.dialled)
    return _extension(turn, call, route) if route is not None and route.target == EXTENSION and route.to else None


def _extension(turn: Turn, call: Call, route: Route) -> Goal:
    agent = turn.world.agents.get(turn.world.extensions.get(route.to, ""))
    if agent is not None and transfers.can_take(turn, call, agent):
        return Goal(AGENT, agent.id)
    return Goal(NUMBER, route.to)


def go_on(turn: Turn, call: Call) -> None:
    """The greeting is over, or there is none."""
    goal = leads(turn, call)
    if goal is None or not call.step("pass_on"):
        return
    call.goal = goal
    turn.tell(facts.CallTransferred, call, offer="", agent="", how="number", what=goal.what, to=goal.to)
    transfers.attempt(turn, call)
