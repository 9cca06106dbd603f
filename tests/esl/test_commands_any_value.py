"""Any value in any field of any command: one command leaves and means what was meant, or none leaves.

FUZZ_VALUES sets how many values are tried.
"""

import os
import random
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from switchctl.esl import commands
from switchctl.esl.commands import CommandError
from tests.esl import freeswitch
from tests.esl.test_frames_any_bytes import MANY

VALUES = int(os.environ.get("FUZZ_VALUES", "1500"))

# What means something somewhere on the way: to the socket, the splitter, the dial string, the expansion, SIP.
PIECES = [
    "\n", "\r", "\0", "\n\n", "\r\n\r\n", "\n\napi status\n\n", "\nContent-Length: 9", "\u2028", "\u0085", "\x0b",
    "%0A", ",", "\\,", "\\", "'", "\\'", '"', "{", "}", "[", "]", "<", ">", "|", ":_:", "^^:", "$", "${",
    "${system(id)}", "$${x}", "=", ";", "&", "&park()", "&system(x)", " ", "  ", "user/1", "sofia/gateway/g/1", "@",
    "/", "-", "-both", "+", "a", "Z", "0", "10086", "cc_tail=2", "ARRAY::a|:b", "张三", "😀", "\ud800", "\u202e",
    "\ufeff", "é", "e\u0301", " XML default", "CUSTOM", "_undef_", "None",
]  # fmt: skip

HEADERS = {
    "", "call-command", "execute-app-name", "execute-app-arg", "event-lock", "Event-UUID", "hangup-cause",
    "Job-UUID",
}  # fmt: skip

GATEWAY = "sofia/gateway/g/+8613801001234"


def _customer(
    dial: str = GATEWAY, leg: str = "c", name: str = "n", value: str = "x", prompt: str = ""
) -> bytes:  # fmt: skip
    """An agent's phone, and a customer behind it."""
    customer = commands.Customer(dial, leg, {name: value, "tail": "3"}, 60, prompt)
    return commands.originate_bridge("user/1", "l", {"tail": "2"}, 20, customer, "j")


FIELDS: dict[str, Callable[[str], bytes]] = {
    "secret": commands.auth,
    "uuid": lambda v: commands.execute(v, "playback", "x"),
    "app": lambda v: commands.execute("l", v, "x"),
    "arg": lambda v: commands.execute("l", "playback", v, "e", True),
    "event uuid": lambda v: commands.execute("l", "playback", "x", v),
    "hangup cause": lambda v: commands.hangup("l", v),
    "hangup uuid": lambda v: commands.hangup(v),
    "bridge": lambda v: commands.bridge("l", v),
    "kill": lambda v: commands.kill("l", v),
    "job": lambda v: commands.status(v),
    "phone": commands.answer_phone,
    "break": commands.break_all,
    "extension": lambda v: commands.transfer("l", v, "stages"),
    "context": lambda v: commands.transfer("l", "wait", v),
    "variable": lambda v: commands.setvar("l", v, "x"),
    "value": lambda v: commands.setvar("l", "n", v),
    "values": lambda v: commands.setvars("l", {"a": "1", "n": v, "tail": "2"}),
    "getvar": lambda v: commands.getvar("l", v),
    "dump": commands.dump,
    "global name": commands.global_get,
    "global value": lambda v: commands.global_set("n", v, "old"),
    "global old": lambda v: commands.global_set("n", "new", v),
    "callcenter": lambda v: commands.callcenter("agent", "set", "status", v),
    "dial": lambda v: commands.originate_park(v, "l", {"tail": "2"}, 20, "j", 8),
    "number": lambda v: commands.originate_park("sofia/gateway/g/" + v, "l", {"tail": "2"}, 20, "j", 8),
    "leg": lambda v: commands.originate_park("user/1", v, {"tail": "2"}, 20, "j", 8),
    "name in block": lambda v: commands.originate_park("user/1", "l", {v: "x", "tail": "2"}, 20, "j", 8),
    "customer": lambda v: _customer(v),
    "customer number": lambda v: _customer("sofia/gateway/g/" + v),
    "customer gateway": lambda v: _customer(f"sofia/gateway/{v}/110"),
    "customer leg": lambda v: _customer(leg=v),
    "customer name": lambda v: _customer(name=v),
    "customer value": lambda v: _customer(value=v),
    "value in block": lambda v: commands.originate_park("user/1", "l", {"n": v, "m": v, "tail": "2"}, 20, "j", 8),
}


def check(field: str, value: str) -> bool:
    """True if the value was written: then as exactly one command that says what was meant."""
    try:
        data = FIELDS[field](value)
    except CommandError as error:
        assert len(value) < 10 or value not in str(error)
        return False
    (command,) = freeswitch.commands(data)
    assert "\0" not in data.decode()
    assert set(command) <= HEADERS
    if field == "arg" and value:
        assert command["execute-app-arg"] == value
    if field == "value":
        assert (
            freeswitch.split(command[""].removeprefix("api uuid_setvar "), " ", 3)
            == ["l", "n", value][: 2 + bool(value)]
        )
    if field == "values":
        pairs = freeswitch.split(command[""].removeprefix("api uuid_setvar_multi l "), ";")
        assert pairs == ["a=1", f"n={value}", "tail=2"]
    if field == "callcenter":
        assert freeswitch.split(command[""], " ")[2:] == ["agent", "set", "status", value][-len(command) - 3 :]
    if command[""].startswith("bgapi originate "):
        variables, endpoints, app = freeswitch.originate(command[""])
        if field.startswith("customer"):
            _check_customer(field, value, app)
            variables["park_timeout"], app = "8", "&park()"
        own = {"originate_timeout": "20", "park_timeout": "8", "ignore_early_media": "true", "tail": "2"}
        own["origination_uuid"] = value if field == "leg" else "l"
        meant = {"name in block": {value: "x"}, "value in block": {"n": value, "m": value}}.get(field, {})
        assert variables == meant | own
        assert app == "&park()"
        assert endpoints == [{"dial": value, "number": "sofia/gateway/g/" + value}.get(field, "user/1")]
    return True


def _check_customer(field: str, value: str, app: str) -> None:
    assert app.startswith("&bridge(") and app.endswith(")") and " " not in app
    called, dialled = freeswitch.bridge(app.removeprefix("&bridge(").removesuffix(")"))
    name = value if field == "customer name" else "n"
    own = {"originate_timeout": "60", "ignore_early_media": "false", "tail": "3"}
    own["origination_uuid"] = value if field == "customer leg" else "c"
    assert called == {name: value if field == "customer value" else "x", **own}
    dials = {
        "customer": value,
        "customer number": "sofia/gateway/g/" + value,
        "customer gateway": f"sofia/gateway/{value}/110",
    }
    assert dialled == [dials.get(field, GATEWAY)]


def test_thousands_of_hostile_values_in_every_field():
    rng = random.Random(20)
    written = 0
    for _ in range(VALUES):
        value = "".join(rng.choices(PIECES, k=rng.randint(0, 6)))
        written += sum(check(field, value) for field in FIELDS)
    assert written > VALUES  # not everything is refused


@MANY
@given(st.sampled_from(sorted(FIELDS)), st.text(max_size=40))
def test_any_text_in_any_field(field, value):
    check(field, value)


@MANY
@given(st.text(max_size=80) | st.lists(st.sampled_from(PIECES)).map("".join))
def test_what_display_gives_can_always_be_written(text):
    shown = commands.display(text)
    assert all(check(field, shown) for field in ("value", "values", "value in block"))
    assert commands.display(shown) == shown
