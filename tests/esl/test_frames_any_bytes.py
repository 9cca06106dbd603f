"""Properties: however the bytes are cut, the frames are the same; whatever the bytes are, the reader answers."""

import os

from hypothesis import given, settings
from hypothesis import strategies as st

from switchctl.esl.frames import Frame, FrameError, FrameReader
from tests import traces

MANY = settings(max_examples=int(os.environ.get("FUZZ_EXAMPLES", "200")), deadline=None)

word = st.text(st.characters(codec="utf-8", exclude_characters="\n:"), min_size=1, max_size=12)
value = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=30)
headers = st.lists(st.tuples(word, value), min_size=1, max_size=6)
bodies = st.none() | st.binary(max_size=300)


@st.composite
def written(draw) -> bytes:
    """One frame as bytes: any headers, and a body with its true length, or none."""
    lines = [f"{name}: {text}".encode() for name, text in draw(headers) if name.lower() != "content-length"]
    body = draw(bodies)
    if body is not None and draw(st.booleans()):  # as an event comes
        return b"Content-Length: %d\nContent-Type: text/event-json\n\n" % len(body) + body
    if body is not None:
        lines.insert(draw(st.integers(0, len(lines))), b"Content-Length: %d" % len(body))
    return b"\n".join(lines or [b"Content-Type: none"]) + b"\n\n" + (body or b"")


def read(chunks: list[bytes]) -> tuple[list[Frame], str]:
    """The frames of these chunks, and the fault that ended them, if any."""
    reader = FrameReader(header_limit=400, body_limit=400)
    frames: list[Frame] = []
    try:
        for chunk in chunks:
            frames += reader.feed(chunk)
        reader.eof()
    except FrameError as fault:
        return frames + fault.frames, type(fault).__name__ if "ended inside" in str(fault) else str(fault)
    return frames, ""


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[a:b] for a, b in zip(edges, edges[1:], strict=False)]


def one_by_one(data: bytes) -> list[bytes]:
    return [data[i : i + 1] for i in range(len(data))]


@MANY
@given(st.lists(written(), min_size=1, max_size=5), st.lists(st.integers(0, 10_000), max_size=8))
def test_any_split_gives_the_same_frames(frames, places):
    data = b"".join(frames)
    whole = read([data])
    assert read(cut(data, places)) == whole
    assert read(one_by_one(data)) == whole


@MANY
@given(st.lists(written(), min_size=1, max_size=3), st.data())
def test_changed_bytes_and_false_lengths_give_the_same_answer_however_they_are_cut(frames, data):
    stream = bytearray(b"".join(frames))
    for _ in range(data.draw(st.integers(1, 4))):
        stream[data.draw(st.integers(0, len(stream) - 1))] = data.draw(
            st.sampled_from(b"\n:0129-+ C\x00\xff") | st.integers(0, 255)
        )
    places = data.draw(st.lists(st.integers(0, 10_000), max_size=8))
    assert read(cut(bytes(stream), places)) == read([bytes(stream)]) == read(one_by_one(bytes(stream)))


@MANY
@given(st.binary(max_size=3000), st.lists(st.integers(0, 10_000), max_size=8))
def test_any_bytes_end_in_frames_or_one_fault(stream, places):
    assert read(cut(stream, places)) == read([stream])


@MANY
@given(st.lists(st.integers(1, 100_000), max_size=30))
def test_a_recorded_stream_cut_anywhere(places):
    data = traces.stream("21a")
    reader, whole = FrameReader(), FrameReader()
    cuts = [reader.feed(chunk) for chunk in cut(data, places)]
    assert [frame for frames in cuts for frame in frames] == whole.feed(data)
