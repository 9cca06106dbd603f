"""Telephone numbers: stored as E.164, shown nationally. Pure; the rules are those of libphonenumber."""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

HOME = "CN"
_COMMON = re.compile(r"[0-9+()./ -]{5,32}\Z")
"""What a number from a trunk or a person looks like. Names, addresses and tricks are no numbers."""


@lru_cache(maxsize=65536)
def e164(raw: str, region: str = HOME) -> str:
    """``+8613801001234`` for what someone typed or a trunk sent, "" for what is no dialable number.

    Lengths count, not whether a prefix is in use: operators open prefixes faster than libraries learn of them.
    Extensions and short codes (``1001``, ``10086``) have no E.164 form.
    """
    number = _parsed(raw, region)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if number else ""


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
