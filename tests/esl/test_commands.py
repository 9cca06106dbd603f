"""Every command as the bytes that leave, and what is refused."""

import pytest

from switchctl.esl import commands
from switchctl.esl.commands import CommandError
from switchctl.esl.values import whole_command
from tests.esl import freeswitch


def test_the_link_s_own_words():
    assert commands.auth("s3cret") == b"auth s3cret\n\n"
    assert commands.connect() == b"connect\n\n"
    assert commands.linger(5) == b"linger 5\n\n"
    assert commands.exit_() == b"exit\n\n"
    assert commands.events().startswith(b"event json CHANNEL_CREATE ")
    assert commands.filters()[0] == b"filter Event-Name CHANNEL_CREATE\n\n"
    assert commands.filters()[-1] == b"filter Application -socket\n\n"
    custom = b" CUSTOM sofia::register sofia::unregister sofia::expire sofia::gateway_state callcenter::info"
    assert commands.events().endswith(custom + b" conference::maintenance\n\n")


def test_an_execute_names_its_channel_and_says_only_what_was_given():
    assert commands.execute("leg-1", "answer") == (
        b"sendmsg leg-1\ncall-command: execute\nexecute-app-name: answer\n\n"
    )
    full = commands.execute("leg-1", "playback", "local_stream://moh", event_uuid="e-1", lock=True, loops=2)
    assert full == (
        b"sendmsg leg-1\ncall-command: execute\nexecute-app-name: playback\n"
        b"execute-app-arg: local_stream://moh\nloops: 2\nevent-lock: true\nEvent-UUID: e-1\n\n"
    )
    assert b"None" not in commands.execute("leg-1", "play_and_get_digits")


def test_an_originate_carries_its_leg_its_variables_and_its_own_end():
    data = commands.originate_park(
        "user/1001", "leg-1", {"cc_call_id": "c1", "origination_caller_id_name": "Zhang San"}, 20, "job-1", 8
    )
    assert data == (
        b"bgapi originate {origination_uuid=leg-1,originate_timeout=20,park_timeout=8,ignore_early_media=true,"
        b"cc_call_id=c1,origination_caller_id_name='Zhang San'}user/1001 &park()\nJob-UUID: job-1\n\n"
    )


@pytest.mark.parametrize(
    ("command", "text"),
    [
        (commands.bridge("a", "b"), "api uuid_bridge a b"),
        (commands.kill("a", "ORIGINATOR_CANCEL"), "api uuid_kill a ORIGINATOR_CANCEL"),
        (commands.answer_phone("a"), "api uuid_phone_event a talk"),
        (commands.break_all("a"), "api uuid_break a all"),
        (commands.transfer("a", "wait", "stages"), "api uuid_transfer a wait XML stages"),
        (commands.setvar("a", "hangup_after_bridge", "true"), "api uuid_setvar a hangup_after_bridge true"),
        (commands.setvar("a", "transfer_after_bridge", ""), "api uuid_setvar a transfer_after_bridge"),
        (commands.setvars("a", {"x": "1", "y": ""}), "api uuid_setvar_multi a x=1;y="),
        (commands.getvar("a", "cc_call_id"), "api uuid_getvar a cc_call_id"),
        (commands.show_channels(), "api show channels as json"),
        (commands.status(), "api status"),
        (commands.global_get("core_uuid"), "api global_getvar core_uuid"),
        (commands.global_set("cc_leader", "d:1"), "api global_setvar cc_leader=d:1"),
        (commands.global_set("cc_leader", "d:2", "d:1"), "api global_setvar cc_leader=d:2=d:1"),
        (
            commands.callcenter("agent", "set", "status", "1001@default", "On Break"),
            "api callcenter_config agent set status 1001@default 'On Break'",
        ),
    ],
)
def test_an_api(command, text):
    assert command == f"{text}\n\n".encode()


def test_an_api_with_a_job_runs_in_the_background():
    assert commands.show_channels("j") == b"bgapi show channels as json\nJob-UUID: j\n\n"


def test_a_hangup_by_message():
    assert commands.hangup("a", "USER_BUSY") == b"sendmsg a\ncall-command: hangup\nhangup-cause: USER_BUSY\n\n"


@pytest.mark.parametrize(
    "dial",
    ["user/1001", "user/1001@cc.example.net", "sofia/gateway/carrier/+8613800001111",
     "sofia/siblings/1001@10.0.0.5:5070"],
)  # fmt: skip
def test_endpoints_that_may_be_called(dial):
    data = commands.originate_park(dial, "l", {}, 20, "j", 8)
    assert freeswitch.originate(freeswitch.commands(data)[0][""])[1:] == ([dial], "&park()")


