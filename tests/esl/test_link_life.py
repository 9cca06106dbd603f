"""A link's life: how it comes up, how it fails to, and how it ends."""

import logging
import socket as plain_socket

import gevent
import pytest

from switchctl.esl import commands
from switchctl.esl.link import AuthRefused, Link, LinkError, LinkTimeout, ProtocolFault, Rejected, Times
from tests.esl.conftest import FAST
from tests.esl.peer import ACCEPTED, BYE, GREETING, INVALID, SECRET, numbered, silent, until

STATUS = commands.status()


def up(line):
    line.log_in()
    silent(line)


def test_it_logs_in_with_its_secret(link):
    heard = []

    def script(line):
        line.send(GREETING)
        heard.append(line.take())
        line.send(ACCEPTED)
        silent(line)

    one = link(script)
    one.connect()
    assert one.connected
    assert heard == [b"auth " + SECRET.encode()]


def test_a_silent_peer_is_given_up(link):
    with pytest.raises(LinkTimeout):
        link(silent, times=FAST).connect()


def test_a_peer_that_closes_at_once_is_given_up(link):
    with pytest.raises(LinkError, match="closed"):
        link(lambda line: line.sock.close()).connect()


def test_a_peer_that_greets_and_then_says_nothing_is_given_up(link):
    def script(line):
        line.send(GREETING)
        silent(line)

    with pytest.raises(LinkTimeout):
        link(script, times=FAST).connect()


def test_nobody_listens(free_port):
    with pytest.raises(LinkError, match="refused"):
        Link("127.0.0.1", free_port(), SECRET).connect()


@pytest.mark.parametrize("closes", [True, False])
def test_a_wrong_secret_is_an_error_of_its_own_and_leaves_nothing_behind(link, closes):
    def script(line):
        line.send(GREETING)
        line.take()
        line.send(INVALID)
        if not closes:
            silent(line)
        line.sock.close()

    one = link(script)
    with pytest.raises(AuthRefused):
        one.connect()
    assert not one.connected
    until(lambda: all(greenlet.dead for greenlet in one._greenlets))


def test_a_host_that_the_switch_rejects_is_told(link):
    def script(line):
        line.send(b"Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n")
        line.sock.close()

    with pytest.raises(Rejected):
        link(script).connect()


def test_the_secret_is_in_no_log_no_error_and_no_attribute(link, caplog):
    def script(line):
        line.send(GREETING)
        line.take()
        line.send(INVALID)

    one = link(script)
    with caplog.at_level(logging.DEBUG), pytest.raises(AuthRefused) as error:
        one.connect()
    assert SECRET not in caplog.text + str(error.value) + repr(one)
    assert one.password == ""


def test_a_secret_with_a_line_break_never_leaves():
    with pytest.raises(commands.CommandError):
        Link("127.0.0.1", 1, "x\n\nexit")


def test_the_end_of_the_connection_answers_every_pending_command_and_is_told_once(link):
    reasons, replies = [], []

    def script(line):
        line.log_in()
        line.take(), line.take(), line.take()
        line.sock.close()

    one = link(script, on_down=reasons.append)
    one.connect()
    for _ in range(2):
        one.post(STATUS, replies.append)
    assert not one.ask(STATUS).ok
    assert [reply.ok for reply in replies] == [False, False]
    until(lambda: reasons)
    one.stop()
    assert len(reasons) == 1
    assert not one.ask(STATUS).ok  # and a later one is answered at once


def test_a_connection_that_breaks_is_told(link):
    reasons = []

    def script(line):
        line.log_in()
        line.reset()

    one = link(script, on_down=reasons.append)
    one.connect()
    assert until(lambda: reasons)[0].startswith("connection lost")


@pytest.mark.parametrize("cut", [b"Content-Length: 500\nContent-Type: text/event-json\n\n{", b"Content-Ty"])
def test_the_end_inside_a_frame_ends_the_link_and_starves_nobody(link, cut):
    reasons = []

    def script(line):
        line.log_in()
        line.send(cut)
        line.sock.close()

    one = link(script, on_down=reasons.append)
    one.connect()
    assert "inside a frame" in until(lambda: reasons)[0]


@pytest.mark.parametrize(
    "poison",
    [b"X: y\n\n", b"Content-Type: text/event-json\nContent-Length: x\n\n", b"nonsense\n\n", b"A: " + b"x" * 70_000,
     b"Content-Type: command/reply\nReply-Text: +OK\n\n", b"Content-Type: api/response\n\n"],
    ids=["no content type", "false length", "no header", "over-long", "unexpected reply", "unexpected answer"],
)  # fmt: skip
def test_what_cannot_be_understood_ends_the_link_after_the_events_before_it(link, poison):
    reasons, seen = [], []

    def script(line):
        line.log_in()
        line.send(numbered(1), poison)
        silent(line)

    one = link(script, on_event=lambda e: seen.append(e.sequence), on_down=reasons.append)
    one.connect()
    until(lambda: reasons)
    assert isinstance(one._fault, ProtocolFault)
    assert seen == [1]


def test_a_disconnect_notice_is_read_with_its_body(link):
    reasons = []

    def script(line):
        line.log_in()
        line.send(BYE)
        line.sock.close()

    one = link(script, on_down=reasons.append)
    one.connect()
    assert until(lambda: reasons) == ["the switch said goodbye"]


def test_a_link_is_used_once(link):
    one = link(up)
    one.connect()
    with pytest.raises(LinkError):
        one.connect()


def test_stop_before_connect_and_twice(link):
    one = link(up)
    one.stop()
    one.stop()
    with pytest.raises(LinkError):
        one.connect()


def test_stop_says_exit_and_is_quick(link):
    heard = []

    def script(line):
        line.log_in()
        heard.append(line.take())
        silent(line)

    one = link(script)
    one.connect()
    with gevent.Timeout(30):
        one.stop()
    until(lambda: heard == [b"exit"])


@pytest.mark.parametrize("where", ["event", "reply", "down"])
def test_stop_inside_a_handler(link, where):
    ended = []

    def script(line):
        line.log_in()
        line.send(numbered(1))
        line.take()
        line.send(b"Content-Type: command/reply\nReply-Text: +OK\n\n")
        if where != "down":
            silent(line)

    def stop(_):
        one.stop()
        ended.append(where)

    one = link(script, on_event=stop if where == "event" else None, on_down=stop if where == "down" else None)
    one.connect()
    one.post(STATUS, stop if where == "reply" else lambda _: None)
    until(lambda: ended)
    until(lambda: all(greenlet.dead for greenlet in one._greenlets))


def test_a_silent_switch_is_asked_and_lives_on_if_it_answers(link):
    asked = []

    def script(line):
        line.log_in()
        while command := line.take():
            asked.append(command)
            line.send(b"Content-Type: api/response\nContent-Length: 3\n\nUP\n")

    one = link(script, times=Times(connect_s=1, reply_s=1, silence_s=0.05))
    one.connect()
    until(lambda: len(asked) >= 3)
    assert one.connected
    assert set(asked) == {b"api status"}


def test_a_half_open_connection_is_noticed(link):
    reasons = []
    one = link(up, on_down=reasons.append, times=Times(connect_s=1, reply_s=0.1, silence_s=0.1))
    one.connect()
    assert until(lambda: reasons) == ["no reply in time"]


def test_the_kernel_watches_the_connection_too(link):
    one = link(up)
    one.connect()
    assert one._sock.getsockopt(plain_socket.SOL_SOCKET, plain_socket.SO_KEEPALIVE)
