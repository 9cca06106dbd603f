"""A call for which no line was free: in the list, by its filter, and on a page of its own."""

import re

import pytest
from django.urls import reverse

from crm.calls.cdr.importing import import_folder

from .cdrs import put


@pytest.fixture
def blocked(tmp_path) -> str:
    put(
        tmp_path, "c1", seconds=0.2, cc_stage="blocked", answer_uepoch="0", sip_hangup_disposition="send_refuse",
        hangup_cause="NORMAL_TEMPORARY_FAILURE",
    )  # fmt: skip
    put(tmp_path, "c2", seconds=9)
    assert import_folder(tmp_path) == {"calls": 2}
    return "c1"


def test_the_list_finds_it_and_its_page_says_so(client, cast, blocked):
    words = "线路占满"
    client.force_login(cast.sofia)
    found = client.get(reverse("calls"), {"outcome": "blocked"}).content.decode()
    assert reverse("call", args=[blocked]) in found and reverse("call", args=["c2"]) not in found
    assert re.search(rf'outcome-blocked">\s*<svg.*?</svg>\s*{words}<', found, re.DOTALL)
    page = client.get(reverse("call", args=[blocked])).content.decode()
    assert words in page and "4001" in page
