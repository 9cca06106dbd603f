"""Version 1 of the API only grows: whoever wrote a program against it is not surprised."""

import copy
import json

import pytest

from crm.rest.pages import described

from .outline import RELEASED, broken, outline


@pytest.fixture(scope="module")
def now():
    described.cache_clear()
    return outline(json.loads(described()[0]))


def test_nothing_that_was_released_is_gone_or_another(now):
    """Released anew, with what was added: python -m tests.crm.rest.outline"""
    assert broken(json.loads(RELEASED.read_text()), now) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda made: made.pop("GET /api/v1/customers"), "is gone"),
        (lambda made: made["GET /api/v1/customers"]["asks"].pop("query:q"), "no longer takes query:q"),
        (lambda made: made["POST /api/v1/customers"]["takes"].pop("note"), "no longer takes note"),
        (lambda made: made["POST /api/v1/customers"]["takes"].update(note="string!"), "now must be sent note"),
        (lambda made: made["POST /api/v1/customers"]["takes"].update(fresh="string!"), "now must be sent fresh"),
        (lambda made: made["GET /api/v1/customers"]["answers"]["200"].pop("items[].name"), "no longer tells"),
        (lambda made: made["GET /api/v1/customers"]["answers"]["200"].update({"items[].id": "string"}), "was integer"),
        (lambda made: made["POST /api/v1/customers"]["answers"].pop("201"), "no longer answers 201"),
    ],
)
def test_what_would_surprise_is_noticed(now, change, said):
    later = copy.deepcopy(now)
    change(later)
    assert [sentence for sentence in broken(now, later) if said in sentence]


def test_what_is_added_surprises_nobody(now):
    later = copy.deepcopy(now)
    later["POST /api/v1/customers"]["takes"]["fresh"] = "string"
    later["GET /api/v1/customers"]["answers"]["200"]["items[].fresh"] = "string"
    later["GET /api/v1/fresh"] = {"asks": {}, "takes": {}, "answers": {}}
    assert broken(now, later) == []
