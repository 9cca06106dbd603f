"""Callers who put more into their name than a name: nothing is forged, nobody else's call is touched."""

import pytest

from switchctl.contract import facts as f
from tests.freeswitch.centre import Centre
from tests.freeswitch.until import until

HERE = b"@127.0.0.1"
CALLERS = {
    "chinese": ('"张三" <sip:15400001111'.encode() + HERE + b">", "张三"),
    "emoji": ('"李雷😀☎️👨‍👩‍👧" <sip:15400001112'.encode() + HERE + b">", "李雷😀☎️👨‍👩‍👧"),
    "quotes": (rb'"O' + b"'" + rb'Brien \"Bob\"" <sip:15400001113' + HERE + b">", None),
    "comma-brace": (b'"a,b{c}[d]<e>;f|g^^:h=1&i" <sip:15400001114' + HERE + b">", "a,b{c}[d]<e>;f|g^^:h=1&i"),
    "dollar-brace": (b'"${hostname} $${domain} ${status()}" <sip:15400001115' + HERE + b">", None),
    "encoded newline": (
        b'"Bob%0AEvent-Name: CHANNEL_HANGUP%0AHangup-Cause: NORMAL_CLEARING%0a%0a" <sip:15400001116' + HERE + b">",
        None,
    ),
    "folded": (b'"Bob\r\n Event-Name: CHANNEL_HANGUP" <sip:15400001117' + HERE + b">", None),
    "backslash n": (rb'"Bob\\nEvent-Name: CHANNEL_HANGUP\\n\\n" <sip:15400001118' + HERE + b">", None),
    "long": (b'"' + "长名字".encode() * 300 + b'" <sip:15400001119' + HERE + b">", None),
    "not utf-8": (b'"\xd5\xc5\xc8\xfd" <sip:15400001120' + HERE + b">", None),
    "control": ('"abc\u202egnp.exe\tx" <sip:15400001121'.encode() + HERE + b">", None),
    "json": (rb'"\",\"Event-Name\":\"CHANNEL_HANGUP\",\"x\":\"" <sip:15400001122' + HERE + b">", None),
    "content length": (b'"x%0AContent-Length: 5%0A%0Aabcde" <sip:15400001123' + HERE + b">", None),
    "odd user": (b'"Anonymous" <sip:%2B86%20154-0000%2C1124%7B%7D%27' + HERE + b">", None),
    "anonymous": (b'"Anonymous" <sip:anonymous@anonymous.invalid>', "Anonymous"),
    "no user": (b'"" <sip:127.0.0.1>', None),
}


def test_every_hostile_caller_is_one_ordinary_call(desk: Centre) -> None:
    (phone,) = desk.at_work("alice")
    bystander, bystanders_call = desk.queued()
    desk.fact(f.TalkStarted, call_id=bystanders_call)

    for what, (header, name) in CALLERS.items():
        caller, call_id = desk.queued(from_header=header)
        arrived = desk.facts(f.CallArrived, call_id=call_id)[0]
        if name is not None:
            assert arrived.name == name, what
        desk.outside.do(caller.hang_up)
        assert desk.ended(call_id).ended_by == "customer", what
        assert desk.kinds(call_id) == [
            "CallArrived", "FlowEntered", "CallAnswered", "FlowLeft", "QueueEntered", "QueueLeft", "CallEnded",
        ], what  # fmt: skip
        desk.record(call_id)

    assert len(desk.facts(f.CallArrived)) == len(CALLERS) + 1
    assert len(desk.facts(f.CallEnded)) == len(CALLERS)
    desk.talks(bystander, phone)


@pytest.mark.parametrize("what", ["comma-brace", "dollar-brace", "encoded newline", "not utf-8", "odd user", "no user"])
def test_hostile_caller_reaches_an_agent(desk: Centre, what: str) -> None:
    (phone,) = desk.at_work("alice")
    caller, call_id = desk.queued(from_header=CALLERS[what][0])
    desk.fact(f.TalkStarted, call_id=call_id)
    desk.talks(caller, phone)
    shown = phone.call.incoming.text("from")
    assert "CHANNEL_HANGUP" not in shown
    assert "{" not in shown
    desk.outside.do(phone.call.hang_up)
    assert desk.ended(call_id).ended_by == "agent"
    until(lambda: caller.state == "ended", "the caller to be let go")
