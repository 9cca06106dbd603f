"""Recordings without sound: the events of a recording, so that a controller can tell that it runs."""

from .channel import Channel


def start_recording(ch: Channel, path: str) -> None:
    """It ends by stop_recording, or with the channel."""
    ch.recordings.append(path)
    ch.fire("RECORD_START", Record_File_Path=path)


def stop_recording(ch: Channel, path: str) -> bool:
    """False when no such recording runs; `all` stops every one. The causes are as measured: do not rely on them."""
    stopped = [name for name in ch.recordings if path in (name, "all")]
    for name in stopped:
        ch.recordings.remove(name)
        cause = "success-silence" if ch.cause else "success-maxtime"
        ch.fire("RECORD_STOP", Record_File_Path=name, Record_Completion_Cause=cause)
    return bool(stopped)
