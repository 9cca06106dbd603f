"""A file with fields, as forms send it."""

import uuid
from collections.abc import Mapping


def form_of(name: str, content: bytes, fields: Mapping[str, str]) -> tuple[bytes, str]:
    """Body and type of the body. The file is the field ``file``."""
    border = uuid.uuid4().hex
    parts = [
        f'--{border}\r\nContent-Disposition: form-data; name="{_plain(field)}"\r\n\r\n{value}\r\n'.encode()
        for field, value in fields.items()
    ]
    head = f'Content-Disposition: form-data; name="file"; filename="{_plain(name)}"'
    kind = "Content-Type: application/octet-stream"
    parts.append(f"--{border}\r\n{head}\r\n{kind}\r\n\r\n".encode() + content + b"\r\n")
    return b"".join([*parts, f"--{border}--\r\n".encode()]), f"multipart/form-data; boundary={border}"


def _plain(name: str) -> str:
    return "".join(one for one in name if one not in '"\\\r\n')
