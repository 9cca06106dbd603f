"""The caller's way through the centre: arrival, greeting, queue, farewell, end.

Whom a black list names is refused before the answer: her call costs nobody anything, and no queue sees it. A caller of
whom nothing is known, because there are no lists yet or she withholds her number, is let in.
"""

from switchctl.contract import facts
from switchctl.contract.directory import QUEUE, Route
from switchctl.contract.numberlists import IN, Verdict
from switchctl.model import effects as do
from switchctl.model.call import ARRIVED, ENDED, FLOW, HANGING, LEAVING, RECALLED, TALKING, WAITING, Call
from switchctl.model.seen import Seen
from switchctl.policy import acd, attempts, offers, roomlife, talks
from switchctl.policy.turn import SECOND, Turn, ms

GREETING_S = 90
"""Longest greeting; if its end was never seen, by a listing neither, the caller goes on to the queue."""
FAREWELL_S = 20
REFUSED_AT = ("entry", "standby")
"""Stages of the dialplan at which a caller may be refused: later she was let in already."""
WITHHELD = {"anonymous", "restricted", "unavailable", "unknown", "private"}
FINAL_S = 2.0
"""How long after CHANNEL_HANGUP its CHANNEL_HANGUP_COMPLETE (with the SIP cause) is waited for."""
PARTED_S = 10
"""How long after an agent's leg was ended by us its caller may still come to the stage after a talk."""
ENDED_S = 60
"""How long an ended call is remembered: a socket of it that opens late must not make it a second call."""


def arrive(turn: Turn, node: str, ev: Seen) -> Call:
    """A leg that we did not know is in our hands: it is a call."""
    number = "" if ev.caller_number.lower() in WITHHELD else ev.caller_number
    call = Call(id=ev.uuid, node=node, number=number, name=ev.caller_name, dialled=ev.destination)
    call.arrived = ev.created_us or turn.at
    call.named = ev.cc_call_id == ev.uuid
    stage = ev.cc_stage or "entry"
    if stage in REFUSED_AT and _unwanted(turn, call) is not None and not ev.answered_us:
        stage = "refused"
    turn.world.calls[call.id] = call
    turn.tell(
        facts.CallArrived, call, at=call.arrived, number=call.number, name=call.name, dialled=call.dialled,
        trunk=ev.gateway, stage=stage,
    )  # fmt: skip
    if ev.answered_us:
        call.answered = True
        turn.tell(facts.CallAnswered, call, at=ev.answered_us)
    return call


def _unwanted(turn: Turn, call: Call) -> Verdict | None:
    """What the lists say, where they refuse her."""
    said = turn.world.verdict(call.number, IN, turn.now)
    return said if said is not None and not said.allowed else None


def _refuse(turn: Turn, call: Call, said: Verdict) -> None:
    """Nothing was answered: the switch says 603 to the trunk."""
    turn.tell(facts.CallRefused, call, list=said.by, entry=said.entry, by=said.kind)
    call.ended_by = "system"
    call.step("turn_away")
    turn.do(do.Kill(call.node, call.id, "CALL_REJECTED"))
    turn.wake(f"farewell|{call.id}", FAREWELL_S)


def let_in(turn: Turn, call: Call) -> bool:
    """Answer, unless a list refuses her; says whether she was let in."""
    unwanted = _unwanted(turn, call)
    if unwanted is not None and not call.answered:
        _refuse(turn, call, unwanted)
        return False
    if not call.named:
        turn.do(do.SetVars(call.node, call.id, {"cc_call_id": call.id, "playback_terminators": "none"}))
    turn.do(do.Answer(call.node, call.id))
    return True


def welcome(turn: Turn, call: Call) -> None:
    """Answer, greet, then where its number leads; one that leads nowhere is turned away with a sentence."""
    if not let_in(turn, call):
        return
    route = turn.world.routes.get(call.dialled)
    if route is None or not _leads_somewhere(turn, route):
        turn_away(turn, call)
        return
    if route.target == QUEUE:
        call.queue = route.queue
    if not route.greeting:
        _go_on(turn, call, call.arrived)
        return
    call.step("greet")
    call.flow, call.flow_visit = route.flow, turn.new_id("flow")
    turn.tell(facts.FlowEntered, call, flow=call.flow, flow_visit=call.flow_visit)
    _play(turn, call, route.greeting)
    turn.wake(f"greeting|{call.id}", GREETING_S)


