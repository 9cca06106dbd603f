"""Fields of each kind for tests, defined as a centre defines them."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from crm.customers.fields.defining import Line, field_save, project_save
from crm.customers.models import CustomerField, Project

PDF = b"%PDF-1.7 a contract"


def line(name: str, name_zh: str = "", order: int = 10, active: bool = True, id_: int | None = None) -> Line:
    return Line(id_, name, name_zh, order, active)


def pdf(name: str = "合同.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def define(cast):
    """``define("spend", "number", decimals=2)``; ``choices``: names."""

    def make(code: str, kind: str, *choices: str, **settings: Any) -> CustomerField:
        fields = {"code": code, "kind": kind, "name": code.capitalize(), **settings}
        lines = [line(name, order=10 * n) for n, name in enumerate(choices, 1)]
        return field_save(actor=cast.ada, field=None, fields=fields, lines=lines)

    return make


@pytest.fixture
def fields(define) -> dict[str, CustomerField]:
    """One of each kind, for all customers."""
    made = [
        define("mail", "text", form="email", searchable=True),
        define("hobby", "text", longest=20),
        define("spend", "number", decimals=2, least=0, most=1_000_000, column=True),
        define("born", "date"),
        define("source", "choice", "Web", "Friend", "Fair", searchable=True),
        define("likes", "choices", "Tea", "Books", "Travel", column=True),
        define("contract", "file"),
    ]
    return {one.code: one for one in made}


@pytest.fixture
def project(cast) -> Project:
    return project_save(actor=cast.ada, project=None, fields={"name": "Spring sale", "name_zh": "春季促销"})


@pytest.fixture
def place(settings, tmp_path):
    """Where files lie."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.EXPORTS_DIR = tmp_path / "exports"
    return tmp_path
