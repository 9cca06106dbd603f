"""The slots in which customers are parked, for every desk: whoever hears the number may take her."""

from typing import Any

from switchctl.contract.live import LiveView

IN_A_SLOT = "park:"


def parked(view: LiveView) -> dict[str, dict[str, Any]]:
    """Slot → ``call``, ``agent`` who parked her, ``queue``, ``until`` (µs; then she goes back), and ``taken``: a phone
    rings for her."""
    return {
        call.goal.removeprefix(IN_A_SLOT): {
            "call": call.id, "agent": call.passed_by, "queue": call.queue, "until": call.parked_until,
            "taken": call.stage == "offered",
        }
        for call in sorted(view.calls.values(), key=lambda call: call.goal)
        if call.goal.startswith(IN_A_SLOT)
    }  # fmt: skip
