"""Defining projects and fields. Nothing is deleted: what is not wanted any more is taken out of use, and its values
are there again when it comes back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from crm.access.holding import require
from crm.accounts.models import User
from crm.customers.models import CustomerField, FieldChoice, FieldKind, Project

NEEDS = "customers.fields"
MOST_FIELDS = 60
MOST_CHOICES = 200
MOST_DECIMALS = 6
LONGEST = 2000
LOCK = 0x6669656C
_CODE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_TAKEN = ("_from", "_to", "_has", "_file", "_remove")
"""Ends of names in forms and addresses that mean something of the field before them."""


@dataclass(frozen=True)
class Line:
    """One choice as a form says it; ``id`` None for a new one."""

    id: int | None
    name: str
    name_zh: str
    order: int
    active: bool


@transaction.atomic
def project_save(*, actor: User, project: Project | None, fields: Mapping[str, Any]) -> Project:
    """A new one or a changed one. Raises PermissionDenied, and ValidationError by field."""
    require(actor, NEEDS)
    _one_at_a_time()
    saved = project or Project(code=_code(fields, "project", Project))
    for name in ("name", "name_zh", "active"):
        setattr(saved, name, fields.get(name, getattr(saved, name)))
    saved.full_clean()
    saved.save()
    if project is not None:
        CustomerField.objects.filter(project=saved, searchable=True).update(words_due=timezone.now())
    return saved


SETTINGS = (
    "name", "name_zh", "project", "required", "help", "help_zh", "order", "column", "searchable", "on_card", "active",
    "form", "longest", "least", "most", "decimals",
)  # fmt: skip


@transaction.atomic
def field_save(
    *, actor: User, field: CustomerField | None, fields: Mapping[str, Any], lines: Sequence[Line] = ()
) -> CustomerField:
    """A new field (``fields`` has its ``kind``, and perhaps its ``code``) or a changed one, with its choices. Raises
    PermissionDenied, and ValidationError by field; what is wrong with the choices is under ``choices``."""
    require(actor, NEEDS)
    _one_at_a_time()
    if field is None:
        if CustomerField.objects.count() >= MOST_FIELDS:
            raise ValidationError(_("There are %(n)d fields already: take one into use again.") % {"n": MOST_FIELDS})
        field = CustomerField(kind=fields.get("kind", ""), code=_code(fields, "field", CustomerField))
    before = (field.searchable, field.active)
    for name in SETTINGS:
        if name in fields:
            setattr(field, name, fields[name])
    if field.kind == FieldKind.FILE:
        field.searchable = False
    field.full_clean()
    _limits_check(field)
    new = field.pk is None
    field.save()
    renamed = _choices_save(field, lines) if field.kind in (FieldKind.CHOICE, FieldKind.CHOICES) else False
    if not new and ((field.searchable, field.active) != before or (renamed and field.searchable)):
        CustomerField.objects.filter(pk=field.pk).update(words_due=timezone.now())
    return field


def _limits_check(field: CustomerField) -> None:
    wrong: dict[str, str] = {}
    if not 1 <= field.longest <= LONGEST:
        wrong["longest"] = _("From 1 to %(n)d.") % {"n": LONGEST}
    if field.decimals > MOST_DECIMALS:
        wrong["decimals"] = _("From 0 to %(n)d.") % {"n": MOST_DECIMALS}
    if field.least is not None and field.most is not None and field.least > field.most:
        wrong["most"] = _("The greatest is below the smallest.")
    if wrong:
        raise ValidationError(wrong)


def _choices_save(field: CustomerField, lines: Sequence[Line]) -> bool:
    """Whether a label that the search knows changed."""
    have = {choice.pk: choice for choice in field.choices.all()}
    wrong, seen, renamed = [], set(), False
    for line in lines:
        choice = have.get(line.id or 0)
        if line.id is not None and choice is None:
            continue  # of another field
        name = line.name.strip() or line.name_zh.strip()
        if not name:
            if choice is not None:
                wrong.append(_("A choice needs a name. Take it out of use instead."))
            continue
        if name.casefold() in seen:
            wrong.append(_("“%(name)s” is there twice.") % {"name": name})
        seen.add(name.casefold())
        if choice is None:
            choice = FieldChoice(field=field, code=_choice_code(name, {one.code for one in have.values()}))
        else:
            renamed |= (choice.name, choice.name_zh) != (name, line.name_zh.strip())
        choice.name, choice.name_zh, choice.order, choice.active = name, line.name_zh.strip(), line.order, line.active
        try:
            choice.full_clean(exclude=["field"])
        except ValidationError as error:
            wrong += error.messages
            continue
        choice.save()
        have[choice.pk] = choice
    if len(have) > MOST_CHOICES:
        wrong.append(_("A list has at most %(n)d choices.") % {"n": MOST_CHOICES})
    if not any(choice.active for choice in have.values()):
        wrong.append(_("Name at least one choice."))
    if wrong:
        raise ValidationError({"choices": list(dict.fromkeys(wrong))})
    return renamed


def _code(fields: Mapping[str, Any], stem: str, model: type[CustomerField] | type[Project]) -> str:
    """The code that was typed, or one of the name."""
    typed = str(fields.get("code", "") or "").strip()
    taken = set(model.objects.values_list("code", flat=True))
    if typed:
        if not _CODE.fullmatch(typed) or len(typed) > 32 or typed.endswith(_TAKEN):
            raise ValidationError({"code": _(
                "A code is made of small letters, digits and single underscores, and begins with a letter. It does "
                "not end in _from, _to, _has, _file or _remove."
            )})  # fmt: skip
        if typed in taken:
            raise ValidationError({"code": _("This code is taken.")})
        return typed
    made = re.sub(r"_+", "_", slugify(str(fields.get("name", ""))).replace("-", "_")).strip("_")[:24].strip("_")
    return _free(made if _CODE.fullmatch(made) and not made.endswith(_TAKEN) else stem, taken)


def _choice_code(name: str, taken: set[str]) -> str:
    return _free(slugify(name)[:24] or "c", taken)


def _free(stem: str, taken: set[str]) -> str:
    return next(code for n in range(1, 10_000) if (code := stem if n == 1 else f"{stem}_{n}") not in taken)


def _one_at_a_time() -> None:
    """Two who define fields at once would make the same code."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
