"""Passing a customer on: to an agent, to a queue, to a number outside.

Theory of operation. The goal is settled, told and so journaled before anything moves: a target that is not free, not
there or not allowed is refused while the two still talk. Then the customer is sent to the stage ``wait``, whatever
she was doing (``uuid_transfer`` ends hold music too); her agent's leg ends by itself, which is no hang-up of hers. The
order of the two events is not certain, so each finishes the talk. With her new lease she hears music, and the goal is
tried. Whoever does not take her leaves a timer behind, and she returns: to the agent who passed her on if that one is
free (or wraps up this call), else to the head of the queue. ``goal`` stands in the live view, so a daemon that begins
in the middle goes on where the other stopped; a customer who still talks then is asked for again.
"""

from switchctl.contract import facts, refusals
from switchctl.contract.directory import Queue
from switchctl.model import effects as do
from switchctl.model.agent import READY, WRAPUP, Agent
from switchctl.model.call import (
    AGENT,
    HANGING,
    NUMBER,
    OFFERED,
    PARK,
    PASSED,
    QUEUE,
    TALKED,
    TALKING,
    Call,
    Goal,
    Offer,
)  # fmt: skip
from switchctl.model.machine import Refused
from switchctl.model.seen import Seen
from switchctl.policy import acd, dialling, forwarding, inbound, parties, speeddial, talks, trunks
from switchctl.policy.ringing import RINGS
from switchctl.policy.turn import Turn

AGAIN_S = 3.0
"""After so long a customer who was not handed back is asked for again."""
AS_A_CALLER = {
    "transfer_after_bridge": "after-agent:XML:stages", "hangup_after_bridge": "false",
    "execute_on_pre_bridge": "set socket_resume=false", "cc_offer": "", "cc_agent": "",
}  # fmt: skip
"""What the leg of a dialled customer lacks, and what it has too much, to be served as a caller's is."""


def blind(turn: Turn, call: Call, goal: Goal, by: str, command_id: str = "") -> None:
    """Pass the customer of a talk on; ``by``: login of whoever orders it, whose permission counts for numbers (one who
    is no agent lends that of the call's agent). Raises Refused, and then nothing has moved."""
    offer = call.offer
    if call.goal is not None:
        raise Refused(refusals.TRANSFERRED_ALREADY)
    if call.stage != TALKING or offer is None or offer.state != TALKED or not offer.agent:
        raise Refused(refusals.NOT_TALKING)
    agents = turn.world.agents
    goal = settled(turn, call, goal, agents.get(by) or agents[offer.agent])
    bound_for(call, offer, goal, command_id)
    tell(turn, call, "blind", by=by if by != offer.agent else "", command_id=command_id)
    depart(turn, call)


def bound_for(call: Call, offer: Offer, goal: Goal, command_id: str) -> None:
    """From here on the end of the talk is no hang-up."""
    call.goal, call.passed_by, call.passed_from = goal, offer.agent, offer.id
    offer.ending, offer.command_id = "transfer", command_id


def depart(turn: Turn, call: Call) -> None:
    """The goal is told: the customer leaves the talk."""
    if call.dials:
        turn.do(do.SetVars(call.node, call.id, AS_A_CALLER))
    move(turn, call)


def tell(turn: Turn, call: Call, how: str, **more: str) -> None:
    """Tell where she goes now."""
    goal = call.goal or Goal("", "")
    turn.tell(
        facts.CallTransferred, call, offer=call.passed_from, agent=call.passed_by, how=how, what=goal.what, to=goal.to,
        **more,
    )  # fmt: skip


def settled(turn: Turn, call: Call, goal: Goal, who: Agent) -> Goal:
    """The goal, if it can be reached now; an agent's extension means her. ``who``: whose dialling permission counts.
    Raises Refused, and then the call is as it was."""
    forwarded, call.forwarded = call.forwarded, []  # a way of its own begins
    try:
        return _reachable(turn, call, goal, who)
    except Refused:
        call.forwarded = forwarded
        raise


