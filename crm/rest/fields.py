"""Fields that several doors have."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

EARLIEST, LATEST = datetime(1971, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Moment(serializers.DateTimeField):
    """A time that is asked for: one that calendars and the database know."""

    default_error_messages = {"beyond": _("Choose a time between 1971 and 9000.")}

    def to_internal_value(self, value: Any) -> datetime:
        moment = super().to_internal_value(value)
        if not EARLIEST <= moment <= LATEST:
            self.fail("beyond")
        return moment


class Micros(serializers.DateTimeField):
    """Goes out: microseconds since the epoch as a time, null for 0."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"allow_null": True, "read_only": True} | kwargs)

    def to_representation(self, value: int) -> Any:
        return super().to_representation(EPOCH + timedelta(microseconds=value)) if value else None


@extend_schema_field(OpenApiTypes.STR)
class OrNull(serializers.CharField):
    """Goes out: null where there is none, instead of an empty text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"allow_null": True, "read_only": True} | kwargs)

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(value) if value else None
