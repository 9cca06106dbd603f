"""What a dialled number is, and who may dial it: tables. What no table names is refused."""

import pytest

from switchctl.contract import refusals as r
from switchctl.contract.dialling import PERMISSIONS, Home, Target, classify, refusal

SHANGHAI = Home(country="86", area="21")
NO_AREA = Home(country="86")
LONDON = Home(country="44", area="20")
EXTENSIONS = {"1001", "8002"}

NUMBERS = {
    # typed: number, class
    "1001": ("1001", "internal"),
    "8002": ("8002", "internal"),
    "110": ("110", "emergency"),
    "119": ("119", "emergency"),
    "120": ("120", "emergency"),
    "122": ("122", "emergency"),
    "62345678": ("+862162345678", "local"),
    "021-6234 5678": ("+862162345678", "local"),
    "+86 21 6234 5678": ("+862162345678", "local"),
    "0086 21 62345678": ("+862162345678", "local"),
    "10086": ("10086", "local"),
    "12345": ("12345", "local"),
    "95588": ("95588", "local"),
    "114": ("114", "local"),
    "010 6234 5678": ("+861062345678", "national"),
    "0755 8234 5678": ("+8675582345678", "national"),
    "0571-8765432": ("+865718765432", "national"),
    "13801001234": ("+8613801001234", "national"),
    "013801001234": ("+8613801001234", "national"),
    "+8613801001234": ("+8613801001234", "national"),
    "15401400001": ("+8615401400001", "national"),
    "16601001234": ("+8616601001234", "national"),
    "4008001234": ("+864008001234", "national"),
    "+442079460000": ("+442079460000", "international"),
    "00 1 (212) 555-0100": ("+12125550100", "international"),
    "+85221234567": ("+85221234567", "international"),
    "16899990000": ("16899990000", "premium"),
    "16812345": ("16812345", "premium"),
    "021 168 99999": ("+862116899999", "premium"),
    "+8616899990000": ("+8616899990000", "premium"),
    "+19005550100": ("+19005550100", "premium"),
    "+449098790000": ("+449098790000", "premium"),
    "+881612345678": ("+881612345678", "premium"),
    "+97912345678": ("+97912345678", "premium"),
}
NO_NUMBERS = (
    "", " ", "1", "1002", "9999", "999", "911", "112", "555", "1381234", "138010012345", "0", "00", "+",
    "++8613801001234", "+86", "+861", "+8610", "+86138010012", "+99912345678", "+21012345678",
    "+0123456789", "000000000000", "*98", "#21#", "1001#", "138,139", "13801001234;ext=1",
    "sofia/gateway/x/1", "13801001234\n", "１３８０１００１２３４", "+8613801001234567", "tel:13801001234",
    "13801001234 &park()", "{a=b}1001", "${x}", "0138010012", "0110", "abc",
)  # fmt: skip


@pytest.mark.parametrize("typed", NUMBERS)
def test_the_class_of_a_number(typed: str):
    assert classify(typed, SHANGHAI, EXTENSIONS) == Target(*NUMBERS[typed])


@pytest.mark.parametrize("typed", NO_NUMBERS)
def test_what_is_no_number(typed: str):
    target = classify(typed, SHANGHAI, EXTENSIONS)
    assert target is None
    for permission in PERMISSIONS:
        assert refusal(target, permission, (typed,), SHANGHAI) == r.NO_NUMBER


@pytest.mark.parametrize(
    ("home", "typed", "expected"),
    [
        (NO_AREA, "62345678", None),
        (NO_AREA, "02162345678", ("+862162345678", "national")),
        (LONDON, "020 7946 0000", ("+442079460000", "local")),
        (LONDON, "79460000", ("+442079460000", "local")),
        (LONDON, "0121 496 0000", ("+441214960000", "national")),
        (LONDON, "0909 879 0000", ("+449098790000", "premium")),
        (LONDON, "+8613801001234", ("+8613801001234", "international")),
        (LONDON, "13801001234", None),
        (LONDON, "10086", ("+442010086", "local")),
        (Home(emergency=("999",)), "999", ("999", "emergency")),
        (Home(emergency=("999",)), "110", None),
        (Home(premium=("4420",)), "+442079460000", ("+442079460000", "premium")),
        (Home(premium=("862196",)), "021 9612 3456", ("+862196123456", "premium")),
    ],
)  # fmt: skip
def test_other_homes(home: Home, typed: str, expected: tuple[str, str] | None):
    assert classify(typed, home, ()) == (Target(*expected) if expected else None)


RANKS = ("internal", "local", "national", "international")
SENTENCES = {"internal": r.EXTENSIONS_ONLY, "local": r.LOCAL_ONLY, "national": r.NATIONAL_ONLY}


@pytest.mark.parametrize("permission", [*PERMISSIONS, "", "everything"])
@pytest.mark.parametrize("kind", [*RANKS, "emergency", "premium"])
def test_who_may_dial_what(permission: str, kind: str):
    said = refusal(Target("+10", kind), permission, (), SHANGHAI)
    if kind == "emergency":
        assert said == ""
    elif kind == "premium":
        assert said == r.PREMIUM_NUMBER
    elif permission == "list":
        assert said == r.NOT_ON_LIST
    elif permission not in RANKS:
        assert said == r.MAY_NOT_DIAL
    else:
        assert said == ("" if RANKS.index(kind) <= RANKS.index(permission) else SENTENCES[permission])


@pytest.mark.parametrize(
    ("pattern", "typed", "listed"),
    [
        ("+8613801001234", "13801001234", True),
        ("138 0100 1234", "+8613801001234", True),
        ("+8621*", "021 62345678", True),
        ("+8621*", "010 62345678", False),
        ("021*", "+862162345678", True),
        ("021*", "13801001234", False),
        ("0044*", "+442079460000", True),
        ("1001", "1001", True),
        ("80*", "8002", True),
        ("80*", "1001", False),
        ("*", "1001", False),
        ("", "1001", False),
        ("+442*", "+442079460000", True),
        ("16899990000", "16899990000", False),
        ("95588", "95588", True),
    ],
)
def test_the_list_of_what_may_be_dialled(pattern: str, typed: str, listed: bool):
    target = classify(typed, SHANGHAI, EXTENSIONS)
    assert (refusal(target, "list", (pattern,), SHANGHAI) == "") is listed
    assert refusal(target, "none", (pattern,), SHANGHAI), "the list counts for those who have it"
