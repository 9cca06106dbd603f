"""Bodies to typed events: the switch's own JSON, its plain form, and callers who write their names to harm."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchctl.esl.events import SUBSCRIPTION, Event, EventError, decode_event, decode_plain
from tests import traces
from tests.esl.test_frames_any_bytes import MANY

WIRE = {field.name: field.encode_name for field in msgspec.structs.fields(Event)}


def test_an_event_has_what_the_wire_says_under_our_names():
    (event,) = (e for e in traces.events("01") if e.name == "CHANNEL_BRIDGE")
    assert event.bridge_a == event.uuid == "3f7caec5-ad42-4a5d-86cd-fa377197e496"
    assert event.bridge_b == "22294e4b-b3a6-4f04-9efd-bb1aa37388e6"
    assert (event.caller_number, event.destination, event.context) == ("13800001111", "4001", "public")
    assert event.timestamp > event.created_us > 1_700_000_000_000_000


def test_every_field_equals_the_recorded_value_in_every_json_event():
    fields = msgspec.structs.fields(Event)
    for name in traces.names():
        for row in traces.from_switch(name):
            frame = traces.frame(row.raw)
            if frame.content_type != "text/event-json":
                continue
            wire = json.loads(frame.body.decode("utf-8", "replace"))
            event = decode_event(frame.body)
            for field in fields:
                said = wire.get(field.encode_name, "")
                said = said[0] if isinstance(said, list) else said
                want = int(said or 0) if field.type is int else said
                assert getattr(event, field.name) == want, (name, field.name)


def test_plain_and_json_of_the_same_story_have_the_same_values():
    seen = [
        {(e.name, e.caller_name, e.destination, e.hangup_cause, e.context) for e in traces.events(trace)}
        for trace in ("01", "25")
    ]
    assert {row for row in seen[0] if row[0] == "CHANNEL_BRIDGE"} == {r for r in seen[1] if r[0] == "CHANNEL_BRIDGE"}


def test_a_job_answers_with_its_body_in_both_forms():
    for trace in ("01", "25"):
        jobs = [e for e in traces.events(trace) if e.name == "BACKGROUND_JOB"]
        assert [job.body[:4] for job in jobs] == ["+OK "], trace
        assert jobs[0].job_uuid


def test_the_answer_to_connect_is_an_event():
    answer = next(traces.events("01", "outbound-1"))
    assert (answer.name, answer.uuid) == ("CHANNEL_DATA", "3f7caec5-ad42-4a5d-86cd-fa377197e496")
    assert (answer.caller_name, answer.caller_number, answer.cc_stage) == ("Zhang San", "13800001111", "entry")


def test_a_body_with_percent_signs_stays_as_it_is():
    body = b"Event-Name: BACKGROUND_JOB\nJob-UUID: j\nContent-Length: 31\n\nrate: 100%25 sent\nUnique-ID: x\n"
    event = decode_plain(body)
    assert (event.body, event.uuid) == ("rate: 100%25 sent\nUnique-ID: x\n", "")


def test_an_encoded_newline_stays_inside_its_value():
    name = "Bob%0AUnique-ID: victim%0AEvent-Name: CHANNEL_HANGUP_COMPLETE"
    event = decode_plain(f"Event-Name: CHANNEL_CREATE\nCaller-Caller-ID-Name: {name}\nUnique-ID: mine".encode())
    assert (event.name, event.uuid) == ("CHANNEL_CREATE", "mine")
    assert event.caller_name == "Bob\nUnique-ID: victim\nEvent-Name: CHANNEL_HANGUP_COMPLETE"


@pytest.mark.parametrize("trace", ["21a", "21b"])
def test_no_hostile_caller_forges_an_event(trace):
    legs = {e.uuid for e in traces.events(trace) if e.name == "CHANNEL_CREATE"}
    for event in traces.events(trace):
        assert event.uuid in legs | {""}
        assert "\n" not in event.name + event.uuid + event.hangup_cause


def test_bytes_that_are_not_utf8_are_replaced_and_nothing_else_is_lost():
    event = decode_event(b'{"Event-Name":"CHANNEL_CREATE","Caller-Caller-ID-Name":"\xd5\xc5","Event-Sequence":"7"}')
    assert (event.name, event.caller_name, event.sequence) == ("CHANNEL_CREATE", "\ufffd\ufffd", 7)


def test_a_value_set_twice_comes_as_a_list_and_counts_by_its_first():
    assert decode_event(b'{"Event-Name":"A","variable_cc_call_id":["c1","c2"]}').cc_call_id == "c1"
    assert decode_event(b'{"Event-Name":"A","variable_cc_call_id":[]}').cc_call_id == ""
    assert decode_plain(b"Event-Name: A\nvariable_cc_call_id: ARRAY%3A%3Ac1%7C%3Ac2").cc_call_id == "c1"


def test_a_key_that_comes_twice_keeps_its_last_value():
    assert decode_event(b'{"Event-Name":"A","Hangup-Cause":"X","Hangup-Cause":"Y"}').hangup_cause == "Y"


def test_undefined_is_nothing_in_plain():
    assert decode_plain(b"Event-Name: A\nCaller-Caller-ID-Name: _undef_").caller_name == ""


def test_a_number_that_is_none_is_zero():
    event = decode_event(
        b'{"Event-Name":"A","Event-Sequence":"x","Event-Date-Timestamp":"","Caller-Channel-Hangup-Time":"-3"}'
    )
    assert (event.sequence, event.timestamp, event.hangup_us) == (0, 0, 0)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"x"', b"null", b"{}", b'{"Event-Name":""}', b'{"Event-Name":null}', b"\xff\xfe",
     b'{"x":' + b"[" * 100_000, b'{"Event-Name":"A"} {"Event-Name":"B"}'],
)  # fmt: skip
def test_garbage_is_told_and_never_an_event(body):
    with pytest.raises(EventError):
        decode_event(body)


def test_plain_without_a_name_is_no_event():
    with pytest.raises(EventError):
        decode_plain(b"Content-Type: command/reply\nReply-Text: -ERR invalid")


def test_the_subscription_is_a_list_and_never_all():
    assert "ALL" not in SUBSCRIPTION
    assert SUBSCRIPTION.index("CUSTOM") == len(SUBSCRIPTION) - 7  # what follows CUSTOM are subclasses
    wanted = {"HEARTBEAT", "BACKGROUND_JOB", "DTMF", "SHUTDOWN", "CHANNEL_HOLD", "CHANNEL_UNHOLD"}
    assert wanted < set(SUBSCRIPTION)
    assert set(SUBSCRIPTION[-6:]) == {
        "sofia::register", "sofia::unregister", "sofia::expire", "sofia::gateway_state", "callcenter::info",
        "conference::maintenance",
    }  # fmt: skip


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@MANY
@given(st.dictionaries(st.sampled_from(sorted(WIRE.values())), anything), st.binary(max_size=20))
def test_any_object_is_an_event_or_an_error_and_can_be_encoded_again(keys, noise):
    body = json.dumps(keys).encode()
    for data in (body, body[: len(noise)], body + noise, noise):
        try:
            msgspec.json.encode(decode_event(data))
        except EventError:
            pass
        try:
            msgspec.json.encode(decode_plain(data))
        except EventError:
            pass
