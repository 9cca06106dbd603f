"""A sheet as the bytes of a file."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from crm.reports.files.pdf import pdf_pieces
from crm.reports.files.rows import list_pieces
from crm.reports.files.sheet import Sheet
from crm.sheets.writing import PDF, TYPES

FORMS = tuple(TYPES)


def pieces(sheet: Sheet, form: str, folder: Path, note: Callable[..., Any] = lambda **how_far: None) -> Iterator[bytes]:
    """In the active language. ``folder``: for drafts; ``note``: told ``expected`` and ``written`` rows."""
    return pdf_pieces(sheet, folder, note) if form == PDF else list_pieces(sheet, form, folder, note)
