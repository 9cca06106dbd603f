"""Calls that a phone makes by itself: its digits, asked of the same rules as a number typed on the page.

Theory of operation. The dialplan hands us the leg (stage ``phone``), which has proved by its digest whose it is; what
it says of itself otherwise counts for nothing. What she may dial becomes the ordinary call of an agent who dials, but
her own leg is there already, so it begins where she has picked up. The leg is then sent to the context ``calls``,
where the switch itself bridges it: from there on the call needs no daemon. What she may not dial she hears in a
sentence, without the call being answered. The number of a conference room leads into it, from any phone inside. Of all
else a phone that belongs to no agent reaches extensions and emergency numbers, as every phone does when no daemon
lives; nothing is told of such a call.
"""

from switchctl.contract import facts, refusals
from switchctl.contract.dialling import INTERNAL
from switchctl.contract.statefacts import PHONE_DIALS
from switchctl.model import effects as do
from switchctl.model.agent import Agent
from switchctl.model.call import OUTBOUND, Call, Offer
from switchctl.model.machine import Refused
from switchctl.model.seen import Seen
from switchctl.policy import dialling, onward, outbound, rooms, speeddial, trunks
from switchctl.policy.onward import CALLS
from switchctl.policy.turn import Turn

STAGE, CONTEXT = "phone", "phones"
ALONE = "alone"
OF_THE_NUMBER = {
    refusals.NO_NUMBER, refusals.PREMIUM_NUMBER, refusals.MAY_NOT_DIAL, refusals.EXTENSIONS_ONLY, refusals.LOCAL_ONLY,
    refusals.NATIONAL_ONLY, refusals.NOT_ON_LIST, refusals.ON_BLACK_LIST, refusals.ON_NO_CALL_LIST,
    refusals.NOT_OPENED, refusals.OWN_NUMBER, refusals.NO_TRUNK, refusals.NO_SPEED_DIAL,
}  # fmt: skip
"""Of these she hears that the number is not dialled, of all else that it cannot be done now."""


def arrive(turn: Turn, node: str, ev: Seen) -> None:
    """A phone dials."""
    world = turn.world
    if ev.uuid in world.offers or ev.uuid in world.members:
        # Its first socket was lost before it was sent on: never a second time.
        turn.do(do.Kill(node, ev.uuid, "NORMAL_TEMPORARY_FAILURE"))
        return
    agent = world.agents.get(world.extensions.get(ev.auth_user, ""))
    try:
        typed = speeddial.meant(world, agent.id if agent is not None else "", ev.destination)
        room = "" if typed in world.extensions else rooms.by_number(turn, typed)
        if room:
            rooms.walk_in(turn, node, ev.uuid, room, ev.auth_user)
        elif agent is None:
            turn.do(do.Transfer(node, ev.uuid, typed, ALONE))
        else:
            _dial(turn, node, ev, agent)
    except Refused as refused:
        _refuse(turn, node, ev, agent, refused)


def _dial(turn: Turn, node: str, ev: Seen, agent: Agent) -> None:
    world = turn.world
    target = dialling.target(world, agent, ev.destination, turn.now, disturbs=False)
    steps, rings = onward.ahead(turn, agent, target)
    if world.stopping:
        raise Refused(refusals.STOPPING)
    agent.hands_free()
    agent.next("dial")
    if not world.in_step or not world.node(node).in_touch:
        raise Refused(refusals.SWITCH_AWAY)
    if rings.kind == INTERNAL and world.way(rings.number, node):
        raise Refused(refusals.PHONE_ELSEWHERE)
    call = Call(id=turn.new_id("call"), node=node, number=target.number, direction=OUTBOUND, arrived=turn.at)
    leg = Offer(
        id=ev.uuid, call_id=call.id, agent=agent.id, queue="", visit="", node=node, made=turn.at, dials=True,
        dial_s=onward.rings(turn, rings), trunk=trunks.choose(world, rings, node),
    )  # fmt: skip
    outbound.know(turn, call, leg)
    shows = dialling.shown_number(world, agent, rings)
    order = outbound.Order(id=call.id, target=target, shows=shows, dial_s=leg.dial_s, steps=steps, rings=rings)
    outbound.tell(turn, agent, call, leg, order, 0)
    onward.send(turn, call, leg, rings, shows)
    outbound.called(turn, call)
    outbound.picked_up(turn, leg)


def _refuse(turn: Turn, node: str, ev: Seen, agent: Agent | None, refused: Refused) -> None:
    """A sentence in her ear, and on her page. An emergency number is dialled whatever state she is in."""
    if ev.destination in turn.world.directory.home.emergency:
        turn.do(do.Transfer(node, ev.uuid, ev.destination, ALONE))
        return
    if agent is not None:
        turn.tell(
            facts.CommandRefused, agent=agent.id, node=node, command=PHONE_DIALS, command_id=ev.uuid,
            reason=refused.reason, params=refused.params,
        )  # fmt: skip
    what = "refused-number" if refused.reason in OF_THE_NUMBER else "refused-now"
    turn.do(do.Transfer(node, ev.uuid, what, CALLS))
