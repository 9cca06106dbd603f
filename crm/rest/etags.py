"""ETags: nobody overwrites what somebody else changed in between, and what is known is not sent again."""

import hashlib
import json
from typing import Any

from django.utils.cache import get_conditional_response
from django.utils.http import parse_etags, quote_etag
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from crm.rest.problems import Problem


def tag_of(version: int) -> str:
    """Of a thing that counts its versions."""
    return quote_etag(f"v{version}")


def tag_of_body(body: Any) -> str:
    """Of a thing that does not: a digest of all its fields."""
    told = json.dumps(body, cls=JSONEncoder, sort_keys=True).encode()
    return quote_etag(hashlib.sha256(told).hexdigest()[:24])


def version_wanted(request: Request) -> int | None:
    """The version that ``If-Match`` asks for; None without the header, or for ``*``: whatever it is now.

    Raises Problem for a tag that is none of ours.
    """
    tags = parse_etags(request.headers.get("If-Match", ""))
    if not tags or tags == ["*"]:
        return None
    text = tags[0].strip('"')
    if len(tags) > 1 or not text.startswith("v") or not text[1:].isdigit() or len(text) > 12:
        raise Problem("changed")
    return int(text[1:])


def require_match(request: Request, tag: str) -> None:
    """Raises Problem when ``If-Match`` asks for another state than ``tag``."""
    tags = parse_etags(request.headers.get("If-Match", ""))
    if tags and tags != ["*"] and tag not in tags:
        raise Problem("changed")


def tagged(response: Response, tag: str) -> Response:
    response["ETag"] = tag
    return response


def answered(request: Request, response: Response) -> Any:
    """After rendering: a 304 where ``If-None-Match`` says that this is known."""
    if "ETag" not in response:
        response["ETag"] = "W/" + quote_etag(hashlib.sha256(response.content).hexdigest()[:24])
    return get_conditional_response(request._request, response["ETag"], None, response)
