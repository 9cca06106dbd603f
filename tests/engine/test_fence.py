"""The gates before the command links: what goes out, what waits for a word of the switch, what is refused."""

import gevent
import pytest

from switchctl.engine.fence import Fences
from switchctl.engine.leadership import Leadership
from switchctl.esl import commands
from switchctl.esl.replies import reply_of
from tests.esl.peer import until

WISH = commands.kill("leg")


class Switch:
    """A node's line with the variables behind it. ``mute``: it keeps its answers to itself, and gives them later."""

    def __init__(self) -> None:
        self.variables = {"cc_leader": "none:0:0"}
        self.mute = False
        self.held = []
        self.heard = []

    def command(self, data, done, may=None) -> None:
        word, _, rest = data.decode().strip().removeprefix("api ").partition(" ")
        if word == "global_setvar":
            name, value, *old = rest.split("=")
            if not old or self.variables.get(name, "") == old[0]:
                self.variables[name] = value
        elif word != "global_getvar":
            self.heard.append(data)
        answer = reply_of(self.variables.get(rest, "+OK") if word == "global_getvar" else "+OK")
        if done:
            self.held.append((done, answer))
        self.say()

    def say(self) -> None:
        while self.held and not self.mute:
            done, answer = self.held.pop(0)
            done(answer)


class Daemon:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.story = []
        self.heard_of = []

    def claimed(self, epoch):
        self.story.append(f"claimed {epoch}")

    def heard(self, epoch):
        self.heard_of.append(epoch)

    def took_over(self, epoch):
        self.story.append(f"leads {epoch}")

    def goes_on(self, epoch):
        self.story.append(f"goes on {epoch}")

    def took_node(self, node, core):
        self.story.append(f"took {node}")

    def lost_node(self, node, reason):
        self.story.append(f"lost {node}")

    def deposed(self, by):
        self.story.append(f"deposed by {by}")


@pytest.fixture
def switch():
    return Switch()


@pytest.fixture
def daemon():
    return Daemon()


@pytest.fixture
def fences(switch, daemon):
    fences = Fences(Leadership("a", 0, ["n"]), {"n": switch}, daemon)
    greenlet = gevent.spawn(fences.run)
    fences.up("n", "core")
    yield fences
    greenlet.kill()


def test_the_term_is_on_disk_before_it_leads_and_the_node_is_told_last(fences, daemon):
    until(lambda: "took n" in daemon.story)
    assert daemon.story == ["claimed 1", "leads 1", "took n"]


def test_nothing_is_said_before_the_fence_is_ours(switch, daemon):
    fences = Fences(Leadership("a", 0, ["n"]), {"n": switch}, daemon)
    replies = []
    fences.lines["n"].command(WISH, replies.append)
    assert not switch.heard and not replies[0].ok and fences.lines["n"].refused == 1
    assert not replies[0].text.startswith("-"), "no word of the switch: whoever's phone was meant is not blamed"


def test_a_leader_who_is_not_sure_keeps_what_it_has_to_say_until_the_switch_answers(fences, switch, daemon):
    until(lambda: "took n" in daemon.story)
    line = fences.lines["n"]
    line.command(WISH, None)
    assert switch.heard == [WISH]
    switch.mute = True
    until(lambda: not fences.lines["n"]._may())
    line.command(commands.kill("second"), None)
    line.command(commands.kill("third"), None)
    assert switch.heard == [WISH]
    switch.mute = False
    switch.say()
    until(lambda: len(switch.heard) == 3)
    assert switch.heard[1:] == [commands.kill("second"), commands.kill("third")] and not line.refused


def test_what_was_kept_is_refused_when_the_fence_is_anothers(fences, switch, daemon):
    until(lambda: "took n" in daemon.story)
    switch.mute = True
    until(lambda: not fences.lines["n"]._may())
    replies = []
    fences.lines["n"].command(WISH, replies.append)
    switch.held.clear()
    switch.variables["cc_leader"] = "b:2:9"
    fences.down("n", "cut")
    fences.up("n", "core")
    switch.mute = False
    until(lambda: replies and any(word.startswith("deposed by b:2") for word in daemon.story))
    assert not replies[0].ok and not switch.heard
    fences.lines["n"].command(WISH, replies.append)
    assert not switch.heard and len(replies) == 2


def test_a_leader_who_is_not_sure_decides_nothing_until_the_switch_answers(fences, switch, daemon):
    until(lambda: "took n" in daemon.story)
    assert fences.settle()
    switch.mute = True
    until(lambda: not fences.lines["n"]._may())
    assert not fences.settle(0.1)
    decides = gevent.spawn(fences.settle)
    switch.mute = False
    switch.say()
    decides.join(30)
    assert decides.value


def test_a_leader_who_is_not_sure_decides_again_when_the_link_is_given_up(fences, switch, daemon):
    until(lambda: "took n" in daemon.story)
    switch.mute = True
    until(lambda: not fences.lines["n"]._may())
    decides = gevent.spawn(fences.settle)
    fences.down("n", "no reply in time")
    decides.join(30)
    assert decides.value and daemon.story[-1] == "lost n", "and by then the engine has been told"


def test_who_leads_is_remembered_while_we_stand_by(switch, daemon):
    switch.variables["cc_leader"] = "b:7:1"
    fences = Fences(Leadership("a", 3, ["n"]), {"n": switch}, daemon)
    greenlet = gevent.spawn(fences.run)
    fences.up("n", "core")
    until(lambda: daemon.heard_of == [7])
    greenlet.kill()


def test_a_higher_term_is_told_when_the_switch_shows_it_and_each_switch_is_taken_anew(fences, switch, daemon):
    until(lambda: "took n" in daemon.story)
    fences.state.learned(4, "b")
    until(lambda: daemon.story[-2:] == ["goes on 5", "took n"])
    assert switch.variables["cc_leader"].startswith("a:5:")
    assert daemon.story == ["claimed 1", "leads 1", "took n", "claimed 5", "goes on 5", "took n"]


def test_who_takes_the_fence_silences_the_leader_at_its_next_beat(fences, switch, daemon):
    until(lambda: "took n" in daemon.story)
    switch.variables["cc_leader"] = "b:2:1"
    until(lambda: "deposed by b:2:1" in daemon.story)
    assert daemon.story[-2:] == ["lost n", "deposed by b:2:1"]
    assert switch.variables["cc_leader"] == "b:2:1"
