"""Supervision from the floor and by a program: to whom, what it leaves in the audit, and who sees that it is so."""

from types import SimpleNamespace

import pytest

from crm.accounts.models import User
from crm.accounts.services import user_create
from crm.audit.models import Entry
from crm.calls.watchwords import seen_by
from crm.live import pages
from crm.live.feed import Feed
from crm.live.groups import FLOOR, desk
from crm.live.scope import floor_scope
from crm.live.state import encode
from crm.telephony.selectors import directory_snapshot
from switchctl.contract import facts as f
from switchctl.contract import refusals
from switchctl.contract.names import MAIN

pytestmark = pytest.mark.django_db
SESSION = {"call_id": "c1", "node": "n1", "watch": "w1", "agent": "alice", "by": "sofia"}


def begun(order) -> f.Fact:
    return f.WatchStarted(**SESSION, mode="listen", offer="o1")


def order(client, agent: str, kind: str = "Watch", **more):
    return client.post("/floor/supervise/", {"agent": agent, "kind": kind, **more}, headers={"accept-language": "en"})


def in_the_audit() -> list[tuple[str, str]]:
    found = Entry.objects.filter(action__startswith="supervision.").order_by("pk")
    return [(entry.action.partition(".")[2], entry.who) for entry in found]


def feed(*facts: f.Fact) -> Feed:
    made = Feed(None)
    for seq, fact in enumerate(facts, 1):
        made.take(f"{seq}-0", type(fact)(**{name: getattr(fact, name) for name in fact.__struct_fields__} | {
            "id": f"j:{seq}", "seq": seq,
        }))  # fmt: skip
    return made


@pytest.mark.parametrize("mode, name", [("listen", "listened"), ("whisper", "whispered"), ("barge", "joined")])
def test_each_session_is_in_the_audit_once_and_first(client, cast, daemon, bus, mode, name):
    daemon[1]["with"] = begun
    client.force_login(cast.sofia)
    assert order(client, "alice", mode=mode).status_code == 202
    assert in_the_audit() == [(name, "sofia")]
    told = Entry.objects.get(action=f"supervision.{name}")
    assert told.after == {"command": "Watch", "mode": mode} and "alice" in told.label.lower()
    saved = feed(f.CallArrived(call_id="c1", node="n1"), begun(None)).saved
    bus.set(MAIN.live, encode(saved))
    assert order(client, "alice", mode="whisper").status_code == 202
    assert order(client, "alice", "EndWatch").status_code == 202
    assert in_the_audit() == [(name, "sofia")]
    assert Entry.objects.filter(action="agents.commanded").count() == 2  # that they were given is there all the same
    bus.delete(MAIN.live)
    assert order(client, "alice", "TakeOver").status_code == 202
    assert in_the_audit() == [(name, "sofia"), ("taken", "sofia")]
    assert [type(taken).__name__ for taken in daemon[0]] == ["Watch", "Watch", "EndWatch", "TakeOver"]
    assert {(taken.agent, taken.by) for taken in daemon[0]} == {("alice", "sofia")}


@pytest.mark.parametrize(
    ("who", "whom"),
    [("sofia", "carol"), ("boris", "alice"), ("alice", "bob"), ("sofia", "nobody"), ("sofia", "sofia"), ("ada", "ada")],
)
def test_nobody_else_joins(client, cast, bus, who, whom):
    client.force_login(getattr(cast, who))
    for kind in ("Watch", "TakeOver", "EndWatch"):
        assert order(client, whom, kind, mode="listen").status_code == 403
    assert bus.xlen(MAIN.commands) == 0 and not in_the_audit()


def test_who_supervises_herself_is_not_joined(client, cast, bus):
    user_create(
        username="leader", password="correct-horse-battery", display_name="L", roles=["team_leader"],
        department=cast.sofia.department, extension="2009", language="en",
    )  # fmt: skip
    client.force_login(cast.sofia)
    assert order(client, "leader", mode="listen").status_code == 403
    assert bus.xlen(MAIN.commands) == 0


