"""What a browser calls itself, in words for people."""

import re

KINDS = (
    ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("HeadlessChrome/", "Chrome"), ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iOS"), ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


def described(agent: str) -> str:
    """``Chrome 140 · Windows``; what is no browser that we know stays as it is, cut."""
    kind = next(((mark, name) for mark, name in KINDS if mark in agent), None)
    if kind is None:
        return agent[:40] or "—"
    version = re.search(re.escape(kind[0]) + r"(\d+)", agent)
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return " · ".join(filter(None, (f"{kind[1]} {version[1] if version else ''}".strip(), system)))
