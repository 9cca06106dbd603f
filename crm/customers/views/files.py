"""Handing out a file of a customer."""

import uuid

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crm.access.guard import needs
from crm.audit import services as audit
from crm.customers.fields.files import file_visible, path_of
from crm.customers.fields.filetypes import TYPES
from crm.sheets.writing import download, file_pieces


@require_safe
@needs("customers.see")
@never_cache
def file(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """Always as a download: nothing that somebody uploaded is ever drawn as a page of ours."""
    found = file_visible(request.user, key)
    path = path_of(key)
    if found is None or not path.is_file():
        raise Http404
    if request.method == "GET" and found.customer_id is not None:
        audit.read(request.user, "file.downloaded", found)
    answer = download(request, "file", TYPES[found.kind].content, file_pieces(path))
    answer["Content-Disposition"] = content_disposition_header(True, found.name)
    answer["Content-Length"] = str(found.size)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
