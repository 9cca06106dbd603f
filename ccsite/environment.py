"""Typed readers of the process environment, for settings.py.

Each reader names its variable in the error, so a wrong value is found from the message alone.
"""

import os
import re
import secrets
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "") or default


def number(name: str, default: int) -> int:
    value = text(name)
    try:
        return int(value) if value else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def flag(name: str, default: bool) -> bool:
    value = text(name).lower()
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("0", "false", "no", "off"):
        return False
    if value:
        raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")
    return default


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A list parted by commas or spaces."""
    return text(name).replace(",", " ").split() or list(default)


def networks(name: str) -> list[str]:
    """Addresses or networks, such as ``10.0.0.0/8``."""
    found = words(name)
    for word in found:
        try:
            ip_network(word, strict=False)
        except ValueError:
            raise ImproperlyConfigured(f"{name}: {word!r} is neither an address nor a network.") from None
    return found


def word(name: str) -> str:
    """A name such as a gateway's: letters, digits, dots, hyphens."""
    value = text(name)
    if value and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", value):
        raise ImproperlyConfigured(f"{name} must be one word, not {value!r}.")
    return value


def digits(name: str, default: str = "") -> str:
    """A number or a part of one; a ``+`` may stand before it."""
    value = text(name, default)
    if value and not re.fullmatch(r"\+?[0-9]{1,20}", value):
        raise ImproperlyConfigured(f"{name} must be digits, not {value!r}.")
    return value


def digit_words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Several numbers or beginnings of them."""
    found = words(name, default)
    if not all(re.fullmatch("[0-9]{1,15}", one) for one in found):
        raise ImproperlyConfigured(f"{name} must be digits, parted by blanks, not {text(name)!r}.")
    return found


def numbers(name: str) -> list[str]:
    """Several telephone numbers; a ``+`` may stand before each."""
    found = words(name)
    if not all(re.fullmatch(r"\+?[0-9]{2,20}", one) for one in found):
        raise ImproperlyConfigured(f"{name} must be numbers, parted by blanks, not {text(name)!r}.")
    return found


def beginnings(name: str) -> list[str]:
    """Several beginnings of numbers; a ``+`` may stand before them, or alone."""
    found = words(name)
    if not all(re.fullmatch(r"\+|\+?[0-9]{1,15}", one) for one in found):
        raise ImproperlyConfigured(f"{name} must be digits, or +, parted by blanks, not {text(name)!r}.")
    return found


def limits(name: str, warning: float, critical: float) -> tuple[float, float]:
    """``warning,critical``: from where on a figure is one and the other."""
    given = words(name)
    try:
        first, second = (float(word) for word in given) if given else (warning, critical)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be two numbers, such as {warning:g},{critical:g}.") from None
    return first, second


def web_addresses(name: str, state: Path) -> list[str]:
    """Addresses to which we send something; a secret, for what follows the host often is one."""
    found = secret(name, state).replace(",", " ").split()
    for number, url in enumerate(found, 1):
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.fragment:
            raise ImproperlyConfigured(f"{name}: address {number} must read http(s)://host/path.")
    return found


def switches(name: str, state: Path) -> dict[str, tuple[str, int]]:
    """Node → where its event socket listens, of ``name=esl://:secret@host:port,…``; the secrets are left out."""
    found = {}
    for part in secret(name, state).split(","):
        node, _, url = part.strip().partition("=")
        address = urlsplit(url)
        try:
            found |= {node: (address.hostname, address.port or 8021)} if node and address.hostname else {}
        except ValueError:
            continue  # no port; the daemon says so in its own words
    return found


def secret(name: str, state: Path) -> str:
    """``NAME``, else what the file of ``NAME_FILE`` holds, else the file ``<state>/<name>``; "" if none."""
    if text(name):
        return text(name)
    given = text(f"{name}_FILE")
    path = Path(given) if given else state / name.lower()
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        if given:
            raise ImproperlyConfigured(f"{name}_FILE names {given}, which does not exist.") from None
        return ""


def generated_secret(name: str, state: Path) -> str:
    """Like `secret`, but makes one (mode 0600) when there is none; two processes at once agree on it."""
    found = secret(name, state)
    if found:
        return found
    state.mkdir(parents=True, exist_ok=True)
    path = state / name.lower()
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
        handle.write(secrets.token_urlsafe(50))
    try:
        os.link(draft, path)  # fails where another process was first; never shows a half-written file
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text().strip()


def database(url: str) -> dict[str, Any]:
    """Django's description of ``postgres://user:password@host:port/name?option=value``."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(f"DATABASE_URL must begin with postgres://, not {parts.scheme!r}.")
    return {
        "ENGINE": "ccsite.rows",
        "NAME": unquote(parts.path.lstrip("/")) or "switchdesk",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "OPTIONS": {"connect_timeout": 5, **dict(parse_qsl(parts.query))},
    }
