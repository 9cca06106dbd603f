"""Switches by the API."""

from crm.live.state import Saved, encode
from switchctl.contract.live import LiveCall, LiveView
from switchctl.contract.names import MAIN


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
