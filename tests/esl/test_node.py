"""A node: two links kept up, commands that never block, and what is told when."""

import random
from time import monotonic

import gevent
import pytest

from switchctl.esl import commands
from switchctl.esl.backoff import Backoff
from switchctl.esl.link import LinkError
from switchctl.esl.node import Node
from tests.esl.conftest import FAST, PATIENT
from tests.esl.peer import GREETING as HELLO
from tests.esl.peer import INVALID, SECRET, answer, event, ok, silent, until

STATUS = commands.status()


class Switch:
    """A switch that answers everything, over any number of links; `say` sends to the listening ones."""

    def __init__(self, peer):
        self.core = "core-1"
        self.refuse = b""
        self.mute = False
        self.heard = []
        self.logins = 0
        self.lines = []
        self.listening = []
        self.peer = peer(self._script)

    def _script(self, line):
        line.send(HELLO)
        line.take()
        self.logins += 1
        if self.refuse:
            line.send(self.refuse)
            line.sock.close()
            return
        line.send(ok("+OK accepted"))
        self.lines.append(line)
        while command := line.take():
            self.heard.append(command)
            if command.startswith(b"event json"):
                self.listening.append(line)
                line.send(ok("+OK event listener enabled json"), event('{"Event-Name":"HEARTBEAT"}'))
            elif not self.mute:
                line.send(answer(self.core if b"core_uuid" in command else command))

    def say(self, body):
        for line in self.listening:
            line.send(event(body))

    def drop(self, which=-1):
        line = self.lines[which]
        line.reset()

    def forget(self):
        self.lines.clear()
        self.listening.clear()


@pytest.fixture
def switch(peer):
    return Switch(peer)


@pytest.fixture
def node(switch):
    made = []

    def make(**options):
        story = []
        one = Node(
            "node1", "127.0.0.1", switch.peer.port, SECRET,
            on_event=lambda name, e: story.append(e.name),
            on_up=lambda name, core: story.append(f"up {name} {core}"),
            on_down=lambda name, reason: story.append("down"),
            backoff=Backoff(random.Random(1), first=0.005, most=0.02, refused=0.1), **{"times": PATIENT, **options},
        )  # fmt: skip
        one.story = story
        made.append(one)
        one.start()
        return one

    yield make
    for one in made:
        one.stop()


def test_it_is_up_when_both_links_are_and_says_so_before_the_first_event(node, switch):
    one = node()
    until(lambda: len(one.story) >= 2)
    assert one.story[:2] == ["up node1 core-1", "HEARTBEAT"]
    assert switch.logins == 2
    asked = [command + b"\n\n" for command in switch.heard if command.startswith((b"event", b"filter"))]
    assert asked == [*commands.filters(), commands.events()]


@pytest.mark.parametrize("which", [0, 1])
def test_either_link_lost_takes_both_down_and_up_again_with_what_the_switch_now_is(node, switch, which):
    one = node()
    until(lambda: one.up and len(switch.lines) == 2)
    before = list(switch.lines)
    switch.forget()
    switch.core = "core-2"
    before[which].reset()
    until(lambda: "up node1 core-2" in one.story)
    assert [word for word in one.story if word != "HEARTBEAT"] == ["up node1 core-1", "down", "up node1 core-2"]


def test_events_of_the_last_moment_come_before_the_news_that_it_is_down(node, switch):
    one = node()
    until(lambda: "HEARTBEAT" in one.story)
    line = switch.listening[0]
    line.send(*[event('{"Event-Name":"CHANNEL_HANGUP"}')] * 200)
    line.sock.close()
    until(lambda: "down" in one.story)
    assert one.story.index("down") == 202


def test_a_command_goes_out_and_its_reply_comes_back(node, switch):
    one = node()
    until(lambda: one.up)
    replies = []
    one.command(commands.kill("leg-1"), replies.append)
    one.command(commands.kill("leg-2"))
    assert until(lambda: replies)[0].text == "api uuid_kill leg-1"
    until(lambda: b"api uuid_kill leg-2" in switch.heard)
    assert one.ask(STATUS, 1) == "api status"


def test_commands_never_travel_on_the_listening_link(node, switch):
    one = node()
    until(lambda: "HEARTBEAT" in one.story)
    ours = []
    switch.listening[0].take = lambda: ours.append(1)
    one.ask(STATUS, 1)
    assert not ours


def test_a_command_without_a_link_is_answered_and_never_sent_later(node, switch):
    switch.refuse = INVALID
    one = node()
    replies = []
    one.command(commands.kill("stale"), replies.append)
    one.command(commands.kill("stale"))
    assert not until(lambda: replies)[0].ok
    with pytest.raises(LinkError):
        one.ask(STATUS, 1)
    switch.refuse = b""
    until(lambda: one.up)
    assert one.ask(STATUS, 1)
    assert not any(b"stale" in command for command in switch.heard)


