"""The description of the API (OpenAPI 3.1), from the code.

Besides what drf-spectacular sees by itself: what each door needs, the parameters that all lists have, the headers of
writes, the problems that may be answered, and examples of both.
"""

import inspect
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from crm.rest import examples
from crm.rest.authentication import TokenAuthentication
from crm.rest.once import HEADER
from crm.rest.shapes import ProblemShape

PROBLEMS = {
    "400": "A field or parameter is wrong; errors names it.",
    "401": "No valid token.",
    "403": "The token does not allow this.",
    "404": "No such thing within the data scope of the token.",
    "405": "No such method here.",
    "406": "Not in this format.",
    "409": "It does not fit what is so now.",
    "412": "Somebody changed it in between.",
    "413": "Too large.",
    "415": "Not in this format.",
    "422": "This Idempotency-Key belongs to another request.",
    "429": "Too many requests; Retry-After says how long to wait.",
    "503": "The call centre service cannot be reached.",
}
ALWAYS = ("400", "401", "403", "405", "406", "429")
WRITES = ("409", "412", "413", "415", "503")


class Described(AutoSchema):
    """Set by ``REST_FRAMEWORK``."""

    def get_override_parameters(self) -> list[Any]:
        found: list[Any] = []
        if self.method == "GET":
            asked = getattr(self.view, "asked", None)
            if asked is not None and asked().fields:
                found.append(asked)
            sparse = "Names of the fields that are wanted, with commas; without it all."
            found.append(OpenApiParameter("fields", OpenApiTypes.STR, description=sparse))
            known = "An ETag that is known: 304 while it is still so."
            found.append(
                OpenApiParameter("If-None-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description=known)
            )
        elif self.method == "POST":
            key = "Done once, however often a request with this key comes within 24 hours."
            found.append(_header(HEADER, key))
        if self.method in ("PUT", "PATCH", "DELETE"):
            match = "The ETag that was read: 412 when somebody changed it in between."
            found.append(_header("If-Match", match))
        return found

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        """Of a class within another with the name of that one: many have a ``Line`` or a ``Row``."""
        return type(serializer).__qualname__.rpartition("<locals>.")[2].replace(".", "")

    def _is_list_view(self, serializer: Any = None) -> bool:
        """A door that answers in pages says so."""
        return (self.method == "GET" and getattr(self.view, "lists", False)) or bool(super()._is_list_view(serializer))

    def get_description(self) -> str:
        """Of the method, else of the door itself; not of a class that it is made of."""
        said = getattr(self.view, self.method.lower()).__doc__ or type(self.view).__dict__.get("__doc__")
        return inspect.cleandoc(said or "").replace("``", "`")

    def get_operation(self, *args: Any) -> dict[str, Any] | None:
        operation = super().get_operation(*args)
        if operation is None:
            return None
        needs = getattr(self.view, "needs", {}).get(self.method, "")
        operation["x-permission"] = needs
        said = f"Needs the permission {' or '.join(f'`{code}`' for code in needs.split(' or '))}."
        operation["description"] = "\n\n".join(filter(None, (operation.get("description", ""), said)))
        names = [*ALWAYS, *(("404",) if "{" in self.path else ())]
        names += [*WRITES, *(("404",) if "404" not in names else ())] if self.method != "GET" else []
        names += ["422"] if self.method == "POST" else []
        body = self.resolve_serializer(ProblemShape, "response").ref
        for code in sorted(names):
            operation["responses"].setdefault(
                code, {"description": PROBLEMS[code], "content": {"application/problem+json": {"schema": body}}}
            )
        if self.method == "GET":
            operation["responses"].setdefault("304", {"description": "As it was."})
        examples.shown(operation)
        return operation


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How a program shows who it is."""

    target_class, name = TokenAuthentication, "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "sd_<prefix>_<secret>"}


def _header(name: str, said: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.HEADER, description=said)
