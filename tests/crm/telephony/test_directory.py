"""From rows to the daemon's directory: whole, on commit, under a version that only rises."""

import pytest
import redis

from crm import bus as crm_bus
from crm.accounts.models import User
from crm.telephony import publish
from crm.telephony.models import DirectoryVersion
from crm.telephony.numbers import route_set
from crm.telephony.publish import directory_publish, published_version
from crm.telephony.services import agent_set, queue_members_set, queue_set
from switchctl.contract import directory
from switchctl.contract.names import MAIN
from tests.cast import cast_of
from tests.crm.carrier import carrier


@pytest.fixture
def centre(bus, transactional_db):
    """The cast, with real commits."""
    return cast_of()


def published(bus) -> directory.Directory:
    return directory.decode(bus.get(MAIN.directory))


@pytest.mark.django_db(transaction=True)
class TestPublishing:
    def test_the_whole_centre(self, bus, centre):
        out = published(bus)
        assert [(agent.id, agent.name, agent.extension, agent.department) for agent in out.agents] == [
            ("alice", "Alice", "2001", "Support"), ("bob", "Bob", "2002", "Support"),
            ("carol", "Carol", "2003", "Sales"),
        ]  # fmt: skip
        assert {queue.id: [member.agent for member in queue.members] for queue in out.queues} == {
            "sales": ["carol"], "support": ["alice", "bob"],
        }  # fmt: skip
        assert [(route.number, route.queue) for route in out.routes] == [("4001", "support")]

    def test_who_may_dial_what_and_through_which_gateway(self, bus, centre, settings):
        carrier()
        settings.DIAL_AREA, settings.DIAL_CALLER_NUMBER = "21", "+862160000000"
        centre.alice.caller_number, centre.alice.dialling = "+862160001111", "list"
        centre.alice.allowed_numbers = ["021*"]
        centre.alice.save()
        out = published(bus)
        alice, bob, _ = out.agents
        assert (alice.caller_number, alice.dialling, alice.allowed) == ("+862160001111", "list", ("021*",))
        assert (bob.caller_number, bob.dialling, bob.allowed) == ("", "national", ())
        assert out.trunks == (directory.Trunk(gateway="carrier", proxy="127.0.0.1:5100", pings=False),)
        assert (out.home.country, out.home.area, out.caller_number) == ("86", "21", "+862160000000")
        assert out.home.emergency == ("110", "119", "120", "122")

    def test_nobody_outside_is_dialled_unless_the_installation_opens_it(self, bus, centre, settings):
        for opened in ([], ["021", "+44"]):
            settings.DIAL_PREFIXES = opened
            centre.alice.caller_number = f"+86216000{len(opened):04d}"
            centre.alice.save()
            assert published(bus).home.outside == tuple(opened)

    def test_a_role_that_is_taken_takes_the_dialling_with_it(self, bus, centre):
        before = published(bus).version
        centre.bob.roles.clear()
        out = published(bus)
        assert out.version > before
        assert [agent.dialling for agent in out.agents if agent.id == "bob"] == ["none"]

    @pytest.mark.parametrize(
        "change",
        [
            lambda c: agent_set(user=c.alice, wrap_up_s=5),
            lambda c: queue_set(code="support", name="Support", service_level_s=20),
            lambda c: queue_members_set(queue=c.support, tiers={c.bob: 2}),
            lambda c: route_set(number="4002", queue=c.sales),
            lambda c: User.objects.get(username="alice").delete(),
            lambda c: c.alice.save(),
        ],
        ids=["agent", "queue", "members", "route", "user gone", "user"],
    )
    def test_every_change_comes_out_under_a_higher_version(self, bus, centre, change):
        listener = bus.pubsub(ignore_subscribe_messages=True)
        listener.subscribe(MAIN.directory_changed)
        listener.get_message(timeout=1)
        before = published(bus)
        change(centre)
        after = published(bus)
        assert after.version > before.version
        heard = listener.get_message(timeout=30) or listener.get_message(timeout=30)
        assert int(heard["data"]) > before.version
        listener.close()

    def test_a_sign_in_publishes_nothing(self, bus, centre, client):
        before = published(bus).version
        client.force_login(centre.alice)
        assert published(bus).version == before

    def test_agents_who_left_are_in_no_queue(self, bus, centre):
        centre.alice.is_active = False
        centre.alice.save()
        out = published(bus)
        assert "alice" not in {agent.id for agent in out.agents}
        assert "alice" not in {member.agent for queue in out.queues for member in queue.members}

    def test_a_failed_change_publishes_nothing(self, bus, centre):
        before = bus.get(MAIN.directory)
        with pytest.raises(Exception, match="short"):
            queue_set(code="support", name="Support", short_abandon_s=99)
        assert bus.get(MAIN.directory) == before

    def test_redis_away_stops_no_change_and_is_made_up_for(self, bus, centre, monkeypatch):
        before = published(bus)
        away = redis.Redis(port=1, socket_connect_timeout=1, retry=None)
        with monkeypatch.context() as patch:
            patch.setattr(crm_bus, "client", lambda: away)
            route_set(number="4009", queue=centre.sales)
        assert published(bus) == before
        directory_publish()
        assert "4009" in {route.number for route in published(bus).routes}

    def test_a_wiped_redis_gets_it_again(self, bus, centre):
        version = published(bus).version
        bus.flushall()
        assert directory_publish() == version == published_version()

    def test_nothing_is_written_when_it_is_out_already(self, bus, centre):
        raw = bus.get(MAIN.directory)
        directory_publish()
        assert bus.get(MAIN.directory) == raw

    def test_rows_from_a_backup_go_past_what_redis_knows(self, bus, centre):
        out = directory_publish(force=True)
        DirectoryVersion.objects.update(version=1)
        assert directory_publish() == out + 1
        assert directory_publish(force=True) == out + 2

    def test_rubbish_in_redis_is_replaced(self, bus, centre):
        bus.set(MAIN.directory, b"rubbish")
        assert publish.published_version() == 0
        directory_publish()
        assert len(published(bus).agents) == 3
