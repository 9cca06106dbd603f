"""Many things in one request: the good ones are taken, each other one is answered with its reason."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from rest_framework import serializers

from crm.rest import problems
from crm.rest.shapes import Body, ProblemShape

MOST = 500


class Many(Body):
    """A body with up to so many of them; each is read by itself, so that a bad one stops no other."""

    items = serializers.ListField(child=serializers.DictField(), min_length=1, max_length=MOST)


class BulkShape(serializers.Serializer):
    """The answer: one line for each thing that was sent, in the same order."""

    class Line(serializers.Serializer):
        index = serializers.IntegerField(help_text="Place in what was sent, from 0.")
        done = serializers.BooleanField()
        id = serializers.CharField(allow_blank=True, help_text="Of what was made or changed.")
        problem = ProblemShape(allow_null=True)

    done = serializers.IntegerField()
    refused = serializers.IntegerField()
    items = Line(many=True)


def each(things: Sequence[Any], do: Callable[[Any], Any], *, instance: str) -> dict[str, Any]:
    """Body of the answer. ``do`` takes one thing and returns its id; each is a savepoint of its own."""
    lines: list[dict[str, Any]] = []
    for index, thing in enumerate(things):
        try:
            with transaction.atomic():
                lines.append({"index": index, "done": True, "id": str(do(thing)), "problem": None})
        except Exception as error:
            said = problems.told(error, instance=f"{instance}#{index}")
            if said is None:
                raise
            lines.append({"index": index, "done": False, "id": "", "problem": said})
    return _summed(lines)


def together(
    things: Sequence[Any], read: Callable[[Any], Any], take: Callable[[list[Any]], list[Any]], *, instance: str
) -> dict[str, Any]:  # fmt: skip
    """The same where a service takes all at once: ``read`` checks one thing; ``take`` gets the good ones and returns
    for each its id, or the exception that says why not."""
    found: list[Any] = []
    for thing in things:
        try:
            found.append((read(thing), None))
        except Exception as error:
            found.append((None, error))
    answers = iter(take([one for one, error in found if error is None]))
    lines = []
    for index, (_one, error) in enumerate(found):
        told = next(answers) if error is None else error
        if not isinstance(told, Exception):
            lines.append({"index": index, "done": True, "id": str(told), "problem": None})
            continue
        said = problems.told(told, instance=f"{instance}#{index}")
        if said is None:
            raise told
        lines.append({"index": index, "done": False, "id": "", "problem": said})
    return _summed(lines)


def _summed(lines: list[dict[str, Any]]) -> dict[str, Any]:
    done = sum(line["done"] for line in lines)
    return {"done": done, "refused": len(lines) - done, "items": lines}
