"""Users: the list, one of them, and what is done with her."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.access.guard import needs
from crm.access.holding import may, require
from crm.accounts.models import Department, Role, User
from crm.audit import services as audit
from crm.logins import lockout
from crm.sheets.writing import CSV, XLSX, response
from crm.staff.authority import may_manage
from crm.staff.filters import PAGE, filters
from crm.staff.forms.user import UserForm
from crm.staff.selectors.people import users_found, within_sight
from crm.staff.services.users import (
    password_made,
    password_reset,
    user_add,
    user_change,
    user_end,
    user_return,
    user_unlock,
)
from crm.staff.sheet import Places, exported
from crm.staff.views.frame import USERS, attempted, errors_of, shown


@require_safe
@needs(*USERS)
def users(request: HttpRequest) -> HttpResponse:
    """Whom she sees, as the filters ask."""
    asked = filters(request.GET)
    found = users_found(request.user, asked)
    total = found.count()
    first = (asked.page - 1) * PAGE
    rows = list(found[first : first + PAGE])
    places = Places()
    told = {
        "asked": asked,
        "rows": [(user, places.path(user.department_id), hasattr(user, "agent_profile")) for user in rows],
        "total": total,
        "first": first + 1,
        "last": first + len(rows),
        "newer": asked.address(asked.page - 1) if asked.page > 1 else "",
        "older": asked.address(asked.page + 1) if first + PAGE < total else "",
        "here": asked.address(),
        "departments": sorted(((place.pk, places.path(place.pk)) for place in Department.objects.all()), key=_path),
        "roles": Role.objects.all(),
        "may_manage": may(request.user, "users.manage"),
    }
    return shown(request, "users.html", "users", told)


@require_safe
@needs(*USERS)
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """The list as the filters ask, whole, as csv or xlsx."""
    found = users_found(request.user, filters(request.GET))
    form = XLSX if kind == XLSX else CSV
    audit.read(request.user, "export.made", label="users", details={"format": form, "filters": request.GET.dict()})
    rows = exported(found.iterator(chunk_size=500))
    return response(request, "users", form, next(rows), rows)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("users.manage")
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """A user is added; her password is shown once."""
    form = UserForm(request.user, None, request.POST if request.method == "POST" else None)
    if form.is_valid():
        password = password_made()
        try:
            login = form.cleaned_data["username"]
            made = user_add(actor=request.user, username=login, person=form.person(), password=password)
        except ValidationError as error:
            form.refuse(errors_of(error))
        except PermissionDenied as error:
            form.add_error(None, str(error))
        else:
            return _password(request, made, password, _("%(who)s was added.") % {"who": made})
    return shown(request, "user.html", "users", {"form": form, "person": None, "manages": True})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(*USERS)
def user(request: HttpRequest, user_id: int) -> HttpResponse:
    """One user: to be changed by who may, else only shown."""
    if request.method == "POST":
        require(request.user, "users.manage")
    person = _seen(request, user_id)
    manages = may_manage(request.user, person)
    if request.method == "POST" and not manages:
        raise PermissionDenied(_("You may not change %(who)s.") % {"who": person})
    form = UserForm(request.user, person, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            changed = user_change(actor=request.user, user=person, person=form.person())
        except ValidationError as error:
            form.refuse(errors_of(error))
        except PermissionDenied as error:
            form.add_error(None, str(error))
        else:
            attempted(request, lambda: None, _("%(who)s was changed.") % {"who": changed})
            return redirect("staff_user", user_id=person.pk)
    locked = lockout.locked(lockout.ACCOUNT).get(lockout.account_key(person.username)) if manages else None
    told = {"form": form, "person": person, "manages": manages, "locked": locked}
    return shown(request, "user.html", "users", told)


@require_POST
@needs("users.manage")
def end(request: HttpRequest, user_id: int) -> HttpResponse:
    """She leaves."""
    person = _seen(request, user_id)
    sentence = _("%(who)s can no longer log in and takes no calls. Her history stays.") % {"who": person}
    attempted(request, lambda: user_end(actor=request.user, user=person), sentence)
    return redirect("staff_user", user_id=person.pk)


@require_POST
@needs("users.manage")
@never_cache
def take_back(request: HttpRequest, user_id: int) -> HttpResponse:
    """She works here again, with a new password."""
    person = _seen(request, user_id)
    passwords: list[str] = []
    if attempted(request, lambda: passwords.append(user_return(actor=request.user, user=person)), _("Taken back.")):
        return _password(request, person, passwords[0], "")
    return redirect("staff_user", user_id=person.pk)


@require_POST
@needs("users.manage")
@never_cache
def password(request: HttpRequest, user_id: int) -> HttpResponse:
    """A new one, shown once."""
    person = _seen(request, user_id)
    passwords: list[str] = []
    done = _("%(who)s has a new password and is logged out everywhere.") % {"who": person}
    if attempted(request, lambda: passwords.append(password_reset(actor=request.user, user=person)), done):
        return _password(request, person, passwords[0], "")
    return redirect("staff_user", user_id=person.pk)


@require_POST
@needs("users.manage")
def unlock(request: HttpRequest, user_id: int) -> HttpResponse:
    """She failed too often and may try again now."""
    person = _seen(request, user_id)
    words = {True: _("%(who)s may log in again."), False: _("%(who)s was not locked.")}
    attempted(request, lambda: user_unlock(actor=request.user, user=person), lambda done: words[done] % {"who": person})
    return redirect("staff_user", user_id=person.pk)


def _seen(request: HttpRequest, user_id: int) -> User:
    return get_object_or_404(within_sight(request.user).select_related("department", "agent_profile"), pk=user_id)


def _password(request: HttpRequest, person: User, password: str, sentence: str) -> HttpResponse:
    if sentence:
        attempted(request, lambda: None, sentence)
    return shown(request, "password.html", "users", {"person": person, "password": password})


def _path(place: tuple[int, str]) -> str:
    return place[1]
