"""``GET /events``: pages of the log, as far as a token sees it."""

from datetime import UTC, datetime, timedelta

import pytest

from crm.accounts.models import Scope
from crm.campaigns.models import Campaign
from crm.events import selectors
from crm.events.kept import KEPT
from crm.events.kinds import KINDS
from crm.events.models import Event
from crm.events.services import event_tell
from crm.events.sight import sight_of
from crm.integrations.selectors import holding
from crm.telephony.numbers import route_set
from switchctl.contract import facts as f
from tests.crm.events.story import publish, stream
from tests.stories import NOON, Story, numbered

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 4, tzinfo=UTC)


@pytest.fixture
def calls(bus, cast):
    """Alice's call in support, and one of Carol in sales that waits still."""
    route_set(number="4002", queue=cast.sales)
    hers = Story("c1").greeted().queued().offered_to("alice").answered().hung_up().wrapped_up()
    other = Story("c2", NOON + 1, dialled="4002").greeted().queued("sales").offered_to("carol")
    stream(bus, numbered([*hers.facts, *other.facts]))
    publish(bus)


def all_of(program, path="/events?limit=4"):
    found = []
    while path:
        page = program.get(path).body
        found += page["items"]
        path = (page["next"] or "").replace("http://testserver", "")
    return found


def test_it_is_read_from_its_begin_to_its_end(programs, calls):
    program = programs("events.follow", "numbers.whole")
    items = all_of(program)
    assert [one["id"] for one in items] == list(range(1, Event.objects.count() + 1))
    first = items[0]
    assert (first["kind"], first["call"], first["sequence"], first["queue"]) == ("call.arrived", "c1", 1, "support")
    assert first["data"]["number"] == "15401400001" and first["at"].endswith("Z")
    last = program.get("/events").body["last"]
    assert program.get(f"/events?after={last}").body == {"items": [], "last": last, "next": None, "previous": None}


def test_only_some_kinds_or_one_call(programs, calls):
    program = programs("events.follow")
    assert {one["kind"] for one in all_of(program, "/events?kinds=call.queued,call.ended")} == {
        "call.queued", "call.ended",
    }  # fmt: skip
    assert {one["call"] for one in all_of(program, "/events?call=c2&limit=2")} == {"c2"}
    wrong = program.get("/events?kinds=call.queued,call.quued")
    assert wrong.status_code == 400 and wrong.body["errors"][0]["field"] == "kinds"


def test_numbers_are_masked_without_the_permission(programs, calls):
    arrived = programs("events.follow").get("/events?kinds=call.arrived").body["items"][0]
    assert "15401400001" not in str(arrived) and arrived["data"]["number"].endswith("0001")
    assert arrived["data"]["dialled"] == "4001" and arrived["data"]["direction"] == "inbound"


@pytest.mark.parametrize("scope", [Scope.OWN, Scope.DEPARTMENT, Scope.BELOW, Scope.ALL])
def test_it_shows_what_the_data_scope_reaches(bus, programs, calls, cast, scope):
    dialled = numbered([f.CallArrived(call_id="c3", at=NOON, direction="outbound", number="4002")], "j2")
    stream(bus, dialled)
    publish(bus)
    program = programs("events.follow", scope=scope, department=cast.alice.department)
    seen = {(one["call"], one["agent"]) for one in all_of(program)}
    sight = sight_of(holding(program.token))
    assert seen == {(event.call_id or None, event.agent or None) for event in Event.objects.all() if sight.sees(event)}
    calls_seen = {call for call, _agent in seen}
    everything = {"c1", "c2", "c3"}
    assert calls_seen & everything == {Scope.OWN: set(), Scope.ALL: everything}.get(scope, {"c1"})


def test_a_campaign_is_told_to_who_reaches_somebody_that_works_for_it(bus, programs, cast):
    here, there = (Campaign.objects.create(name=one.name, mode="manual") for one in (cast.support, cast.sales))
    here.departments.add(cast.alice.department)
    there.departments.add(cast.carol.department)
    for campaign in (here, there):
        event_tell("campaign.state", {"state": "running", "previous": "draft"}, at=AT, campaign=str(campaign.pk))
    publish(bus)
    program = programs("events.follow", scope=Scope.BELOW, department=cast.alice.department)
    assert [one["campaign"] for one in all_of(program)] == [str(here.pk)]
    sight = sight_of(holding(program.token))
    assert [event.campaign for event in Event.objects.all() if sight.sees(event)] == [str(here.pk)]
    assert len(all_of(programs("events.follow"))) == 2


def test_it_takes_the_permission(programs, calls):
    refused = programs("calls.see").get("/events")
    assert refused.status_code == 403


def test_what_is_not_kept_any_more_is_gone(programs, calls):
    program = programs("events.follow")
    Event.objects.filter(pk__lte=5).delete()
    gone = program.get("/events?after=3")
    assert gone.status_code == 410 and gone.body["type"].endswith("gone") and gone.body["remedy"]
    assert program.get("/events?after=5").body["items"][0]["id"] == 6
    assert program.get("/events").body["items"][0]["id"] == 6
    assert program.get("/events?after=99999999").status_code == 410, "a number of another log"
    for wrong in ("x", "-1", "1.5", 2**63):
        assert program.get(f"/events?after={wrong}").status_code == 400


def test_a_page_looks_through_no_more_than_a_window(programs, calls, monkeypatch):
    monkeypatch.setattr(selectors, "WINDOW", 4)
    program = programs("events.follow")
    page = program.get("/events?kinds=call.ended").body
    assert (page["items"], page["last"]) == ([], 4) and page["next"]
    assert [one["kind"] for one in all_of(program, "/events?kinds=call.ended")] == ["call.ended"]


def test_without_a_server_that_can_go_on_a_stream_tells_what_there_is(programs, calls):
    program = programs("events.follow")
    said = program.get("/events/stream?after=0&kinds=call.ended", accept="text/event-stream")
    assert said["Content-Type"].startswith("text/event-stream")
    text = said.content.decode()
    assert text.count("event: call.ended") == 1 and text.rstrip().endswith("}") and "event: heartbeat" in text
    assert program.get("/events/stream?after=x", accept="text/event-stream").status_code == 400
    assert program.get("/events/stream?kinds=no.such", accept="text/event-stream").body["errors"]


def test_every_kind_says_what_it_is(client):
    told = client.get("/api/v1/openapi.json").json()["paths"]["/api/v1/events"]["get"]
    assert all(f"`{code}`" in told["description"] for code in KINDS)
    assert "410" in told["responses"] and told["x-permission"] == "events.follow"


def test_a_resume_goes_back_a_whole_day():
    assert timedelta(hours=24) < KEPT
