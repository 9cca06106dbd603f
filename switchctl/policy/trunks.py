"""The ways to the outside: in which state each is, and which one a number takes.

A switch tells each change, and all of them when it is asked, after a link-up and now and then. A call takes the first
trunk that serves its number, works, and has a free channel. A trunk that is known to be down before the call (pings) is
passed over; where one fails under a call, ``failover`` says which calls are tried over another: no phone rings twice.
"""

from switchctl.contract import facts, refusals
from switchctl.contract.dialling import EMERGENCY, Target, beginning
from switchctl.contract.directory import Trunk
from switchctl.contract.trunkfacts import DOWN, FAILED, REGISTERED, TRYING, UNREGISTERED, UP, WORKS
from switchctl.model import effects as do
from switchctl.model.call import OVER
from switchctl.model.machine import Refused
from switchctl.model.seen import Seen
from switchctl.model.world import World
from switchctl.policy.turn import Turn

LIST_AGAIN_S = 3.0
LIST_EVERY_S = 60.0
GONE = "gone"
STATES = {
    "REGED": REGISTERED, "NOREG": UP, "TRYING": TRYING, "REGISTER": TRYING, "UNREGED": UNREGISTERED,
    "UNREGISTER": UNREGISTERED, "FAILED": FAILED, "FAIL_WAIT": FAILED, "EXPIRED": FAILED, "TIMEOUT": DOWN, "DOWN": DOWN,
}  # fmt: skip
"""What the switch says of a registration → our word."""


def ask(turn: Turn, node: str) -> None:
    """Have the node's gateways listed, in a moment (it may just be told of them) and now and then."""
    turn.wake(f"trunks|{node}", LIST_AGAIN_S)


def swapped(turn: Turn) -> None:
    """Another directory is in force: its gateways are on their way to the switches."""
    for node in turn.world.nodes.values():
        if node.up:
            ask(turn, node.name)


def ask_again(turn: Turn, node: str) -> None:
    """It is time for another list."""
    if turn.world.node(node).up:
        turn.do(do.ListTrunks(node))
        turn.wake(f"trunks|{node}", LIST_EVERY_S)


def changed(turn: Turn, node: str, ev: Seen) -> None:
    """The switch tells of one."""
    _tell(turn, ev.trunk, node, _state(ev.trunk_state, ev.trunk_ping), ev.trunk_said)


def listed(turn: Turn, node: str, found: dict[str, str]) -> None:
    """All of a node: gateway → ``registration/ping`` in the switch's words."""
    for gateway, said in found.items():
        state, _, ping = said.partition("/")
        _tell(turn, gateway, node, _state(state, ping), "")
    for gateway, at in list(turn.world.trunks):
        if at == node and gateway not in found:
            _tell(turn, gateway, node, GONE, "")


def _state(said: str, ping: str) -> str:
    state = STATES.get(said, UNREGISTERED)
    return DOWN if ping == "DOWN" and state in WORKS else state


def _tell(turn: Turn, gateway: str, node: str, state: str, reason: str) -> None:
    world = turn.world
    if gateway not in {one.gateway for one in world.directory.trunks} and state != GONE:
        return
    previous = world.trunks.get((gateway, node), "")
    if previous == state:
        return
    if state == GONE:
        del world.trunks[gateway, node]
    else:
        world.trunks[gateway, node] = state
    turn.tell(facts.TrunkChanged, node=node, gateway=gateway, state=state, previous=previous, reason=reason[:80])


def choose(world: World, target: Target, node: str) -> str:
    """The gateway for a number on this node; "" for an extension. Raises Refused where none can be had now."""
    if not target.outside:
        return ""
    every = serving(world, target)
    there = [one for one in every if _works(world, one, node)]
    free = [one for one in there if _has_room(world, one)]
    if free:
        return free[0].gateway
    if target.kind == EMERGENCY:  # the switch itself may say no, we do not
        return (there or every)[0].gateway
    raise Refused(refusals.NO_FREE_TRUNK)


def another(world: World, target: Target, node: str, tried: tuple[str, ...]) -> str:
    """The gateway that comes after those that were tried for a number on this node; "" where there is none."""
    try:
        every = serving(world, target)
    except Refused:
        return ""
    free = [one.gateway for one in every if _works(world, one, node) and _has_room(world, one)]
    return next((gateway for gateway in free if gateway not in tried), "")


def _works(world: World, trunk: Trunk, node: str) -> bool:
    return world.trunks.get((trunk.gateway, node), UP) in WORKS


def _has_room(world: World, trunk: Trunk) -> bool:
    return not trunk.channels or _taken(world, trunk.gateway) < trunk.channels


def serving(world: World, target: Target) -> list[Trunk]:
    """The trunks that take this number, the first to be tried first. Raises Refused where there is none."""
    found = [one for one in world.directory.trunks if target.kind == EMERGENCY or _takes(one, target, world)]
    if not found:
        raise Refused(refusals.NO_TRUNK)
    return found


def _takes(trunk: Trunk, target: Target, world: World) -> bool:
    begins = (beginning(prefix, world.directory.home) for prefix in trunk.prefixes)
    return not trunk.prefixes or target.number.startswith(tuple(filter(None, begins)) or "-")


def chosen(world: World, target: Target, node: str) -> str:
    """The same for a call that goes on whatever comes of it: where none can be had now, the switch says so."""
    try:
        return choose(world, target, node)
    except Refused:
        return next((one.gateway for one in world.directory.trunks), "")


def _taken(world: World, gateway: str) -> int:
    """Calls that were dialled over it and are not over."""
    called_in = sum(member.trunk == gateway and member.state != OVER for member in world.members.values())
    return called_in + sum(offer.trunk == gateway and offer.state != OVER for offer in world.offers.values())
