"""A supervisor's orders: to whom, in which words refused, and what is left in the audit."""

import pytest

from crm.audit.models import Entry
from switchctl.contract import facts as f
from switchctl.contract import refusals
from switchctl.contract.names import MAIN

pytestmark = pytest.mark.django_db


def order(client, agent: str, kind: str, **more):
    return client.post("/floor/orders/", {"agent": agent, "kind": kind, **more}, headers={"accept-language": "en"})


@pytest.mark.parametrize("kind", ["Pause", "BecomeReady", "SignOut", "HangUp", "Transfer", "Redirect"])
def test_her_supervisor_orders_it(client, cast, daemon, kind):
    goal = {"what": "agent", "to": "bob"}
    more = {"Pause": {"reason": "break"}, "Transfer": goal, "Redirect": goal}.get(kind, {})
    taken, _answers = daemon
    client.force_login(cast.sofia)
    answer = order(client, "alice", kind, **more)
    assert answer.status_code == 202 and answer.json()["id"] == taken[0].id
    assert (type(taken[0]).__name__, taken[0].agent, taken[0].by) == (kind, "alice", "sofia")
    entry = Entry.objects.get(action="agents.commanded")
    assert entry.after["command"] == kind and "alice" in entry.label.lower() and entry.who == "sofia"


@pytest.mark.parametrize(
    ("who", "whom"),
    [("sofia", "carol"), ("boris", "alice"), ("alice", "bob"), ("sofia", "nobody"), ("sofia", "sofia")],
)
def test_nobody_else_does(client, cast, bus, who, whom):
    client.force_login(getattr(cast, who))
    assert order(client, whom, "HangUp").status_code == 403
    assert bus.xlen(MAIN.commands) == 0


def test_other_orders_are_not_given_for_others(client, cast, bus):
    client.force_login(cast.ada)
    assert order(client, "alice", "Answer").status_code == 400
    assert order(client, "alice", "Pause", reason="no such reason").status_code == 400
    assert bus.xlen(MAIN.commands) == 0


def test_a_refusal_is_said_of_her(client, cast, daemon):
    _taken, answers = daemon
    answers["with"] = lambda order: f.CommandRefused(agent=order.agent, command="SignOut", reason=refusals.TALKING)
    client.force_login(cast.sofia)
    answer = order(client, "alice", "SignOut")
    assert (answer.status_code, answer.json()["error"]) == (409, "She is in a call. It must end first.")
