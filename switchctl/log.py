"""Logs: one JSON object a line on stderr, with the call's id on every line.

The engine names the call it works on in ``current_call``; a line that is not about a call has an empty one.
Values are plain (text, number, truth); anything else, such as an event with all its headers, is written as the
name of its type only. The secrets that the daemon knows are blotted out wherever they turn up.
"""

import logging
import sys
from collections.abc import Iterable, MutableMapping
from contextvars import ContextVar
from typing import Any

import structlog

current_call: ContextVar[str] = ContextVar("current_call", default="")
_LIMIT = 2000  # characters of one value


def configure(level: str, secrets: Iterable[str] = ()) -> None:
    """Send our lines and those of the libraries the same way. ``secrets`` never show."""
    hidden = tuple(secret for secret in secrets if len(secret) > 3)
    shared = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        _name_the_call,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],  # type: ignore[list-item]
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,  # type: ignore[arg-type]
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _plain_values,
            structlog.processors.JSONRenderer(ensure_ascii=False),
            _Blot(hidden),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # greenswitch's own reader logs whole events when a handler fails; ours says what is needed.
    logging.getLogger("greenswitch").setLevel(logging.CRITICAL)


def _name_the_call(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    line.setdefault("call_id", current_call.get())
    return line


def _plain_values(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in line.items():
        if isinstance(value, str):
            line[key] = value if len(value) <= _LIMIT * 4 else value[: _LIMIT * 4] + "…"
        elif not isinstance(value, (int, float, bool, type(None))):
            line[key] = str(value)[:_LIMIT] if isinstance(value, Exception) else f"<{type(value).__name__}>"
    return line


class _Blot:
    def __init__(self, hidden: tuple[str, ...]) -> None:
        self._hidden = hidden

    def __call__(self, _logger: Any, _name: str, line: str) -> str:
        for secret in self._hidden:
            if secret in line:
                line = line.replace(secret, "***")
        return line
