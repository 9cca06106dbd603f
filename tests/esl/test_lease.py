"""Outbound sockets: each call's lease, and what is no lease."""

import logging
from time import perf_counter

import gevent
import pytest
from gevent import socket

from switchctl.esl.lease import LIMITS, LeaseServer, Limits
from tests import traces
from tests.esl.peer import Line, ok, until

ANSWER = next(row.raw for row in traces.from_switch("01", "outbound-1"))
UUID = "3f7caec5-ad42-4a5d-86cd-fa377197e496"
LINGER = (
    b"Content-Type: text/disconnect-notice\nControlled-Session-UUID: x\nContent-Disposition: linger\n"
    b"Channel-Name: x\nLinger-Time: 5\nContent-Length: 0\n\n"
)
FAST = Limits(handshake_s=0.2)


@pytest.fixture
def serve():
    made, sockets = [], []

    class Served:
        def __init__(self, limits=LIMITS, may_take=lambda: True):
            self.leases, self.closed = [], []
            self.server = LeaseServer(
                "127.0.0.1", 0, self.leases.append, lambda *end: self.closed.append(end), limits, may_take
            )
            self.server.start()
            made.append(self.server)

        def dial(self):
            """A connection as the switch opens one."""
            sock = socket.create_connection(("127.0.0.1", self.server.bound_port))
            sockets.append(sock)
            return Line(sock, lambda: True)

        def call(self, answer=ANSWER):
            """A connection that became a lease."""
            line, before = self.dial(), len(self.leases)
            assert line.take() == b"connect"
            line.send(answer)
            assert line.take() == b"linger 5"
            line.send(ok("+OK will linger 5 seconds"))
            until(lambda: len(self.leases) > before)
            return line

    yield Served
    for server in made:
        server.stop_listening()
        server.close_all()
    for sock in sockets:
        sock.close()


def test_a_call_becomes_a_lease_with_all_that_the_switch_says_of_it(serve):
    served = serve()
    served.call()
    (lease,) = served.leases
    assert (lease.uuid, lease.core_uuid) == (UUID, "c197651b-7fac-49d3-92d4-da78716cccd8")
    assert (lease.event.caller_name, lease.event.destination, lease.event.cc_stage) == ("Zhang San", "4001", "entry")
    assert served.server.count == 1


@pytest.mark.alone
def test_the_first_word_comes_at_once(serve):
    served = serve()
    waits = []
    for _ in range(50):
        began = perf_counter()
        assert served.dial().take() == b"connect"
        waits.append(perf_counter() - began)
    assert sorted(waits)[25] < 0.02  # an accept loop that polls takes 64 to 100 ms


@pytest.mark.parametrize(
    ("last", "reason"), [(b"", "dropped by the switch"), (LINGER, "hangup")], ids=["dropped", "hangup"]
)
def test_the_end_of_the_connection_is_told_once_with_its_reason(serve, last, reason):
    served = serve()
    line = served.call()
    line.send(last)
    line.sock.close()
    until(lambda: served.closed)
    assert served.closed == [(UUID, served.leases[0].connection_id, reason)]
    assert served.server.count == 0


def test_events_after_the_linger_notice_do_not_end_the_lease(serve):
    served = serve()
    line = served.call()
    line.send(LINGER, b"Content-Length: 2\nContent-Type: text/event-json\n\n{}")
    gevent.sleep(0.02)
    assert served.server.count == 1
    assert served.closed == []


def test_release_says_exit_on_every_connection_of_the_call_and_on_no_other(serve):
    served = serve()
    lines = [served.call(), served.call()]
    other = served.call(ANSWER.replace(UUID.encode(), b"other"))
    served.server.release(UUID)
    for line in lines:
        assert line.take() == b"exit"
        line.send(ok("+OK bye"))
        line.sock.close()
    until(lambda: len(served.closed) == 2)
    assert {(uuid, reason) for uuid, _, reason in served.closed} == {(UUID, "released")}
    assert len({connection for _, connection, _ in served.closed}) == 2
    assert served.server.count == 1
    other.send(b"A: 1\n\n")
    served.server.release("nobody")


def test_a_switch_that_does_not_close_after_exit_is_closed(serve):
    served = serve()
    served.call()
    served.server.release(UUID)
    until(lambda: served.closed)
    assert served.closed[0][2] == "released"


