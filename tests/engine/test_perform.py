"""Every effect becomes one command on its node's line, and its answer comes back."""

import json

import pytest

from switchctl.engine import inbox as i
from switchctl.engine.perform import Perform, channel_rows
from switchctl.engine.timers import Timers
from switchctl.esl.replies import Reply, reply_of
from switchctl.model import effects as e


class Paper:
    """A line that keeps what was sent; the test answers."""

    def __init__(self) -> None:
        self.sent = []

    def command(self, data, done) -> None:
        self.sent.append((data.decode(), done))

    def answer(self, text: str) -> None:
        self.sent[-1][1](reply_of(text))


class Leases:
    def __init__(self) -> None:
        self.released = []

    def release(self, uuid: str) -> None:
        self.released.append(uuid)


@pytest.fixture
def line():
    return Paper()


@pytest.fixture
def inbox():
    return i.Inbox()


@pytest.fixture
def perform(line, inbox):
    return Perform({"node1": line}, Leases(), Timers(lambda key: None, lambda: 0), inbox)


def back(inbox):
    return inbox.take(100)[0] if len(inbox) else []


EFFECTS = {
    e.Answer("node1", "leg-1"): "sendmsg leg-1\ncall-command: execute\nexecute-app-name: answer\n\n",
    e.Play("node1", "leg-1", "ivr/greeting.wav", "token-1"): (
        "sendmsg leg-1\ncall-command: execute\nexecute-app-name: playback\n"
        "execute-app-arg: ivr/greeting.wav\nEvent-UUID: token-1\n\n"
    ),
    e.Bridge("node1", "leg-1", "leg-2", "r"): "api uuid_bridge leg-1 leg-2\n\n",
    e.Kill("node1", "leg-1", "ORIGINATOR_CANCEL"): "api uuid_kill leg-1 ORIGINATOR_CANCEL\n\n",
    e.Hold("node1", "leg-1", True, "local_stream://moh", "hold-leg-2", "r"): (
        "sendmsg leg-1\ncall-command: execute\nexecute-app-name: playback\n"
        "execute-app-arg: local_stream://moh\nloops: -1\nEvent-UUID: hold-leg-2\n\n"
    ),
    e.Hold("node1", "leg-1", False, "local_stream://moh", "hold-leg-2", "r"): "api uuid_break leg-1 all\n\n",
    e.PickUp("node1", "leg-1", "r"): "api uuid_phone_event leg-1 talk\n\n",
    e.Transfer("node1", "leg-1", "wait"): "api uuid_transfer leg-1 wait XML stages\n\n",
    e.ListChannels("node1"): "api show channels as json\n\n",
    e.ListPhones("node1"): "api show registrations as json\n\n",
    e.Pause("node1", True, "r"): "api fsctl pause inbound\n\n",
    e.AskPaused("node1"): "api fsctl pause_check inbound\n\n",
    e.Inspect("node1", "leg-1"): "api uuid_dump leg-1 json\n\n",
}


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: type(effect).__name__)
def test_an_effect_is_one_command(perform, line, effect):
    perform(effect)
    assert [text for text, _ in line.sent] == [EFFECTS[effect]]


def test_variables_are_set_together(perform, line):
    perform(e.SetVars("node1", "leg-1", {"cc_call_id": "leg-1", "cc_stage": "wait"}))
    assert line.sent[0][0] == "api uuid_setvar_multi leg-1 cc_call_id=leg-1;cc_stage=wait\n\n"


def test_a_phone_is_rung_as_a_job_of_its_own_id_and_never_parks_for_ever(perform, line):
    perform(e.Originate("node1", "leg-2", "1001", 20, {"cc_call_id": "call-1", "cc_epoch": "3"}))
    [(text, _)] = line.sent
    assert text.startswith("bgapi originate {")
    for part in (
        "origination_uuid=leg-2",
        "park_timeout=10",
        "cc_call_id=call-1",
        "cc_epoch=3",
        "originate_timeout=20",
    ):
        assert part in text
    assert text.endswith("user/1001 &park()\nJob-UUID: leg-2\n\n")


def test_an_agent_who_dials_and_her_customer_are_one_command(perform, line):
    theirs = {"cc_call_id": "call-1", "origination_caller_id_number": "+862160000000"}
    dial = e.Dial("node1", "leg-2", "1001", 20, {"cc_offer": "leg-2"}, "", "call-1", "+8613801001234", "carrier", 60,
                  theirs)  # fmt: skip
    perform(dial)
    assert line.sent[0][0] == (
        "bgapi originate {origination_uuid=leg-2,originate_timeout=20,ignore_early_media=true,cc_offer=leg-2}user/1001 "
        "&bridge({origination_uuid=call-1,originate_timeout=60,ignore_early_media=false,cc_call_id=call-1,"
        "origination_caller_id_number=+862160000000}sofia/gateway/carrier/+8613801001234)\nJob-UUID: leg-2\n\n"
    )


