"""What supervision says to the switch, and what it refuses to say."""

import pytest

from switchctl.esl import commands
from switchctl.esl import watchcommands as w
from switchctl.esl.values import CommandError

GOOD = {"dial": "user/1003", "leg_uuid": "w-1", "variables": {"cc_call_id": "c-1"}, "timeout_s": 20, "spied": "o-1",
        "job_uuid": "w-1"}  # fmt: skip


def test_a_phone_is_rung_to_hear_a_leg():
    text = commands.originate_eavesdrop(**GOOD)
    assert text == (
        b"bgapi originate {origination_uuid=w-1,originate_timeout=20,eavesdrop_enable_dtmf=true,"
        b"ignore_early_media=true,cc_call_id=c-1}user/1003 &eavesdrop(o-1)\nJob-UUID: w-1\n\n"
    )


@pytest.mark.parametrize(
    "bad",
    [
        {"spied": "o-1)&park("}, {"spied": ""}, {"spied": "${system(id)}"}, {"dial": "sofia/external/x@host"},
        {"leg_uuid": "w 1"}, {"job_uuid": "w\n1"}, {"variables": {"a": "x\n\napi status"}},
        {"variables": {"origination_uuid": "x"}}, {"timeout_s": 0},
    ],
)  # fmt: skip
def test_what_is_not_of_its_kind_is_refused(bad):
    with pytest.raises(CommandError):
        commands.originate_eavesdrop(**{**GOOD, **bad})


@pytest.mark.parametrize("key", ["", "*", "4", "22", "2\n\napi status", "w"])
def test_no_other_key_is_pressed(key):
    assert w.press("w-1", "2") == b"api uuid_recv_dtmf w-1 2\n\n"
    with pytest.raises(CommandError):
        w.press("w-1", key)
