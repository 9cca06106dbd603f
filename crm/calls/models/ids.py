"""Ids told by the daemon and the switch, as keys; and the months by which their rows are stored."""

from typing import Any

from django.db import models
from django.utils import timezone

from crm.calls.months import month_of


class IdField(models.CharField):
    """A text key that is looked up whole.

    Django gives every ``varchar`` key a second index for LIKE. Nobody searches for a piece of an id, and that
    index would cost a tenth of the recorder's speed; under the type's long name it is not made.

    In the database the key of a table that is kept by months has the month, too: an id alone is kept single by whoever
    writes rows (``crm.calls.recording``).
    """

    def db_type(self, connection: Any) -> str:
        return f"character varying({self.max_length})"


class MonthField(models.DateField):
    """The month in which a row is stored (``crm.calls.months``): set once, from the model's ``TIMES``."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"editable": False})

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        if add and getattr(model_instance, self.attname) is None:
            told = [getattr(model_instance, name) for name in model_instance.TIMES]
            setattr(model_instance, self.attname, month_of(min(filter(None, told), default=timezone.now())))
        return super().pre_save(model_instance, add)
