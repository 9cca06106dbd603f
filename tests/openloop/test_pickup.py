"""The recording of a pick-up (29c): the core's orders meet those that reached the switch."""

import re

from switchctl.contract import commands
from switchctl.contract import facts as f
from tests.openloop.replay import FOR_EVER, ORIGINATE, Replay


class PickedUp(Replay):
    """The second phone that the recording rings is that of an agent who picks up the call that rings at the first."""

    rung = ""

    def _ordered(self, conn: str, text: str) -> None:
        found = ORIGINATE.search(text)
        if found is None or not self.rung:
            self.rung = found[2] if found else self.rung
            super()._ordered(conn, text)
            return
        self.offer_id = found[1]
        self.jobs[re.search(r"Job-UUID: (\S+)", text)[1]] = found[1]
        signs_in = commands.SignIn(id="replay", agent=f"a{found[2]}", deadline=FOR_EVER)
        self._take(self.brain.command(signs_in, self.now), quiet=True)
        order = commands.PickUpCall(id="replay", agent=f"a{found[2]}", deadline=FOR_EVER, of=f"a{self.rung}")
        self._take(self.brain.command(order, self.now))


def test_29c_the_first_phone_is_let_go_as_picked_off_and_the_second_is_bridged():
    run = PickedUp("talks/29c").run()
    assert not run.brain.world.calls and not run.view.calls
    first, second = [fact for fact in run.facts if type(fact) is f.OfferMade]
    ends = {fact.offer: fact for fact in run.facts if type(fact) is f.OfferEnded}
    assert (ends[first.offer].result, ends[first.offer].cause, ends[first.offer].misses) == (
        "cancelled", "PICKED_OFF", 0,
    )  # fmt: skip
    assert ends[second.offer].result == "answered"
    (picked,) = [fact for fact in run.facts if type(fact) is f.CallPickedUp]
    assert (picked.agent, picked.of) == (second.agent, first.agent)
    (talk,) = [fact for fact in run.facts if type(fact) is f.TalkStarted]
    assert (talk.offer, talk.agent) == (second.offer, second.agent)
    orders = [line for line in run.transcript.lines if line.startswith(("> kill", "> bridge"))]
    assert orders == ["> kill B PICKED_OFF", "> bridge A C"]
