"""Customers are called for campaigns and callbacks: by a command for one agent, or from a hopper.

What is asked at the moment of dialling, whoever asked before: that the call was never begun, that its time is not over,
that the lists and the centre let it be dialled, that she is free. The numbers of the clock are the same as those of
which ``Settled`` tells.
"""

from switchctl.contract import commands as c
from switchctl.contract import facts, refusals
from switchctl.contract.dialling import Target, classify
from switchctl.contract.hopper import Entry
from switchctl.contract.numberlists import OUT, lead_refusal
from switchctl.model import effects as do
from switchctl.model.agent import Agent
from switchctl.model.machine import Refused
from switchctl.policy import dialler, dialling, outbound, trunks
from switchctl.policy.turn import SECOND, Turn

HOURS_MARGIN_S = 1.0
"""An order takes its time to the switch, and so does a phone that is picked up."""


def dial(turn: Turn, agent: Agent, command: c.DialLead) -> None:
    """The CRM has decided that she calls this customer."""
    if outbound.begun(turn.world, command.id):
        return  # the same order a second time
    if command.deadline < turn.world.settled:  # though the clock was put back since
        raise Refused(refusals.TOO_LATE)
    agent.hands_free()
    _ring(turn, agent, command, _target(turn, command), command.id)


def taken(turn: Turn, number: int, campaign_id: str, entry: Entry | None) -> None:
    """A hopper has answered a question."""
    world = turn.world
    question = world.asking.get(campaign_id)
    asked = question is not None and question.number == number
    if asked:
        del world.asking[campaign_id]
    if entry is None:
        if asked:
            world.dry.add(campaign_id)
    elif not outbound.begun(world, entry.id) and entry.expires >= max(turn.now, world.settled):
        agent = world.agents.get(question.agent) if asked and question is not None else None
        if not _dialled(turn, agent, campaign_id, entry):
            turn.do(do.PutLead(entry))
    if campaign_id in world.campaigns:
        dialler.ask_all(turn, world.campaigns[campaign_id].members)


def _dialled(turn: Turn, agent: Agent | None, campaign_id: str, entry: Entry) -> bool:
    """Dial it for her; False: it may be dialled for another or later. What may not be dialled at all is refused."""
    world = turn.world
    campaign = world.campaigns.get(campaign_id)
    if agent is None or campaign is None or entry.agent not in ("", agent.id):
        return False
    if world.stopping or not dialler.lines_out(world) or not dialler.may_have(turn, campaign, agent):
        return False
    try:
        target = _target(turn, entry)
    except Refused as refused:
        # Nobody's page says it: she did not ask for this call.
        turn.tell(
            facts.CommandRefused, agent="", command=c.DialLead.__name__, command_id=entry.id, reason=refused.reason,
            params=refused.params,
        )  # fmt: skip
        return True
    try:
        _ring(turn, agent, entry, target, "")
    except Refused:
        world.passed_over.add(agent.id)  # or the same lead would be taken for her again at once
        return False
    return True


def _target(turn: Turn, lead: c.DialLead | Entry) -> Target:
    """Raises Refused where it may not be dialled now."""
    world = turn.world
    if _own_ring_s(turn, lead) < 1:
        raise Refused(refusals.HOURS_OVER)
    target = classify(lead.number, world.directory.home, world.extensions)
    said = world.verdict(target.number, OUT, turn.now) if target is not None else None
    sentence = lead_refusal(target, world.directory.home, said)
    if target is None or sentence:
        raise Refused(sentence)
    trunks.serving(world, target)
    return target


def _own_ring_s(turn: Turn, lead: c.DialLead | Entry) -> int:
    """How long an agent's phone may ring: the customer is called when it is picked up, and that by the switch alone,
    so it must have stopped when the hours end."""
    return int((lead.until - turn.now) / SECOND - HOURS_MARGIN_S) if lead.until else outbound.ANY_S


def _ring(turn: Turn, agent: Agent, lead: c.DialLead | Entry, target: Target, command_id: str) -> None:
    world = turn.world
    order = outbound.Order(
        id=lead.id, target=target, shows=lead.shows or dialling.shown_number(world, agent, target),
        dial_s=lead.ring_s or world.directory.dial_s, attempt=True, campaign=lead.campaign,
        auto_answer=lead.auto_answer, music=lead.music, command_id=command_id, own_s=_own_ring_s(turn, lead),
        prompt=lead.prompt,
    )  # fmt: skip
    outbound.begin(turn, agent, order)