@pytest.mark.parametrize(
    "dial",
    ["", "user/", "1001", "user/1001,user/1002", "user/1001|user/1002", "user/1001:_:user/1002", "user/${x}",
     "{a=b}user/1001", "[a=b]user/1001", "<a=b>user/1001", "user/1001 &system(x)", "user/1001 x XML y",
     "sofia/gateway/carrier/138@evil.example", "sofia/gateway/carrier/138;a=b", "sofia/external/138@evil",
     "loopback/4001/public", "sofia/gateway/carrier/",
     "sofia/siblings/1001@h", "sofia/siblings/1001@h:5070;x=y", "user/-1", "user/1001\n", "group/all", "error/busy"],
)  # fmt: skip
def test_endpoints_that_may_not(dial):
    with pytest.raises(CommandError):
        commands.originate_park(dial, "l", {}, 20, "j", 8)


def test_a_phone_of_another_switch():
    assert commands.sibling("1001", "10.0.0.5", 5070) == "sofia/siblings/1001@10.0.0.5:5070"
    assert commands.sibling("1001", "::1", 5070) == "sofia/siblings/1001@[::1]:5070"
    for hostile in (("1001@evil", "h", 1), ("1001,user/1", "h", 1), ("1", "h:1;x", 1), ("1", "${x}", 1), ("1", "h", 0)):
        with pytest.raises(CommandError):
            commands.sibling(*hostile)


def test_new_calls_are_refused_and_taken_again():
    assert commands.pause_inbound(True) == b"api fsctl pause inbound\n\n"
    assert commands.pause_inbound(False) == b"api fsctl resume inbound\n\n"
    assert commands.inbound_paused() == b"api fsctl pause_check inbound\n\n"


@pytest.mark.parametrize(
    "value", ["a", "张三😀", "Zhang San", "a,b", "a, b , c", "x=1;y|z", "100%25", "(1)#*!", "", "👩‍👧"]
)
def test_a_value_arrives_as_it_was(value):
    data = commands.originate_park("user/1", "l", {"n": value, "tail": "1"}, 20, "j", 8)
    variables, endpoints, app = freeswitch.originate(freeswitch.commands(data)[0][""])
    assert (variables["n"], variables["tail"], endpoints, app) == (value, "1", ["user/1"], "&park()")


@pytest.mark.parametrize(
    "value",
    ["x}y", "{z}", "${hostname}", "$${domain}", "$", "a\\b", "O'Brien", '"q"', "<x>", "[x]", "^^:a", "`x`", "a:_:b",
     "a\nb", "a\rb", "a\0b", "a\u2028b", "a\u0085b", " a", "a ", "ARRAY::a", "\ud800", "\u202eabc", "x" * 1001],
)  # fmt: skip
def test_a_value_that_cannot_be_passed_on_is_refused(value):
    for write in (
        lambda: commands.originate_park("user/1", "l", {"n": value}, 20, "j", 8),
        lambda: commands.setvar("l", "n", value),
        lambda: commands.setvars("l", {"n": value}),
    ):
        with pytest.raises(CommandError):
            write()


def test_several_values_at_once_cannot_hold_their_separator():
    with pytest.raises(CommandError):
        commands.setvars("l", {"n": "a;b=c"})


def test_a_command_cannot_be_given_what_it_sets_itself():
    with pytest.raises(CommandError):
        commands.originate_park("user/1", "l", {"origination_uuid": "other"}, 20, "j", 8)


def test_an_originate_without_a_job_would_hold_up_the_link():
    with pytest.raises(CommandError):
        commands.originate_park("user/1", "l", {}, 20, "", 8)


def test_compare_and_set_from_nothing_would_set_always():
    with pytest.raises(CommandError):
        commands.global_set("cc_leader", "d:1", "")


@pytest.mark.parametrize("arg", ["a\nb", "a\r\n\r\nbgapi system x", "${system(x)}", "$${x}", "x\0", " x", "x" * 4001])
def test_an_argument_that_would_be_more_than_one_is_refused(arg):
    with pytest.raises(CommandError):
        commands.execute("l", "set", arg)


@pytest.mark.parametrize("loops", [0.5, "2", 100_000])
def test_numbers_are_whole_and_in_range(loops):
    with pytest.raises(CommandError):
        commands.execute("l", "playback", "x", loops=loops)


def test_an_error_never_shows_the_value():
    with pytest.raises(CommandError) as error:
        commands.auth("hunter2\nexit")
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"api x", b"api x\n\napi y\n\n", b"api x\r\n\n", b"a\n\n\n", b"a\0\n\n"]
)
def test_bytes_that_are_not_exactly_one_command_never_leave(data):
    with pytest.raises(CommandError):
        whole_command(data)


def test_what_a_person_wrote_is_made_fit_for_a_variable():
    assert commands.display("O'Brien,\n ${system x} <b>张三</b> \\ 😀") == "O\u2019Brien system x b张三/b 😀"
    assert commands.display("x" * 100) == "x" * 60
    assert commands.display("\ud800\0\r\n") == ""
