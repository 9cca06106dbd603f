"""Calling a colleague back when she is free, or when she is there again.

Theory of operation. A wish stands in the live view, so it outlives the daemon. What either of the two does stirs it
(``states.change``), and a look each ``LOOK_S`` finds what no state tells, such as a phone that came back. When the
colleague could be called and the asker could dial, the asker's own phone is rung and then the colleague's, as in any
dialling of hers: with that the wish is over, whatever comes of the call. Customers come first: who waits in a queue is
given to either before.
"""

from switchctl.contract import facts, refusals
from switchctl.model.agent import PAUSED, READY, WRAPUP, Agent
from switchctl.model.machine import Refused
from switchctl.model.wish import THERE, Wish
from switchctl.model.world import World
from switchctl.policy import dialling, outbound
from switchctl.policy.turn import SECOND, Turn

LONGEST_S = 3600
LOOK_S = 5.0
OWN_S = 30
"""So long the asker's own phone rings."""


def ask(turn: Turn, agent: Agent, of: str, when: str, command_id: str) -> None:
    """``of``: a login or an extension. Raises Refused."""
    world = turn.world
    other = world.agents.get(world.extensions.get(of, of))
    if other is None:
        raise Refused(refusals.NO_SUCH_COLLEAGUE)
    dialling.target(world, agent, other.profile.extension, turn.now, disturbs=False)
    if _of(world, agent.id, other.id) is not None:
        raise Refused(refusals.WISHED_ALREADY, name=other.profile.name or other.id)
    wish = Wish(
        id=turn.new_id("wish"), agent=agent.id, of=other.id, when=when, since=turn.at,
        until=turn.now + LONGEST_S * SECOND,
    )  # fmt: skip
    world.wishes[wish.id] = wish
    turn.tell(
        facts.CallBackWished, wish=wish.id, agent=wish.agent, of=wish.of, when=when, until=wish.until,
        command_id=command_id,
    )  # fmt: skip
    turn.wake(f"wish|{wish.id}", 0.0)


def cancel(turn: Turn, agent: Agent, of: str, command_id: str) -> None:
    """Raises Refused where there is no such wish."""
    wish = _of(turn.world, agent.id, turn.world.extensions.get(of, of))
    if wish is None:
        raise Refused(refusals.NO_WISH)
    _over(turn, wish, "cancelled", command_id)


def _of(world: World, agent: str, other: str) -> Wish | None:
    return next((wish for wish in world.wishes.values() if (wish.agent, wish.of) == (agent, other)), None)


def look(turn: Turn, wish: Wish) -> None:
    """Whether it can be fulfilled now."""
    if wish.until <= turn.now:
        _over(turn, wish, "expired")
        return
    if outbound.begun(turn.world, wish.id):  # by a daemon that died over it
        _over(turn, wish, "dialled")
        return
    agent, other = turn.world.agents.get(wish.agent), turn.world.agents.get(wish.of)
    if agent is not None and other is not None and _can_be_called(turn.world, wish, other) and _can_dial(agent):
        try:
            _dial(turn, wish, agent, other)
        except Refused:
            pass  # her phone or the switch is away, or she may not any more: it is looked at again
        else:
            _over(turn, wish, "dialled")
            return
    turn.wake(f"wish|{wish.id}", min(LOOK_S, (wish.until - turn.now) / SECOND))


def _can_be_called(world: World, wish: Wish, other: Agent) -> bool:
    if other.dnd:
        return False
    idle = other.state in (READY, PAUSED, WRAPUP) and not other.engaged
    return idle and world.devices.get(other.profile.extension) != "" and (wish.when != THERE or wish.seen)


def _can_dial(agent: Agent) -> bool:
    return agent.state in (READY, PAUSED) and not agent.engaged


def _dial(turn: Turn, wish: Wish, agent: Agent, other: Agent) -> None:
    world = turn.world
    target = dialling.target(world, agent, other.profile.extension, turn.now)
    shows = dialling.shown_number(world, agent, target)
    order = outbound.Order(
        id=wish.id, target=target, shows=shows, dial_s=world.directory.dial_s, own_s=OWN_S
    )  # fmt: skip
    outbound.begin(turn, agent, order)


def _over(turn: Turn, wish: Wish, result: str, command_id: str = "") -> None:
    del turn.world.wishes[wish.id]
    turn.sleep_on(f"wish|{wish.id}")
    turn.tell(
        facts.CallBackOver, wish=wish.id, agent=wish.agent, of=wish.of, result=result, command_id=command_id
    )  # fmt: skip


def restored(turn: Turn, wish: Wish) -> None:
    """A daemon begins with it."""
    turn.world.wishes[wish.id] = wish
    turn.wake(f"wish|{wish.id}", LOOK_S)
