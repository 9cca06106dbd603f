"""Whom of the customers: the filters of their list as a program sends them, for whatever is done to many of them."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from crm.accounts.models import User
from crm.customers.fields.filtering import Wish, wishes
from crm.customers.fields.selectors import fields_active
from crm.customers.filters import NOBODY, Filters
from crm.customers.models import Kind, Level, Project
from crm.rest.problems import Problem
from crm.rest.shapes import Body, Coded, Id

UNKNOWN = 10**17
"""An id that nobody has, and that the filters take for one."""
LAST = 10**18 - 1
"""Ids beyond are none for the filters, and would be passed over."""


class WhomBody(Body):
    """Whom of the customers; an empty one means all."""

    q = serializers.CharField(
        max_length=64, required=False, help_text="Words of a name, company, note or field; or a number."
    )
    kind = serializers.ChoiceField(Kind.choices, required=False)
    level = serializers.ChoiceField(Level.choices, required=False)
    owner = serializers.CharField(max_length=150, required=False, help_text="A login, or `none`.")
    project = Coded("code", queryset=Project.objects.all(), required=False, help_text="Code of a project.")
    package = Id(max_value=LAST, required=False, help_text="Id of an import: whom it added or changed.")
    values = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(max_length=64), max_length=100), required=False,
        help_text="Filters by fields of the centre as in the list, such as f_<code>, each with a list of texts.",
    )  # fmt: skip

    def validate_owner(self, said: str) -> str:
        """The id, as the page says it. Who knows no users learns of none here: an unknown one has no customers."""
        if said == NOBODY:
            return said
        known = User.objects.filter(username=said) if said.isprintable() else User.objects.none()
        return str(known.values_list("pk", flat=True).first() or UNKNOWN)

    def validate_values(self, said: dict[str, list[str]]) -> tuple[Wish, ...]:
        return wishes_of(said, said)


def filters_of(said: dict[str, Any]) -> Filters:
    """Of a body that was read."""
    plain = {name: said[name] for name in ("kind", "level", "owner", "package") if name in said}
    project = said["project"].pk if "project" in said else 0
    text = " ".join(said.get("q", "").split())
    return Filters(text=text, project=project, wishes=said.get("values", ()), **plain)


def wishes_of(names: Iterable[str], said: Any) -> tuple[Wish, ...]:
    """What is asked of fields of the centre: ``names`` of ``said``, an address's query or name → texts. Raises Problem
    for a field that there is not, or what makes no sense of it."""
    names = list(names)
    found = wishes(fields_active(), said) if names else ()
    taken = {name for wish in found for name in wish.said()}
    wrong = {name: [_("There is no such field, or it cannot be asked for so.")] for name in names if name not in taken}
    if wrong:
        raise Problem("invalid", errors=wrong)
    return found
