"""The roles that every centre has from the start. ``roles_ready_made`` writes them after each migration."""

from typing import Any, NamedTuple

from crm.access.permissions import BY_CODE
from crm.accounts.models import Role, Scope


class Ready(NamedTuple):
    code: str
    name: str
    name_zh: str
    description: str
    description_zh: str
    scope: Scope
    permissions: tuple[str, ...]


CUSTOMERS = ("customers.see", "customers.find", "customers.add", "customers.edit")
AGENT = ("desk.use", "calls.dial", "lists.mark", "calls.see", "calls.note", "calls.export", "reports.see", *CUSTOMERS)
EXPERT = (*AGENT, "numbers.open")
LEADER = (
    *EXPERT, "rooms.use", "floor.watch", "agents.command", "agents.supervise", "users.see", "skills.see", "calls.share",
    "reports.export",
)  # fmt: skip
WATCHER = ("floor.watch", "calls.see", "reports.see", "customers.see", "users.see", "skills.see")
SUPERVISOR = (
    "lists.see", "lists.manage", "lists.mark",
    "floor.watch", "agents.command", "agents.supervise", "calls.see", "calls.note", "calls.dial", "calls.export",
    "calls.share",
    *CUSTOMERS, "customers.export", "numbers.open", "alarms.see", "alarms.handle", "switches.see",
    "extensions.see", "routes.see", "trunks.see", "rooms.use", "users.see",
    "skills.see", "skills.manage", "sessions.manage", "reports.see", "reports.export", "reports.share",
    "campaigns.see", "campaigns.run", "callbacks.manage",
)  # fmt: skip
# "desk.use" too: she hires agents, and nobody gives a role that allows more than her own.
MANAGER = (
    *SUPERVISOR, "desk.use", "numbers.whole", "users.manage", "departments.manage", "queues.manage", "roles.see",
    "audit.see", "privacy.export", "alarms.set", "extensions.manage", "routes.manage", "rooms.manage",
    "agents.private", "reports.targets",
    "customers.fields", "customers.import",
    "campaigns.manage", "campaigns.evidence",
)  # fmt: skip

READY = (
    Ready("agent", "Agent", "普通坐席", "Takes calls at the desk", "在工作台接听电话", Scope.OWN, AGENT),
    Ready("expert", "Expert", "专家坐席", "An agent who may open numbers", "可查看完整号码的坐席", Scope.OWN, EXPERT),
    Ready("team_leader", "Team leader", "班长", "Takes calls and leads her department", "接听电话并管理本部门",
          Scope.DEPARTMENT, LEADER),
    Ready("quality_inspector", "Quality inspector", "质检员", "Looks at calls and notes what is good", "查看并评价通话",
          Scope.BELOW, (*WATCHER, "calls.note", "calls.export", "reports.export")),
    Ready("data_specialist", "Data specialist", "数据专员", "Reads calls and figures of all", "查看全部通话与数据",
          Scope.ALL, ("calls.see", "calls.export", "calls.share", "reports.see", "reports.export", "reports.share",
                      "customers.see", "customers.export", "users.see", "skills.see")),
    Ready("trainer", "Trainer", "培训师", "Watches agents and keeps their skills", "观察坐席并维护技能",
          Scope.BELOW, (*WATCHER, "skills.manage")),
    Ready("supervisor", "Supervisor", "主管", "Leads her department and those below", "管理本部门及下级部门",
          Scope.BELOW, SUPERVISOR),
    Ready("manager", "Manager", "经理", "Sees the whole centre, manages its people", "查看整个中心并管理人员",
          Scope.ALL, MANAGER),
    Ready("administrator", "Administrator", "管理员", "May do everything", "拥有全部权限", Scope.ALL, tuple(BY_CODE)),
    Ready("integrator", "Integrator", "集成接口", "A program that reads calls and users", "读取通话与用户的程序",
          Scope.ALL, ("calls.see", "calls.dial", "reports.see", "customers.see", "users.see", "skills.see",
                      "numbers.whole")),
)  # fmt: skip


def roles_ready_made(**_kwargs: Any) -> None:
    """Makes them, or brings them to what this version says. Who holds them stays."""
    have = {role.code: role for role in Role.objects.all()}
    for ready in READY:
        wanted = ready._asdict() | {"permissions": sorted(ready.permissions), "ready_made": True}
        role = have.get(ready.code)
        if role is None:
            Role.objects.create(**wanted)
        elif any(getattr(role, field) != value for field, value in wanted.items()):
            for field, value in wanted.items():
                setattr(role, field, value)
            role.save()
