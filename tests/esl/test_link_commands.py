"""Commands and their replies: in order, whole, in time, and never two for one."""

import gevent
import pytest

from switchctl.esl import commands
from switchctl.esl.commands import CommandError
from switchctl.esl.link import Times
from tests.esl.conftest import FAST
from tests.esl.peer import answer, numbered, ok, silent, until

STATUS = commands.status()


def test_replies_come_to_their_commands_in_order(link):
    def script(line):
        line.log_in()
        while command := line.take():
            line.send(answer(command) if command.startswith(b"api") else ok("+OK " + command.decode().split("\n")[0]))

    one = link(script)
    one.connect()
    got = []
    for n in range(50):
        one.post(commands.getvar(f"u{n}", "x") if n % 2 else commands.hangup(f"u{n}"), lambda r: got.append(r.text))
    until(lambda: len(got) == 50)
    assert got[:2] == ["+OK sendmsg u0", "api uuid_getvar u1 x"]
    assert [text.split()[2] for text in got] == [f"u{n}" for n in range(50)]


def test_many_greenlets_each_get_their_own_reply(link):
    def script(line):
        line.log_in()
        while command := line.take():
            line.send(answer(command.split()[2]))

    one = link(script)
    one.connect()
    jobs = [gevent.spawn(one.ask, commands.getvar(f"u{n}", "x")) for n in range(100)]
    gevent.joinall(jobs)
    assert [job.value.text for job in jobs] == [f"u{n}" for n in range(100)]


@pytest.mark.parametrize(
    ("text", "good"),
    [("+OK", True), ("+OK Job-UUID: 7f", True), ("-ERR invalid session id []", False), ("-USAGE: <uuid>", False),
     ("-ERROR", False), ("true", True), ("false", False), ("Invalid Profile!", False), ("Invalid Profile [x]", False),
     ("error/user_not_registered", False), ("!err!", False), ('{"row_count":0}', True), ("\n1 total.\n", True),
     ("-ERR no reply\n", False), ("falsehood", True), ("", True)],
)  # fmt: skip
def test_a_reply_is_good_or_bad_by_what_the_switch_says(link, text, good):
    def script(line):
        line.log_in()
        line.take()
        line.send(answer(text))
        silent(line)

    one = link(script)
    one.connect()
    reply = one.ask(STATUS)
    assert (reply.ok, reply.text) == (good, text.strip())


def test_a_large_command_goes_out_whole(link):
    size, got = 20_000_000, []

    def script(line):
        line.log_in()
        count, end = 0, b""
        while end != b"\n\n":
            gevent.sleep(0)
            data = line.sock.recv(1 << 20)
            count, end = count + len(data), (end + data)[-2:]
        got.append(count)
        line.send(answer("+OK"))
        silent(line)

    one = link(script, times=Times(reply_s=20))
    one.connect()
    assert one.ask(b"api " + b"x" * size + b"\n\n").ok
    assert got == [size + 6]


def test_a_reply_that_does_not_come_ends_the_link_so_that_none_is_taken_for_another(link):
    reasons = []

    def script(line):
        line.log_in()
        line.take()
        silent(line)

    one = link(script, on_down=reasons.append, times=FAST)
    one.connect()
    jobs = [gevent.spawn(one.ask, STATUS) for _ in range(3)]
    gevent.joinall(jobs)
    assert [(job.value.ok, job.value.text) for job in jobs] == [(False, "no reply in time")] * 3
    assert until(lambda: reasons) == ["no reply in time"]


def test_events_do_not_excuse_a_reply_that_does_not_come(link):
    def script(line):
        line.log_in()
        line.take()
        for n in range(10_000):
            line.send(numbered(n))
            gevent.sleep(0.01)

    one = link(script, times=FAST)
    one.connect()
    assert one.ask(STATUS).text == "no reply in time"


def test_a_peer_that_takes_no_bytes_cannot_hold_a_command_for_ever(link):
    def script(line):
        line.log_in()
        gevent.sleep(30)

    one = link(script, times=FAST)
    one.connect()
    assert not one.ask(b"api " + b"x" * 30_000_000 + b"\n\n").ok


@pytest.mark.parametrize("data", [b"api x\n\nbgapi system touch pwned\n\n", b"api x", b"api x\r\n\n", b"\n\n"])
def test_what_is_not_one_command_never_leaves(link, data):
    heard = []

    def script(line):
        line.log_in()
        heard.append(line.take())
        line.send(answer("UP"))
        silent(line)

    one = link(script)
    one.connect()
    with pytest.raises(CommandError):
        one.send(data)
    assert one.ask(STATUS).ok  # no slot was left behind by the refused one
    assert heard == [b"api status"]


def test_a_handler_of_a_reply_that_fails_harms_nobody(link):
    def script(line):
        line.log_in()
        while line.take():
            line.send(answer("UP"))

    def fail(_):
        raise RuntimeError("mine")

    one = link(script)
    one.connect()
    one.post(STATUS, fail)
    assert one.ask(STATUS).ok
