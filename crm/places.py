"""Where a number comes from and who operates it, in the reader's language.

Apart from ``crm.numbers`` because the tables behind it take half a second to load; the recorder needs none of them.
"""

from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, carrier, geocoder


@lru_cache(maxsize=4096)
def region_of(number: str, language: str = "zh") -> str:
    """City or country of an E.164 number in ``zh`` or ``en``; "" where it is unknown."""
    parsed = _parsed(number)
    if parsed is None:
        return ""
    lang = _short(language)
    return geocoder.description_for_number(parsed, lang) or _country(parsed.country_code, lang)


@lru_cache(maxsize=4096)
def operator_of(number: str, language: str = "zh") -> str:
    """Network that the number was given out by, in ``zh`` or ``en``; "" where it is unknown."""
    parsed = _parsed(number)
    return carrier.name_for_number(parsed, _short(language)) if parsed else ""


def _country(code: int, lang: str) -> str:
    """Main country of a calling code, also for numbers that are not given out. Names are looked up by a number."""
    example = phonenumbers.example_number(phonenumbers.region_code_for_country_code(code))
    return geocoder.country_name_for_number(example, lang) if example else ""


def _short(language: str) -> str:
    return "zh" if language.lower().startswith("zh") else "en"


def _parsed(number: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(number)
    except NumberParseException:
        return None