def _reachable(turn: Turn, call: Call, goal: Goal, who: Agent) -> Goal:
    world = turn.world
    if goal.what == NUMBER:
        goal = Goal(NUMBER, speeddial.meant(world, who.id, goal.to))
        goes_on = bool(forwarding.path(turn, call, goal))
        target = dialling.target(world, who, goal.to, turn.now, disturbs=not goes_on)
        login = world.extensions.get(target.number, "") if not target.outside else ""
        if not login:
            trunks.choose(world, target, call.node)
            return Goal(NUMBER, target.number)
        goal = Goal(AGENT, login)
    if goal.what == QUEUE:
        queue = world.queues.get(goal.to)
        if queue is None or queue.closed:
            raise Refused(refusals.NO_SUCH_TARGET)
        return goal
    agent = world.agents.get(goal.to)
    if agent is None:
        raise Refused(refusals.NO_SUCH_TARGET)
    if call.offer is not None and agent.id == call.offer.agent:
        raise Refused(refusals.OWN_NUMBER)
    if not forwarding.path(turn, call, goal, takes=can_take(turn, call, agent)) and not can_take(turn, call, agent):
        raise Refused(refusals.NOT_FREE, name=agent.profile.name or agent.id)
    return goal


def can_take(turn: Turn, call: Call, agent: Agent) -> bool:
    """Whether her phone can be rung for the call now."""
    phone = agent.profile.extension
    there = turn.world.devices.get(phone) != "" and turn.world.way(phone, call.node) is not None
    return there and agent.free and not agent.dnd


def move(turn: Turn, call: Call) -> None:
    """Out of the talk, into our hands."""
    turn.do(do.Transfer(call.node, call.id, "wait"))
    turn.wake(f"move|{call.id}", AGAIN_S)


def again(turn: Turn, call: Call) -> None:
    """She has not come back yet: the wish was lost, or with it the daemon that had it."""
    if call.goal is not None and (call.stage == TALKING or (call.stage == PASSED and not call.leases)):
        move(turn, call)


def left(turn: Turn, call: Call) -> None:
    """Her agent's leg is gone, or she has come without it: that talk is over."""
    if call.offer is not None:
        talks.end(turn, call, call.offer, "transfer")
    call.taken = True
    call.step("pass_on")


def come_back(turn: Turn, call: Call, _ev: Seen) -> None:
    """The switch hands us a customer who is being passed on, from whatever stage."""
    if call.stage == HANGING:
        return
    if call.stage == TALKING:
        left(turn, call)
    turn.sleep_on(f"move|{call.id}")
    if call.stage == PASSED:
        attempt(turn, call)
    elif call.stage == OFFERED:
        music(turn, call)


def music(turn: Turn, call: Call) -> None:
    """What she hears meanwhile."""
    queue = turn.world.queues.get(call.queue)
    call.music = turn.new_id("play")
    sound = queue.profile.music if queue is not None else Queue(id="", name="").music
    if not call.passed_from:  # her number leads to a phone: as long as that rings she hears so
        sound = RINGS
    turn.do(do.Play(call.node, call.id, call.hold_music or sound, call.music))


def attempt(turn: Turn, call: Call) -> None:
    """She is with us and hears music: try the goal. What was free a moment ago may not be any more. Who is parked has
    reached it."""
    goal = call.goal
    assert goal is not None
    if goal.what == QUEUE:
        _queue(turn, call, goal.to, 0)
        return
    music(turn, call)
    if goal.what == PARK:
        return
    try:
        goal = goes_on(turn, call, goal)
    except Refused:
        returned(turn, call)
        return
    agent = turn.world.agents.get(goal.to) if goal.what == AGENT else None
    if goal.what == NUMBER and dialling.disturbed(turn.world, goal.to) is None:
        parties.call_number(turn, call, goal.to)
    elif agent is not None and can_take(turn, call, agent):
        by = f"transfer:from={call.passed_by}" if call.passed_by else f"number:dialled={call.dialled}"
        acd.ring(turn, call, agent, by)
    else:
        returned(turn, call)


