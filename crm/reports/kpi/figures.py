"""All figures by their ids."""

from crm.reports.kpi.access import ACCESS, DEFAULT_VARIANT, SERVICE_LEVELS, VARIANTS
from crm.reports.kpi.agents import AGENTS
from crm.reports.kpi.figure import Figure
from crm.reports.kpi.handling import HANDLING

__all__ = ["DEFAULT_VARIANT", "FIGURES", "SERVICE_LEVELS", "VARIANTS", "Figure", "service_level"]

FIGURES: dict[str, Figure] = {figure.id: figure for figure in (*ACCESS, *HANDLING, *AGENTS)}


def service_level(variant: str = DEFAULT_VARIANT) -> Figure:
    """Raises KeyError for a letter that is none of ``VARIANTS``."""
    return SERVICE_LEVELS[variant]
