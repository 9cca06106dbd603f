"""Files as people bring them, and the way of a package through the programs."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from crm.accounts.models import User
from crm.customers import tasks
from crm.customers.imports.asking import package_import, package_set, package_try, package_upload
from crm.customers.models import Package, Project
from crm.sheets.writing import xlsx_pieces

Rows = list[list[Any]]


def csv_file(
    rows: Rows, *, encoding: str = "utf-8", delimiter: str = ",", name: str = "客户.csv"
) -> SimpleUploadedFile:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return SimpleUploadedFile(name, text.getvalue().encode(encoding))


def xlsx_file(rows: Rows, name: str = "客户.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"".join(xlsx_pieces(rows[0], rows[1:])))


@pytest.fixture
def tried(place, bus) -> Callable[..., Package]:
    """``tried(user, rows)``: uploaded and tried. ``same``: skip or update."""

    def make(
        user: User, rows: Rows | SimpleUploadedFile, *, project: Project | None = None, same: str = "skip"
    ) -> Package:
        upload = csv_file(rows) if isinstance(rows, list) else rows
        made = package_upload(user=user, upload=upload, project=project)
        package_set(
            user=user, package_id=made.pk, name="May", encoding=made.encoding, project=project, mapping=made.mapping,
            same=same,
        )  # fmt: skip
        package_try(user=user, package_id=made.pk)
        tasks.imports()
        made.refresh_from_db()
        assert made.state == "tried", (made.state, made.reason)
        return made

    return make


@pytest.fixture
def imported(tried) -> Callable[..., Package]:
    """``imported(user, rows)``: all the way."""

    def make(user: User, rows: Rows | SimpleUploadedFile, **how: Any) -> Package:
        made = tried(user, rows, **how)
        package_import(user=user, package_id=made.pk)
        tasks.imports()
        made.refresh_from_db()
        assert made.state == "done", (made.state, made.reason)
        return made

    return make
