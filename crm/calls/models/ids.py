"""Ids told by the daemon and the switch, as keys."""

from typing import Any

from django.db import models


class IdField(models.CharField):
    """A text key that is looked up whole.

    Django gives every ``varchar`` key a second index for LIKE. Nobody searches for a piece of an id, and that
    index would cost a tenth of the recorder's speed; under the type's long name it is not made.
    """

    def db_type(self, connection: Any) -> str:
        return f"character varying({self.max_length})"
