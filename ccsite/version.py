"""The product's version: pyproject.toml alone says it."""

import tomllib
from pathlib import Path

from django.http import HttpRequest

VERSION: str = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]["version"]


def context(request: HttpRequest) -> dict[str, str]:
    """``version`` for every template."""
    return {"version": VERSION}
