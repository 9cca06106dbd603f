"""What the CRM writes reaches a standby, too: it takes over into the centre of now, not of its start."""

import msgspec
import pytest

from switchctl.contract import directory as d
from switchctl.contract import facts as f

from .stage import centre

pytestmark = pytest.mark.slow


def with_a_new_queue() -> d.Directory:
    """The small centre, and a number whose callers wait in a queue of their own for an agent of their own."""
    known = centre(2, ring_s=30, wrap_up_s=60, greeting="")
    erin = d.Agent(id="erin", name="Erin", extension="1005", wrap_up_s=60, ring_s=30)
    sales = d.Queue(id="sales", name="Sales", members=(d.Membership(agent="erin", tier=1),))
    return msgspec.structs.replace(
        known, agents=(*known.agents, erin), queues=(*known.queues, sales),
        routes=(*known.routes, d.Route(number="4002", queue="sales", greeting="")),
    )  # fmt: skip


def test_a_queue_and_an_agent_that_are_younger_than_the_standby(pair):
    pair.publish_and_wait(with_a_new_queue())
    pair.until(lambda: '"version": 2' in pair.second.log())
    pair.ready("erin")
    leg = pair.switch.call(did="4002")
    offer = pair.fact(f.OfferMade, call_id=leg, agent="erin").offer
    pair.followed()
    pair.first.kill()
    pair.until(lambda: pair.second.role == "leader")
    again = pair.until(lambda: [o for o in pair.facts(f.OfferMade, call_id=leg) if o.offer != offer])[-1]
    assert again.agent == "erin"
    assert not pair.facts(f.CallEnded, call_id=leg)
    assert pair.second.metric("engine_errors_total") == 0
