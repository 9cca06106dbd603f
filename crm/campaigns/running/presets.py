"""What the rules of some countries come to, to begin a template with.

Configuration, not legal advice. Nobody is dialled without an agent in any mode, so shares of abandoned calls need no
setting; the ring time of all of them is above the 15 s that some ask for at least.
"""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from crm.campaigns.models import CampaignTemplate, Mode
from crm.campaigns.models.campaigns import hours_default


class Preset(NamedTuple):
    """``says``: what of it the law or custom asks for; ``rules``: fields of a template."""

    name: Any
    says: Any
    rules: dict[str, Any]


def _days(week: str, saturday: str, sunday: str) -> list[list[list[str]]]:
    return [[day.split("-")] for day in (*[week] * 5, saturday, sunday)]


PRESETS = {
    "cn": Preset(
        _("China"), _("Only who agreed, not in hours of rest, and nobody more than once a day."),
        {"mode": Mode.PREVIEW, "hours": hours_default(), "number_per_day": 1, "person_per_day": 1, "consent": True},
    ),
    "us": Preset(
        _("United States"), _("From 08:00 to 21:00 at the place of whoever is called."),
        {"mode": Mode.PROGRESSIVE, "hours": _days("08:00-21:00", "08:00-21:00", "08:00-21:00")},
    ),
    "uk": Preset(
        _("United Kingdom"), _("As is usual there: shorter hours on Saturdays and Sundays."),
        {"mode": Mode.PROGRESSIVE, "hours": _days("08:00-21:00", "09:00-20:00", "10:00-20:00")},
    ),
}  # fmt: skip


def preset_rules(code: str) -> CampaignTemplate | None:
    """A template that is not saved; None where there is no such preset."""
    found = PRESETS.get(code)
    return CampaignTemplate(name=str(found.name), **found.rules) if found else None
