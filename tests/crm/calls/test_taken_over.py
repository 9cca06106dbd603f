"""A call that a supervisor took over: one record, two talks that fill its time, and no law is broken by it."""

from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from crm.alarms.conservation import check
from crm.calls.models import CallRecord, Offer, QueueVisit
from crm.calls.selectors import call_with_timeline
from crm.calls.words import Names, lines
from crm.reports.rollup.marks import work_off
from switchctl.contract import commands as c
from tests.policy.centre import NOON, Centre

from .rows import record


@pytest.fixture
def english():
    with override("en"):
        yield


@pytest.mark.django_db
def test_one_call_two_talks(english):
    centre = Centre()
    centre.talking("ann", "amy", 30)
    centre.order(c.Watch, "amy", by="cai", mode="barge")
    centre.drain()
    centre.picks_up("cai")
    centre.wait(5)
    centre.order(c.TakeOver, "amy", by="cai")
    centre.drain()
    centre.wait(20)
    centre.hangs_up("ann")
    centre.wait(60)
    record(centre.told)
    call = CallRecord.objects.get(call_id="ann")
    amy, cai = Offer.objects.order_by("talk_started_at")
    assert (call.agent, call.final, call.ended_by, call.outcome) == ("cai", True, "customer", "answered")
    assert (amy.talk_ended_by, amy.talk_ended_at) == ("supervisor", cai.talk_started_at)
    assert call.talk_ms == amy.talk_ms + cai.talk_ms == 55_000
    assert QueueVisit.objects.get().exit == "answered" and (cai.visit, cai.result) == ("", "answered")
    told = [str(line.title) for line in lines(call_with_timeline("ann").timeline, Names({}, {}, {}))]
    assert "cai took the call over from amy" in told and "Supervisor cai is in the call" in told
    assert not [title for title in told if title.startswith("Watch")]
    while work_off().marks:
        pass
    day = datetime.fromtimestamp(NOON / 1e6, UTC).date()
    assert not [verdict.law.code for verdict in check(day) if verdict.differences]
