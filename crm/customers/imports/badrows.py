"""The rows that were not taken, on disk until they expire: a line of JSON each."""

import json
import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm.customers.imports.files import bad
from crm.customers.imports.lines import NOT_TAKEN, Line, Said
from crm.customers.models import Package

SHOWN = 100


class BadRow(NamedTuple):
    """In the reader's language. ``reasons``: header of the column ("" for the row) and a sentence."""

    row: int
    kind: str
    reasons: list[tuple[str, str]]
    cells: list[str]


class BadBook:
    """Written chunk by chunk, before the chunk is committed: what is more than was committed is cut off first."""

    def __init__(self, path: Path, header: list[str], last: int) -> None:
        """``last``: row of the file up to which all was committed; 0: none was."""
        self._path = path
        kept = [line for line in _raw(path) if line["row"] <= last] if last else []
        with path.open("w", encoding="utf-8") as file:
            file.write(json.dumps({"row": 0, "header": header}, ensure_ascii=False) + "\n")
            file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in kept if line["row"])

    def add(self, lines: Iterable[Line]) -> None:
        told = [
            {"row": one.row, "kind": one.found, "why": [[f.column, f.why] for f in one.faults], "cells": one.cells}
            for one in lines
            if one.found in NOT_TAKEN
        ]
        if told:
            with self._path.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in told)
                file.flush()
                os.fsync(file.fileno())


def bad_header(package: Package) -> list[str]:
    """First row of the file; none when the rows are gone."""
    return next((line["header"] for line in _raw(bad(package))), [])


def bad_rows(package: Package, most: int | None = None) -> Iterator[BadRow]:
    """In the order of the file."""
    header, language = bad_header(package), get_language() or "en"
    for line in islice((line for line in _raw(bad(package)) if line["row"]), most):
        reasons = [(_column(header, place), _hers(said, language)) for place, said in line["why"]]
        yield BadRow(line["row"], line["kind"], reasons, line["cells"])


def bad_sheet(package: Package) -> tuple[list[str], Iterator[list[Any]]]:
    """For a download: the columns of the file with the row and the reason before them."""
    header = bad_header(package)
    rows = (
        [one.row, "; ".join(f"{column}: {why}" if column else why for column, why in one.reasons), *one.cells]
        for one in bad_rows(package)
    )
    return [_("Row"), _("Reason"), *header], rows


def _hers(said: Said, language: str) -> str:
    return said.get(language) or next(iter(said.values()), "")


def _column(header: list[str], place: int) -> str:
    if place < 0:
        return ""
    said = header[place] if place < len(header) else ""
    return said or _("column %(n)d") % {"n": place + 1}


def _raw(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.endswith("\n"):
                yield json.loads(line)
