"""The door to the daemon: who may say what, and how it goes out."""

import msgspec
import pytest
import redis
from django.core.exceptions import PermissionDenied
from django.utils.translation import override

from crm import bus as crm_bus
from crm.access.holding import forget
from crm.accounts.models import Role
from crm.switch import (
    DEADLINE_S,
    SUPERVISION,
    CommandWrong,
    SwitchAway,
    command_send,
    daemon_status,
    forget_said,
    said_since,
)
from switchctl.contract import commands
from switchctl.contract.names import MAIN
from tests.crm.carrier import carrier

ASKED: dict[str, dict[str, str]] = {
    "Dial": {"number": "2002"},
    "Transfer": {"what": "queue", "to": "sales"},
    "Redirect": {"what": "queue", "to": "sales"},
    "Consult": {"what": "agent", "to": "bob"},
    "SendKeys": {"keys": "12#"}, "Retrieve": {"slot": "01"}, "PickUpCall": {"of": "bob"},
    "AskCallBack": {"of": "bob"}, "CancelCallBack": {"of": "bob"},
    "JoinRoom": {"room": "r1"}, "InviteToRoom": {"room": "r1", "number": "2002"},
    **dict.fromkeys(("MuteMember", "DeafMember", "KickMember"), {"room": "r1", "member": "m1"}),
    **dict.fromkeys(("LockRoom", "EndRoom"), {"room": "r1"}),
}
"""Command → what it cannot be without."""


def sent(bus) -> list[commands.AnyCommand]:
    return [commands.decode(fields[b"c"]) for _, fields in bus.xrange(MAIN.commands)]


def test_a_command_carries_id_deadline_and_who_said_it(bus, cast):
    name = command_send(cast.alice, "Pause", reason="break", now=1000.5)
    (command,) = sent(bus)
    assert command == commands.Pause(
        id=name, agent="alice", by="alice", reason="break", deadline=round((1000.5 + DEADLINE_S) * 1_000_000)
    )


@pytest.mark.parametrize(
    "kind",
    [kind.__name__ for kind in commands.KINDS if kind not in (commands.Pause, commands.DialLead, *SUPERVISION)],
)
def test_every_command_goes_out(bus, cast, kind):
    if issubclass(getattr(commands, kind), commands.NodeCommand):
        command_send(cast.ada, kind, node="node1")
    elif issubclass(getattr(commands, kind), commands.RoomCommand):
        command_send(cast.ada, kind, **ASKED[kind])
    else:
        command_send(cast.alice, kind, **ASKED.get(kind, {}))
    assert type(sent(bus)[0]).__name__ == kind


@pytest.mark.parametrize("who", ["alice", "sofia"])
def test_only_administrators_command_a_switch(bus, cast, who):
    with pytest.raises(PermissionDenied):
        command_send(getattr(cast, who), "DrainNode", node="node1")
    assert not sent(bus)


@pytest.fixture
def english():
    with override("en"):
        yield


def test_a_number_that_she_may_not_dial_is_refused_before_it_is_sent(bus, cast, settings, english):
    carrier()
    for number, words in (("+44 20 7946 0000", "abroad"), ("nonsense", "not a number"), ("16899990000", "premium")):
        with pytest.raises(CommandWrong, match=words):
            command_send(cast.alice, "Dial", number=number)
    carrier().delete()
    with pytest.raises(CommandWrong, match="No line"):
        command_send(cast.alice, "Dial", number="13801001234")
    assert not sent(bus)


def test_whose_role_does_not_allow_it_dials_emergencies_alone(bus, cast, settings, english):
    carrier()
    role = Role.objects.create(code="silent", name="Silent", permissions=["desk.use"])
    cast.alice.roles.set([role])
    forget(cast.alice)
    with pytest.raises(CommandWrong, match="may not dial"):
        command_send(cast.alice, "Dial", number="2002")
    command_send(cast.alice, "Dial", number="110")
    assert sent(bus)[0].number == "110"


def test_nobody_dials_for_another_without_the_permission(bus, cast):
    with pytest.raises(PermissionDenied):
        command_send(cast.sofia, "Dial", agent=cast.alice, number="2002")
    assert not sent(bus)


