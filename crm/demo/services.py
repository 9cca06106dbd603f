"""Making the demonstration centre. Doing it again adds what is missing and changes nothing else."""

import os
import secrets
from pathlib import Path

from django.db import transaction

from crm.accounts.models import Department, Role, Scope, SkillGroup, SkillMember, User
from crm.accounts.services import user_create
from crm.customers.models import Customer, Level
from crm.customers.services import customer_add
from crm.demo import centre
from crm.demo.campaigns import campaigns_seed
from crm.demo.fields import fields_seed
from crm.demo.integrations import integrations_seed
from crm.numberlists.models import ListedNumber
from crm.numberlists.services import entries_add
from crm.numberlists.typed import typed_number
from crm.rooms.models import Room
from crm.telephony.extensions import secret_renew
from crm.telephony.models import (
    AgentProfile,
    Disposition,
    Extension,
    Forwarding,
    PauseReason,
    Queue,
    Route,
    SpeedDial,
    Trunk,
)
from crm.telephony.numbers import Way, route_add, route_set
from crm.telephony.numberspace import conflict
from crm.telephony.services import agent_set, queue_groups_set, queue_members_set, queue_set
from crm.telephony.trunks import trunk_add
from switchctl.contract.directory import pin_digest

WRAP_UP_S = 25


@transaction.atomic
def demo_seed(*, logins: Path) -> bool:
    """The whole centre; its people's new passwords go to the file ``logins`` (mode 0600), their phones' to
    ``demo-phones`` beside it, the conference room's pin to ``demo-rooms``, and nowhere else.

    False when nothing was missing.
    """
    departments = _departments()
    passwords = {
        person.login: _person(person, departments)
        for person in centre.PEOPLE
        if not User.objects.filter(username=person.login).exists()
    }
    made = [bool(passwords), _codes(), _queues(), _trunk(), _skills(), _shift_leads(), _customers()]
    made += [fields_seed(), _lists(), campaigns_seed()]
    made.append(integrations_seed())
    made.append(_rooms(logins))
    made.append(_forwarding())
    made.append(_speed_dials())
    if passwords:
        _write(logins, passwords)
        phones = {user.extension: user for user in User.objects.filter(username__in=passwords, extension__isnull=False)}
        rows = Extension.objects.filter(number__in=phones).order_by("number")
        lines = [f"{row.number:<8}{secret_renew(extension=row)}  {phones[row.number]}" for row in rows]
        _keep(logins.with_name("demo-phones"), lines)
    return any(made)


def _departments() -> dict[str, Department]:
    root, _ = Department.objects.get_or_create(name=centre.ROOT[0], defaults={"name_zh": centre.ROOT[1]})
    found = {"": root}
    for key, (name, name_zh, above) in centre.DEPARTMENTS.items():
        defaults = {"name_zh": name_zh, "parent": found[above]}
        found[key], _ = Department.objects.get_or_create(name=name, defaults=defaults)
    return found


def _person(person: centre.Person, departments: dict[str, Department]) -> str:
    password = secrets.token_urlsafe(9)
    user = user_create(
        username=person.login,
        password=password,
        display_name=person.name,
        roles=[person.role],
        department=departments[person.department],
        extension=person.extension,
        language=person.language,
    )
    if person.is_agent:
        agent_set(user=user, wrap_up_s=WRAP_UP_S)
    return password


def _codes() -> bool:
    made = False
    for order, (code, name, name_zh, class_of) in enumerate(centre.PAUSES):
        fields = {"name": name, "name_zh": name_zh, "class_of": class_of, "order": order}
        made |= PauseReason.objects.get_or_create(code=code, defaults=fields)[1]
    for order, (code, name, name_zh) in enumerate(centre.DISPOSITIONS):
        fields = {"name": name, "name_zh": name_zh, "order": order}
        made |= Disposition.objects.get_or_create(code=code, defaults=fields)[1]
    return made


def _rooms(logins: Path) -> bool:
    if Room.objects.filter(code="meeting").exists():
        return False
    chair = User.objects.filter(username=centre.CHAIR).first()
    pin = f"{secrets.randbelow(10**6):06}"
    room = Room.objects.create(
        code="meeting", name="晨会 Morning meeting", number="7001", chair=chair, pin=pin_digest("meeting", pin)
    )
    _keep(logins.with_name("demo-rooms"), [f"{room.number:<8}{pin}  {room.name}"])
    if not conflict("4008"):
        route_add(number="4008", way=Way(Route.Target.ROOM, room=room.code))
    return True


