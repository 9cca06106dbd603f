"""All pages together are the whole list, each call once, whichever way they are turned."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.calls import paging
from crm.calls.filters import filters
from crm.calls.models import CallRecord
from crm.calls.paging import page, place_of

from .calls import MORNING, call

pytestmark = pytest.mark.django_db


@given(moments=st.lists(st.integers(0, 5), max_size=14), size=st.integers(1, 6))
@settings(max_examples=60, deadline=None, suppress_health_check=[*HealthCheck])
def test_forth_and_back(moments, size):
    """Many calls arrive in the same moment, on either side of a page's end."""
    CallRecord.objects.all().delete()
    CallRecord.objects.bulk_create(
        CallRecord(call_id=f"c{n}", arrived_at=MORNING + timedelta(microseconds=moment))
        for n, moment in enumerate(moments)
    )
    whole = [pk for _at, pk in sorted(((at, f"c{n}") for n, at in enumerate(moments)), reverse=True)]
    pages = [page(CallRecord.objects.all(), size=size)]
    assert pages[0].newer is None
    while pages[-1].older:
        pages.append(page(CallRecord.objects.all(), older=place_of(str(pages[-1].older)), size=size))
        assert pages[-1].newer and len(pages) <= len(moments)
    assert [row.pk for one in pages for row in one.calls] == whole
    for there, before in zip(reversed(pages), reversed(pages[:-1]), strict=False):
        back = page(CallRecord.objects.all(), newer=there.newer, size=size)
        assert back.calls == before.calls and back.older
    assert page(CallRecord.objects.all(), newer=pages[-1].newer, size=len(moments) + 1).newer is None


@pytest.mark.parametrize("near", [1, 4, 30])
@pytest.mark.parametrize("text, every", [("seldom", 11), ("often", 2), ("never", 99)])
def test_a_text_is_found_among_the_nearest_or_by_its_index_alike(client, cast, monkeypatch, near, text, every):
    monkeypatch.setattr(paging, "NEAR", near)
    monkeypatch.setattr(paging.page, "__kwdefaults__", paging.page.__kwdefaults__ | {"size": 2})
    for n in range(25):
        call(f"c{n:02}", n, note=text if n % every == 3 else "else")
    client.force_login(cast.ada)
    address, told = f"?note={text}", []
    while address:
        answer = client.get(f"/calls/{address}")
        told += [row.pk for row, _cells in answer.context["rows"]]
        address = answer.context["older"]
    assert told == [f"c{n:02}" for n in reversed(range(25)) if n % every == 3]


@pytest.mark.parametrize("near", [1, 4, 30])
@pytest.mark.parametrize("queue", ["", "support"])
@pytest.mark.parametrize("every", [11, 2, 99])
def test_a_departments_calls_are_found_among_the_nearest_or_all_at_once_alike(
    client, cast, monkeypatch, near, queue, every
):
    monkeypatch.setattr(paging, "NEAR", near)
    monkeypatch.setattr(paging.page, "__kwdefaults__", paging.page.__kwdefaults__ | {"size": 2})
    for n in range(25):
        call(f"c{n:02}", n, agent="alice" if n % every == 3 else "carol", queue="support" if n % 3 else "sales")
    client.force_login(cast.sofia)
    address, told = f"?queue={queue}", []
    while address:
        answer = client.get(f"/calls/{address}")
        told += [row.pk for row, _cells in answer.context["rows"]]
        address = answer.context["older"]
    hers = [n for n in reversed(range(25)) if n % every == 3 and (n % 3 or not queue)]
    assert told == [f"c{n:02}" for n in hers]


def test_a_call_that_arrives_meanwhile_moves_nothing():
    for n in range(5):
        call(f"c{n}", n)
    first = page(CallRecord.objects.all(), size=2)
    call("new", 9)
    second = page(CallRecord.objects.all(), older=first.older, size=2)
    assert [row.pk for row in second.calls] == ["c2", "c1"]
    assert [row.pk for row in page(CallRecord.objects.all(), newer=second.newer, size=9).calls] == ["new", "c4", "c3"]


def test_a_place_survives_the_address_and_nonsense_is_no_place():
    call("c/ä+1", 0)
    call("c0", -1)
    place = page(CallRecord.objects.all(), size=1).older
    address = filters({}).address(older=place)
    assert filters(QueryDict(address.removeprefix("?"))).older == place
    for nonsense in ("", "_", "2026-09-16_x", "2026-09-16T01:00:00_x", "x_2026", "2026-02-31T01:00:00Z_x"):
        assert place_of(nonsense) is None
