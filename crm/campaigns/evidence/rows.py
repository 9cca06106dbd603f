"""A step of an attempt, as it goes into the chain and as anybody can compute its digest again.

``digest`` is SHA-256 of the digest before (32 zero bytes of the first) and the UTF-8 of one line of JSON: the list of
attempt, kind, moment (UTC with microseconds and a ``Z``) and facts, with keys sorted, without spaces and without
escapes that JSON does not ask for.

What is personal is not in it. The facts hold an HMAC of it instead (``SEAL``), with a key of this row alone that lies
beside the personal things and is erased with them: then nothing leads back from the chain to the person, not even for
who knows all numbers there are.
"""

import hashlib
import hmac
import json
import math
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

BEGINNING = bytes(32)
SEAL = "personal"
KEY = "key"


@dataclass(frozen=True)
class Row:
    """``kind``: a code of ``words.KINDS``. ``facts``: what JSON can say, and moments (kept as
    ISO text). ``personal``: what must go when the person asks for it: her number, names."""

    attempt: str
    kind: str
    at: datetime
    facts: Mapping[str, Any]
    personal: Mapping[str, Any] | None = None


def sealed(row: Row) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Facts and personal things as they are kept. Raises ValueError for what JSON cannot say."""
    facts = plain(row.facts)
    if SEAL in facts:
        raise ValueError(f"A fact must not be called {SEAL}.")
    if not row.personal:
        return facts, None
    if KEY in row.personal:
        raise ValueError(f"What is personal must not be called {KEY}.")
    personal = plain(row.personal) | {KEY: secrets.token_hex(16)}
    return facts | {SEAL: seal(personal)}, personal


def seal(personal: Mapping[str, Any]) -> str:
    """HMAC-SHA-256 in hex, with the key that lies beside."""
    said = {name: value for name, value in personal.items() if name != KEY}
    return hmac.new(bytes.fromhex(personal[KEY]), canonical(said), hashlib.sha256).hexdigest()


def digest(before: bytes, attempt: str, kind: str, at: datetime, facts: Mapping[str, Any]) -> bytes:
    """Of a row that follows the one with the digest ``before``."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return hashlib.sha256(before + canonical([attempt, kind, moment, facts])).digest()


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def plain(value: Any) -> Any:
    """As it comes back from the database: whole numbers are integers, keys are text, moments too; no zero characters
    and no halves of characters, which PostgreSQL does not take."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} is no number for the evidence.")
        return int(value) if value.is_integer() else value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Mapping):
        return {plain(str(key)): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return str(value)
