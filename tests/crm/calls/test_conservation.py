"""The laws that every figure of a report rests on: nothing is counted twice, nothing falls between two rows."""

from datetime import timedelta

import pytest
from django.db.models import Count, DurationField, ExpressionWrapper, F, Q

from crm.calls.models import AgentStateInterval, CallRecord, Offer, Outcome, QueueVisit
from tests.stories import hour_of_calls, numbered

from .rows import record


@pytest.fixture
def hour(db):
    """500 calls of 200 agents, recorded in batches that cut through calls."""
    facts = numbered(fact for story in hour_of_calls(500, agents=200) for fact in story.facts)
    for begin in range(0, len(facts), 700):
        record(facts[begin : begin + 700])


@pytest.mark.usefixtures("hour")
class TestLaws:
    def test_offered_is_the_sum_of_all_exits(self):
        for row in QueueVisit.objects.values("queue").annotate(
            offered=Count("pk"), ended=Count("pk", filter=Q(exit__in=["answered", "abandoned", "system_failure"]))
        ):
            assert row["offered"] == row["ended"] > 0

    def test_states_have_no_gap_and_no_overlap(self):
        last = {}
        for state in AgentStateInterval.objects.order_by("agent", "started_at", "seq"):
            assert last.get(state.agent, state.started_at) == state.started_at
            last[state.agent] = state.ended_at
        assert set(last.values()) == {None}

    def test_talk_and_hold_are_the_time_between_start_and_end(self):
        spent = ExpressionWrapper(F("talk_ended_at") - F("talk_started_at"), output_field=DurationField())
        offers = Offer.objects.filter(talk_started_at__isnull=False).annotate(spent=spent)
        assert offers
        assert all(offer.spent == timedelta(milliseconds=offer.talk_ms + offer.hold_ms) for offer in offers)

    def test_an_answered_visit_has_one_answered_offer_and_no_other_has_any(self):
        answered = dict(
            Offer.objects.values_list("visit").annotate(n=Count("pk", filter=Q(result="answered"))).order_by()
        )
        for visit in QueueVisit.objects.all():
            assert answered.get(visit.visit, 0) == (visit.exit == "answered")

    def test_every_call_has_one_complete_record_that_agrees_with_its_parts(self):
        assert CallRecord.objects.filter(final=True).count() == 500
        for call in CallRecord.objects.prefetch_related("visits", "offers"):
            assert sum(visit.wait_ms for visit in call.visits.all()) == (call.wait_ms or 0)
            assert sum(offer.talk_ms or 0 for offer in call.offers.all()) == (call.talk_ms or 0)
            assert (call.outcome == Outcome.ANSWERED) == any(o.result == "answered" for o in call.offers.all())
