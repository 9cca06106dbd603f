"""Roles: the list, the matrix, and the three steps in which one is made."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.access.guard import needs
from crm.access.holding import may
from crm.accounts.models import Role, Scope, User
from crm.staff.filters import number
from crm.staff.forms.role import Draft, draft_asked, draft_of
from crm.staff.plan import changes
from crm.staff.selectors.people import people_found, people_named
from crm.staff.selectors.roles import allowed_words, areas, matrix, roles_all
from crm.staff.services.roles import role_remove, role_save
from crm.staff.views.frame import ROLES, attempted, errors_of, shown

NAME, ALLOWED, PEOPLE, SUMMARY = 1, 2, 3, 4
LISTED = 200
"""Holders who are listed one by one; the rest is found by the search."""


@require_safe
@needs(*ROLES)
def roles(request: HttpRequest) -> HttpResponse:
    """All roles with what they allow, and who would lose one that is removed."""
    manages = may(request.user, "roles.manage")
    rows = [(role, allowed_words(role), _holders(role) if manages else []) for role in roles_all()]
    return shown(request, "roles.html", "roles", {"rows": rows, "manages": manages})


@require_safe
@needs(*ROLES)
def all_in_one(request: HttpRequest) -> HttpResponse:
    """Roles and permissions on one page."""
    found = list(roles_all())
    told = {"roles": found, "areas": matrix(found), "scopes": Scope.choices}
    return shown(request, "matrix.html", "roles", told)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("roles.manage")
def new(request: HttpRequest) -> HttpResponse:
    """The steps for a new role; ``?copy=ID`` begins with what another one allows."""
    if request.method == "POST":
        return _step(request, None, draft_asked(request.POST))
    copied = number(request.GET.get("copy", ""))
    draft = draft_of(get_object_or_404(Role, pk=copied), copy=True) if copied else Draft()
    return _page(request, None, draft, NAME)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("roles.manage")
def role(request: HttpRequest, role_id: int) -> HttpResponse:
    """The steps for a role that is there; of a ready-made one only who holds it can be changed."""
    found = get_object_or_404(Role, pk=role_id)
    draft = draft_of(found)
    if request.method == "POST":
        asked = draft_asked(request.POST)
        if found.ready_made:
            draft.people = asked.people
        return _step(request, found, draft if found.ready_made else asked)
    return _page(request, found, draft, PEOPLE if found.ready_made or "people" in request.GET else NAME)


@require_POST
@needs("roles.manage")
def remove(request: HttpRequest, role_id: int) -> HttpResponse:
    """The page asked before, naming who holds it."""
    found = get_object_or_404(Role, pk=role_id)
    sentence = _("The role %(role)s was removed.") % {"role": found.label}
    attempted(request, lambda: role_remove(actor=request.user, role=found), sentence)
    return redirect("staff_roles")


def _step(request: HttpRequest, found: Role | None, draft: Draft) -> HttpResponse:
    """Where the pressed button leads. Nobody comes past the first step without a name, nor past a wrong one."""
    wish = request.POST.get("step", "")
    told: dict[str, Any] = {}
    if wish == "save":
        return _saved(request, found, draft)
    if wish == "add":
        named = people_named(User.objects.filter(program=False), request.POST.get("list", ""))
        draft.people |= {user.pk for user in named.users}
        told = {"unknown": named.unknown, "added": len(named.users)}
    goal = PEOPLE if wish in ("add", "find") else max(NAME, min(number(wish), SUMMARY))
    if error := _name_error(found, draft):
        return _page(request, found, draft, NAME, errors=[error])
    return _page(request, found, draft, goal, **told)


def _saved(request: HttpRequest, found: Role | None, draft: Draft) -> HttpResponse:
    try:
        saved = role_save(actor=request.user, plan=draft.plan(found))
    except ValidationError as error:
        sentences = [sentence for sentences in errors_of(error).values() for sentence in sentences]
        return _page(request, found, draft, SUMMARY, errors=sentences)
    except PermissionDenied as error:
        return _page(request, found, draft, SUMMARY, errors=[str(error)])
    number_of = len(draft.people)
    words = ngettext("The role %(role)s was saved; %(n)s person holds it.",
                     "The role %(role)s was saved; %(n)s persons hold it.", number_of)  # fmt: skip
    attempted(request, lambda: None, words % {"role": saved.label, "n": number_of})
    return redirect("staff_roles")


def _name_error(found: Role | None, draft: Draft) -> str:
    if not draft.name:
        return _("A role needs a name.")
    same = Role.objects.filter(name__iexact=draft.name).exclude(pk=found.pk if found else None)
    return _("There is already a role of this name.") if same.exists() else ""


def _page(request: HttpRequest, found: Role | None, draft: Draft, step: int, **told: Any) -> HttpResponse:
    told |= {"role": found, "draft": draft, "step": step, "locked": bool(found and found.ready_made)}
    names = pgettext("of a role", "Name"), _("Permissions"), pgettext("of a role", "People"), _("Summary")
    told["steps"] = list(enumerate(names, NAME))
    if step == ALLOWED:
        told |= {"areas": areas(), "scopes": Scope.choices}
    if step == PEOPLE:
        text = request.POST.get("text", "").replace("\x00", "").strip()[:64]
        holders = User.objects.filter(pk__in=draft.people, is_active=True).select_related("department")
        told |= {"text": text, "holders": holders[:LISTED], "more": max(0, holders.count() - LISTED)}
        people = User.objects.filter(program=False)
        told["found"] = [(user, user.pk in draft.people) for user in people_found(people, text)]
    if step == SUMMARY:
        told |= {"changes": changes(draft.plan(found), found), "holding": len(draft.people)}
        told["allowed"] = allowed_words(found if found and found.ready_made else draft.plan(None).role())
        told["scope_label"] = Scope(draft.scope).label
    return shown(request, "role.html", "roles", told)


def _holders(role: Role) -> list[str]:
    return [str(user) for user in role.users.filter(is_active=True)[:20]]
