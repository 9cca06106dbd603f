"""Each passage through a flow has its row, with how it was left."""

from importlib import import_module

import pytest
from django.db import connection

from crm.calls.models import IvrVisit
from switchctl.contract import facts as f
from tests.stories import NOON, SECOND, Story, numbered

from .rows import record

pytestmark = pytest.mark.django_db


def day() -> list[f.Fact]:
    """One asks for an agent, one leaves in the greeting, one is served by the flow, one is lost, one still listens."""
    leaves = Story("leaves", NOON + SECOND)
    leaves.tell(f.FlowEntered, flow="greeting", flow_visit="leaves-f")
    leaves.tell(f.FlowLeft, 2, flow="greeting", flow_visit="leaves-f", exit="hangup")
    lost = Story("lost", NOON + 2 * SECOND)
    lost.tell(f.FlowEntered, flow="greeting", flow_visit="lost-f")
    listens = Story("listens", NOON + 3 * SECOND)
    listens.tell(f.FlowEntered, 1, flow="greeting", flow_visit="listens-f")
    stories = [
        Story("asks").greeted().queued().gave_up(), leaves.over(after=0), Story("served", NOON + 5 * SECOND).greeted()
        .over(), lost.over("system", 9, cause="lost", source="inferred"), listens,
    ]  # fmt: skip
    return numbered(fact for story in stories for fact in story.facts)


def exits() -> dict[str, tuple[str, float | None]]:
    """Call → how it left the flow, and after how many seconds."""
    return {
        one.call_id: (one.exit, one.left_at and (one.left_at - one.entered_at).total_seconds())
        for one in IvrVisit.objects.filter(flow="greeting", version=1)
    }


EXPECTED = {
    "asks": ("agent_requested", 4), "leaves": ("hangup", 2), "served": ("completed", 4), "lost": ("error", 9),
    "listens": ("", None),
}  # fmt: skip


@pytest.mark.parametrize("cut", [lambda facts: [facts], lambda facts: [[fact] for fact in reversed(facts)]])
def test_each_flow_has_its_visit_and_its_exit(cut):
    for batch in cut(day()):
        record(batch)
    assert exits() == EXPECTED


def test_what_was_told_before_there_were_visits_has_them_after_the_migration():
    record(day())
    before = list(IvrVisit.objects.order_by("pk").values())
    IvrVisit.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(import_module("crm.calls.migrations.0008_ivr_visits").FROM_FACTS)
    assert list(IvrVisit.objects.order_by("pk").values()) == before