def test_a_number_that_is_none_is_never_dialled(perform, line, inbox):
    for number in ("1380100 &park()", "1;2", "1,user/1", "", "+", "a@b"):
        perform(e.Dial("node1", "leg-2", "1001", 20, {}, "", "call-1", number, "carrier", 60, {}))
    assert not line.sent and [(r.ref, r.ok) for r in back(inbox)] == [("leg-2", False)] * 6


def test_a_phone_of_another_node_is_rung_over_its_address(perform, line, inbox):
    perform._siblings = {"node2": ("10.0.0.6", 5070)}
    perform(e.Originate("node1", "leg-2", "1001", 20, {"cc_call_id": "call-1"}, "node2"))
    [(text, _)] = line.sent
    assert text.endswith("}sofia/siblings/1001@10.0.0.6:5070 &park()\nJob-UUID: leg-2\n\n")
    perform(e.Originate("node1", "leg-3", "1001", 20, {}, "node9"))
    assert [(refused.ref, refused.ok) for refused in back(inbox)] == [("leg-3", False)]


def test_registrations_are_read_and_what_is_no_list_is_none(perform, line, inbox):
    rows = [{"reg_user": "1001", "expires": "160"}, {"reg_user": "1001", "expires": "190"}, {"reg_user": "1002"}]
    for text in (json.dumps({"row_count": 3, "rows": rows}), '{"row_count": 0}', "-ERR no", "{"):
        perform(e.ListPhones("node1"))
        line.answer(text)
    listed = back(inbox)
    assert [seen.found for seen in listed] == [{"1001": 130_000_000}, {}]


def test_only_a_plain_word_tells_whether_it_is_paused(perform, line, inbox):
    for text in ("true", "false\n", "", "-ERR no"):
        perform(e.AskPaused("node1"))
        line.answer(text)
    assert [seen.is_so for seen in back(inbox)] == [True, False]


def test_an_answer_comes_back_with_its_ref(perform, line, inbox):
    perform(e.Bridge("node1", "leg-1", "leg-2", "bridge|leg-2"))
    line.answer("-ERR Invalid uuid\n")
    assert back(inbox) == [i.Replied("node1", "bridge|leg-2", False, "-ERR Invalid uuid")]
    assert perform.commands["Bridge", "refused"] == 1


def test_an_answer_without_ref_stays_out(perform, line, inbox):
    perform(e.Kill("node1", "leg-1"))
    line.answer("-ERR No such channel!")
    assert back(inbox) == []


def test_a_phone_that_could_not_be_rung_is_told_by_its_leg(perform, line, inbox):
    perform(e.Originate("node1", "leg-2", "1001", 20, {}))
    line.sent[-1][1](Reply(ok=False, text="the link is down"))
    assert back(inbox) == [i.Replied("node1", "leg-2", False, "the link is down")]


def test_what_cannot_be_written_is_refused_and_not_sent(perform, line, inbox):
    perform(e.Originate("node1", "leg-2", "1001", 20, {"name": "a\n\napi system reboot"}))
    perform(e.Transfer("node1", "leg-1", "wait XML evil"))
    assert line.sent == []
    [refused] = back(inbox)
    assert (refused.ref, refused.ok) == ("leg-2", False)
    assert perform.commands["Transfer", "unwritable"] == 1


def test_an_unknown_node_refuses(perform, inbox):
    perform(e.Bridge("node9", "leg-1", "leg-2", "r"))
    assert [(item.node, item.ok) for item in back(inbox)] == [("node9", False)]


def test_a_listing_comes_back_as_rows(perform, line, inbox):
    perform(e.ListChannels("node1"))
    line.answer('{"row_count": 1, "rows": [{"uuid": "leg-1"}]}')
    perform(e.ListChannels("node1"))
    line.answer('{"row_count": 0}')
    assert back(inbox) == [i.Listed("node1", [{"uuid": "leg-1"}]), i.Listed("node1", [])]


@pytest.mark.parametrize("text", ["-ERR no reply", "", "{", "[]", '{"rows": 1}', '{"row_count": 1, "rows": ["x"]}'])
def test_a_listing_that_failed_is_not_an_empty_switch(perform, line, inbox, text):
    perform(e.ListChannels("node1"))
    line.answer(text)
    assert back(inbox) == []
    assert channel_rows(text) is None


def test_a_leg_that_is_gone_is_not_inspected(perform, line, inbox):
    perform(e.Inspect("node1", "leg-1"))
    line.answer("-ERR No such channel!")
    perform(e.Inspect("node1", "leg-1"))
    line.answer('{"Event-Name": "CHANNEL_DATA", "Unique-ID": "leg-1"}')
    [inspected] = back(inbox)
    assert inspected.event.uuid == "leg-1"


def test_a_lease_is_given_back_and_timers_are_kept(perform):
    perform(e.Release("leg-1"))
    assert perform._leases.released == ["leg-1"]
    perform(e.SetTimer("a", 5))
    assert len(perform._timers) == 1
    perform(e.CancelTimer("a"))
    assert len(perform._timers) == 0