def test_a_command_given_in_one_session_is_not_sent_in_the_next(node, switch):
    one = node()
    until(lambda: one.up)
    replies = []
    one.command(commands.kill("stale"), replies.append)  # its greenlet has not run yet
    one._session += 1
    assert not until(lambda: replies)[0].ok
    assert not any(b"stale" in command for command in switch.heard)


def test_a_switch_that_stops_answering_is_left_and_every_command_is_answered(node, switch):
    one = node(times=FAST)
    until(lambda: one.up)
    switch.mute = True
    replies = []
    for _ in range(5):
        one.command(STATUS, replies.append)
    until(lambda: len(replies) == 5)
    assert not any(reply.ok for reply in replies)
    switch.mute = False
    until(lambda: one.story.count("up node1 core-1") == 2)


def test_a_wrong_secret_is_tried_seldom_and_said_once(node, switch, caplog):
    switch.refuse = INVALID
    one = node()
    until(lambda: switch.logins >= 3)
    assert one.error == "the switch refuses the secret"
    assert caplog.text.count("refuses the secret") == 1
    assert SECRET not in caplog.text
    assert one.story == []
    switch.refuse = b""
    until(lambda: one.up)
    assert one.error == ""


def test_attempts_with_a_wrong_secret_are_bounded(node, switch):
    switch.refuse = INVALID
    began = monotonic()
    one = node()
    with gevent.Timeout(0.25, False):
        until(lambda: False, 1)
    most = 1 + (monotonic() - began) / 0.1  # one each 0.1 s, where the ordinary back-off would have made dozens
    assert one.attempts <= most
    assert switch.logins <= most


def test_stop_inside_a_handler_and_twice(node, switch):
    ended = []
    one = node()
    until(lambda: one.up)
    one._on_event = lambda name, e: (one.stop(), ended.append(1))
    switch.say('{"Event-Name":"X"}')
    until(lambda: ended)
    until(lambda: all(greenlet.dead for greenlet in one._greenlets))
    one.stop()
    assert "down" in one.story


def test_stop_answers_what_still_waits(node, switch):
    one = node()
    until(lambda: one.up)
    switch.mute = True
    replies = []
    one.command(STATUS, replies.append)
    one.stop()
    until(lambda: replies)
    assert not replies[0].ok


def test_stop_while_it_cannot_connect_is_quick(node, switch):
    switch.refuse = INVALID
    one = node()
    until(lambda: one.error)
    with gevent.Timeout(30):
        one.stop()


def test_handlers_that_fail_do_not_take_the_node_down(node, switch, caplog):
    one = node()

    def fail(*_):
        raise RuntimeError("mine")

    one._on_up = one._on_event = one._on_down = fail
    until(lambda: one.up)
    switch.drop()
    until(lambda: one.attempts == 2 and one.up)
    assert "mine" in caplog.text


def test_the_back_off_doubles_up_to_its_limit_with_up_to_half_taken_off():
    backoff = Backoff(random.Random(7))
    waits = [backoff.next() for _ in range(10)]
    for wait, full in zip(waits, [0.1, 0.2, 0.4, 0.8, 1.6, 3, 3, 3, 3, 3], strict=True):
        assert full / 2 <= wait <= full
    assert len(set(waits)) == 10
    assert backoff.next(refused=True) == 30
    backoff.reset()
    assert backoff.next() <= 0.1


def test_a_node_that_nobody_serves_goes_on_trying(peer):
    one = Node("n", "127.0.0.1", peer(silent).port, SECRET, *[lambda *_: None] * 3,
               times=FAST, backoff=Backoff(random.Random(1), 0.001, 0.001))  # fmt: skip
    one.start()
    until(lambda: one.attempts >= 2)
    assert one.error == "no greeting in time"
    one.stop()


def test_what_may_not_be_said_any_more_when_its_turn_comes_is_refused(node, switch):
    one = node()
    until(lambda: one.up)
    replies, allowed = [], [True]
    one.command(commands.kill("leg-1"), replies.append, lambda: allowed[0])
    one.command(commands.kill("leg-2"), replies.append, lambda: allowed[0])
    until(lambda: len(replies) == 2)
    one.command(commands.kill("leg-3"), replies.append, lambda: allowed[0])
    allowed[0] = False
    until(lambda: len(replies) == 3)
    assert [reply.ok for reply in replies[2:]] == [False] and "may not be said" in replies[2].text
    assert one.ask(STATUS, 1) == "api status"
    assert not [command for command in switch.heard if b"leg-3" in command]
