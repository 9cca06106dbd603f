"""Files in fields of customers."""

import uuid

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseBase
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from crm.audit import services as audit
from crm.customers.api.fieldshapes import FileBody, FileShape
from crm.customers.fields.files import file_keep, file_visible, path_of
from crm.customers.fields.filetypes import TYPES
from crm.rest.endpoint import Endpoint
from crm.rest.files import Download
from crm.rest.problems import Problem
from crm.sheets.writing import download, file_pieces

TAGS = ["Customers"]


class Files(Endpoint):
    serializer_class = FileShape
    needs = {"POST": "customers.add or customers.edit"}
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="customer_files_upload", tags=TAGS, summary="Upload a file for a field of a customer",
        request={"multipart/form-data": FileBody}, responses={201: FileShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Then write its key as the value of the field, within a day."""
        said = self.taken(FileBody)
        try:
            kept = file_keep(user=request.user, field=said["field"], upload=said["file"])
        except ValidationError as error:
            raise Problem("invalid", errors={"file": error.messages}) from error
        return self.shown(kept, status=201, location=f"{request.path}/{kept.key}")


class FileOne(Endpoint):
    serializer_class = FileShape
    needs = {"GET": "customers.see"}
    renderer_classes = (Download,)

    @extend_schema(
        operation_id="customer_files_download", tags=TAGS, summary="Download a file of a customer",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )  # fmt: skip
    def get(self, request: Request, key: uuid.UUID) -> HttpResponseBase:
        """Its content type is that of its kind."""
        self.asked_for()
        found, path = file_visible(request.user, key), path_of(key)
        if found is None or not path.is_file():
            raise Http404
        if found.customer_id is not None:
            audit.read(request.user, "file.downloaded", found)
        answer = download(request._request, "file", TYPES[found.kind].content, file_pieces(path))
        answer["Content-Disposition"] = content_disposition_header(True, found.name)
        answer["Content-Length"] = str(found.size)
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return answer
