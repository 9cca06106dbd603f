"""The extensions as their page shows them: the rows, and from the live view where a phone is registered."""

from typing import NamedTuple

from crm.live.state import live_state
from crm.telephony.extensions import has_secret
from crm.telephony.models import Extension
from switchctl.contract.live import LiveView


class Line(NamedTuple):
    """``registered``: None while the daemon has not told of it; ``node``: the switch that it is registered at."""

    extension: Extension
    secret: bool
    registered: bool | None
    node: str

    @property
    def chip(self) -> str:
        """State of the coloured chip."""
        return "ready" if self.registered else "offline"


def extension_lines() -> list[Line]:
    """By number."""
    view = live_state().view
    return [_line(row, view) for row in Extension.objects.select_related("user").order_by("number")]


def extension_line(row: Extension) -> Line:
    """Of one."""
    return _line(row, live_state().view)


def _line(row: Extension, view: LiveView) -> Line:
    return Line(row, has_secret(row), view.devices.get(row.number), view.phones.get(row.number, ""))
