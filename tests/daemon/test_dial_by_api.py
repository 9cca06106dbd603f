"""Another program has an agent dial through the running daemon; its request comes twice, and nobody is called twice."""

import pytest
from django.utils import timezone

from crm import bus
from crm.integrations.models import Answer
from crm.integrations.services import integration_make, token_make
from switchctl.contract import facts as f
from tests.cast import cast_of
from tests.crm.carrier import carrier
from tests.crm.rest.program import Program


@pytest.fixture
def dialler(stage, db, redis_client, settings, monkeypatch) -> Program:
    """A program that may dial for Alice; its orders go to the daemon of the stage."""
    settings.DIAL_PREFIXES = ["+"]
    cast = cast_of()
    carrier()
    monkeypatch.setattr(bus, "client", lambda: stage.redis)
    now = timezone.now()
    made = integration_make(actor=cast.ada, name="Billing", department=None, now=now)
    permissions = ["calls.dial_others", "agents.command"]
    return Program(token_make(actor=cast.ada, integration=made, name="t", permissions=permissions, now=now)[1])


def test_a_repeated_key_is_one_call(dialler, stage):
    assert dialler.post("/agents/alice/commands/sign-in").body["state"] == "done"
    ask = {"agent": "alice", "number": "138 0000 1111"}
    first, again = (dialler.post("/calls", ask, key="k-1") for _ in range(2))
    assert (first.status_code, first.body["state"]) == (202, "done") and again.body == first.body
    call = first.body["command"]
    leg = stage.fact(f.DialStarted, call_id=call).offer
    Answer.objects.all().delete()  # as if it had been killed before its answer was kept
    assert dialler.post("/calls", ask, key="k-1").body == first.body
    Answer.objects.all().delete()
    for note in stage.redis.keys("*:said:*"):  # as if Redis had forgotten that it went out, too
        stage.redis.delete(note)
    assert dialler.post("/calls", ask, key="k-1").status_code in (202, 409)
    stage.until(lambda: leg in stage.switch.channels())
    assert dialler.post("/agents/alice/commands/answer").body["state"] == "done"
    stage.fact(f.TalkStarted, call_id=call)
    assert dialler.post("/calls", ask, key="k-2").status_code == 409  # she talks
    assert dialler.post("/agents/alice/commands/hold").body["state"] == "done"
    assert dialler.post("/agents/alice/commands/resume").body["state"] == "done"
    assert dialler.post("/agents/alice/commands/hang-up").body["state"] == "done"
    stage.fact(f.CallEnded, call_id=call)
    assert [fact.call_id for fact in stage.facts(f.CallArrived)] == [call]
    assert [fact.call_id for fact in stage.facts(f.DialStarted)] == [call]
