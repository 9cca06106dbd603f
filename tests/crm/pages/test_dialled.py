"""Dialled calls in the list and on their page, in both languages."""

import pytest

from crm.calls.models import CallRecord
from switchctl.contract import facts as f
from tests.crm.calls.rows import record
from tests.stories import Story, numbered

NUMBER = "+8613800001111"


@pytest.fixture
def busy(cast):
    """Alice dialled, picked up, and the line was busy."""
    story = Story("c1", number=NUMBER, dialled="", name="", direction="outbound")
    story.who, story.offer = "alice", "c1-o"
    story.tell(f.DialStarted, offer="c1-o", agent="alice", dials="national", shows="+862160000000")
    story.state("dialling", "ready")
    story.tell(f.DialProceeded, 2, offer="c1-o", agent="alice")
    story.tell(f.DialEnded, 3, offer="c1-o", agent="alice", result="busy", cause="USER_BUSY", q850="17", ring_ms=5000)
    record(numbered(story.over("customer", 0, cause="USER_BUSY", q850="17", sip_status="486").facts))
    return CallRecord.objects.get()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Outbound", "Busy", "Call dialled", "Dialling: busy", "Q.850 17", "the customer", "shows +8621600000")),
        ("zh-hans", ("呼出", "占线", "发起外呼", "外呼结果", "客户", "显示号码")),
    ],
)  # fmt: skip
def test_the_page_of_a_dialled_call(client, cast, busy, language, words):
    cast.alice.language = language
    cast.alice.save()
    client.force_login(cast.alice)
    page = client.get("/calls/c1/", headers={"accept-language": language}).content.decode()
    for word in words:
        assert word.lower() in page.lower(), word
    assert "13800001111" not in page.replace(" ", ""), "she sees numbers masked"
    assert "138****1111" in page.replace(" ", "")


def test_the_list_tells_the_direction_and_filters_by_it(client, cast, busy):
    record(numbered(Story("c2").greeted().over().facts, journal="j2"))
    CallRecord.objects.filter(call_id="c2").update(agent="alice")
    client.force_login(cast.alice)

    def found(query: str) -> list[str]:
        page = client.get(f"/calls/{query}", headers={"accept-language": "en"}).content.decode()
        return [call for call in ("c1", "c2") if f"/calls/{call}/" in page]

    assert found("") == ["c1", "c2"]
    assert found("?direction=outbound") == ["c1"]
    assert found("?direction=inbound") == ["c2"]
    assert found("?direction=sideways") == ["c1", "c2"]
    assert found("?outcome=busy") == ["c1"]
