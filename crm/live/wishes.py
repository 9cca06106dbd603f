"""With whom an agent is to be called back, for her desk."""

from typing import Any

from switchctl.contract.live import LiveView


def wishes(view: LiveView, login: str) -> dict[str, dict[str, Any]]:
    """Login of the colleague → ``when`` (free, there), ``since`` and ``until`` (µs)."""
    mine = [wish for wish in view.wishes.values() if wish.agent == login]
    mine.sort(key=lambda wish: (wish.since, wish.id))
    return {wish.of: {"when": wish.when, "since": wish.since, "until": wish.until} for wish in mine}
