"""Runs apps on a channel: EXECUTE, the app, EXECUTE_COMPLETE."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Callable

from .answering import progress
from .channel import Channel, Execute
from .profile import now_us

App = Callable[[Channel, str], str | None]
APPS: dict[str, App] = {}
# On a call that is not answered yet these open early media first.
NEEDS_MEDIA = frozenset({"playback", "endless_playback", "play_and_get_digits", "read"})


def app(name: str) -> Callable[[App], App]:
    """Register an app. It gets the channel and its expanded data, and returns its Application-Response."""

    def register(function: App) -> App:
        APPS[name] = function
        return function

    return register


def run(ch: Channel, name: str, data: str = "", app_uuid: str = "") -> None:
    """Run one app. An unknown one ends the call, with no EXECUTE_COMPLETE, as measured."""
    function = APPS.get(name)
    if function is None:
        ch.hangup("DESTINATION_OUT_OF_ORDER")
        return
    data = expand(ch, data)
    ch.last_app = ch.shown_app = (name, data)
    ch.app_log.append((name, data, now_us()))
    extra = {"Application": name}
    if data:
        extra["Application_Data"] = data
    app_uuid = app_uuid or str(uuids.uuid4())
    if name in NEEDS_MEDIA and ch.direction == "inbound" and not ch.answered.is_set() and not ch.times.progress_media:
        ch.variables["endpoint_disposition"] = "EARLY MEDIA"
        progress(ch, early=True)
    ch.variables.pop("current_application_response", None)
    ch.put("current_application_data", data)
    ch.variables["current_application"] = name
    ch.fire("CHANNEL_EXECUTE", **extra, Application_UUID=app_uuid)
    try:
        response = function(ch, data)
    except (ValueError, IndexError):  # bad arguments: the app does nothing, the call goes on
        response = None
    if response is not None:
        ch.variables["current_application_response"] = response
    ch.fire(
        "CHANNEL_EXECUTE_COMPLETE",
        **extra,
        Application_UUID=app_uuid,
        Application_Response=ch.get("current_application_response", "_none_"),
    )


def run_order(ch: Channel, order: Execute) -> None:
    """Run what a controller sent. A locked one keeps the inbox shut until it is done."""
    before, ch.lock = ch.lock, order.locked
    answered = ch.answered.is_set()
    try:
        for _ in range(order.loops):
            run(ch, order.app, order.data, order.uuid)
            if not ch.ready:
                break
    finally:
        ch.lock = before
    if answered:
        ch.fire(
            "PRIVATE_COMMAND",
            Command=order.raw,
            call_command="execute",
            execute_app_name=order.app,
            execute_app_arg=order.data,
            Event_UUID=order.uuid,
        )


def expand(ch: Channel, text: str) -> str:
    """Replace `${name}` by the channel's variable, then the global one, then nothing."""
    while True:
        start = text.find("${")
        end = text.find("}", start)
        if start < 0 or end < 0:
            return text
        name = text[start + 2 : end]
        value = ch.get(name) or ch.switch.globals.get(name, "")
        text = text[:start] + value.replace("${", "%{") + text[end + 1 :]
