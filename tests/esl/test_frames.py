"""Bytes to frames: what is whole, what is cut, what is false."""

import pytest

from switchctl.esl.frames import BODY_LIMIT, HEADER_LIMIT, FrameError, FrameReader, TruncatedFrame
from tests import traces


def feed(data: bytes):
    return FrameReader().feed(data)


def test_a_frame_is_headers_and_as_many_bytes_as_it_says():
    one, two = feed(b"Content-Length: 6\nContent-Type: api/response\n\n\xe5\xbc\xa0\xe4\xb8\x89Content-Type: x\n\n")
    assert (one.content_type, one.body.decode()) == ("api/response", "张三")
    assert (two.content_type, two.body) == ("x", b"")


def test_every_frame_of_every_trace_is_read_whole():
    for name in traces.names():
        for conn in {row.conn for row in traces.from_switch(name)}:
            sent = [row.raw for row in traces.from_switch(name, conn)]
            reader = FrameReader()
            got = reader.feed(b"".join(sent))
            reader.eof()
            assert [frame.head + b"\n\n" + frame.body for frame in got] == sent, name


def test_only_a_line_feed_ends_a_line():
    (frame,) = feed("A: x\u2028B: y\x0bC: z\x0cD: w\u0085E: v\n\n".encode())
    assert frame.headers == {"A": "x\u2028B: y\x0bC: z\x0cD: w\u0085E: v"}


def test_an_encoded_newline_adds_no_header():
    (frame,) = feed(b"Caller: Bob%0AUnique-ID: victim\nUnique-ID: mine\n\n")
    assert frame.headers["Unique-ID"] == "mine"
    assert len(frame.headers) == 2


@pytest.mark.parametrize("last", [b"Empty: ", b"Empty:"])
def test_an_empty_last_header_stays_by_itself(last):
    (frame,) = feed(b"A: 1\n" + last + b"\n\n")
    assert frame.headers == {"A": "1", "Empty": ""}


def test_a_repeated_header_loses_nothing():
    (frame,) = feed(b"A: 1\nB: 2\nA: 3\n\n")
    assert frame.headers["A"] == "3"
    assert frame.values("A") == ["1", "3"]


def test_a_byte_that_is_not_utf8_spoils_only_its_character():
    (frame,) = feed(b"A: \xd5\xc5x\nB: y\n\n")
    assert frame.headers == {"A": "\ufffd\ufffdx", "B": "y"}


def test_the_answer_to_connect_has_an_encoded_reply_text():
    (frame,) = feed(b"Event-Name: CHANNEL_DATA\nReply-Text: %2BOK%0A\n\n")
    assert frame.reply_text == "+OK"


@pytest.mark.parametrize("length", [b"-1", b"x", b"", b"1.5", b"0x10", b"+3", b"1 2", "٣".encode(), b"9" * 400])
def test_a_false_length_is_refused(length):
    with pytest.raises(FrameError):
        feed(b"Content-Length: " + length + b"\n\nabc")


def test_two_lengths_are_refused():
    with pytest.raises(FrameError):
        feed(b"Content-Length: 1\ncontent-length: 2\n\nabc")


def test_a_body_may_be_so_long_and_no_longer():
    reader = FrameReader()
    assert reader.feed(b"Content-Length: %d\n\n" % BODY_LIMIT) == []
    with pytest.raises(FrameError):
        feed(b"Content-Length: %d\n\n" % (BODY_LIMIT + 1))


def test_headers_may_be_so_long_and_no_longer():
    (frame,) = feed(b"A: " + b"x" * (HEADER_LIMIT - 3) + b"\n\n")
    assert len(frame.headers["A"]) == HEADER_LIMIT - 3
    with pytest.raises(FrameError):
        feed(b"A: " + b"x" * HEADER_LIMIT)


def test_a_line_without_a_colon_is_no_header():
    with pytest.raises(FrameError):
        feed(b"SSH-2.0-OpenSSH\n\n")


def test_frames_before_a_fault_are_not_lost_and_the_reader_stays_broken():
    reader = FrameReader()
    with pytest.raises(FrameError) as fault:
        reader.feed(b"A: 1\n\nContent-Length: x\n\n")
    assert [frame.headers for frame in fault.value.frames] == [{"A": "1"}]
    with pytest.raises(FrameError):
        reader.feed(b"A: 2\n\n")


@pytest.mark.parametrize("cut", [b"Content-", b"Content-Length: 5\n\nab"])
def test_the_end_of_the_stream_inside_a_frame_is_told(cut):
    reader = FrameReader()
    assert reader.feed(b"A: 1\n\n" + cut) != []
    with pytest.raises(TruncatedFrame):
        reader.eof()


def test_the_end_of_the_stream_between_frames_is_in_order():
    reader = FrameReader()
    reader.feed(b"A: 1\n\n")
    reader.eof()


def test_a_frame_never_shows_its_headers_in_a_log():
    (frame,) = feed(b"Content-Type: x\nCaller: 13800001111\n\n")
    assert "1380" not in repr(frame)
