"""Imports of customers: upload, say what the columns are, try, import, read what was not taken, undo."""

from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access.numbers import sees_whole, shown_text
from crm.audit import services as audit
from crm.customers.api import importshapes as shapes
from crm.customers.imports import asking, words
from crm.customers.imports.badrows import bad_rows, bad_sheet
from crm.customers.imports.files import bad
from crm.customers.imports.targets import Targets
from crm.customers.models import Package
from crm.rest.endpoint import Endpoint
from crm.rest.etags import require_match, tag_of_body
from crm.rest.files import Download
from crm.rest.paging import MOST
from crm.rest.problems import Problem
from crm.sheets import writing as sheets

TAGS = ["Imports"]
NEEDS = "customers.import"
STEPS = {
    "try": asking.package_try, "import": asking.package_import, "cancel": asking.package_cancel,
    "undo": asking.package_undo,
}  # fmt: skip


class _Import(Endpoint):
    serializer_class = shapes.ImportShape

    def package(self, *, lock: bool = False) -> Package:
        found = Package.objects.select_related("owner", "project")
        return get_object_or_404(found.select_for_update(of=("self",)) if lock else found, pk=self.kwargs["pk"])

    def told(self, package: Package, **more: Any) -> Response:
        return self.shown(package, tag=self.tag(package), **more)

    def tag(self, package: Package) -> str:
        return tag_of_body(shapes.ImportShape(package, context=self.get_serializer_context()).data)

    def shown_text(self, text: str) -> str:
        return shown_text(text, whole=sees_whole(self.request.user))


class Imports(_Import):
    """The newest first."""

    asked = shapes.ImportAsked
    lists = True
    needs = {"GET": NEEDS, "POST": NEEDS}

    def get_parsers(self) -> list[Any]:
        return [MultiPartParser()]

    @extend_schema(operation_id="imports_list", tags=TAGS, summary="List imports of customers")
    def get(self, request: Request) -> Response:
        return self.listed(Package.objects.select_related("owner", "project").filter(**self.asked_for()))

    @extend_schema(
        operation_id="imports_upload", tags=TAGS, summary="Upload a file of customers",
        request={"multipart/form-data": shapes.UploadBody}, responses={201: shapes.ImportShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Nothing is written yet. What its columns are is guessed: look at it, correct it, try it, then import it."""
        said = self.taken(shapes.UploadBody)
        try:
            made = asking.package_upload(user=request.user, upload=said["file"], project=said.get("project"))
        except ValidationError as error:
            raise Problem("invalid", errors={"file": error.messages}) from error
        return self.told(made, status=201, location=f"{request.path}/{made.pk}")


class ImportOne(_Import):
    needs = {"GET": NEEDS, "PATCH": NEEDS}

    @extend_schema(operation_id="imports_read", tags=TAGS, summary="Read an import and how far it is")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        return self.told(self.package())

    @extend_schema(
        operation_id="imports_change", tags=TAGS, summary="Say what the columns of an import are",
        request=shapes.ImportChangeBody, responses={200: shapes.ImportShape},
    )  # fmt: skip
    def patch(self, request: Request, pk: int) -> Response:
        """Until it is imported. What was tried before is to be tried again."""
        said = self.taken(shapes.ImportChangeBody)
        with transaction.atomic():
            before = self.package(lock=True)
            require_match(request, self.tag(before))
            names = ("name", "encoding", "project", "mapping", "same")
            told: dict[str, Any] = {name: said.get(name, getattr(before, name)) for name in names}
            try:
                kept = asking.package_set(user=request.user, package_id=pk, **told)
                if "mapping" in said and kept.mapping != said["mapping"]:  # guessed anew for the other project
                    asking.package_set(user=request.user, package_id=pk, **told)
            except ValidationError as error:
                raise Problem("conflict", " ".join(error.messages)) from error
        return self.told(self.package())


class ImportSteps(_Import):
    needs = {"POST": NEEDS}

    @extend_schema(
        operation_id="imports_step", tags=TAGS, summary="Try, import, cancel or undo",
        request=shapes.ImportStepBody, responses={202: shapes.ImportShape},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """It is ordered: read the import again to see how far it is. `try` writes nothing; `import` follows it; `undo`
        takes back what was imported, but for customers whom somebody touched since."""
        self.package()
        try:
            STEPS[self.taken(shapes.ImportStepBody)["step"]](user=request.user, package_id=pk)
        except ValidationError as error:
            raise Problem("conflict", " ".join(error.messages)) from error
        return self.told(self.package(), status=202)


class ImportColumns(_Import):
    serializer_class = shapes.ColumnsShape
    needs = {"GET": NEEDS}

    @extend_schema(
        operation_id="imports_columns", tags=TAGS, summary="Read the columns of an import and what they can become"
    )
    def get(self, request: Request, pk: int) -> Response:
        """While its file is there: until it was imported. Then there are none."""
        self.asked_for()
        one = self.package()
        try:
            rows = [row.cells for row in asking.package_sample(one)] if one.state in asking.SETTABLE else []
        except (ValidationError, ValueError, OSError):
            rows = []
        head, sample = (rows[0], rows[1:]) if rows else ([], [])
        columns = [
            {
                "place": place, "header": said, "target": one.mapping.get(str(place), ""),
                "sample": [self.shown_text(cells[place]) if place < len(cells) else "" for cells in sample],
            }
            for place, said in enumerate(head)
        ]  # fmt: skip
        targets = [{"code": code, "label": label} for code, label in Targets(one.project).choices()]
        return self.shown({"columns": columns, "targets": targets})


class ImportBadRows(_Import):
    serializer_class = shapes.BadRowsShape
    asked = shapes.BadRowsAsked
    needs = {"GET": NEEDS}

    @extend_schema(operation_id="imports_bad_rows", tags=TAGS, summary="Read the rows that were not taken")
    def get(self, request: Request, pk: int) -> Response:
        """They are kept for a week. At most 200 are answered at once."""
        after, one = self.asked_for()["after"], self.package()
        audit.read(request.user, "import.bad_rows", one, details={"format": "json", "rows": words.bad_count(one)})
        found = list(islice((row for row in bad_rows(one) if row.row > after), MOST + 1)) if one.file_key else []
        more = len(found) > MOST
        link = request.build_absolute_uri(f"{request.path}?after={found[MOST - 1].row}") if more else None
        items = [shapes.bad_row(row, self.shown_text) for row in found[:MOST]]
        return self.shown({"items": items, "next": link, "previous": None})


class ImportBadFile(_Import):
    needs = {"GET": NEEDS}
    renderer_classes = (Download,)

    @extend_schema(
        operation_id="imports_bad_file", tags=TAGS, summary="Download the rows that were not taken",
        responses={(200, sheets.TYPES[form]): OpenApiTypes.BINARY for form in sheets.LISTS},
    )  # fmt: skip
    def get(self, request: Request, pk: int, form: str) -> HttpResponseBase:
        """As csv or xlsx, with the reason before each row, to be mended and imported."""
        self.asked_for()
        one = self.package()
        if form not in sheets.LISTS or not one.file_key or not bad(one).is_file():
            raise Http404
        audit.read(request.user, "import.bad_rows", one, details={"format": form, "rows": words.bad_count(one)})
        header, rows = bad_sheet(one)
        masked = ([self.shown_text(str(cell)) if at else cell for at, cell in enumerate(row)] for row in rows)
        return sheets.response(request._request, f"import-{one.pk}-not-taken", form, header, masked)
