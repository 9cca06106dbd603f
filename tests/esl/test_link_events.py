"""Events and their handlers: all of them, in order, whatever a handler or a caller's name does."""

from functools import partial

import gevent

from switchctl.esl import commands
from switchctl.esl.link import Times
from tests import traces
from tests.esl.peer import answer, event, numbered, silent, until

STATUS = commands.status()


def sends(*data, then=silent):
    def script(line):
        line.log_in()
        line.send(*data)
        then(line)

    return script


def answers(line):
    while line.take():
        line.send(answer("UP"))


def test_two_hundred_events_and_the_end_are_all_handled_before_it_is_told(link):
    story = []
    one = link(
        sends(*map(numbered, range(200)), then=lambda line: line.sock.close()),
        on_event=lambda e: (gevent.sleep(0), story.append(e.sequence)),
        on_down=lambda reason: story.append("down"),
    )
    one.connect()
    until(lambda: "down" in story)
    assert story == [*range(200), "down"]


def test_a_slow_handler_delays_no_reply(link):
    go = gevent.event.Event()
    one = link(sends(numbered(1), numbered(2), then=answers), on_event=lambda _: go.wait())
    one.connect()
    with gevent.Timeout(30):
        assert one.ask(STATUS).ok
    go.set()


def test_handlers_that_never_keep_up_end_the_link(link):
    reasons, go = [], gevent.event.Event()
    one = link(sends(*map(numbered, range(60))), on_event=lambda _: go.wait(), on_down=reasons.append, backlog=50)
    one.connect()
    until(lambda: not one.connected)
    go.set()
    assert until(lambda: reasons) == ["the handlers are too slow"]


def test_a_handler_that_fails_misses_one_event_and_shows_no_caller_in_the_log(link, caplog):
    seen = []

    def handler(e):
        seen.append(e.sequence)
        if e.sequence == 1:
            raise ValueError("mine")

    named = event('{"Event-Name":"A","Event-Sequence":"1","Caller-Caller-ID-Number":"13800001111"}')
    one = link(sends(named, numbered(2)), on_event=handler)
    one.connect()
    until(lambda: len(seen) == 2)
    assert "mine" in caplog.text
    assert "13800001111" not in caplog.text


def test_a_handler_may_be_a_partial_or_any_callable_and_may_fail(link):
    seen = []

    def note(tag, e):
        seen.append((tag, e.sequence))
        raise ValueError

    class Callable:
        def __call__(self, e):
            note("object", e)

    one = link(sends(numbered(1), numbered(2)), on_event=partial(note, "all"))
    one.register_handle("DTMF", partial(note, "one"))
    one.register_handle("DTMF", Callable())
    one.connect()
    until(lambda: len(seen) == 6)
    # A handler for one name does not hide the handler for all.
    assert seen[:3] == [("one", 1), ("object", 1), ("all", 1)]


def test_a_custom_event_goes_by_its_subclass(link):
    seen = []
    one = link(sends(event('{"Event-Name":"CUSTOM","Event-Subclass":"sofia::register","from-user":"1001"}')))
    one.register_handle("sofia::register", lambda e: seen.append(e.from_user))
    one.connect()
    assert until(lambda: seen) == ["1001"]


def test_a_hostile_name_in_plain_form_adds_no_header(link):
    seen = []
    name = "Bob%0AUnique-ID: victim%0AEvent-Name: CHANNEL_HANGUP_COMPLETE"
    body = f"Event-Name: CHANNEL_CREATE\nUnique-ID: mine\nCaller-Caller-ID-Name: {name}\n\n".encode()
    one = link(
        sends(b"Content-Length: %d\nContent-Type: text/event-plain\n\n" % len(body) + body), on_event=seen.append
    )
    one.connect()
    (got,) = until(lambda: seen)
    assert (got.name, got.uuid) == ("CHANNEL_CREATE", "mine")


def test_bytes_that_are_not_utf8_and_events_that_are_none_end_nothing(link):
    seen = []
    bad = event(b'{"Event-Name":"A","Caller-Caller-ID-Name":"\xd5\xc5\xc8\xfd","Event-Sequence":"1"}')
    one = link(sends(bad, event("garbage"), event("[]"), numbered(2)), on_event=lambda e: seen.append(e.sequence))
    one.connect()
    until(lambda: len(seen) == 2)
    assert seen == [1, 2]
    assert one.bad_events == 2
    assert one.connected


def test_a_frame_of_an_unknown_kind_is_passed_over(link):
    seen = []
    log = b"Content-Type: log/data\nContent-Length: 6\nLog-Level: 7\n\n\n\nx: y"
    one = link(sends(log, numbered(2)), on_event=lambda e: seen.append(e.sequence))
    one.connect()
    assert until(lambda: seen) == [2]


def test_a_recorded_stream_arrives_event_for_event(link):
    wanted = list(traces.events("27"))
    sent = [row.raw for row in traces.from_switch("27", "inbound") if b"text/event-json" in row.raw[:80]]
    seen = []
    one = link(sends(*sent), on_event=seen.append, times=Times())
    one.connect()
    until(lambda: len(seen) == len(wanted))
    assert seen == wanted


def test_events_that_never_end_leave_the_others_their_turn(link):
    def endless(line):
        line.log_in()
        burst = b"".join(map(numbered, range(2000)))
        while True:
            line.send(burst)

    one = link(endless, on_event=lambda _: None)
    one.connect()
    turns = []
    for _ in range(20):
        gevent.sleep(0.001)
        turns.append(1)
    assert len(turns) == 20
