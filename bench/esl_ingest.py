"""Events a second over TCP: our frames and typed events against greenswitch's own reader, on the same calls.

    .venv/bin/python bench/esl_ingest.py [--quick]

A second process sends the recorded calls again and again: as JSON to our reader (bytes to frames to `Event`, with
every field that the engine reads), in the plain form to greenswitch's, which knows no other. Both readers get the
same events. Rounds alternate, so that a busy machine slows both; the medians count. The last line is one JSON object.
"""

import argparse
import json
import logging
import multiprocessing
import socket
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import gevent.socket
from greenswitch.esl import ESLProtocol

from switchctl.esl.events import Event, decode_event
from switchctl.esl.frames import FrameReader
from switchctl.esl.link import RECV
from tests import traces

TRACES = ("01", "27")


def json_frames() -> list[bytes]:
    """The events that the traces' listening connections got, as they came."""
    rows = [row.raw for trace in TRACES for row in traces.from_switch(trace, "inbound")]
    return [raw for raw in rows if b"text/event-json" in raw[:80]]


def plain_frame(raw: bytes) -> bytes:
    """The same event as the switch writes it in the plain form."""
    keys = json.loads(traces.frame(raw).body)
    body = keys.pop("_body", "")
    if not body:
        keys.pop("Content-Length", None)
    lines = [f"{key}: {_plain(value)}" for key, value in keys.items()]
    inner = ("\n".join(lines) + "\n\n" + body).encode()
    return b"Content-Length: %d\nContent-Type: text/event-plain\n\n" % len(inner) + inner


def _plain(value: str | list[str]) -> str:
    text = "ARRAY::" + "|:".join(value) if isinstance(value, list) else value
    return quote(text, safe="!$'()*,-./_~") if text else "_undef_"  # what the switch leaves as it is


def serve(stream: bytes, times: int, ports: "multiprocessing.Queue[int]") -> None:
    """Send the stream so many times to each that connects; the first port is told."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ports.put(server.getsockname()[1])
        while True:
            peer, _ = server.accept()
            with peer:
                try:
                    for _ in range(times):
                        peer.sendall(stream)
                except OSError:
                    pass  # the reader had what it counted


def ours(port: int, count: int) -> Event:
    """Read `count` events with our frames and events; the last one."""
    reader, seen = FrameReader(), 0
    event = Event()
    with gevent.socket.create_connection(("127.0.0.1", port)) as sock:
        while seen < count:
            for frame in reader.feed(sock.recv(RECV)):
                event = decode_event(frame.body)
                seen += 1
    return event


def theirs(port: int, count: int) -> None:
    """Read `count` events with greenswitch's reader, which queues them as it does in a connection."""
    reader = ESLProtocol()
    reader.sock = gevent.socket.create_connection(("127.0.0.1", port))
    reader.sock_file = reader.sock.makefile("rb")
    reader.connected = True
    take, seen = reader.handle_event, 0

    def counted(event: object) -> None:
        nonlocal seen
        take(event)
        reader._esl_event_queue.get()
        seen += 1
        if seen == count:
            reader._run = False

    reader.handle_event = counted
    reader.receive_events()
    reader.sock.close()
    if seen != count:
        raise SystemExit(f"greenswitch read {seen} of {count} events")


def seconds(work: Callable[[int, int], object], port: int, count: int) -> float:
    """How long this reader takes."""
    began = time.perf_counter()
    work(port, count)
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer rounds, a few seconds in all")
    rounds, ours_times, theirs_times = (5, 6, 1) if parser.parse_args().quick else (11, 30, 5)
    logging.disable(logging.WARNING)  # greenswitch warns of each short read, and that is not its reader's cost

    frames = json_frames()
    plain = list(map(plain_frame, frames))
    context = multiprocessing.get_context("spawn")
    ports: multiprocessing.Queue[int] = context.Queue()
    servers, where = [], []
    for stream, times in ((b"".join(frames), ours_times), (b"".join(plain), theirs_times)):
        servers.append(context.Process(target=serve, args=(stream, times, ports), daemon=True))
        servers[-1].start()
        where.append(ports.get(timeout=30))
    count = len(frames)
    print(f"{count} events of traces {' and '.join(TRACES)}, {sum(map(len, frames)) // count} bytes each on average")

    mine, base = [], []
    for _ in range(rounds):
        mine.append(count * ours_times / seconds(ours, where[0], count * ours_times))
        base.append(count * theirs_times / seconds(theirs, where[1], count * theirs_times))
        print(f"ours {mine[-1]:10,.0f}   greenswitch {base[-1]:8,.0f}   ratio {mine[-1] / base[-1]:5.1f}")
    for server in servers:
        server.terminate()
    result = {
        "per_second": round(statistics.median(mine)),
        "baseline_per_second": round(statistics.median(base)),
        "ratio": round(statistics.median(a / b for a, b in zip(mine, base, strict=True)), 2),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
