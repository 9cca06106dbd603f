"""Saving reports: making, renaming, sharing and removing them."""

from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crm.access.holding import require
from crm.accounts.models import Role, User
from crm.reports.files.sources import Said, Source, impersonal, source_of
from crm.reports.form import WORDS
from crm.reports.models import SavedReport

AT_MOST = 60
NAME = 60


@transaction.atomic
def report_save(*, user: User, name: str, report: str, said: Said, days: str = "") -> SavedReport:
    """Keeps the question under a name; hers of this name is changed. ``days``: a quick choice that moves on with the
    calendar, "" for the days of the question. Numbers are not kept. Raises PermissionDenied, and ValidationError."""
    source = _source(report)
    require(user, source.sees)
    name = _name(name)
    if SavedReport.objects.filter(owner=user).exclude(name=name).count() >= AT_MOST:
        raise ValidationError(_("You have %(n)s saved reports already. Remove one first.") % {"n": AT_MOST})
    asked = dict(said)
    if days in source.spans:
        asked = {key: value for key, value in asked.items() if key not in ("since", "until")} | {"span": days}
    wanted = {"report": report, "said": impersonal(source.clean(asked))}
    return SavedReport.objects.update_or_create(owner=user, name=name, defaults=wanted)[0]


@transaction.atomic
def report_change(*, user: User, report_id: int, name: str, roles: Iterable[str] = ()) -> SavedReport:
    """Another name, and the roles (ids) that share it. Raises SavedReport.DoesNotExist for what is not hers,
    PermissionDenied, and ValidationError."""
    saved = SavedReport.objects.select_for_update().get(owner=user, pk=report_id)
    shared = set(Role.objects.filter(pk__in=_ids(roles)))
    if shared != set(saved.roles.all()):
        require(user, "reports.share")
    saved.name = _name(name)
    try:
        with transaction.atomic():
            saved.save(update_fields=["name", "changed_at"])
    except IntegrityError as error:
        raise ValidationError(_("You have a report of this name already.")) from error
    saved.roles.set(shared)
    return saved


def report_remove(*, user: User, report_id: int) -> bool:
    """Only her own; its mailings end with it. False when there is none."""
    return SavedReport.objects.filter(owner=user, pk=report_id).delete()[0] > 0


def _source(report: str) -> Source:
    source = source_of(report)
    if source is None:
        raise ValidationError(_("There is no such report."))
    return source


def _name(said: str) -> str:
    name = " ".join(said.replace("\x00", "").split())[:NAME]
    if not name:
        raise ValidationError(_("Give the report a name."))
    return name


def _ids(said: Iterable[str]) -> list[int]:
    return [int(one) for one in said if one.isascii() and one.isdigit() and len(one) < 10]


def day_choices(spans: Iterable[str]) -> list[tuple[str, str]]:
    """Days that move on with the calendar: code and words."""
    return [(span, _(WORDS[span])) for span in spans]


def plain(post: Mapping[str, str]) -> dict[str, str]:
    """A form's fields that say what is asked; several of a name are joined."""
    several = getattr(post, "getlist", None)
    return {name: ",".join(several(name)) if several else post[name] for name in post}