def test_stop_listening_refuses_the_next_call_and_keeps_those_that_are(serve):
    served = serve()
    served.call()
    port = served.server.bound_port
    served.server.stop_listening()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
    assert served.server.count == 1
    assert served.closed == []


def test_close_all_hands_every_call_back_without_a_word(serve):
    served = serve()
    lines = [served.call(), served.call(ANSWER.replace(UUID.encode(), b"other"))]
    served.server.close_all()
    assert [line.take() for line in lines] == [b"", b""]
    until(lambda: len(served.closed) == 2)
    assert {reason for *_, reason in served.closed} == {"handed back"}


def test_two_hundred_silent_peers_hold_nothing_and_nobody_up(serve):
    served = serve(FAST)
    silent = [served.dial() for _ in range(200)]
    served.call()  # answered while they all wait
    until(lambda: served.server.refused == 200)
    assert not served.server._handshakes
    assert [line.take() for line in silent] == [b"connect"] * 200
    assert [line.take() for line in silent] == [b"linger 5"] * 200
    assert [line.take() for line in silent] == [b""] * 200
    assert served.server.count == 1


def test_hundreds_of_calls_at_once(serve):
    served = serve()
    for n in range(300):
        served.call(ANSWER.replace(UUID.encode(), b"call-%d" % n))
    assert served.server.count == 300


@pytest.mark.parametrize(
    "answer",
    [b"Content-Type: command/reply\nReply-Text: -ERR command not found\n\n", b"nonsense\n\n", b"A: 1\n\n",
     b"A: " + b"x" * (1 << 21), b"Event-Name: CHANNEL_DATA\nReply-Text: %2BOK%0A\n\n",
     b"Content-Length: -1\n\n"],
    ids=["no session", "no header", "no event", "over-long", "no uuid", "false length"],
)  # fmt: skip
def test_what_is_no_call_is_closed_and_never_told(serve, answer):
    served = serve()
    line = served.dial()
    line.take()
    try:
        line.send(answer)
    except OSError:
        pass  # refused before all of it was sent
    until(lambda: served.server.refused == 1)
    assert served.leases == served.closed == []


def test_a_connection_that_closes_before_its_answer_is_forgotten(serve):
    served = serve()
    served.dial().sock.close()
    until(lambda: served.server.refused == 1)


def test_a_long_answer_to_connect_is_read(serve):
    served = serve()
    served.call(b"X-Foo: " + b"%E5" * 60_000 + b"\n" + ANSWER)
    assert served.server.count == 1


def test_only_allowed_addresses_get_a_word(serve):
    served = serve(Limits(peers=("192.0.2.0/24",)))
    assert served.dial().take() == b""
    assert served.server.refused == 1


def test_who_may_not_take_calls_says_no_word_to_them(serve):
    served = serve(may_take=lambda: False)
    assert served.dial().take() == b""
    assert served.server.refused == 1 and not served.leases


def test_an_accept_that_fails_does_not_end_the_server(serve):
    served = serve()
    real, failed = served.server.server, []

    class Failing:
        """The listening socket of a process that has no file left for a moment."""

        def accept(self):
            if len(failed) < 3:
                failed.append(1)
                raise OSError(24, "Too many open files")
            return real.accept()

        def close(self):
            real.close()

    served.server._accepting.kill()
    served.server._accepting = gevent.spawn(served.server._accept, Failing())
    served.call()
    assert len(failed) == 3


def test_a_handler_that_fails_leaves_the_lease_as_it_is(serve, caplog):
    served = serve()
    served.server._on_open = lambda lease: 1 / 0
    line = served.dial()
    line.take()
    line.send(ANSWER)
    until(lambda: served.server.count == 1)
    line.sock.close()
    until(lambda: served.closed)


def test_no_log_holds_the_caller(serve, caplog):
    with caplog.at_level(logging.DEBUG):
        served = serve()
        served.call().sock.close()
        until(lambda: served.closed)
    assert "13800001111" not in caplog.text
    assert "Zhang" not in caplog.text


def test_a_taken_port_is_an_error_of_the_system(serve):
    served = serve()
    with pytest.raises(OSError, match="in use"):
        LeaseServer("127.0.0.1", served.server.bound_port, print, print).start()
