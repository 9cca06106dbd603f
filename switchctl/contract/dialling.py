"""What a dialled number is, and whether somebody may dial it. Pure: the daemon decides by it, the CRM asks it first.

Deny by default: what no line of this page describes is no number that can be dialled. Numbers leave here as E.164
(``+8613801001234``), as an extension, or as a short code of the country; nothing else ever reaches a dial string.
"""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

import msgspec

from switchctl.contract import refusals

INTERNAL, LOCAL, NATIONAL, INTERNATIONAL = "internal", "local", "national", "international"
EMERGENCY, PREMIUM = "emergency", "premium"
NONE, LIST = "none", "list"
PERMISSIONS = (NONE, INTERNAL, LOCAL, NATIONAL, INTERNATIONAL, LIST)
"""What an agent may dial: each of the first five includes those before it; ``list``: only what ``allowed`` names."""

_CODES = """
1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84
86 90 91 92 93 94 95 98 211 212 213 216 218 220 221 222 223 224 225 226 227 228 229 230 231 232 233 234 235 236
237 238 239 240 241 242 243 244 245 246 247 248 249 250 251 252 253 254 255 256 257 258 260 261 262 263 264 265
266 267 268 269 290 291 297 298 299 350 351 352 353 354 355 356 357 358 359 370 371 372 373 374 375 376 377 378
380 381 382 383 385 386 387 389 420 421 423 500 501 502 503 504 505 506 507 508 509 590 591 592 593 594 595 596
597 598 599 670 672 673 674 675 676 677 678 679 680 681 682 683 685 686 687 688 689 690 691 692 800 850 852 853
855 856 880 886 960 961 962 963 964 965 966 967 968 970 971 972 973 974 975 976 977 992 993 994 995 996 998
"""
COUNTRIES = frozenset(_CODES.split())
"""Calling codes of the ITU's list (E.164) that lead to a country, and 800, which costs nothing."""

DEAR = ("1900", "449", "4487", "49900", "611900", "81990", "870", "878", "881", "882", "883", "888", "979")
"""Beginnings of E.164 numbers that are charged at premium rates: services of some countries, ships, satellites, and
the international premium service. A centre adds its own (``Home.premium``)."""

_TYPED = re.compile(r"\+?[0-9]{2,20}")
_CHINA_MOBILE = re.compile(r"1([3-57-9][0-9]|6[2567])[0-9]{8}")
_CHINA_FIXED = re.compile(r"(10|2[0-9]|[3-9][0-9]{2})([2-9][0-9]{6,7})")
_CHINA_PREMIUM = re.compile(r"((10|2[0-9]|[3-9][0-9]{2})?16[089][0-9]{3,8})")
_CHINA_SERVICE = re.compile(r"[48]00[0-9]{7}")
_CHINA_SHORT = re.compile(r"114|100[0-9]{2}|12[0-9]{3}|95[0-9]{3,6}|96[0-9]{3,4}")