def _forwarding() -> bool:
    """Whoever does not answer the second agent's extension comes to the first's."""
    first, second = Extension.objects.filter(user__agent_profile__isnull=False).order_by("number")[:2]
    fields = {"number": first.number, "active": True}
    return Forwarding.objects.get_or_create(extension=second, how=Forwarding.How.NO_ANSWER, defaults=fields)[1]


def _speed_dials() -> bool:
    made = False
    for login, code, name, number in centre.SPEED_DIALS:
        owner = User.objects.filter(username=login).first()
        made |= SpeedDial.objects.get_or_create(owner=owner, code=code, defaults={"name": name, "number": number})[1]
    return made


def _queues() -> bool:
    made = False
    for code, name, name_zh in centre.QUEUES:
        if Queue.objects.filter(code=code).exists():
            continue
        queue = queue_set(code=code, name=name, name_zh=name_zh)
        tiers = {person.login: dict(person.queues)[code] for person in centre.PEOPLE if code in dict(person.queues)}
        users = AgentProfile.objects.filter(user__username__in=tiers).select_related("user")
        queue_members_set(queue=queue, tiers={agent.user: tiers[agent.user.username] for agent in users})
        made = True
    for number, code in centre.ROUTES:
        if not Route.objects.filter(number=number).exists():
            route_set(number=number, queue=Queue.objects.get(code=code))
            made = True
    return made


def _trunk() -> bool:
    """The simulated switch's own carrier."""
    if Trunk.objects.exists():
        return False
    trunk_add(name="carrier", proxy="127.0.0.1:5100", pings=False, channels=30)
    return True


def _skills() -> bool:
    made = False
    for name, name_zh, description, levels, queues in centre.SKILLS:
        fields = {"name_zh": name_zh, "description": description}
        group, new = SkillGroup.objects.get_or_create(name=name, defaults=fields)
        if not new:
            continue
        for user in User.objects.filter(username__in=levels):
            SkillMember.objects.create(group=group, user=user, level=levels[user.username])
        for queue in Queue.objects.filter(code__in=queues):
            queue_groups_set(queue=queue, groups=[*queue.skill_groups.all(), group])
        made = True
    return made


def _shift_leads() -> bool:
    code, name, name_zh, description, description_zh = centre.SHIFT_LEAD
    fields = {"name": name, "name_zh": name_zh, "description": description, "description_zh": description_zh}
    fields |= {"scope": Scope.DEPARTMENT, "permissions": sorted(centre.SHIFT_LEAD_ALLOWS)}
    role, new = Role.objects.get_or_create(code=code, defaults=fields)
    if new:
        for user in User.objects.filter(username__in=centre.SHIFT_LEADS):
            user.roles.add(role)
    return new


def _customers() -> bool:
    owners = list(User.objects.filter(agent_profile__isnull=False).order_by("username"))
    made = False
    for number, name in enumerate(centre.CUSTOMERS, 1):
        mobile = f"+86{centre.mobile(number)}"
        if Customer.objects.filter(numbers__number=mobile).exists():
            continue
        customer_add(
            name=name,
            numbers=[mobile],
            company=centre.COMPANIES[number % len(centre.COMPANIES)] if number % 3 == 0 else "",
            level=(Level.GOLD if number % 10 == 1 else Level.SILVER if number % 4 == 2 else Level.NORMAL),
            owner=owners[number % len(owners)] if owners and number % 5 == 0 else None,
        )
        made = True
    return made


def _lists() -> bool:
    """Only into empty lists: what somebody removed does not come back."""
    admin = User.objects.filter(roles__code="administrator").order_by("pk").first()
    if admin is None or ListedNumber.objects.exists():
        return False
    lines = [
        (typed_number(text), {"list": which, "way": way, "reason": reason})
        for text, which, way, reason in centre.LISTED
    ]
    return bool(entries_add(user=admin, lines=lines))


def _write(path: Path, passwords: dict[str, str]) -> None:
    """Lines of login, password and who it is; lines of earlier runs stay."""
    known = path.read_text().splitlines() if path.exists() else []
    lines = [line for line in known if line.split(" ", 1)[0] not in passwords]
    for person in centre.PEOPLE:
        if person.login in passwords:
            what = f"{person.role}, extension {person.extension}" if person.extension else person.role
            played = "" if not person.is_agent or person.login in centre.PLAYED else ", works by itself"
            lines.append(f"{person.login:<12}{passwords[person.login]:<16}{person.name}, {what}{played}")
    _keep(path, lines)


def _keep(path: Path, lines: list[str]) -> None:
    """For its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as handle:
        handle.write("\n".join(lines) + "\n")
    draft.replace(path)
