"""What an uploaded file must be; whatever its header says, what is kept is whole and says what it is."""

import io
import struct
import wave

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from crm.campaigns.sounds.wav import RATES, wav_read

from .wavs import chunk, form, riff, wav

HALVES = st.integers(0, 2**16 - 1)
SIZES = st.one_of(st.integers(0, 80), st.integers(0, 2**32 - 1), st.just(2**32 - 1))
NAMES = st.sampled_from([b"fmt ", b"data", b"LIST", b"RIFF", b"\0\0\0\0"])
FORMS = st.builds(
    struct.pack, st.just("<HHIIHH"), st.one_of(st.just(1), HALVES), st.one_of(st.just(1), HALVES),
    st.one_of(st.sampled_from(RATES), st.integers(0, 2**32 - 1)), SIZES, HALVES, st.one_of(st.just(16), HALVES),
)  # fmt: skip
CHUNKS = st.builds(chunk, NAMES, st.one_of(st.binary(max_size=64), FORMS), st.one_of(st.none(), SIZES))
FILES = st.one_of(
    st.binary(max_size=200),
    st.builds(lambda chunks: riff(*chunks), st.lists(CHUNKS, max_size=6)),
    st.builds(lambda chunks, cut: riff(form(), *chunks)[:cut], st.lists(CHUNKS, max_size=4), st.integers(0, 200)),
)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize("rate", RATES)
def test_the_samples_are_kept_behind_a_header_of_ours(rate):
    kept = wav_read(wav(1.5, rate))
    assert (kept.rate, kept.ms) == (rate, 1500)
    with wave.open(io.BytesIO(kept.file)) as told:
        assert told.getparams()[:4] == (1, 2, rate, rate * 3 // 2)
    assert len(kept.file) == 44 + rate * 3 and kept.file[44:] == struct.pack("<h", 8031) * (rate * 3 // 2)
    assert wav_read(kept.file) == kept


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (b"", "no WAV"), (b"ID3\x04" + b"\0" * 100, "no WAV"), (b"RIFF", "no WAV"), (riff(), "no sound"),
        (riff(chunk(b"fmt ", b"\1\0\1\0")), "no WAV"), (riff(form()), "no sound"),
        (riff(chunk(b"data", b"\0\0"), form()), "no sound"),
        (riff(form(code=7), chunk(b"data", b"\0\0")), "compressed"),
        (riff(form(code=0xFFFE), chunk(b"data", b"\0\0")), "compressed"),
        (riff(form(2, 44100), chunk(b"data", b"\0\0")), "44100 Hz, 16 bits, channels: 2."),
        (riff(form(rate=0), chunk(b"data", b"\0\0")), ": 0 Hz, 16"),
        (riff(form(bits=8), chunk(b"data", b"\0\0")), "8 bits"),
        (riff(form(), chunk(b"data", b"\0\0", 2**32 - 1)), "cut off"), (wav()[:-3000], "cut off"),
        (riff(form(), chunk(b"data", b"\0\0\0")), "cut off"),
        (riff(*[chunk(b"LIST", b"")] * 100, form(), chunk(b"data", b"\0\0")), "no sound"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_what_to_do(file, sentence):
    with pytest.raises(ValidationError) as refused:
        wav_read(file)
    (said,) = refused.value.messages
    assert sentence in said and said.endswith("mono), at 8000 or 16000 Hz, and upload that file.")


@given(FILES)
@example(riff(form(), chunk(b"LIST", b"", 2**32 - 1)))
def test_no_header_does_more_than_be_refused(file):
    try:
        kept = wav_read(file)
    except ValidationError:
        return
    assert kept.rate in RATES and len(kept.file) <= 44 + len(file)
    with wave.open(io.BytesIO(kept.file)) as told:
        assert (told.getnchannels(), told.getsampwidth(), told.getcomptype()) == (1, 2, "NONE")
        assert kept.ms == told.getnframes() * 1000 // kept.rate
        assert told.readframes(told.getnframes()) in file