RESULTS = {
    "USER_BUSY": "busy",
    "NO_ANSWER": "no_answer",
    "NO_USER_RESPONSE": "no_answer",
    "ALLOTTED_TIMEOUT": "no_answer",
    "PROGRESS_TIMEOUT": "no_answer",
    "UNALLOCATED_NUMBER": "invalid",
    "INVALID_NUMBER_FORMAT": "invalid",
    "NUMBER_CHANGED": "invalid",
    "NO_ROUTE_DESTINATION": "invalid",
    "CALL_REJECTED": "refused",
    "OUTGOING_CALL_BARRED": "refused",
    "SUBSCRIBER_ABSENT": "absent",
    "USER_NOT_REGISTERED": "absent",
    "ORIGINATOR_CANCEL": "cancelled",
}
"""Hangup cause of the customer's leg → result of the dialling; any other cause is ``failed``. The outcome of calls of
which no daemon knew is a stored column made of this table: another key rewrites it for all calls."""
MOVED = "REDIRECTION_TO_NEW_DESTINATION"
"""The cause that is told of a leg whose other end sent us elsewhere (SIP 3xx). We go nowhere on another's word, past
what may be dialled, so it is a refusal."""


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """Where the centre stands, in digits: ``+86 21`` is country 86, area 21. Without an area no number is local but
    the country's short codes."""

    country: str = "86"
    area: str = ""
    trunk_prefix: str = "0"
    """What is dialled before an area code."""
    international_prefix: str = "00"
    emergency: tuple[str, ...] = ("110", "119", "120", "122")
    """Everybody may dial these, whatever else she may."""
    premium: tuple[str, ...] = ()
    """Further beginnings of E.164 numbers (digits only) that nobody may dial."""
    outside: tuple[str, ...] = ()
    """Beginnings of the numbers that may be dialled outside at all, in the forms of ``beginning`` (``021``, ``138``,
    ``+44``, ``10086``); ``+`` opens all, none opens only extensions and emergency numbers. Nothing lifts this."""


class Target(msgspec.Struct, frozen=True):
    """What will be dialled. ``kind``: internal, local, national, international, emergency, premium."""

    number: str
    kind: str

    @property
    def outside(self) -> bool:
        """Whether a trunk is needed."""
        return self.kind != INTERNAL


_SIGNS = str.maketrans("", "", " \u00a0()-./")


def unsigned(typed: str) -> str:
    """A number without the blanks and signs that people write between its digits."""
    return typed.translate(_SIGNS)


def _bare(typed: str) -> str:
    """Without blanks and signs between digits; empty if other signs are left."""
    if _TYPED.fullmatch(typed):
        return typed
    text = unsigned(typed)
    return text if _TYPED.fullmatch(text) else ""


def classify(typed: str, home: Home, extensions: Collection[str]) -> Target | None:
    """What somebody typed or a record holds; None if it is no number that can be dialled here."""
    text = _bare(typed)
    if not text:
        return None
    if text in home.emergency:
        return Target(text, EMERGENCY)
    if text in extensions:
        return Target(text, INTERNAL)
    if text.startswith("+"):
        return _whole(text[1:], home)
    if home.international_prefix and text.startswith(home.international_prefix):
        return _whole(text.removeprefix(home.international_prefix), home)
    return _from_home(text, home)


def _whole(digits: str, home: Home) -> Target | None:
    """A number with its country code."""
    if not 7 <= len(digits) <= 15:
        return None
    if digits.startswith(DEAR) or digits.startswith(home.premium):
        return Target(f"+{digits}", PREMIUM)
    if digits.startswith(home.country):
        return _national(digits.removeprefix(home.country), home)
    known = digits[:1] in COUNTRIES or digits[:2] in COUNTRIES or digits[:3] in COUNTRIES
    return Target(f"+{digits}", INTERNATIONAL) if known else None


def _from_home(digits: str, home: Home) -> Target | None:
    """A number as it is dialled inside the country."""
    if home.country == "86":
        if _CHINA_SHORT.fullmatch(digits):
            return Target(digits, LOCAL)
        if _CHINA_PREMIUM.fullmatch(digits):
            return Target(digits, PREMIUM)
        if _CHINA_MOBILE.fullmatch(digits) or _CHINA_SERVICE.fullmatch(digits):
            return _national(digits, home)
    if home.trunk_prefix and digits.startswith(home.trunk_prefix):
        return _national(digits.removeprefix(home.trunk_prefix), home)
    if home.area and 5 <= len(digits) <= 8:
        return _national(home.area + digits, home)
    return None


