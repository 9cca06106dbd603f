"""Every icon that a page shows is in the sprite: a missing one is an empty box that nothing complains about."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SPRITE = ROOT / "crm/static/vendor/tabler/icons.svg"


def test_every_icon_is_there():
    there = set(re.findall(r'<symbol id="([a-z0-9-]+)"', SPRITE.read_text()))
    shown = {
        (name, page.relative_to(ROOT).as_posix())
        for page in ROOT.glob("crm/**/templates/**/*.html")
        for name in re.findall(r'{% icon "([a-z0-9-]+)"', page.read_text())
    }
    assert there and shown
    assert not [(name, page) for name, page in shown if name not in there]
