"""Switches by the API."""

from crm.audit.models import Entry
from crm.live.state import Saved, encode
from switchctl.contract import commands
from switchctl.contract import facts as f
from switchctl.contract.live import LiveCall, LiveView
from switchctl.contract.names import MAIN
from tests.crm.live.conftest import daemon

__all__ = ["daemon"]


def test_switches_as_they_are_now(programs, bus):
    view = LiveView(
        links={"node1": True, "node2": False}, nodes={"node2": "draining"}, phones={"1001": "node1"},
        calls={"a": LiveCall(id="a", node="node1", stage="waiting")},
    )  # fmt: skip
    bus.set(MAIN.live, encode(Saved(view=view)))
    told = programs("switches.see").get("/switches").body["items"]
    assert told == [
        {"name": "node1", "reached": True, "state": "serving", "calls": 1, "waiting": 1, "phones": 1, "last": True},
        {"name": "node2", "reached": False, "state": "draining", "calls": 0, "waiting": 0, "phones": 0, "last": False},
    ]
    assert programs("floor.watch").get("/switches").status_code == 403
    assert programs("switches.see").get("/switches?colour=red").status_code == 400


def test_a_switch_is_emptied_and_taken_back(programs, bus, daemon):
    bus.set(MAIN.live, encode(Saved(view=LiveView(links={"node1": True, "node2": True}))))
    keeper, path = programs("switches.manage"), "/switches/node2/steps"
    daemon[1]["with"] = lambda order: f.NodeStateChanged(
        node=order.node, state="draining", previous="serving"
    )
    first, again = (keeper.post(path, {"step": "drain"}, key="k") for _ in range(2))
    assert (first.status_code, first.body["state"]) == (202, "done") and again.body == first.body
    assert [(type(order), order.node, order.by) for order in daemon[0]] == [
        (commands.DrainNode, "node2", "app-billing")
    ]  # fmt: skip
    daemon[1]["with"] = lambda order: f.CommandRefused(
        agent="", command=type(order).__name__, reason="It is the last one."
    )
    refused = keeper.post(path, {"step": "return"}, key="r")
    assert (refused.status_code, refused.body["detail"]) == (409, "It is the last one.")
    assert Entry.objects.filter(action="switches.commanded", label="node2").count() == 2
    assert keeper.post("/switches/none/steps", {"step": "drain"}).status_code == 404
    assert keeper.post(path, {"step": "explode"}).body["errors"][0]["field"] == "step"
    assert programs("switches.see").post(path, {"step": "drain"}).status_code == 403
