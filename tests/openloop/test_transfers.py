"""The recordings of transfers: what the core tells of them when its orders meet those that reached the switch.

Where the recording sends the caller of a talk to the stage `wait`, the agent of ours passes her on or asks a colleague:
whoever the recording rings next. The legs of ours get the recorded ids.
"""

import re

from switchctl.contract import commands
from switchctl.contract import facts as f
from tests.openloop.replay import FOR_EVER, ORIGINATE, Replay

TO_WAIT = re.compile(r"api uuid_transfer (\S+) wait XML stages")
JOINED = re.compile(r"api uuid_bridge (\S+) (\S+)")


class Passed(Replay):
    """``how``: the order that sends the caller away from her agent."""

    def __init__(self, trace: str, how: type[commands.Transfer] | type[commands.Consult]) -> None:
        super().__init__(f"talks/{trace}")
        self.how = how
        self.next_leg = self.next_agent = ""

    def _ordered(self, conn: str, text: str) -> None:
        sent, rung, joined = TO_WAIT.match(text), ORIGINATE.search(text), JOINED.match(text)
        if sent:
            self._pass_on()
        elif rung and rung[1] == self.next_leg:
            self.jobs[re.search(r"Job-UUID: (\S+)", text)[1]] = self.next_leg
        elif joined and joined[2] == self.next_leg:
            if joined[1] in self.brain.world.calls and self.how is commands.Consult:
                self._order(commands.CompleteTransfer)
        else:
            super()._ordered(conn, text)

    def _pass_on(self) -> None:
        here = [text.decode() for t, _, way, text in self.rows if way == ">" and t * 1e6 > self.now - self.start]
        rung = next(found for text in here if (found := ORIGINATE.search(text)))
        self.next_leg = self.offer_id = rung[1]
        ready = f"a{rung[2]}"
        for kind in (commands.SignIn, commands.BecomeReady):
            self._take(self.brain.command(kind(id="replay", agent=ready, deadline=FOR_EVER), self.now), quiet=True)
        self._order(self.how, what="agent", to=ready)

    def _order(self, kind: type[commands.Command], **fields: str) -> None:
        (agent, *_) = [one.id for one in self.brain.world.agents.values() if one.state == "talking"]
        order = kind(id="replay", agent=agent, deadline=FOR_EVER, **fields)
        self._take(self.brain.command(order, self.now))

    def _new_id(self, kind: str) -> str:
        if kind in ("offer", "aside") and self.offer_id:
            leg, self.offer_id = self.offer_id, ""
            return leg
        return super()._new_id(kind)


def told(trace: str, how: type[commands.Transfer] | type[commands.Consult]) -> Replay:
    run = Passed(trace, how).run()
    assert not run.brain.world.calls and not run.view.calls
    assert len(facts(run, f.CallArrived)) == len(facts(run, f.CallEnded)) == 1
    return run


def facts(run: Replay, kind: type[f.Fact]) -> list:
    return [fact for fact in run.facts if type(fact) is kind]


def test_07a_a_blind_transfer_to_a_colleague():
    run = told("07a", commands.Transfer)
    first, second = facts(run, f.TalkStarted)
    (passed,) = facts(run, f.CallTransferred)
    assert (passed.offer, passed.agent, passed.how, passed.to) == (first.offer, "a1001", "blind", "a1002")
    assert [(end.agent, end.ended_by) for end in facts(run, f.TalkEnded)] == [("a1001", "transfer"), ("a1002", "agent")]
    assert facts(run, f.TalkEnded)[0].at < second.at  # she waits until the second one answers
    assert [(offer.agent, offer.queue) for offer in facts(run, f.OfferMade)] == [("a1001", "support"), ("a1002", "")]
    assert len(facts(run, f.QueueEntered)) == 1
    assert facts(run, f.CallEnded)[0].ended_by == "agent"


def test_08d_who_was_asked_takes_the_customer():
    run = told("08d", commands.Consult)
    first, second = facts(run, f.TalkStarted)
    (asked,), (answered,), (end,) = (facts(run, one) for one in (f.ConsultStarted, f.ConsultAnswered, f.ConsultEnded))
    assert asked.aside == answered.aside == end.aside == second.offer
    assert (end.result, asked.offer, asked.to) == ("transferred", first.offer, "a1002")
    (passed,) = facts(run, f.CallTransferred)
    assert (passed.how, passed.to) == ("attended", "a1002")
    # What she asked is part of her talk, which ends where the other one's begins.
    talks = facts(run, f.TalkEnded)
    assert [(talk.agent, talk.ended_by) for talk in talks] == [("a1001", "transfer"), ("a1002", "customer")]
    assert talks[0].at == second.at and talks[0].talk_ms == (second.at - first.at) // 1000
    assert [order for order in run.transcript.lines if order.startswith("> bridge")] == [
        "> bridge A B", "> bridge B C", "> bridge A C",
    ]  # fmt: skip
