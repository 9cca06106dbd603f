"""What all the pages of the people's administration share: their tabs, and how a refusal is said."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from crm.access.guard import needs
from crm.access.holding import may
from crm.navigation import PEOPLE


class Tab(NamedTuple):
    key: str
    url: str
    needs: tuple[str, ...]
    label: Any


USERS, DEPARTMENTS = ("users.see", "users.manage"), ("departments.manage",)
ROLES, SKILLS = ("roles.see", "roles.manage"), ("skills.see", "skills.manage", "queues.manage")

TABS = (
    Tab("users", "staff_users", USERS, _("Users")),
    Tab("departments", "staff_departments", DEPARTMENTS, _("Departments")),
    Tab("roles", "staff_roles", ROLES, _("Roles")),
    Tab("skills", "staff_skills", SKILLS, _("Skill groups")),
)


def tabs(user: Any) -> list[Tab]:
    """Those that the user may open."""
    return [tab for tab in TABS if any(may(user, code) for code in tab.needs)]


@require_safe
@needs(*PEOPLE)
def index(request: HttpRequest) -> HttpResponse:
    """The first page that is open to her."""
    return redirect(tabs(request.user)[0].url)


def shown(request: HttpRequest, template: str, tab: str, told: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page under its tab."""
    told |= {"page": "people", "tab": tab, "tabs": tabs(request.user)}
    return render(request, f"staff/{template}", told, status=status)


def attempted(request: HttpRequest, deed: Callable[[], Any], done: Any) -> bool:
    """Does it and says so; else says why not. ``done`` is the sentence, or makes it of what the deed returned."""
    try:
        result = deed()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except PermissionDenied as error:
        messages.error(request, str(error))
    else:
        messages.success(request, str(done(result) if callable(done) else done))
        return True
    return False


def errors_of(error: ValidationError) -> dict[str, list[str]]:
    """Sentences by field; "" for those of none."""
    return error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