def test_who_dials_for_another_is_bound_by_her_class_and_by_the_scope(bus, cast, settings, english):
    carrier()
    role = Role.objects.create(code="caller", name="Caller", permissions=["calls.dial_others"], scope="department")
    cast.sofia.roles.set([role])
    forget(cast.sofia)
    cast.alice.dialling = "internal"
    with pytest.raises(CommandWrong, match="She may dial extensions only"):
        command_send(cast.sofia, "Dial", agent=cast.alice, number="13801001234")
    with pytest.raises(PermissionDenied):
        command_send(cast.sofia, "Dial", agent=cast.carol, number="2002")
    with pytest.raises(PermissionDenied):  # it is no permission to give other orders
        command_send(cast.sofia, "HangUp", agent=cast.alice)
    command_send(cast.sofia, "Dial", agent=cast.alice, number="2002")
    assert [(order.agent, order.by, order.number) for order in sent(bus)] == [("alice", "sofia", "2002")]


def test_an_order_with_an_id_goes_out_once_until_it_is_forgotten(bus, cast):
    facts_before = bus.xadd(MAIN.facts, {"f": b"x"}).decode()
    for _ in range(3):
        assert command_send(cast.alice, "Hold", command_id="o-1", once=True) == "o-1"
    assert [command.id for command in sent(bus)] == ["o-1"] and said_since("o-1") == facts_before
    assert 0 < bus.ttl(f"{MAIN.commands}:said:o-1") <= 86_400
    forget_said("o-1")
    command_send(cast.alice, "Hold", command_id="o-1", once=True)
    assert len(sent(bus)) == 2 and said_since("other") == ""


def test_a_pause_is_planned_with_a_reason_and_taken_back_without(bus, cast):
    for reason in ("break", ""):
        command_send(cast.alice, "PlanPause", reason=reason)
    assert [(command.agent, command.reason) for command in sent(bus)] == [("alice", "break"), ("alice", "")]


def test_two_commands_have_two_ids(bus, cast):
    assert command_send(cast.alice, "Hold") != command_send(cast.alice, "Hold")


@pytest.mark.parametrize(("who", "whom"), [("alice", "bob"), ("alice", "sofia"), ("boris", "alice"), ("sofia", "ada")])
def test_nobody_commands_others_but_those_she_supervises(bus, cast, who, whom):
    with pytest.raises(PermissionDenied):
        command_send(getattr(cast, who), "SignOut", agent=getattr(cast, whom))
    assert not sent(bus)


@pytest.mark.parametrize("who", ["sofia", "ada"])
def test_supervisors_command_their_agents(bus, cast, who):
    command_send(getattr(cast, who), "SignOut", agent=cast.alice)
    assert (sent(bus)[0].agent, sent(bus)[0].by) == ("alice", who)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("Fly", {}),
        ("", {}),
        ("Command", {}),
        ("Pause", {}),
        ("Pause", {"reason": "made up"}),
        ("Pause", {"reason": 7}),
        ("Pause", {"reason": ""}),
        ("PlanPause", {"reason": "made up"}),
        ("PlanPause", {"reason": 7}),
        ("PlanPause", {"reason": ["break"]}),
    ],
)
def test_what_is_no_command_does_not_go_out(bus, cast, kind, fields):
    with pytest.raises(CommandWrong):
        command_send(cast.alice, kind, **fields)
    assert not sent(bus)


def test_nobody_speaks_in_the_name_of_another(bus, cast):
    command_send(cast.alice, "Hold", by="bob", id="chosen", deadline=9)
    (command,) = sent(bus)
    assert (command.agent, command.by) == ("alice", "alice")
    assert command.id != "chosen"
    assert command.deadline > 9


def test_redis_away_is_said(cast, monkeypatch):
    monkeypatch.setattr(crm_bus, "client", lambda: redis.Redis(port=1, socket_connect_timeout=1, retry=None))
    with pytest.raises(SwitchAway):
        command_send(cast.alice, "Hold")
    assert daemon_status() is None


def test_the_daemons_status(bus):
    assert daemon_status() is None
    bus.set(MAIN.daemon, msgspec.json.encode({"leader": True}))
    assert daemon_status() == {"leader": True}
    bus.set(MAIN.daemon, b"half a tru")
    assert daemon_status() is None
