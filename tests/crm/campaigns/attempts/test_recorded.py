"""What the switch recorded of a call stands in its evidence, once."""

from django.utils.translation import override

from crm.calls.models import CallDetail
from crm.campaigns.attempts.digest import digest
from crm.campaigns.attempts.recorded import recorded_digest
from crm.campaigns.evidence.story import story
from crm.campaigns.models import Evidence
from tests.crm.campaigns.attempts.test_digest import SECOND, after, handed, kinds, told
from tests.crm.campaigns.calls import call_told
from tests.crm.campaigns.people import AT

__all__ = ["told"]


def test_ringing_answer_and_end_as_the_switch_told_them(told) -> None:
    attempt, rings = handed(told), AT + 3 * SECOND
    call_told(attempt, AT, result="busy", cause="USER_BUSY")
    digest(AT + 30 * SECOND)
    assert recorded_digest(AT + 30 * SECOND) == 0  # the record is not there yet
    CallDetail.objects.create(
        call_id=attempt.pk, node="fs1", file="a.json", started_at=AT, ended_at=AT + 20 * SECOND,
        hangup_cause="USER_BUSY",
        payload={"progress_uepoch": str(round(rings.timestamp() * 1e6)), "progress_media_uepoch": "0",
                 "hangup_cause_q850": "17", "sip_term_status": "486"},
    )  # fmt: skip
    assert recorded_digest(AT + 40 * SECOND) == 1
    assert recorded_digest(AT + 50 * SECOND) == 0
    assert (after(attempt)[0].rang_at, kinds(attempt)[-1]) == (rings, "recorded")
    facts = Evidence.objects.get(attempt=attempt.pk, kind="recorded").facts
    assert (facts["node"], facts["q850"], facts["sip_status"], facts["announced_at"]) == ("fs1", "17", "486", None)
    with override("en"):
        lines = {line.what: line for line in story(attempt.pk, whole=True).steps[-1].lines}
    assert lines["Cause"].text == "USER_BUSY · 17 · 486"
    assert ("began to ring", "2026-11-23 10:00:03.000") in lines["Times"].more
