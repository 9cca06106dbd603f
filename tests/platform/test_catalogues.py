"""Every text a person reads has its Simplified Chinese, and the compiled catalogue is the one of the sources."""

import gettext
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "crm/locale/zh_Hans/LC_MESSAGES/django.po"
pytestmark = pytest.mark.skipif(not shutil.which("xgettext"), reason="needs gettext (apt install gettext)")


def compiled(source: Path, folder: Path, *options: str) -> dict:
    """What a catalogue says, by message."""
    target = folder / "compiled.mo"
    subprocess.run(["msgfmt", "--check-format", *options, "-o", target, source], check=True, text=True)
    with target.open("rb") as handle:
        return gettext.GNUTranslations(handle)._catalog


def test_the_compiled_catalogue_is_fresh(tmp_path):
    with CATALOGUE.with_suffix(".mo").open("rb") as handle:
        shipped = gettext.GNUTranslations(handle)._catalog
    wanted = compiled(CATALOGUE, tmp_path)
    assert {k: v for k, v in shipped.items() if k} == {k: v for k, v in wanted.items() if k}, "make messages"


def test_nothing_is_left_in_english(tmp_path):
    for selection in ("--untranslated", "--only-fuzzy"):
        found = subprocess.run(
            ["msgattrib", selection, "--no-obsolete", CATALOGUE], check=True, capture_output=True, text=True
        )
        texts = [line for line in found.stdout.splitlines() if line.startswith(('msgid "', "msgid_plural"))]
        assert not texts[:10], f"{len(texts)} texts: {selection}"


def test_every_text_of_the_sources_is_in_the_catalogue(tmp_path):
    """Collected anew in a copy, so that the test changes nothing."""
    copy = tmp_path / "crm"
    shutil.copytree(ROOT / "crm", copy, ignore=shutil.ignore_patterns("__pycache__", "*.mo", "vendor"))
    shutil.copytree(ROOT / "switchctl/contract", copy / "contract")  # the refusals reach the screen, too
    (copy / "locale/zh_Hans/LC_MESSAGES/django.po").unlink()
    command = [Path(sys.executable).with_name("django-admin"), "makemessages", "-l", "zh_Hans", "-v", "0"]
    environ = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, cwd=copy, check=True, env=environ)
    collected = copy / "locale/zh_Hans/LC_MESSAGES/django.po"
    found = subprocess.run(
        ["msgcomm", "--no-location", "--unique", collected, CATALOGUE], capture_output=True, text=True
    )
    only_once = [line for line in found.stdout.splitlines() if line.startswith("msgid ") and line != 'msgid ""']
    assert not only_once[:10], "make messages"
