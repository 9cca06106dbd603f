"""Uploading a file, saying what its columns are, trying it, importing it, giving it up, undoing it."""

from collections.abc import Mapping
from contextlib import closing
from itertools import islice

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.access.holding import require
from crm.accounts.models import User
from crm.audit import services as audit
from crm.customers.fields.files import shown_name
from crm.customers.imports.files import files_forget, source, source_forget, upload_keep
from crm.customers.imports.targets import Targets
from crm.customers.models import Package, PackageState, Project
from crm.sheets.streams.csvrows import ENCODINGS
from crm.sheets.streams.opening import rows_open
from crm.sheets.streams.rows import Row

SAMPLE = 5
SAME = ("skip", "update")
State = PackageState
SETTABLE = (State.UPLOADED, State.TRIED)
UNDOABLE = (State.DONE, State.CANCELLED, State.FAILED)


def package_upload(*, user: User, upload: UploadedFile, project: Project | None = None) -> Package:
    """Keeps the file, with a guess of what its columns are. Raises PermissionDenied, and ValidationError with a
    sentence when no rows can be read."""
    require(user, "customers.import")
    key, form, encoding = upload_keep(upload)
    name = shown_name(upload.name or "", form)
    made = Package(
        name=name.rpartition(".")[0][:120], file_name=name, file_key=key, form=form, encoding=encoding, owner=user,
        project=project,
    )  # fmt: skip
    try:
        made.mapping = Targets(project).guess(_header(made))
    except ValidationError:
        files_forget(made)
        raise
    with transaction.atomic():
        made.save()
        audit.event("import.made", user=user, about=made, details={"format": form})
    return made


def package_sample(package: Package) -> list[Row]:
    """The first rows, that of the headers included. Raises ValidationError."""
    with closing(rows_open(source(package), package.form, package.encoding)) as rows:
        return list(islice(rows, SAMPLE + 1))


@transaction.atomic
def package_set(
    *, user: User, package_id: int, name: str, encoding: str, project: Project | None, mapping: Mapping[str, str],
    same: str,
) -> Package:  # fmt: skip
    """What its columns are, and what becomes of those who are there already. With another encoding or project the
    columns are guessed anew. Raises PermissionDenied, and ValidationError with a sentence."""
    require(user, "customers.import")
    package = _mine(package_id, SETTABLE)
    if same not in SAME or (package.form == "csv" and encoding not in ENCODINGS):
        raise ValidationError(_("Choose one of those offered."))
    again = project != package.project or (package.form == "csv" and encoding != package.encoding)
    package.name, package.project, package.same = name.strip()[:120] or package.file_name[:120], project, same
    package.encoding = encoding if package.form == "csv" else ""
    package.mapping = Targets(project).guess(_header(package)) if again else dict(mapping)
    package.state, package.counts, package.done = State.UPLOADED, {}, 0
    package.save()
    return package


@transaction.atomic
def package_try(*, user: User, package_id: int) -> Package:
    """Orders a dry run. Raises PermissionDenied, and ValidationError when columns are missing."""
    require(user, "customers.import")
    package = _mine(package_id, SETTABLE)
    package.mapping = Targets(package.project).checked(package.mapping)
    package.state, package.done, package.total, package.counts, package.begun = State.TRYING, 0, 0, {}, 0
    package.save()
    return package


@transaction.atomic
def package_import(*, user: User, package_id: int) -> Package:
    """Orders the import of one that was tried. Raises PermissionDenied and ValidationError."""
    require(user, "customers.import")
    package = _mine(package_id, (State.TRIED,))
    package.mapping = Targets(package.project).checked(package.mapping)
    package.state, package.done, package.counts, package.begun = State.WAITING, 0, {}, 0
    package.owner = user  # whose hand it is
    package.save()
    audit.event("import.begun", user=user, about=package, details={"rows": package.total})
    return package


@transaction.atomic
def package_cancel(*, user: User, package_id: int) -> Package:
    """Gives it up; the worker stops at its next chunk. What was imported stays, and can be undone."""
    require(user, "customers.import")
    package = _mine(package_id, (State.UPLOADED, State.TRYING, State.TRIED, State.WAITING, State.WORKING))
    if package.state == State.TRYING:
        package.state, package.done, package.counts = State.UPLOADED, 0, {}
        package.save()
        return package
    began = package.state == State.WORKING
    package.state, package.finished_at = State.CANCELLED, timezone.now()
    package.save()
    audit.event("import.done", user=user, about=package, details={"state": State.CANCELLED, **package.counts})
    transaction.on_commit(lambda: source_forget(package) if began else files_forget(package))
    return package


@transaction.atomic
def package_undo(*, user: User, package_id: int) -> Package:
    """Orders the undoing of one that is through. Raises PermissionDenied and ValidationError."""
    require(user, "customers.import")
    package = _mine(package_id, UNDOABLE)
    package.counts = {"rows": package.done, **package.counts}
    package.state, package.begun, package.done, package.total = State.UNDOING, 0, 0, package.members.count()
    package.owner = user
    package.save()
    return package


def _mine(package_id: int, states: tuple[str, ...]) -> Package:
    """The row, held. Raises ValidationError when it is in none of the states."""
    found = Package.objects.select_for_update(of=("self",)).select_related("project").filter(pk=package_id).first()
    if found is None or found.state not in states:
        raise ValidationError(_("This cannot be done with the import as it is now."))
    return found


def _header(package: Package) -> list[str]:
    rows = package_sample(package)
    if len(rows) < 2:
        raise ValidationError(_("This file has no rows below its first one, which names the columns."))
    return rows[0].cells
