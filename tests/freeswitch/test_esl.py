"""Our links and our commands on the real switch: it understands what we meant."""

import json
import random
from collections.abc import Iterator

import gevent
import pytest

from switchctl.esl import commands
from switchctl.esl.backoff import Backoff
from switchctl.esl.events import EVENT_NAMES, SILENT_APPLICATIONS, Event, decode_event
from switchctl.esl.node import Node
from switchctl.esl.replies import Reply
from tests.freeswitch.agents import password
from tests.freeswitch.console import Console
from tests.freeswitch.endpoint import Endpoint
from tests.freeswitch.switch import Switch

LEG = "a-leg-of-the-esl-tests"


class Link:
    """A node and what it told."""

    def __init__(self, switch: Switch, secret: str) -> None:
        self.told: list[str] = []
        self.events: list[Event] = []
        self.node = Node(
            "real", "127.0.0.1", switch.esl_port, secret,
            on_event=lambda _, event: self.events.append(event),
            on_up=lambda _, core: self.told.append(core),
            on_down=lambda *_: self.told.append("down"),
            backoff=Backoff(random.Random(1)),
        )  # fmt: skip
        self.node.start()

    def until(self, condition: object) -> None:
        with gevent.Timeout(60):
            while not condition():  # type: ignore[operator]
                gevent.sleep(0.01)


@pytest.fixture
def link(switch: Switch) -> Iterator[Link]:
    link = Link(switch, switch.secret)
    link.until(lambda: link.node.up)
    yield link
    link.node.stop()


def test_a_node_comes_up_and_knows_which_run_of_the_switch_it_is(link: Link, console: Console) -> None:
    assert link.told == [console.ask(commands.global_get("core_uuid"))]
    assert "is ready" in link.node.ask(commands.status())


def test_it_hears_of_a_call_what_is_read_and_nothing_more(link: Link, console: Console, outside: Endpoint) -> None:
    """Of the dozen applications that run for her the prompt alone: the switch keeps the others to itself."""
    outside.dial("4001")
    link.until(lambda: [event for event in link.events if event.name == "CHANNEL_EXECUTE"])
    console.api("hupall NORMAL_CLEARING")
    link.until(lambda: [event for event in link.events if event.name == "CHANNEL_HANGUP_COMPLETE"])
    assert {event.name for event in link.events} <= set(EVENT_NAMES) | {"CUSTOM"}
    assert {event.app for event in link.events if event.app}.isdisjoint(SILENT_APPLICATIONS)


def test_a_dump_tells_whether_what_plays_is_over(link: Link, console: Console, outside: Endpoint) -> None:
    """The listing does not: its column keeps the name of the newest application."""
    phone = outside.register("1001", password("1001"))
    link.until(lambda: phone.registered)
    link.node.command(commands.originate_park("user/1001", LEG, {}, 5, LEG, 20), None)
    link.until(lambda: any(e.job_uuid == LEG for e in link.events))

    def response() -> str:
        return decode_event(link.node.ask(commands.dump(LEG)).encode()).last_response

    def heard(name: str, token: str) -> bool:
        return any(e.app_uuid == token and e.name == name for e in link.events)

    for token in ("first", "again"):
        link.node.command(commands.execute(LEG, "playback", "moh/music.wav", token), None)
        link.until(lambda token=token: heard("CHANNEL_EXECUTE", token))
        assert response() == ""
        assert console.api(f"uuid_break {LEG} all").startswith("+OK")
        link.until(lambda token=token: heard("CHANNEL_EXECUTE_COMPLETE", token))
        assert response() == "FILE PLAYED"

    def applications() -> list[str]:
        return [row["application"] for row in json.loads(link.node.ask(commands.show_channels())).get("rows", [])]

    link.until(lambda: applications() == ["playback"])  # the listing is written a moment behind


def test_a_wrong_secret_is_told(switch: Switch) -> None:
    link = Link(switch, "not-the-secret")
    link.until(lambda: link.node.error)
    assert link.node.error == "the switch refuses the secret"
    link.node.stop()


def test_a_variable_of_the_switch_is_set_only_from_the_value_that_it_has(link: Link) -> None:
    ask = link.node.ask
    ask(commands.global_set("cc_test", "d:1"))
    ask(commands.global_set("cc_test", "d:2", "other"))
    assert ask(commands.global_get("cc_test")) == "d:1"
    ask(commands.global_set("cc_test", "d:2", "d:1"))
    assert ask(commands.global_get("cc_test")) == "d:2"


@pytest.mark.parametrize(
    "value",
    ["plain", "Zhang San", "张三😀", "a,b", "a, b , c", "x=1;y|z", "100%25", "(1)#*!?", "+8613800001111",
     "a/b:c@d~e", "local_stream://moh", commands.display("O'Brien, \"x\" {y} ${hostname} <z> \\ [w]")],
)  # fmt: skip
def test_a_value_arrives_in_an_originate_and_however_it_is_set(
    link: Link, console: Console, outside: Endpoint, value: str
) -> None:
    phone = outside.register("1001", password("1001"))
    link.until(lambda: phone.registered)
    replies: list[Reply] = []
    variables = {"n": value, "m": value, "tail": "1"}
    link.node.command(commands.originate_park("user/1001", LEG, variables, 5, LEG, 20), replies.append)
    link.until(lambda: any(e.job_uuid == LEG for e in link.events))
    (job,) = (e for e in link.events if e.job_uuid == LEG)
    assert job.body.strip() == f"+OK {LEG}"
    assert replies[0].ok

    ask = link.node.ask
    assert [ask(commands.getvar(LEG, name)) for name in ("n", "m", "tail")] == [value, value, "1"]
    ask(commands.setvar(LEG, "one", value))
    assert ask(commands.getvar(LEG, "one")) == value
    if ";" not in value:
        ask(commands.setvars(LEG, {"two": value, "three": value, "tail": ""}))
        assert [ask(commands.getvar(LEG, name)) for name in ("two", "three", "tail")] == [value, value, "_undef_"]

    link.node.command(commands.execute(LEG, "set", f"four={value}", event_uuid="e-1", lock=True))
    link.until(lambda: ask(commands.getvar(LEG, "four")) == value)
    assert ask(commands.kill(LEG, "USER_BUSY")) == "+OK"
    link.until(lambda: any(e.uuid == LEG and e.hangup_cause == "USER_BUSY" for e in link.events))
