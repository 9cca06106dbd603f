"""Every answer of the recorded switch to a wrong or odd command (22a), given by the simulated one as well."""

import json
import re
from fnmatch import fnmatch

import pytest

from switchctl.sim.harness import SimSwitch
from tests import traces
from tests.sim.wires import connect, until

# Commands whose answer is another one here, and why.
OTHER = {
    "api create_uuid": "a fresh id each time",
    "api status": "its own run and version",
    "api show c*": "what is up differs",
    "api originate user/1001 nosuchext*": "a fresh id each time",
    "api uuid_buglist*": "no media bugs are simulated",
    "api uuid_media*": "no media path to move",
    "api uuid_deflect*": "not simulated",
    "api uuid_answer*": "not simulated",
    "api conference*": "no conferences are simulated",
    "api hash*": "not simulated",
    "api db*": "not simulated",
    "api valet_info*": "no valet parking",
    "api eval*": "another host name",
    "api expr*": "not simulated",
    "sendevent*": "a fresh id each time",
    "myevents 0*": "",
}
PHONES = "2001=noanswer,1009=unregistered,*=auto:0.1"


def recorded() -> list[tuple[str, str]]:
    """Commands of trace 22a, each with the reply that came next."""
    asked: list[str] = []
    pairs = []
    for row in traces.rows("22a"):
        text = row.raw.decode()
        if row.dir == ">":
            asked.append(text)
        elif row.dir == "<" and text.startswith(("Content-Type: command/reply", "Content-Type: api/response")):
            pairs.append((asked.pop(0), text))
    return [pair for pair in pairs if not pair[0].startswith(("auth", "exit"))]


def expected(reply: str) -> tuple[str, str]:
    head, _, body = reply.partition("\n\n")
    found = re.search(r"^Reply-Text: (.*)$", head, re.M)
    return (found.group(1) if found else "", body)


@pytest.fixture(scope="module")
def switch():
    with SimSwitch(dialplan="recorded", domain="cc.example.net", phones=PHONES) as sim:
        yield sim


def test_answers_are_worded_as_recorded(switch: SimSwitch) -> None:
    wire = connect(switch.port, switch.secret)
    wrong = []
    for command, reply in recorded():
        before = len(wire.replies)
        wire.send(command)
        assert until(lambda b=before: len(wire.replies) > b), command
        if any(fnmatch(command.strip(), pattern) for pattern in OTHER):
            continue
        head, body = wire.replies[-1]
        given = (head.get("Reply-Text", ""), body)
        if given != expected(reply):
            wrong.append(f"{command.strip()!r}: recorded {expected(reply)!r}, simulated {given!r}")
    assert not wrong, "\n".join(wrong)


def test_a_listing_passes_on_the_bytes_of_a_name_that_is_not_utf8(switch: SimSwitch) -> None:
    uuid = switch.call("13800001120%20x", "4002", "%D5%C5%C8%FD")
    (row,) = [row for row in json.loads(switch.api("show channels as json"))["rows"] if row["uuid"] == uuid]
    assert row["cid_name"].encode("utf-8", "surrogateescape") == "张三".encode("gbk")
    assert row["cid_num"] == "13800001120 x"
    switch.hangup(uuid)