def _national(digits: str, home: Home) -> Target | None:
    """The part behind the country code."""
    number = f"+{home.country}{digits}"
    if number[1:].startswith(DEAR) or number[1:].startswith(home.premium):
        return Target(number, PREMIUM)
    if home.country != "86":
        if not 5 <= len(digits) <= 12 or digits.startswith("0"):
            return None
        return Target(number, LOCAL if home.area and digits.startswith(home.area) else NATIONAL)
    if _CHINA_MOBILE.fullmatch(digits) or _CHINA_SERVICE.fullmatch(digits):
        return Target(number, NATIONAL)
    if _CHINA_PREMIUM.fullmatch(digits):
        return Target(number, PREMIUM)
    fixed = _CHINA_FIXED.fullmatch(digits)
    if fixed is None:
        return None
    return Target(number, LOCAL if home.area and fixed[1] == home.area else NATIONAL)


def refusal(target: Target | None, permission: str, allowed: Iterable[str], home: Home) -> str:
    """The sentence (``contract.refusals``) why she may not dial this; empty if she may.

    ``allowed`` counts for the permission ``list`` alone: whole numbers in any form, or beginnings with a ``*`` at the
    end (``+8621*``, ``021*``, ``80*`` of extensions).
    """
    if target is None:
        return refusals.NO_NUMBER
    if target.kind == EMERGENCY:
        return ""
    if target.kind == PREMIUM:
        return refusals.PREMIUM_NUMBER
    if permission == LIST:
        return "" if _listed(target, allowed, home) else refusals.NOT_ON_LIST
    rank = (INTERNAL, LOCAL, NATIONAL, INTERNATIONAL)
    if permission not in rank:
        return refusals.MAY_NOT_DIAL
    if rank.index(target.kind) <= rank.index(permission):
        return ""
    return {
        INTERNAL: refusals.EXTENSIONS_ONLY,
        LOCAL: refusals.LOCAL_ONLY,
        NATIONAL: refusals.NATIONAL_ONLY,
    }[permission]


def _beginning(digits: str, home: Home) -> str:
    """``021`` as numbers begin that were dialled so: ``+8621``."""
    if home.international_prefix and digits.startswith(home.international_prefix):
        return "+" + digits.removeprefix(home.international_prefix)
    if home.trunk_prefix and digits.startswith(home.trunk_prefix):
        return f"+{home.country}{digits.removeprefix(home.trunk_prefix)}"
    return digits


def as_dialled(typed: str, home: Home) -> str:
    """E.164 of digits that are no number which is dialled here, as far as their beginning tells; else the digits."""
    text = _bare(typed)
    if not text or text.startswith("+"):
        return text
    known = _national(text.removeprefix(home.country), home) if text.startswith(home.country) else None
    return known.number if known is not None else _beginning(text, home)


def beginning(typed: str, home: Home) -> str:
    """How numbers begin (E.164, or short ones) whose beginning is typed so: ``021`` and ``138`` of China are ``+8621``
    and ``+86138``, ``0044`` is ``+44``; what begins otherwise is taken as it stands. Empty for what is no digits."""
    text = unsigned(typed)
    if not re.fullmatch(r"\+?[0-9]{1,15}", text):
        return ""
    if home.country == "86" and re.match(r"1[3-9][0-9]|[48]00", text):
        return f"+86{text}"
    return _beginning(text, home)


def closed(target: Target, home: Home) -> bool:
    """Whether it lies outside, and no beginning of ``Home.outside`` opens it."""
    if not target.outside or target.kind == EMERGENCY or "+" in home.outside:
        return False
    return not target.number.startswith(_opened(home) or "-")


@lru_cache(maxsize=64)
def _opened(home: Home) -> tuple[str, ...]:
    """Worked out once: hundreds of leads are asked about at a time."""
    return tuple(filter(None, (beginning(one, home) for one in home.outside)))


def _listed(target: Target, allowed: Iterable[str], home: Home) -> bool:
    for pattern in allowed:
        if pattern.endswith("*") and len(pattern) > 1:
            if target.number.startswith((pattern[:-1], _beginning(pattern[:-1], home))):
                return True
        elif pattern == target.number or classify(pattern, home, ()) == target:
            return True
    return False
