"""Each line is JSON and names the call; no secret and no card of headers is ever written."""

import logging

import pytest
import structlog

from switchctl.esl.events import Event
from switchctl.log import current_call


@pytest.fixture
def ours():
    return structlog.get_logger("switchctl.test").new()


def test_a_line_names_the_call_that_is_worked_on(logged, ours):
    current_call.set("call-1")
    ours.info("something", node="node1")
    current_call.set("")
    ours.info("nothing in particular")
    first, second = logged()
    assert (first["event"], first["node"], first["call_id"]) == ("something", "node1", "call-1")
    assert second["call_id"] == ""


def test_the_libraries_lines_look_the_same(logged):
    current_call.set("call-2")
    logging.getLogger("some.library").warning("%s is odd", "this")
    current_call.set("")
    [line] = logged()
    assert (line["event"], line["level"], line["call_id"]) == ("this is odd", "warning", "call-2")


def test_a_secret_is_blotted_out_wherever_it_is(logged, ours):
    ours.error("auth hunter2secret refused", url="redis://:hunter2secret@host")
    try:
        raise ValueError("hunter2secret")
    except ValueError:
        ours.exception("it failed")
    for line in logged():
        assert "hunter2secret" not in str(line)


def test_an_event_is_never_written_with_its_headers(logged, ours):
    ours.info("odd", event_seen=Event(name="CHANNEL_CREATE", caller_number="15412345678"), headers={"a": "b"})
    [line] = logged()
    assert (line["event_seen"], line["headers"]) == ("<Event>", "<dict>")


def test_a_line_break_in_a_value_stays_one_line(logged, ours):
    ours.info("a caller", name='Bob\n{"level": "error"}')
    assert len(logged()) == 1
