"""How imports look outside, and what is taken of one."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from crm.customers.imports import asking, words
from crm.customers.models import Package, PackageState, Project
from crm.rest.shapes import Asked, Body, Coded, Shape
from crm.sheets.streams.csvrows import ENCODINGS

TARGETS = "Place of a column, from 0, as text → what it becomes (see the columns of the import)."
MOST_COLUMNS = 1000


class ImportShape(Shape):
    """One file of customers, and how far it is."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    file_name = serializers.CharField()
    form = serializers.CharField(help_text="csv or xlsx.")
    encoding = serializers.CharField(help_text="Of a csv: utf-8 or gb18030.")
    project = serializers.CharField(source="project.code", allow_null=True)
    mapping = serializers.DictField(child=serializers.CharField(), help_text=TARGETS)
    same = serializers.CharField(help_text="Of somebody whom the centre has already: skip or update.")
    state = serializers.ChoiceField(PackageState.choices)
    percent = serializers.SerializerMethodField()
    done = serializers.IntegerField(help_text="Rows that were looked at; while it is undone, customers.")
    total = serializers.IntegerField()
    counts = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="added, updated, same, twice, blacklisted, do_not_call, wrong, companies; once undone removed, "
        "restored, kept_calls, kept_used, kept_edits.",
    )
    not_taken = serializers.SerializerMethodField(help_text="Rows that can be read as bad rows.")
    reason = serializers.CharField(help_text="Why it failed or ended, as a code.")
    said = serializers.SerializerMethodField(help_text="The same in a sentence.")
    owner = serializers.CharField(source="owner.username")
    asked_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)

    def get_percent(self, package: Package) -> int:
        return words.percent(package)

    def get_not_taken(self, package: Package) -> int:
        return words.bad_count(package)

    def get_said(self, package: Package) -> str:
        return words.reason(package)


class ImportAsked(Asked):
    state = serializers.ChoiceField(PackageState.choices, required=False)


class UploadBody(Body):
    """multipart/form-data."""

    file = serializers.FileField(help_text="csv or xlsx; its first row names the columns.", allow_empty_file=True)
    project = Coded("code", queryset=Project.objects.filter(active=True), required=False, help_text="Code.")


class ImportChangeBody(Body):
    """What is left away stays. With another encoding or project the columns are guessed anew, unless told too."""

    name = serializers.CharField(max_length=120, required=False)
    encoding = serializers.ChoiceField(sorted(ENCODINGS), required=False)
    project = Coded("code", queryset=Project.objects.filter(active=True), required=False, allow_null=True)
    mapping = serializers.DictField(
        child=serializers.CharField(max_length=64, allow_blank=True), required=False, help_text=TARGETS
    )
    same = serializers.ChoiceField(asking.SAME, required=False)

    def validate_mapping(self, said: dict[str, str]) -> dict[str, str]:
        if any(not (place.isascii() and place.isdigit() and int(place[:6]) < MOST_COLUMNS) for place in said):
            raise serializers.ValidationError(_("Name columns by their places, from 0."))
        return {str(int(place)): code for place, code in said.items() if code}


class ImportStepBody(Body):
    step = serializers.ChoiceField(["try", "import", "cancel", "undo"])


class ColumnsShape(Shape):
    """What columns can become, and the first rows."""

    class Column(Shape):
        place = serializers.IntegerField(help_text="From 0.")
        header = serializers.CharField()
        target = serializers.CharField(help_text="Empty: it is left out.")
        sample = serializers.ListField(child=serializers.CharField())

    class Target(Shape):
        code = serializers.CharField()
        label = serializers.CharField()

    columns = Column(many=True)
    targets = Target(many=True)


class BadRowsAsked(Asked):
    after = serializers.IntegerField(required=False, default=0, min_value=0, max_value=2**31, help_text="Row.")


class BadRowsShape(Shape):
    """Rows that were not taken, in the order of the file."""

    class Row(Shape):
        class Reason(Shape):
            column = serializers.CharField(help_text="Its header; empty for the row as a whole.")
            said = serializers.CharField()

        row = serializers.IntegerField(help_text="As an office program counts.")
        kind = serializers.CharField(help_text="wrong, twice, blacklisted, do_not_call.")
        reasons = Reason(many=True)
        cells = serializers.ListField(child=serializers.CharField())

    items = Row(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True, help_text="Always null: they are read from the front.")


def bad_row(row: Any, shown: Any) -> dict[str, Any]:
    reasons = [{"column": column, "said": shown(why)} for column, why in row.reasons]
    return {"row": row.row, "kind": row.kind, "reasons": reasons, "cells": [shown(cell) for cell in row.cells]}
