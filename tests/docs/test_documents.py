"""The documents: drawings as the code has them, links that lead somewhere, sentences as they are spoken."""

import importlib.util
import re
from pathlib import Path

import pytest

from switchctl.contract import refusals

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def _draw():
    spec = importlib.util.spec_from_file_location("draw", ROOT / "docs" / "draw.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ +(.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_drawings_are_those_of_the_code():
    draw = _draw()
    page = draw.PAGE.read_text(encoding="utf-8")
    assert draw.drawn(page) == page, "stale: run `python docs/draw.py`"
    assert {name for _, name, _ in draw.REGION.findall(page)} == set(draw.REGIONS)


def test_check_tells_a_stale_page_and_writing_mends_it(tmp_path):
    draw = _draw()
    draw.PAGE = tmp_path / "architecture.md"
    draw.PAGE.write_text("before\n<!-- drawn: offer -->\nold\n<!-- /drawn -->\nafter\n", encoding="utf-8")
    assert draw.main(["--check"]) == 1
    assert draw.main([]) == 0
    assert draw.main(["--check"]) == 0
    page = draw.PAGE.read_text(encoding="utf-8")
    assert page.startswith("before\n") and page.endswith("after\n") and "ringing --> joining: answer" in page


def test_every_refusal_is_in_the_architecture_and_is_spoken_by_the_code():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "switchctl").rglob("*.py"))
    for name, sentence in vars(refusals).items():
        if name.isupper():
            assert sentence in page
            assert f"refusals.{name}" in code, f"nobody says {name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page):
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for target in LINK.findall(text):
        if "://" in target or target.startswith("mailto:"):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{page.name} links to {target}"
        if anchor and there.suffix == ".md":
            assert anchor in _anchors(there), f"{page.name} links to {target}"
