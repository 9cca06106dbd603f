"""Which numbers outside are opened at all: the wall around all dialling, whoever dials."""

import pytest
from msgspec import structs

from switchctl.contract import refusals as r
from switchctl.contract.dialling import INTERNATIONAL, NONE, Home, classify, closed
from switchctl.contract.numberlists import BLACK, NO_CALL, NOTHING, WHITE, Verdict, dial_refusal, lead_refusal

SHANGHAI = Home(area="21")
EXTENSIONS = {"1001", "8001"}


def target(typed: str, *outside: str):
    home = structs.replace(SHANGHAI, outside=outside)
    return classify(typed, home, EXTENSIONS), home


@pytest.mark.parametrize(
    ("outside", "opened", "stay_closed"),
    [
        ((), ("1001", "8001", "110"), ("13801001234", "6000 1234", "10086", "+44 20 7946 0000", "021 6000 1234")),
        (("+",), ("13801001234", "60001234", "10086", "+442079460000"), ()),
        (("021",), ("60001234", "021 60001234", "+862160001234"), ("02060001234", "13801001234", "10086")),
        (("138",), ("13801001234", "+8613801001234"), ("13901001234", "+1 380 100 1234", "60001234")),
        (("+44", "10086"), ("+442079460000", "0044 2079460000", "10086"), ("+3314079460", "10010", "13801001234")),
        (("0",), ("13801001234", "60001234"), ("+442079460000",)),
        (("00",), ("+442079460000", "13801001234"), ("10086",)),
        (("400", "95"), ("4001234567", "95588"), ("8001234567", "13801001234")),
        (("nonsense", ""), ("110",), ("13801001234",)),
    ],
)
def test_what_a_beginning_opens(outside: tuple[str, ...], opened: tuple[str, ...], stay_closed: tuple[str, ...]):
    for typed in (*opened, *stay_closed):
        found, home = target(typed, *outside)
        assert found is not None and closed(found, home) == (typed in stay_closed), typed


def test_neither_class_nor_white_list_lifts_it():
    for said in (NOTHING, Verdict(True, WHITE, 1), None):
        found, home = target("13801001234", "021")
        assert dial_refusal(found, INTERNATIONAL, (), home, said) == r.NOT_OPENED
        assert lead_refusal(found, home, said) == r.NOT_OPENED
    for typed in ("110", "1001"):
        found, home = target(typed)
        assert dial_refusal(found, INTERNATIONAL, (), home, NOTHING) == ""


def test_a_white_number_that_is_opened_is_anybodys():
    found, home = target("13801001234", "138")
    assert dial_refusal(found, NONE, (), home, Verdict(True, WHITE, 1)) == ""
    assert dial_refusal(found, NONE, (), home, NOTHING) == r.MAY_NOT_DIAL


@pytest.mark.parametrize(
    ("typed", "said", "sentence"),
    [
        ("+8613801001234", NOTHING, ""), ("+8613801001234", Verdict(True, WHITE, 1), ""),
        ("+8613801001234", Verdict(False, BLACK, 1), r.ON_BLACK_LIST),
        ("+8613801001234", Verdict(False, NO_CALL, 1), r.ON_NO_CALL_LIST),
        ("+8613801001234", None, r.LISTS_UNKNOWN), ("110", NOTHING, r.NO_CUSTOMER), ("1001", NOTHING, r.NO_CUSTOMER),
        ("+8616899990000", NOTHING, r.PREMIUM_NUMBER), ("not a number", NOTHING, r.NO_NUMBER),
    ],
)  # fmt: skip
def test_whom_campaigns_call(typed: str, said: Verdict | None, sentence: str):
    found, home = target(typed, "+")
    assert lead_refusal(found, home, said) == sentence
