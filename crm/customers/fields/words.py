"""What the search finds customers by, when a field or a choice is named otherwise, or is searchable from now on."""

from crm.customers.fields.selectors import fields_active
from crm.customers.fields.writing import words_of
from crm.customers.models import Customer, CustomerField

CHUNK = 1000


def words_renew() -> int:
    """Sees to the fields that are due; returns how many customers were written. May die anywhere and be begun anew:
    a field is due until all were seen."""
    due = dict(CustomerField.objects.filter(words_due__isnull=False).values_list("code", "words_due"))
    if not due:
        return 0
    fields, place, written = fields_active(), 0, 0
    while chunk := list(Customer.objects.filter(pk__gt=place, values__has_any_keys=list(due)).order_by("pk")[:CHUNK]):
        for one in chunk:
            words = words_of(one, fields)
            if words != one.words:  # unless she was saved in between, by a form that knew the field as it is now
                written += Customer.objects.filter(pk=one.pk, values=one.values).update(words=words)
        place = chunk[-1].pk
    for code, since in due.items():
        CustomerField.objects.filter(code=code, words_due=since).update(words_due=None)
    return written
