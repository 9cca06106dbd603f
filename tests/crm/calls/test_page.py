"""What the page of one call shows to whom, also before the call is a row, and what it costs."""

import re

import pytest

from crm.calls.models import CallRecord
from crm.live.state import Saved, encode
from switchctl.contract import facts as f
from switchctl.contract.live import LiveView
from switchctl.contract.names import MAIN
from tests.stories import Story, numbered

from .rows import record


@pytest.fixture
def up(cast, redis_client):
    """c: waits for support; t: talks to Alice; s: waits in sales; a: just arrived. None of them is a row."""
    stories = [
        Story("c").queued(), Story("t").queued().offered_to("alice").answered(), Story("s").queued("sales"), Story("a"),
    ]  # fmt: skip
    view = LiveView()
    for fact in numbered(fact for story in stories for fact in story.facts):
        view.apply(fact)
    redis_client.set(MAIN.live, encode(Saved(feeder="life", view=view)))
    return cast


def pages(client, user) -> str:
    client.force_login(user)
    return "".join(call for call in "ctsa" if client.get(f"/calls/{call}/").status_code == 200)


def test_a_call_that_is_up_is_shown_to_whom_its_row_would_be(client, up):
    assert {who: pages(client, getattr(up, who)) for who in ("alice", "bob", "carol", "sofia", "boris", "ada")} == {
        "alice": "t", "bob": "", "carol": "", "sofia": "cta", "boris": "sa", "ada": "ctsa",
    }  # fmt: skip


def test_its_number_is_masked_as_everywhere(client, up):
    for who, whole in (("alice", False), ("sofia", False), ("ada", True)):
        client.force_login(getattr(up, who))
        page = client.get("/calls/t/").content.decode()
        assert ("154 0140 0001" in page or "15401400001" in page) is whole, who


def test_the_page_asks_for_news_and_is_told_that_there_are_none(client, up):
    client.force_login(up.sofia)
    page = client.get("/calls/t/").content.decode()
    assert "data-up" in page
    have = re.search('data-revision="([^"]+)"', page)[1]
    assert client.get("/calls/t/", {"have": have}).status_code == 204
    story = Story("t").queued().offered_to("alice").answered()
    record(numbered(story.facts))
    page = client.get("/calls/t/", {"have": have}).content.decode()
    now_have = re.search('data-revision="([^"]+)"', page)[1]
    assert client.get("/calls/t/", {"have": now_have}).status_code == 204
    record(numbered(story.hung_up().wrapped_up().facts))
    page = client.get("/calls/t/", {"have": now_have}).content.decode()
    assert "data-up" not in page and "outcome-answered" in page


def test_who_may_not_see_a_call_learns_nothing_from_its_revision(client, up):
    record(numbered(Story("c").queued().facts))
    client.force_login(up.sofia)
    have = re.search('data-revision="([^"]+)"', client.get("/calls/c/").content.decode())[1]
    client.force_login(up.boris)
    assert client.get("/calls/c/", {"have": have}).status_code == 404
    assert client.get("/calls/c/", {"have": ""}).status_code == 404


def test_why_an_agent_was_rung_and_how_the_call_ended(client, cast):
    story = Story("c").greeted().queued().offered_to("bob").missed()
    story.offers += 1
    story.who, story.offer = "alice", "c-o2"
    story.tell(
        f.OfferMade, 1, offer="c-o2", agent="alice", queue="support", visit="c-v", ring_s=20, waited_ms=22000,
        reason="longest_idle:ready=3,tier=1,idle_s=75",
    )  # fmt: skip
    story.offered = story.at
    story.answered().hung_up("agent").wrapped_up()
    record(numbered(story.facts))
    client.force_login(cast.sofia)
    page = re.sub(r"<[^>]+>", " ", client.get("/calls/c/", headers={"accept-language": "en"}).content.decode())
    words = re.sub(r"\s+", " ", page)
    for told in (
        "Why Alice was rung", "Idle longest (1:15) of 3 ready, tier 1", "Agents ready 3", "Idle for 1:15",
        "The caller had waited 0:22", "Rung before Bob (not answered in time)",
        "Hung up normally · Q.850 16 · SIP 200", "Why the caller waited in Support", "0:10 over the target",
    ):  # fmt: skip
        assert told in words, told


def test_a_call_that_only_the_switch_saw_has_a_page(client, cast):
    from crm.calls.up import moment
    from tests.stories import NOON, SECOND

    CallRecord.objects.create(
        call_id="x", agent="alice", told_by=["cdr"], hangup_cause="USER_BUSY", arrived_at=moment(NOON),
        talk_started_at=moment(NOON + 5 * SECOND), ended_at=moment(NOON + 50 * SECOND),
    )  # fmt: skip
    client.force_login(cast.sofia)
    page = client.get("/calls/x/", headers={"accept-language": "en"}).content.decode()
    assert "The daemon did not see this call" in page
    assert "Talks with Alice, 0:45, 0:05 to 0:50" in page and "Q.850 17" in page


def test_it_takes_few_queries_however_long_the_story_is(client, cast, django_assert_max_num_queries):
    story = Story("c").greeted().queued()
    for agent in ("alice", "bob") * 15:
        story.offered_to(agent).missed()
    record(numbered(story.offered_to("alice").answered().hung_up().wrapped_up().facts))
    client.force_login(cast.sofia)
    client.get("/calls/c/")
    with django_assert_max_num_queries(30):
        assert client.get("/calls/c/").status_code == 200
