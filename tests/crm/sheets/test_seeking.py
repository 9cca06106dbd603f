"""Parts of a file, as a player asks for them."""

import pytest
from django.test import RequestFactory

from crm.sheets.seeking import file_sought

WHOLE = bytes(range(200)) * 1000


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "sound.wav"
    path.write_bytes(WHOLE)
    return path


def asked(file, method="GET", **headers):
    request = RequestFactory().generic(method, "/", headers=headers)
    return file_sought(request, "sound.wav", "audio/wav", file, "abc")


@pytest.mark.parametrize(("said", "first", "last"), [
    ("bytes=0-1", 0, 1), ("bytes=0-", 0, 199_999), ("bytes=65000-140000", 65_000, 140_000),
    ("bytes=-3", 199_997, 199_999), ("bytes=199999-", 199_999, 199_999),
    ("bytes=150000-999999999", 150_000, 199_999), ("bytes=-999999999", 0, 199_999),
])  # fmt: skip
def test_a_part(file, said, first, last):
    answer = asked(file, Range=said)
    assert (answer.status_code, answer["Content-Range"]) == (206, f"bytes {first}-{last}/200000")
    assert (answer["Accept-Ranges"], answer["Content-Length"]) == ("bytes", str(last - first + 1))
    assert b"".join(answer.streaming_content) == WHOLE[first : last + 1]


@pytest.mark.parametrize("said", ["bytes=200000-", "bytes=999999-9999999", "bytes=-0"])
def test_a_part_that_there_is_not(file, said):
    answer = asked(file, Range=said)
    assert (answer.status_code, answer["Content-Range"], answer["Content-Length"]) == (416, "bytes */200000", "0")
    assert b"".join(answer.streaming_content) == b""


@pytest.mark.parametrize("headers", [
    {}, {"Range": "bytes=5-2"}, {"Range": "bytes=0-1,5-9"}, {"Range": "bytes=a-b"}, {"Range": "lines=0-1"},
    {"Range": "bytes=-"}, {"Range": "bytes=0-1", "If-Range": '"other"'}, {"Range": "bytes=٣-"},
])  # fmt: skip
def test_all_of_it(file, headers):
    answer = asked(file, **headers)
    assert (answer.status_code, answer["Content-Length"], answer["ETag"]) == (200, "200000", '"abc"')
    assert "Content-Range" not in answer and b"".join(answer.streaming_content) == WHOLE


def test_a_part_of_what_is_the_same_still(file):
    assert asked(file, Range="bytes=0-1", **{"If-Range": '"abc"'}).status_code == 206
    assert asked(file, method="HEAD", Range="bytes=0-1").status_code == 200
