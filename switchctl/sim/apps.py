"""Dialplan apps that are a few lines each. The longer ones have rooms of their own: playing, digits, bridging,
outbound (socket), callcenter."""

from __future__ import annotations

from . import course, outbound
from .answering import answer, progress
from .causes import known
from .channel import Channel
from .recording import start_recording, stop_recording
from .runner import app, run_order
from .waiting import pause


@app("answer")
def _answer(ch: Channel, data: str) -> None:
    answer(ch)


@app("pre_answer")
def _pre_answer(ch: Channel, data: str) -> None:
    if not ch.times.progress_media:
        progress(ch, early=True)


@app("ring_ready")
def _ring_ready(ch: Channel, data: str) -> None:
    if not ch.times.progress:
        progress(ch)


@app("set")
def _set(ch: Channel, data: str) -> None:
    name, _, value = data.partition("=")
    ch.put(name.strip(), value)


@app("export")
def _export(ch: Channel, data: str) -> None:
    name, _, value = data.partition("=")
    ch.put(name.strip().removeprefix("nolocal:"), value)


@app("multiset")
def _multiset(ch: Channel, data: str) -> None:
    separator = " "
    if data.startswith("^^"):
        separator, data = data[2], data[3:]
    for pair in data.split(separator):
        name, _, value = pair.partition("=")
        ch.put(name, value)


@app("unset")
def _unset(ch: Channel, data: str) -> None:
    ch.put(data.strip(), None)


@app("hangup")
def _hangup(ch: Channel, data: str) -> None:
    ch.hangup(known(data.strip()))


@app("respond")
def _respond(ch: Channel, data: str) -> None:
    """A refusal ends the call, as if the trunk had refused it: the app itself names no cause."""
    status = int(data.split()[0])
    ch.hangup("NORMAL_TEMPORARY_FAILURE" if status == 503 else "CALL_REJECTED", "send_refuse", status)


@app("park")
def _park(ch: Channel, data: str) -> None:
    course.wait_parked(ch)


@app("sleep")
def _sleep(ch: Channel, data: str) -> None:
    pause(ch, float(data or 0) / 1000, run_order, breakable=True)


@app("transfer")
def _transfer(ch: Channel, data: str) -> None:
    words = data.split()
    destination, dialplan, context = (words + ["XML", ch.profile.context][len(words) - 1 :])[:3]
    course.transfer(ch, destination, dialplan, context)


@app("socket")
def _socket(ch: Channel, data: str) -> None:
    """Returns at once where nobody listens; otherwise the call stays parked under control."""
    if outbound.reach(ch, data) is not None:
        course.wait_parked(ch)


@app("flush_dtmf")
def _flush_dtmf(ch: Channel, data: str) -> None:
    ch.digits.clear()


@app("record_session")
def _record_session(ch: Channel, data: str) -> None:
    start_recording(ch, data)


@app("stop_record_session")
def _stop_record_session(ch: Channel, data: str) -> None:
    stop_recording(ch, data)


@app("event")
def _event(ch: Channel, data: str) -> None:
    pairs = [pair.partition("=") for pair in data.split(",") if "=" in pair]
    extra = {name: value for name, _, value in pairs}
    ch.fire("CUSTOM" if "Event-Subclass" in extra else "CHANNEL_APPLICATION", extra.pop("Event-Subclass", ""), **extra)


@app("log")
@app("info")
@app("bind_digit_action")
@app("digit_action_set_realm")
@app("execute_extension")
@app("bind_meta_app")
@app("hash")
@app("db")
@app("presence")
def _harmless(ch: Channel, data: str) -> None:
    """Accepted, with no effect here: codes on phones are proven on the real switch."""