def test_what_makes_no_sense_is_said(client, cast, bus, daemon):
    client.force_login(cast.sofia)
    assert order(client, "alice", mode="shout").status_code == 400
    assert order(client, "alice", "Pause").status_code == 400
    daemon[1]["with"] = lambda o: f.CommandRefused(agent=o.agent, command="Watch", reason=refusals.NO_PHONE_TO_WATCH)
    answer = order(client, "alice", mode="listen")
    assert (answer.status_code, answer.json()["error"]) == (409, refusals.NO_PHONE_TO_WATCH)


def test_a_sign_out_is_forced_only_when_asked(client, cast, daemon):
    client.force_login(cast.sofia)
    for more, force in (({}, False), ({"force": "yes"}, True)):
        client.post("/floor/orders/", {"agent": "alice", "kind": "SignOut", **more})
        assert daemon[0][-1].force is force


def test_the_floor_of_a_supervisor_shows_it_and_no_desk_hears_of_it(cast):
    made = feed(f.CallArrived(call_id="c1", node="n1"))
    made.flush()
    posts = made.take("2-0", f.WatchStarted(**SESSION, id="j:2", seq=2, mode="listen", offer="o1"))
    posts += made.take("3-0", f.CommandRefused(id="j:3", seq=3, agent="alice", command="Watch", reason="x"))
    assert not [post for post in posts if post.group == desk("alice")]
    told = {"w1": {"agent": "alice", "by": "sofia", "mode": "", "asked": "listen"}}
    for who, seen in ((cast.sofia, told), (cast.boris, {}), (cast.ada, told)):
        scope = floor_scope(who)
        assert pages.floor_snapshot(scope, made.saved)["watches"] == seen
    (floor,) = [post for post in made.flush() if post.group == FLOOR]
    assert pages.floor_delta(floor_scope(cast.sofia), floor.message, set())["watches"] == told
    watcher = user_create(
        username="trainer", password="correct-horse-battery", display_name="T", roles=["trainer"],
        department=cast.sofia.department, language="en",
    )  # fmt: skip
    assert pages.floor_delta(floor_scope(watcher), floor.message, set())["watches"] == {}
    made.take("4-0", f.CallEnded(id="j:4", seq=4, call_id="c1", node="n1", cause="X", ended_by="customer"))
    (floor,) = [post for post in made.flush() if post.group == FLOOR]
    assert pages.floor_delta(floor_scope(cast.sofia), floor.message, set())["watches"] == {"w1": None}


def test_the_daemon_knows_supervisors_with_a_phone(cast):
    assert "sofia" not in {agent.id for agent in directory_snapshot(1).agents}
    User.objects.filter(username="sofia").update(extension="2100")
    (sofia,) = [agent for agent in directory_snapshot(1).agents if agent.id == "sofia"]
    assert (sofia.extension, sofia.wrap_up_s, sofia.dialling) == ("2100", 0, "none")
    assert not [queue for queue in directory_snapshot(1).queues for member in queue.members if member.agent == "sofia"]


def test_the_record_tells_supervisors_and_nobody_of_her_own_talk(cast):
    def kinds(user):
        entry = SimpleNamespace(kind="WatchChanged", payload={"agent": "alice", "by": "sofia"})
        story = SimpleNamespace(timeline=[entry, SimpleNamespace(kind="TalkStarted", payload={})])
        return [entry.kind for entry in seen_by(story, user).timeline]

    assert kinds(cast.sofia) == ["WatchChanged", "TalkStarted"]
    assert kinds(cast.alice) == ["TalkStarted"]
    leader = user_create(
        username="leader", password="correct-horse-battery", display_name="L", roles=["team_leader"],
        department=cast.sofia.department, extension="2009", language="en",
    )  # fmt: skip
    assert kinds(leader) == ["WatchChanged", "TalkStarted"]
