"""The three steps of a role as one form: each page carries what the other steps say, so nothing is lost on the way."""

from dataclasses import dataclass, field

from django.http import QueryDict

from crm.access.permissions import BY_CODE
from crm.accounts.models import Role, Scope
from crm.staff.filters import number
from crm.staff.plan import Plan

LENGTHS = {"name": 80, "name_zh": 80, "description": 200, "description_zh": 200}


@dataclass
class Draft:
    """Texts as typed; ``permissions`` are codes, ``people`` ids of users."""

    name: str = ""
    name_zh: str = ""
    description: str = ""
    description_zh: str = ""
    scope: str = Scope.OWN
    permissions: set[str] = field(default_factory=set)
    people: set[int] = field(default_factory=set)

    def plan(self, role: Role | None) -> Plan:
        return Plan(
            role_id=role.pk if role else None, name=self.name, name_zh=self.name_zh, description=self.description,
            description_zh=self.description_zh, scope=self.scope, permissions=frozenset(self.permissions),
            people=frozenset(self.people),
        )  # fmt: skip

    @property
    def people_text(self) -> str:
        """One field instead of thousands: a form may only have so many."""
        return ",".join(map(str, sorted(self.people)))


def draft_of(role: Role, *, copy: bool = False) -> Draft:
    """A role's own; a copy is nobody's yet and has no name."""
    same = Draft(
        description=role.description, description_zh=role.description_zh, scope=role.scope,
        permissions=set(role.permissions) & BY_CODE.keys(),
    )  # fmt: skip
    if not copy:
        same.name, same.name_zh = role.name, role.name_zh
        same.people = set(role.users.filter(is_active=True).values_list("pk", flat=True))
    return same


def draft_asked(asked: QueryDict) -> Draft:
    """What the page sent. People: those it carried, without those marked ``drop``, with those marked ``pick``."""
    carried = {number(word) for word in asked.get("people", "").split(",")}
    carried -= {number(word) for word in asked.getlist("drop")}
    carried |= {number(word) for word in asked.getlist("pick")}
    scope = asked.get("scope", "")
    texts = {name: asked.get(name, "").replace("\x00", "").strip()[:most] for name, most in LENGTHS.items()}
    return Draft(
        **texts,
        scope=scope if scope in Scope.values else Scope.OWN,
        permissions=set(asked.getlist("permissions")) & BY_CODE.keys(),
        people=carried - {0},
    )
