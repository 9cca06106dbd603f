"""The page of callbacks: hers, and with the permission those of whom she leads."""

import pytest
from django.utils import timezone

from crm.campaigns.callbacks.services import callback_make
from crm.campaigns.models import Callback, CallbackState
from tests.crm.campaigns.people import AT

NUMBER = "+8615401400001"


@pytest.fixture
def hers(cast) -> Callback:
    made = callback_make(
        user=cast.alice, customer_id=cast.caller.pk, number=NUMBER, due_at=AT, agent=cast.alice, at=AT, note="the order"
    )
    Callback.objects.filter(pk=made.pk).update(due_at=timezone.now() - timezone.timedelta(hours=2))
    return made


@pytest.mark.parametrize(("who", "seen"), [("alice", 1), ("bob", 0), ("sofia", 1), ("boris", 0), ("ada", 1)])
def test_who_sees_it(cast, hers, client, who, seen) -> None:
    client.force_login(getattr(cast, who))
    page = client.get("/callbacks/").content.decode()
    assert page.count(f'id="callback-{hers.pk}"') == seen
    assert page.count("overdue") == seen
    assert NUMBER not in page


@pytest.mark.parametrize("who", ["bob", "boris"])
def test_others_find_nothing_there(cast, hers, client, who) -> None:
    client.force_login(getattr(cast, who))
    assert client.post(f"/callbacks/{hers.pk}/move/", {"due_at": "2027-01-01T10:00"}).status_code == 404
    assert client.post(f"/callbacks/{hers.pk}/cancel/").status_code == 404
    over = client.post(f"/callbacks/{hers.pk}/hand-over/", {"agent": cast.carol.pk})
    assert over.status_code == (403 if who == "bob" else 404)


def test_she_moves_and_cancels_it(cast, hers, client) -> None:
    client.force_login(cast.alice)
    then = f"{timezone.localtime() + timezone.timedelta(days=1):%Y-%m-%dT%H:%M}"
    client.post(f"/callbacks/{hers.pk}/move/", {"due_at": then, "back": "?state=over"})
    hers.refresh_from_db()
    assert f"{timezone.localtime(hers.due_at):%Y-%m-%dT%H:%M}" == then
    client.post(f"/callbacks/{hers.pk}/cancel/")
    hers.refresh_from_db()
    assert hers.state == CallbackState.CANCELLED
    assert f"callback-{hers.pk}" in client.get("/callbacks/?state=over").content.decode()


def test_her_supervisor_hands_it_over(cast, hers, client) -> None:
    client.force_login(cast.sofia)
    client.post(f"/callbacks/{hers.pk}/hand-over/", {"agent": cast.bob.pk})
    hers.refresh_from_db()
    assert hers.agent == cast.bob
    assert client.post(f"/callbacks/{hers.pk}/hand-over/", {"agent": cast.carol.pk}).status_code == 403


@pytest.mark.parametrize(
    "wrong", [{}, {"due_at": "soon"}, {"due_at": "2026-99-01T10:00"}, {"due_at": "2020-01-01T10:00"}]
)
def test_a_wrong_time_is_said(cast, hers, client, wrong) -> None:
    before = Callback.objects.get(pk=hers.pk).due_at
    client.force_login(cast.alice)
    answer = client.post(f"/callbacks/{hers.pk}/move/", wrong, follow=True)
    assert "note-alarm" in answer.content.decode()
    assert Callback.objects.get(pk=hers.pk).due_at == before