def goes_on(turn: Turn, call: Call, goal: Goal, how: str = "") -> Goal:
    """The goal, or where calls to that extension go on to, told; ``how``: only if a rule of this kind says so. Raises
    Refused where that leads nowhere."""
    agent = turn.world.agents.get(goal.to) if goal.what == AGENT else None
    takes = agent is None or can_take(turn, call, agent)
    steps = forwarding.path(turn, call, goal, takes=takes, how=how)
    if not steps:
        return _owner(turn, call, goal) if call.forwarded and not how else goal
    forwarding.tell(turn, call, steps)
    goal = Goal(NUMBER, steps[-1].to)
    if call.goal is not None:
        call.goal = goal
    return _owner(turn, call, goal)


def _owner(turn: Turn, call: Call, goal: Goal) -> Goal:
    """Who takes the calls of somebody else takes them as hers."""
    owner = turn.world.agents.get(turn.world.extensions.get(goal.to, "")) if goal.what == NUMBER else None
    return Goal(AGENT, owner.id) if owner is not None and can_take(turn, call, owner) else goal


def _unanswered(turn: Turn, call: Call) -> bool:
    """Where nobody answered calls may go on to somebody else; says whether they do."""
    goal, how, call.missed = call.goal, call.missed, ""
    if goal is None or not how or goal in (Goal(AGENT, call.passed_by), Goal(PARK, goal.to)):
        return False
    try:
        if goes_on(turn, call, goal, how) == goal:
            return False
    except Refused:
        return False
    attempt(turn, call)
    return True


def _queue(turn: Turn, call: Call, queue_id: str, order: int) -> None:
    queue = turn.world.queues.get(queue_id)
    if queue is None or queue.closed:
        returned(turn, call)
        return
    call.goal, call.queue = None, queue_id
    inbound.join(turn, call, turn.at, order)


def returned(turn: Turn, call: Call) -> None:
    """Nobody took her there: back to who passed her on, once; else to the head of the queue, the last that she was in,
    her number's or the agent's own."""
    if call.stage != PASSED or call.parked_until > turn.now:  # who is parked stays there if somebody did not take her
        return
    if _unanswered(turn, call):
        return
    call.parked_until = 0
    agent = turn.world.agents.get(call.passed_by)
    home = Goal(AGENT, call.passed_by)
    if agent is not None and call.goal not in (home, None) and _takes_back(turn, call, agent):
        call.goal = home
        tell(turn, call, "returned")
        _ring_back(turn, call, agent)
        return
    route = turn.world.routes.get(call.dialled)
    of_number = route.queue if route is not None else ""
    for queue_id in (call.queue, of_number, *(agent.queues if agent is not None else ())):
        queue = turn.world.queues.get(queue_id)
        if queue is not None and not queue.closed:
            call.goal = Goal(QUEUE, queue_id)
            tell(turn, call, "returned")
            _queue(turn, call, queue_id, call.order or call.arrived)
            return
    call.goal = None
    tell(turn, call, "returned")
    inbound.turn_away(turn, call)


def back(turn: Turn, call: Call) -> None:
    """To the agent who had her, which was told already; else to the head of the queue."""
    agent = turn.world.agents.get(call.passed_by)
    if agent is not None and _takes_back(turn, call, agent):
        _ring_back(turn, call, agent)
    else:
        returned(turn, call)


def _ring_back(turn: Turn, call: Call, agent: Agent) -> None:
    talks.wrap_up_over(turn, agent, "system")
    acd.ring(turn, call, agent, f"returned:to={agent.id}", step="take_back")


def _takes_back(turn: Turn, call: Call, agent: Agent) -> bool:
    if agent.engaged or turn.world.devices.get(agent.profile.extension) == "":
        return False
    if turn.world.way(agent.profile.extension, call.node) is None:
        return False
    return agent.state == READY or (agent.state == WRAPUP and agent.call_id == call.id and not agent.plan)


def restored(turn: Turn, call: Call) -> None:
    """A daemon begins while she is passed on."""
    if call.goal is not None:
        turn.wake(f"move|{call.id}", AGAIN_S)