def turn_away(turn: Turn, call: Call) -> None:
    """Nobody is meant by this number: say so and end."""
    call.ended_by = "system"
    call.step("turn_away")
    farewell(turn, call, turn.world.directory.sorry)


def farewell(turn: Turn, call: Call, sound: str) -> None:
    """Play a last sentence, then end the call; a timer does it where the end of the sentence is not seen."""
    if sound:
        _play(turn, call, sound)
    else:
        turn.do(do.Kill(call.node, call.id))
    turn.wake(f"farewell|{call.id}", FAREWELL_S)


def _play(turn: Turn, call: Call, sound: str) -> None:
    call.token = turn.new_id("play")
    turn.do(do.Play(call.node, call.id, sound, call.token))


def prompt_over(turn: Turn, call: Call, token: str, response: str) -> None:
    """An application on the caller's leg ended; move on when it was the prompt we wait for."""
    if token and token == call.token:
        call.token = ""
        if call.stage == FLOW:
            greeted(turn, call)
        elif call.stage == LEAVING:
            turn.do(do.Kill(call.node, call.id))
    elif token and token == call.music and call.stage == WAITING and response == "FILE PLAYED":
        _music(turn, call)


def greeted(turn: Turn, call: Call) -> None:
    """The greeting is over: into the queue."""
    leave_flow(turn, call, "completed")
    _go_on(turn, call, turn.at)


def _go_on(turn: Turn, call: Call, since: int) -> None:
    """To where her number leads; the wait in a queue counts ``since`` then."""
    route = turn.world.routes.get(call.dialled)
    if route is not None and route.target != QUEUE:
        turn.wake(f"onward|{call.id}", 0.0)  # a turn of its own: whoever rings people stands above this room
    elif _bound(turn, call):
        join(turn, call, since)
    else:
        turn_away(turn, call)


def _leads_somewhere(turn: Turn, route: Route) -> bool:
    return bool(route.to) if route.target != QUEUE else _is_open(turn, route.queue)


def _is_open(turn: Turn, queue_id: str) -> bool:
    queue = turn.world.queues.get(queue_id)
    return queue is not None and not queue.closed


def _bound(turn: Turn, call: Call) -> bool:
    """Whether a queue takes it: its own, or, when that was taken away, the one to which its number leads now."""
    if not _is_open(turn, call.queue):
        route = turn.world.routes.get(call.dialled)
        if route is None or not _is_open(turn, route.queue):
            return False
        call.queue = route.queue
    return True


def leave_closed(turn: Turn, call: Call) -> None:
    """A caller whose queue was taken out of the directory goes where her number leads now, with the place that her
    waiting has earned, or is told that nobody can take the call. Nothing is done that she could not hear."""
    old = turn.world.queues.get(call.queue)
    if old is None or not old.closed or not acd.offerable(turn, call):
        return
    old.leave(call)
    turn.tell(facts.CallRepaired, call, leg=call.id, reason="the queue was taken away")
    leave_queue(turn, call, "system_failure")
    if _bound(turn, call):
        join(turn, call, turn.at, call.order)
    else:
        turn_away(turn, call)


def join(turn: Turn, call: Call, since: int, order: int = 0) -> None:
    """Begin a queue visit, with music; the wait counts ``since`` then (without a greeting: since the call came)."""
    take_place(turn, call, since, order)
    enter(turn, call)


def take_place(turn: Turn, call: Call, since: int, order: int = 0) -> None:
    """Give the call its place and write that on its leg, where a daemon that has lost its memory finds it."""
    queue = turn.world.queues[call.queue]
    head_start = queue.profile.head_start_s
    call.step("queue")
    call.visit = turn.new_id("visit")
    call.entered = since
    call.order = order or call.entered - head_start * SECOND
    place = f"{queue.id}/{call.visit}/{call.entered}"
    turn.do(do.SetVars(call.node, call.id, {"cc_place": place}))


