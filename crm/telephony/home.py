"""Where the centre stands, for the rules of dialling."""

from django.conf import settings

from switchctl.contract.dialling import Home


def home() -> Home:
    """As the settings say."""
    return Home(
        country=settings.DIAL_COUNTRY,
        area=settings.DIAL_AREA,
        trunk_prefix=settings.DIAL_TRUNK_PREFIX,
        international_prefix=settings.DIAL_INTERNATIONAL_PREFIX,
        emergency=tuple(settings.DIAL_EMERGENCY),
        premium=tuple(settings.DIAL_PREMIUM),
        outside=tuple(settings.DIAL_PREFIXES),
    )
