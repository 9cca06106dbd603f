"""The page of the switches: who sees it, what it says, and who may empty one."""

import json
import threading

import pytest

from crm import bus as crm_bus
from crm.live.state import Saved, encode
from switchctl.contract import commands, refusals
from switchctl.contract import facts as f
from switchctl.contract.live import LiveCall, LiveView
from switchctl.contract.names import MAIN

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(bus):
    """node1 takes calls: two waiting, one that leads to a phone of node2; node2 drains."""
    view = LiveView(
        links={"node1": True, "node2": True},
        nodes={"node2": "draining"},
        phones={"1001": "node1", "1002": "node2", "1003": "node2"},
        calls={
            "a": LiveCall(id="a", node="node1", stage="waiting"),
            "b": LiveCall(id="b", node="node1", stage="offered"),
            "c": LiveCall(id="c", node="node1", stage="talking", via="node2"),
        },
    )
    bus.set(MAIN.live, encode(Saved(view=view)))
    status = {"role": "leader", "links": {"node1": True, "node2": True}, "fences": {"node1": "left:7:431"}}
    bus.set(MAIN.daemon, json.dumps(status))
    return bus


def cells(client, node: str) -> str:
    page = client.get("/switches/rows/", headers={"accept-language": "en"}).content.decode()
    row = page.partition(f'<tr data-node="{node}">')[2].partition("</tr>")[0]
    return " ".join(row.replace("<", " <").replace(">", "> ").split())


def test_agents_do_not_see_it(client, cast):
    client.force_login(cast.alice)
    assert client.get("/switches/").status_code == 403
    assert client.post("/switches/node1/drain/").status_code == 403
    assert "/switches/" not in client.get("/calls/").content.decode()


def test_supervisors_see_and_administrators_order(client, cast, two):
    client.force_login(cast.sofia)
    page = client.get("/switches/").content.decode()
    assert 'href="/switches/" aria-current="page"' in page and "/drain/" not in page
    assert client.post("/switches/node1/drain/").status_code == 403
    client.force_login(cast.ada)
    page = client.get("/switches/").content.decode()
    assert "/switches/node1/drain/" in page and "/switches/node2/return/" in page


def test_each_switch_in_words_and_figures(client, cast, two):
    client.force_login(cast.sofia)
    first, second = cells(client, "node1"), cells(client, "node2")
    assert "Takes calls" in first and "left, term 7" in first
    assert [text for text in first.split() if text.isdigit()][-3:] == ["3", "2", "1"]
    assert "Takes no new calls · 1 call left" in second
    assert [text for text in second.split() if text.isdigit()][-3:] == ["1", "0", "2"]


def test_the_last_switch_is_drained_with_a_warning_and_by_force(client, cast, two):
    client.force_login(cast.ada)
    page = client.get("/switches/", headers={"accept-language": "en"}).content.decode()
    assert "Every new caller will be refused" in page and 'name="force" value="1"' in page


def test_a_switch_that_left_is_not_shown(client, cast, two):
    two.set(MAIN.daemon, '{"links": {"node1": true}}')
    client.force_login(cast.sofia)
    assert not cells(client, "node2") and cells(client, "node1")
    two.delete(MAIN.daemon)
    assert cells(client, "node2"), "without a daemon, what was told last"


def test_it_is_in_chinese_too(client, cast, two):
    client.force_login(cast.ada)
    client.cookies["django_language"] = "zh-hans"
    page = client.get("/switches/", headers={"accept-language": "zh-hans"}).content.decode()
    assert "电话交换机" in page and "接听新来电" in page


def answering(bus, *, refuse: bool) -> threading.Thread:
    """A daemon that answers one command."""

    def body() -> None:
        connection = crm_bus.blocking_client()
        [(_, entries)] = connection.xread({MAIN.commands: "0"}, block=5000)
        command = commands.decode(entries[0][1][b"c"])
        fact = (
            f.CommandRefused(
                id="j:1", seq=1, agent="ada", command="DrainNode", command_id=command.id, reason=refusals.LAST_NODE,
                params={"node": command.node},
            )
            if refuse
            else f.NodeStateChanged(
                id="j:1", seq=1, node=command.node, state="draining", previous="serving", command_id=command.id
            )
        )  # fmt: skip
        connection.xadd(MAIN.facts, {"f": f.encode(fact)})
        connection.close()

    thread = threading.Thread(target=body)
    thread.start()
    return thread


@pytest.mark.parametrize("refuse", [False, True])
def test_the_answer_of_the_daemon_is_shown(client, cast, two, refuse):
    client.force_login(cast.ada)
    daemon = answering(two, refuse=refuse)
    page = client.post("/switches/node1/drain/", follow=True, headers={"accept-language": "en"}).content.decode()
    daemon.join()
    assert ("node1 is the last switch that takes calls" in page) is refuse
    (sent,) = [commands.decode(fields[b"c"]) for _, fields in two.xrange(MAIN.commands)]
    assert (type(sent), sent.node, sent.by, sent.force) == (commands.DrainNode, "node1", "ada", False)


def test_a_daemon_that_says_nothing_is_told(client, cast, two):
    client.force_login(cast.ada)
    page = client.post("/switches/node2/return/", follow=True, headers={"accept-language": "en"}).content.decode()
    assert "has not answered yet" in page
