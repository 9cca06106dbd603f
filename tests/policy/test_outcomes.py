"""What becomes of a dialled customer, by the words of a real switch: recordings of calls to numbers of known fates."""

import gzip
import json

import pytest

from switchctl.contract.dialling import RESULTS
from switchctl.esl.events import decode_event
from switchctl.esl.frames import FrameReader
from switchctl.policy.attempts import result
from tests.traces import FOLDER

TALKED = "talked"
FATES = {
    "15-click-to-dial": (TALKED, "16", "200"),
    "15a-click-to-dial-busy": ("busy", "17", "486"),
    "15b-click-to-dial-no-answer": ("no_answer", "19", ""),
    "15c-click-to-dial-unallocated": ("invalid", "1", "404"),
    "15d-click-to-dial-congestion": ("failed", "41", "503"),
    "15e-click-to-dial-rejected": ("refused", "21", "603"),
    "15f-click-to-dial-agent-cancels": ("cancelled", "16", ""),
    "15g-click-to-dial-agent-no-answer": None,
    "16-dialler-answered": (TALKED, "16", ""),
    "16a-dialler-busy": ("busy", "17", "486"),
    "16b-dialler-no-answer": ("no_answer", "19", ""),
    "16c-dialler-unallocated": ("invalid", "1", "404"),
    "16d-dialler-congestion": ("failed", "41", "503"),
    "16e-dialler-rejected": ("refused", "21", "603"),
    "16f-dialler-early-media-answer": (TALKED, "16", ""),
    "16g-dialler-early-media-returns-early": (TALKED, "16", ""),
    "16h-dialler-early-media-busy": ("busy", "17", "486"),
    "16i-dialler-switched-off": ("absent", "20", "480"),
}
"""Recording → result, Q.850 number and SIP status of the customer's leg; None: she was never called."""


def ends(trace: str) -> list:
    """The last words about each customer's leg."""
    found = []
    with gzip.open(FOLDER / "dialled" / f"{trace}.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    for row in rows:
        if row["dir"] == "<" and row["conn"] == "inbound" and "CHANNEL_HANGUP_COMPLETE" in row.get("raw", ""):
            (frame,) = FrameReader().feed(row["raw"].encode())
            event = decode_event(frame.body)
            if event.name == "CHANNEL_HANGUP_COMPLETE" and event.destination.startswith("13"):
                found.append(event)
    return found


def test_every_recording_is_in_the_table():
    assert {path.name.removesuffix(".jsonl.gz") for path in (FOLDER / "dialled").glob("*.gz")} == {
        *FATES, "16j-dialler-agents-gone-drop",  # there the controller itself hangs up
    }  # fmt: skip


@pytest.mark.parametrize("trace", FATES)
def test_the_result_is_that_of_the_recording(trace: str):
    if FATES[trace] is None:
        assert not ends(trace)
        return
    (end,) = ends(trace)
    told = TALKED if end.answered_us else result(end.hangup_cause)
    assert (told, end.hangup_q850, end.sip_term_status) == FATES[trace]


@pytest.mark.parametrize(
    ("cause", "wanted"),
    [("NUMBER_CHANGED", "invalid"), ("INVALID_NUMBER_FORMAT", "invalid"), ("NO_USER_RESPONSE", "no_answer"),
     ("NORMAL_CIRCUIT_CONGESTION", "failed"), ("NETWORK_OUT_OF_ORDER", "failed"), ("GATEWAY_DOWN", "failed"),
     ("RECOVERY_ON_TIMER_EXPIRE", "failed"), ("NORMAL_CLEARING", "failed"), ("a word of tomorrow", "failed")],
)  # fmt: skip
def test_what_the_network_could_not_do_is_no_word_about_the_number(cause: str, wanted: str):
    assert result(cause) == wanted
    assert set(RESULTS.values()) == {"busy", "no_answer", "invalid", "refused", "absent", "cancelled"}
