"""What the trail says of changed values: names of fields and words of choices, not codes."""

from collections.abc import Iterator
from typing import Any

from crm.customers.fields import values
from crm.customers.models import CustomerField, CustomerFile, FieldKind


def changes(before: Any, after: Any) -> Iterator[tuple[str, str, str]]:
    """Each value that differs: the field, what it said and says, "" for nothing. A field that was kept by an older
    version, or a choice that is gone, is told by its code."""
    old, new = (side if isinstance(side, dict) else {} for side in (before, after))
    codes = [code for code in dict.fromkeys([*old, *new]) if old.get(code) != new.get(code)]
    if not codes:
        return
    fields = {one.code: one for one in CustomerField.objects.filter(code__in=codes).prefetch_related("choices")}
    for code in codes:
        field = fields.get(code)
        if field is None:
            yield code, str(old.get(code, "")), str(new.get(code, ""))
        else:
            yield field.label, _words(field, old.get(code)), _words(field, new.get(code))


def _words(field: CustomerField, stored: Any) -> str:
    if field.kind != FieldKind.FILE or not stored:
        return values.shown(field, stored)
    file = CustomerFile.objects.filter(pk=str(stored)).first()
    return file.name if file else str(stored)[:8]
