"""How personal data looks outside, and what it takes to erase it."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crm.access.numbers import sees_whole
from crm.privacy.models import Erasure
from crm.privacy.selectors import Person, kept, numbers_shown
from crm.rest.shapes import Asked, Body, Id, Shape


class PersonShape(Shape):
    """One customer, or the number of a caller whom nobody knows."""

    key = serializers.CharField(help_text="c and the customer's id, or n and a number.")
    customer = serializers.IntegerField(source="customer.pk", allow_null=True, default=None, help_text="Id.")
    name = serializers.CharField(source="customer.name", default="")
    company = serializers.CharField(source="customer.company", default="")
    numbers = serializers.SerializerMethodField(help_text="Hers alone; masked without `numbers.whole`.")
    shared = serializers.SerializerMethodField(help_text="Others have them, too: they stay when she is erased.")

    def get_numbers(self, person: Person) -> list[str]:
        return self._shown(person.numbers)

    def get_shared(self, person: Person) -> list[str]:
        return self._shown(person.shared)

    def _shown(self, numbers: list[str]) -> list[str]:
        return numbers_shown(numbers, whole=sees_whole(self.context["request"].user))


class PersonKeptShape(PersonShape):
    """With how much is kept of her."""

    class Kept(Shape):
        """How much."""

        calls = serializers.IntegerField()
        facts = serializers.IntegerField(help_text="What happened in these calls.")
        notes = serializers.IntegerField(help_text="Calls with a note.")

    kept = serializers.SerializerMethodField()

    @extend_schema_field(Kept)
    def get_kept(self, person: Person) -> dict[str, int]:
        return kept(person)


class PeopleShape(Shape):
    """Whom it finds, at most 20."""

    items = PersonShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="Always null.")
    previous = serializers.CharField(allow_null=True, help_text="Always null.")


class PeopleAsked(Asked):
    q = serializers.CharField(max_length=64, help_text="A piece of the name, or the whole number.")


class ErasureShape(Shape):
    """That somebody was erased, and nothing of who it was."""

    id = serializers.IntegerField()
    state = serializers.SerializerMethodField(help_text="under_way or done.")
    asked_at = serializers.DateTimeField()
    asked_by = serializers.CharField(source="asked_by.username", allow_null=True, default=None, help_text="Login.")
    reason = serializers.CharField()
    calls = serializers.IntegerField(help_text="Calls from which she was taken so far.")
    files = serializers.IntegerField()
    entries = serializers.IntegerField(help_text="Entries of the audit.")
    finished_at = serializers.DateTimeField(allow_null=True)

    def get_state(self, erasure: Erasure) -> str:
        return "done" if erasure.finished_at else "under_way"


class ErasuresAsked(Asked):
    customer = Id(required=False, help_text="Id of a customer: her erasures.")
    state = serializers.ChoiceField([(one, one) for one in ("under_way", "done")], required=False)


class EraseBody(Body):
    """What cannot be taken back is said twice."""

    reason = serializers.CharField(max_length=400, help_text="The request that you answer, and when it came.")
    confirm = serializers.CharField(
        max_length=200, help_text="Her name as it is kept; of a number that nobody is known by the number, as shown."
    )
