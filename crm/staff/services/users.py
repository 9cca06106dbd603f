"""Users: made, changed, ended, taken back, given a new password."""

import secrets
from dataclasses import asdict

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.access.holding import held, may, reach, require
from crm.accounts.models import Scope, User
from crm.logins.passwords import login_unlock, password_give
from crm.staff.authority import (
    covers_department,
    fresh,
    require_administrator,
    require_manage,
    require_roles,
)
from crm.staff.person import Person
from crm.staff.services.skills import user_skills_set
from crm.telephony.extensions import extension_check
from crm.telephony.services import agent_set, agent_unset, user_queues_set

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Those that nobody mistakes for another when reading them out."""


def password_made() -> str:
    """A new password, easy to read out: three groups of five, 74 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _n in range(5)) for _n in range(3))


def password_accept(password: str, user: User) -> None:
    """Of a user who is just being made, and so has no past ones. Raises ValidationError for what the rules refuse."""
    known = {name: getattr(user, name) for name in ("username", "display_name", "email", "extension", "work_number")}
    try:
        validate_password(password, User(**known))
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error


@transaction.atomic
def user_add(*, actor: User, username: str, person: Person, password: str | None) -> User:
    """A new user, who is asked for a password of her own at the first login. None: she cannot log in yet.

    Raises PermissionDenied for what is out of the actor's reach, ValidationError for what is malformed or taken.
    """
    require(actor, "users.manage")
    user = User(username=username, must_change_password=True, password_changed_at=timezone.now())
    if password is not None:
        password_accept(password, user)
    user.set_password(password)
    _fill(actor, user, person, new=True)
    return user


@transaction.atomic
def user_change(*, actor: User, user: User, person: Person) -> User:
    """Everything but login and password. Raises PermissionDenied and ValidationError."""
    require_manage(actor, user)
    user = User.objects.select_for_update().get(pk=user.pk)
    _fill(actor, user, person, new=False)
    require_administrator()
    return user


@transaction.atomic
def user_end(*, actor: User, user: User) -> User:
    """She can log in no more and takes no calls; her history stays. Her extension is free for somebody else."""
    require_manage(actor, user)
    if actor.pk == user.pk:
        raise PermissionDenied(_("You cannot end yourself."))
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active, user.extension = False, None
    user.save(update_fields=["is_active", "extension"])
    require_administrator()
    return user


@transaction.atomic
def user_return(*, actor: User, user: User) -> str:
    """She works here again, with the roles that she had; returns her new password."""
    require_manage(actor, user)
    require_roles(actor, user, (), user.roles.all())
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active = True
    user.save(update_fields=["is_active"])
    return _new_password(user)


@transaction.atomic
def password_reset(*, actor: User, user: User) -> str:
    """A new password, returned once and asked to be changed at the next login. It ends her sessions."""
    require_manage(actor, user)
    if actor.pk == user.pk:
        raise PermissionDenied(_("Change your own password where you log in, not here."))
    return _new_password(User.objects.select_for_update().get(pk=user.pk))


def user_unlock(*, actor: User, user: User) -> bool:
    """Who failed too often may try again at once; whether there was anything to unlock."""
    require_manage(actor, user)
    return login_unlock(user=user)


def _new_password(user: User) -> str:
    password = password_made()
    password_give(user=user, password=password)
    return password


def _fill(actor: User, user: User, person: Person, *, new: bool) -> None:
    before = set() if new else set(user.roles.all())
    _check_department(actor, user, person, new)
    require_roles(actor, user, before, person.roles)
    _check_dialling(actor, user, person)
    _fill_columns(user, person)
    if before != set(person.roles):
        user.roles.set(person.roles)
    fresh(user)
    _fill_calls(actor, user, person)


def _check_department(actor: User, user: User, person: Person, new: bool) -> None:
    """She may put people only into departments that she reaches; a move of herself may not show her more."""
    if not new and user.department_id == (person.department.pk if person.department else None):
        return
    if not covers_department(reach(actor, "users.manage"), person.department):
        raise PermissionDenied(_("This department is not within your reach."))
    if actor.pk == user.pk and any(scope in (Scope.DEPARTMENT, Scope.BELOW) for scope in held(actor).values()):
        raise PermissionDenied(_("Somebody else must change your department: your rights depend on it."))


def _check_dialling(actor: User, user: User, person: Person) -> None:
    """What she may dial herself is for others to say, or for who manages the roles."""
    same = (user.dialling, user.allowed_numbers) == (person.dialling, list(person.allowed_numbers))
    if actor.pk == user.pk and not same and not may(actor, "roles.manage"):
        raise PermissionDenied(_("Somebody else must change what you may dial."))


def _fill_columns(user: User, person: Person) -> None:
    if person.extension and person.extension != user.extension:
        extension_check(person.extension)
    for column, value in person.columns().items():
        setattr(user, column, value)
    if not person.display_name.strip():
        raise ValidationError({"display_name": _("A name is needed.")})
    if person.agent and not person.extension:
        raise ValidationError({"extension": _("Who takes calls needs an extension.")})
    user.full_clean()
    user.save()


def _fill_calls(actor: User, user: User, person: Person) -> None:
    if person.agent:
        agent_set(user=user, **asdict(person.agent))
        if person.queues is not None:
            user_queues_set(user=user, tiers=person.queues)
    elif hasattr(user, "agent_profile"):
        agent_unset(user=user)
    if person.skills is not None:
        user_skills_set(actor=actor, user=user, levels=person.skills)
