"""Telephone numbers: stored as E.164, shown nationally. Pure; the rules are those of libphonenumber."""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType, ValidationResult

HOME = "CN"
ERASED = "~"
"""A number that begins so was erased; the rest is its token (crm.privacy)."""
HIDDEN_FROM = 7
"""Digits from which on a number may be a person's: shorter ones are extensions and short codes."""
_DIALLABLE = re.compile(r"\+?[0-9](?:[ ().-]{0,2}[0-9]){6,}")
_MOBILE = re.compile(r"(?:\+86)?(1[3-9][0-9]{9})", re.ASCII)
"""Of China, as most are written: said without the library, which takes thirty times as long over each."""
_COMMON = re.compile(r"[0-9+()./ -]{5,32}\Z")
"""What a number from a trunk or a person looks like. Names, addresses and tricks are no numbers."""


@lru_cache(maxsize=65536)
def e164(raw: str, region: str = HOME) -> str:
    """``+8613801001234`` for what someone typed or a trunk sent, "" for what is no dialable number.

    Lengths count, not whether a prefix is in use: operators open prefixes faster than libraries learn of them.
    Extensions and short codes (``1001``, ``10086``) have no E.164 form.
    """
    if region == HOME and (mobile := _MOBILE.fullmatch(raw)):
        return f"+86{mobile[1]}"
    number = _parsed(raw, region)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if number else ""


def is_mobile(number: str) -> bool:
    """Whether an E.164 number is one of a mobile, as far as the library knows; Chinese ones by their first digits, for
    the operators open prefixes faster."""
    if re.fullmatch(r"\+861[3-9][0-9]{9}", number):
        return True
    parsed = _parsed(number, HOME)
    return parsed is not None and phonenumbers.number_type(parsed) == PhoneNumberType.MOBILE


def caller_key(raw: str) -> str:
    """What calls of the same caller have in common: the E.164 number, the token of one that was erased, else ""."""
    return raw if raw.startswith(ERASED) and len(raw) <= 20 else e164(raw)


@lru_cache(maxsize=4096)
def national(number: str, region: str = HOME) -> str:
    """As people of ``region`` write it: ``138 0100 1234``; numbers from abroad keep their ``+44 …``.

    Anything that is no number comes back unchanged.
    """
    parsed = _parsed(number, region)
    if parsed is None:
        return number
    if parsed.country_code != phonenumbers.country_code_for_region(region):
        return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)
    text = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    if text.isdigit() and len(text) == 11 and text[0] == "1":  # a mobile of a prefix that the library does not know
        return f"{text[:3]} {text[3:7]} {text[7:]}"
    return text


def masked(number: str) -> str:
    """``138****1234``: the first three and the last four digits as written nationally, fewer of a short number.

    A country code from abroad stays (``+44 20*****018``). Extensions, short codes and what is no number at all are
    not changed; digits inside a text are hidden by ``masked_text``.
    """
    raw = "".join(c for c in number if c in "0123456789")
    if len(raw) < HIDDEN_FROM or not _COMMON.match(number.strip()):
        return number
    text = national(number)
    country, _space, rest = text.partition(" ") if text.startswith("+") else ("", "", text)
    digits = "".join(c for c in rest if c.isdigit())
    if len(digits) < HIDDEN_FROM - 2:  # no country writes its numbers so short
        country, digits = "", raw
    country = f"{country} " if country else ""
    sizes = ((11, 3, 4), (9, 2, 3), (6, 1, 2), (0, 0, 2))
    first, last = next((first, last) for least, first, last in sizes if len(digits) >= least)
    return f"{country}{digits[:first]}{'*' * (len(digits) - first - last)}{digits[-last:]}"


def masked_text(text: str) -> str:
    """The text with every number in it masked: a caller may send her number as her name."""
    return _DIALLABLE.sub(lambda found: masked("".join(c for c in found[0] if c in "+0123456789")), text)


def _parsed(raw: str, region: str) -> PhoneNumber | None:
    text = raw.strip()
    if not _COMMON.match(text):
        return None
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    fits = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    return number if fits else None
