"""Extensions and trunks as their pages show them: the rows, and from the live view how they are now."""

from collections.abc import Collection
from typing import NamedTuple

from crm.live.state import live_state
from crm.telephony.extensions import has_secret
from crm.telephony.forwardlist import forwardings_shown
from crm.telephony.models import Extension, Trunk
from crm.telephony.trunks import trunks_secrets
from switchctl.contract.live import LiveView
from switchctl.contract.trunkfacts import WORKS


class Line(NamedTuple):
    """``registered``: None while the daemon has not told of it; ``node``: the switch that it is registered at."""

    extension: Extension
    secret: bool
    registered: bool | None
    node: str
    forwarding: str = ""
    """Where its calls go on to, in one line."""

    @property
    def chip(self) -> str:
        """State of the coloured chip."""
        return "ready" if self.registered else "offline"


def extension_lines(*, whole: bool = False) -> list[Line]:
    """By number; ``whole``: numbers outside are shown unmasked."""
    view = live_state().view
    rows = list(Extension.objects.select_related("user").order_by("number"))
    onward = forwardings_shown([row.number for row in rows], whole=whole)
    return [_line(row, view)._replace(forwarding=onward.get(row.number, "")) for row in rows]


def extension_line(row: Extension) -> Line:
    """Of one."""
    return _line(row, live_state().view)


def _line(row: Extension, view: LiveView) -> Line:
    return Line(row, has_secret(row), view.devices.get(row.number), view.phones.get(row.number, ""))


class TrunkLine(NamedTuple):
    """``states``: node and state (``contract.trunkfacts``) of it there, as the daemon told last; ``lost``: its password
    was sealed with another key."""

    trunk: Trunk
    states: list[tuple[str, str]]
    lost: bool

    @property
    def chip(self) -> str:
        """State of the coloured chip."""
        return "ready" if self.states and all(state in WORKS for _node, state in self.states) else "offline"


def trunk_lines() -> list[TrunkLine]:
    """In the order in which they are tried."""
    view, readable = live_state().view, trunks_secrets()
    return [_trunk(row, view, readable) for row in Trunk.objects.all()]


def trunk_line(row: Trunk) -> TrunkLine:
    """Of one."""
    return _trunk(row, live_state().view, trunks_secrets())


def _trunk(row: Trunk, view: LiveView, readable: Collection[str]) -> TrunkLine:
    states = sorted(view.trunks.get(row.name, {}).items())
    return TrunkLine(row, states, bool(row.sealed) and row.name not in readable)
