"""What the form and the import say of a user."""

from dataclasses import dataclass, field

from crm.accounts.models import Department, Dialling, Role, SkillGroup
from crm.telephony.models import Queue


@dataclass(frozen=True)
class Handling:
    """How an agent's calls are handled; times in seconds."""

    wrap_up_s: int = 30
    ring_s: int = 20
    max_misses: int = 3
    wrap_up_extend_s: int = 60
    wrap_up_extensions: int = 2


@dataclass(frozen=True)
class Person:
    """Everything about a user but her login and password. ``skills`` and ``queues`` of None stay as they are."""

    display_name: str
    work_number: str = ""
    department: Department | None = None
    extension: str = ""
    email: str = ""
    language: str = ""
    caller_number: str = ""
    dialling: str = Dialling.NATIONAL
    allowed_numbers: tuple[str, ...] = ()
    roles: frozenset[Role] = frozenset()
    agent: Handling | None = None
    """None: she takes no calls."""
    skills: dict[SkillGroup, int] | None = None
    """Level, 1 to 9."""
    queues: dict[Queue, int] | None = field(default=None)
    """Tier, from 1."""

    def columns(self) -> dict[str, object]:
        """Those that are columns of the user."""
        return {
            "display_name": self.display_name,
            "work_number": self.work_number or None,
            "department": self.department,
            "extension": self.extension or None,
            "email": self.email,
            "language": self.language,
            "caller_number": self.caller_number,
            "dialling": self.dialling,
            "allowed_numbers": list(self.allowed_numbers),
        }
