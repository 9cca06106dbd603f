"""Which files a field takes. What a file is says its beginning, not its name."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class FileType:
    """``content``: its type on the web; ``begins``: its first bytes."""

    content: str
    begins: tuple[bytes, ...]


_OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    "pdf": FileType("application/pdf", (b"%PDF-",)),
    "png": FileType("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": FileType("image/jpeg", (b"\xff\xd8\xff",)),
    "docx": FileType(f"{_OFFICE}.wordprocessingml.document", (b"PK\x03\x04",)),
    "xlsx": FileType(f"{_OFFICE}.spreadsheetml.sheet", (b"PK\x03\x04",)),
}
"""Ending of a name → its type."""
ACCEPT = ",".join(f".{ending}" for ending in (*TYPES, "jpeg"))


def kind_of(upload: UploadedFile) -> str:
    """A key of TYPES. Raises ValidationError."""
    ending = (upload.name or "").rpartition(".")[2].lower().replace("jpeg", "jpg")
    upload.seek(0)
    begins = upload.read(16)
    upload.seek(0)
    if ending not in TYPES or not begins.startswith(TYPES[ending].begins):
        raise ValidationError(_("Only PDF, PNG, JPEG, DOCX and XLSX files can be kept here."))
    return ending