def enter(turn: Turn, call: Call) -> None:
    """Tell the queue visit, play music, find an agent."""
    tell_entered(turn, call)
    wait_on(turn, call)


def tell_entered(turn: Turn, call: Call) -> None:
    """Tell the queue visit (again, when the place on its leg is all that is left: it has the same id and start)."""
    queue = turn.world.queues[call.queue]
    turn.tell(
        facts.QueueEntered, call, queue=queue.id, visit=call.visit, entered=call.entered,
        head_start_s=queue.profile.head_start_s, service_level_s=queue.profile.service_level_s,
        short_abandon_s=queue.profile.short_abandon_s, reason=acd.why_waiting(turn, queue, call.node),
        linked_from=call.passed_from,
    )  # fmt: skip


def wait_on(turn: Turn, call: Call) -> None:
    """Stand in the line with music, as before."""
    _music(turn, call)
    if call.stage == WAITING:
        turn.world.queues[call.queue].join(call)
        acd.serve_call(turn, call)


def _music(turn: Turn, call: Call) -> None:
    call.music = turn.new_id("play")
    turn.do(do.Play(call.node, call.id, turn.world.queues[call.queue].profile.music, call.music))


def come_back(turn: Turn, call: Call, ev: Seen) -> None:
    """A known call reached a stage of the dialplan again (our link dropped, we restarted, or its agent left)."""
    if call.stage == HANGING:
        return
    if call.stage == RECALLED:
        _torn(turn, call)
    elif ev.cc_stage == "survey" and call.visit and turn.now - call.parted < PARTED_S * SECOND:
        # The switch joined the two just as we gave that up: no talk, and the farewell is not for her.
        turn.do(do.Transfer(call.node, call.id, "wait"))
    elif ev.cc_stage == "survey":
        _agent_left(turn, call)
    elif call.stage == TALKING:
        _torn(turn, call)
    elif call.stage == LEAVING:
        farewell(turn, call, "")
    elif call.visit:
        turn.do(do.SetVars(call.node, call.id, {"playback_terminators": "none"}))
        wait_on(turn, call)
    elif call.stage == FLOW:
        greeted(turn, call)
    elif call.stage == ARRIVED:
        welcome(turn, call)


def say_again(turn: Turn, call: Call) -> None:
    """What we told the switch of a call that it has not answered yet may have been lost with the link."""
    turn.do(do.Answer(call.node, call.id))
    route = turn.world.routes.get(call.dialled)
    if call.stage == FLOW and route is not None:
        _play(turn, call, route.greeting)
    elif call.visit:
        _music(turn, call)


def met_after_talk(turn: Turn, call: Call) -> None:
    """A call that we never knew comes to the stage after a talk: the fail-safe queue served it. Thank and end."""
    call.ended_by = "agent"
    call.step("turn_away")
    farewell(turn, call, turn.world.directory.thanks)


def _agent_left(turn: Turn, call: Call) -> None:
    """The stage after a talk: there was one, whether we saw it or not."""
    if call.offer is not None:
        talks.start(turn, call, call.offer)
        talks.end(turn, call, call.offer, "agent")
    leave_flow(turn, call, "completed")
    if call.visit:
        turn.world.queues[call.queue].leave(call)
        leave_queue(turn, call, "answered")
    call.step("agent_left")
    if not call.ended_by or call.ended_by == "agent":
        call.ended_by = "agent"
        farewell(turn, call, turn.world.directory.thanks)
    else:
        farewell(turn, call, "")


def _torn(turn: Turn, call: Call) -> None:
    """The switch tore a talk down and handed the caller back: in front of all who came later."""
    if call.offer is not None:
        talks.end(turn, call, call.offer, "system")
    turn.sleep_on(f"recall|{call.id}")
    call.ended_by = ""
    if call.queue in turn.world.queues:
        join(turn, call, turn.at, call.order)
    else:
        turn_away(turn, call)


