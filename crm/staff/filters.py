"""The filters of the list of users, from the address of the page."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

PAGE = 50
STATES = ("", "agents", "ended")


@dataclass(frozen=True)
class Filters:
    """What was asked for; what makes no sense was left out. ``department`` and ``role`` are ids, 0 for any."""

    text: str = ""
    department: int = 0
    role: int = 0
    state: str = ""
    page: int = 1

    @property
    def any(self) -> bool:
        return any((self.text, self.department, self.role, self.state))

    def address(self, page: int = 1) -> str:
        """Query string of a page of the same list."""
        asked = {"text": self.text, "department": self.department, "role": self.role, "state": self.state}
        asked["page"] = page if page > 1 else ""
        return "?" + urlencode({name: value for name, value in asked.items() if value})


def filters(asked: QueryDict) -> Filters:
    state = asked.get("state", "")
    return Filters(
        text=asked.get("text", "").replace("\x00", "").strip()[:64],
        department=number(asked.get("department", "")),
        role=number(asked.get("role", "")),
        state=state if state in STATES else "",
        page=max(1, min(number(asked.get("page", "")), 10_000)),
    )


def number(text: str) -> int:
    """An id or a count from a form; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
