"""Where a number comes from and who operates it, in the reader's language.

Apart from ``crm.numbers`` because the tables behind it take half a second to load, and a hundred megabytes: they are
loaded when they are first asked. Workers and commands import this with the pages, and most never ask.
"""

from functools import cache, lru_cache
from types import ModuleType

import phonenumbers
from phonenumbers import NumberParseException


@cache
def tables() -> tuple[ModuleType, ModuleType]:
    """(carriers, places); the web server asks for them as it starts, so that no caller's card waits for them."""
    from phonenumbers import carrier, geocoder

    return carrier, geocoder


@lru_cache(maxsize=4096)
def region_of(number: str, language: str = "zh") -> str:
    """City or country of an E.164 number in ``zh`` or ``en``; "" where it is unknown."""
    parsed = _parsed(number)
    if parsed is None:
        return ""
    lang = _short(language)
    _carrier, geocoder = tables()
    return geocoder.description_for_number(parsed, lang) or _country(parsed.country_code, lang)


@lru_cache(maxsize=4096)
def operator_of(number: str, language: str = "zh") -> str:
    """Network that the number was given out by, in ``zh`` or ``en``; "" where it is unknown."""
    parsed = _parsed(number)
    carrier, _geocoder = tables()
    return carrier.name_for_number(parsed, _short(language)) if parsed else ""


def _country(code: int, lang: str) -> str:
    """Main country of a calling code, also for numbers that are not given out. Names are looked up by a number."""
    example = phonenumbers.example_number(phonenumbers.region_code_for_country_code(code))
    _carrier, geocoder = tables()
    return geocoder.country_name_for_number(example, lang) if example else ""


def _short(language: str) -> str:
    return "zh" if language.lower().startswith("zh") else "en"


def _parsed(number: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(number)
    except NumberParseException:
        return None