def resume(turn: Turn, call: Call, ev: Seen) -> bool:
    """A call that this daemon never knew waits with a place written on its leg: take it up with its waiting time."""
    queue_id, _, rest = ev.cc_place.partition("/")
    visit, _, entered = rest.partition("/")
    if queue_id not in turn.world.queues or not visit or not entered.isdecimal():
        return False
    call.queue, call.visit, call.entered = queue_id, visit, int(entered)
    head_start = turn.world.queues[call.queue].profile.head_start_s
    call.order = call.entered - head_start * SECOND
    call.step("queue")
    return True


def resume_from_fail_safe(turn: Turn, call: Call, ev: Seen) -> bool:
    """The fail-safe queue took the call in while no daemon lived: it goes on waiting, for as long as it has."""
    route = turn.world.routes.get(call.dialled)
    if route is None or route.queue not in turn.world.queues or not ev.cc_queue_joined_epoch.isdecimal():
        return False
    call.queue = route.queue
    # Whole seconds, rounded down: that alone would put her before others who came in the same second.
    take_place(turn, call, max(int(ev.cc_queue_joined_epoch) * SECOND, ev.answered_us))
    return True


def leave_queue(turn: Turn, call: Call, exit_: str) -> None:
    """End the queue visit, if one is open."""
    if call.visit:
        wait = ms(call.entered, turn.at)
        turn.tell(facts.QueueLeft, call, queue=call.queue, visit=call.visit, exit=exit_, wait_ms=wait)
        call.visit = ""


def leave_flow(turn: Turn, call: Call, exit_: str) -> None:
    """End the flow visit, if one is open."""
    turn.sleep_on(f"greeting|{call.id}")
    if call.flow_visit:
        turn.tell(facts.FlowLeft, call, flow=call.flow, flow_visit=call.flow_visit, exit=exit_)
        call.flow_visit = ""


def hangs_up(turn: Turn, call: Call, cause: str) -> None:
    """The customer's leg began to hang up: its agent stops ringing at once. Who ended it is known a moment later."""
    if call.stage in (HANGING, ENDED):
        return
    call.cause, call.left = call.cause or cause, turn.at
    call.step("hang")
    queue = turn.world.queues.get(call.queue)
    if queue is not None:
        queue.leave(call)
    if call.offer is not None and not call.dials:
        offers.withdraw(turn, call.offer)
    if call.pick is not None:
        offers.withdraw(turn, call.pick)
    turn.wake(f"final|{call.id}", FINAL_S)


def end(turn: Turn, call: Call, cause: str, by: str, source: str, **last: str) -> None:
    """The customer's leg is gone, ended ``by`` whom unless we know better: close whatever is open, and the call.

    ``last`` are further fields of CallEnded (sip_status, q850, reason).
    """
    hangs_up(turn, call, cause)
    turn.at = call.left
    if call.offer is not None and not call.ended_by and by == "system" and cause == "NORMAL_CLEARING":
        by = "agent"  # the switch ended it because the other side of the talk did
    call.ended_by = call.ended_by or (call.left_by if by == "system" else "") or by
    call.step("end")
    leave_flow(turn, call, "hangup" if call.ended_by == "customer" else "error")
    if call.offer is not None:
        talks.end(turn, call, call.offer, call.ended_by)
    if call.dials:
        attempts.ended(turn, call, call.cause, last.get("q850", ""), last.get("sip_status", ""))
    attempts.let_go(turn, call)
    roomlife.call_gone(turn, call.id, call.room)
    leave_queue(turn, call, "abandoned" if call.ended_by == "customer" else "system_failure")
    turn.tell(facts.CallEnded, call, cause=call.cause, ended_by=call.ended_by, source=source, **last)
    for timer in ("farewell", "final", "recall", "onward", "move", "return", "aside", "park", "refer", "pin"):
        turn.sleep_on(f"{timer}|{call.id}")
    turn.world.calls.pop(call.id, None)
    if source == "esl":
        _remember(turn, call.id)
    turn.do(do.Release(call.id))


def _remember(turn: Turn, call_id: str) -> None:
    ended = turn.world.ended
    ended[call_id] = turn.now
    while ended:
        oldest = next(iter(ended))
        if turn.now - ended[oldest] < ENDED_S * SECOND:
            break
        del ended[oldest]
