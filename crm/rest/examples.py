"""Examples in the description: what was asked and answered in a test, which compares them with today's answers.

``examples.json``: operation → ``asked`` (the body) and ``answers`` (status → body). Written by
``EXAMPLES=write pytest tests/crm/rest/test_examples.py``, never by hand.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

KEPT = Path(__file__).with_name("examples.json")


@cache
def examples() -> dict[str, dict[str, Any]]:
    return json.loads(KEPT.read_text())


def shown(operation: dict[str, Any]) -> None:
    """Puts those of an operation into its description."""
    told = examples().get(operation["operationId"], {})
    if "asked" in told:
        _put(operation.get("requestBody", {}), told["asked"])
    for code, body in told.get("answers", {}).items():
        _put(operation["responses"].get(code, {}), body)


def _put(holder: dict[str, Any], body: Any) -> None:
    for media, content in holder.get("content", {}).items():
        if media.endswith("json"):
            content["example"] = body
