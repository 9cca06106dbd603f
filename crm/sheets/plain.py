"""The text of a cell that somebody brings."""

from crm.sheets.writing import DANGEROUS


def plain(cell: str) -> str:
    """The cell without the apostrophe of ``safe``, without blanks around it and without what no row may hold."""
    cell = cell.replace("\x00", "").strip()
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(DANGEROUS) else cell
