"""Evidence goes after its years, by whole months that the chain itself names; what stays can be checked."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from crm.audit.models import Entry
from crm.campaigns.evidence import keeping
from crm.campaigns.evidence.anchors import cast as anchor
from crm.campaigns.evidence.check import check, check_part
from crm.campaigns.evidence.filters import attempts_asked, filters
from crm.campaigns.evidence.keeping import old_cut, years_set
from crm.campaigns.evidence.rows import Row
from crm.campaigns.evidence.services import evidence_add
from crm.campaigns.evidence.story import story
from crm.campaigns.models import Attempt, Evidence, EvidenceKeeping
from tests.crm.campaigns.evidence.test_check import by_force, first

MAY = datetime(2018, 5, 31, 23, 59, tzinfo=UTC)
JUNE = MAY + timedelta(minutes=2)
NOW = datetime(2023, 6, 15, tzinfo=UTC)


@pytest.fixture
def chain(db) -> list[Evidence]:
    """Two rows of May 2018, two of June."""
    rows = [Row(name, "allowed", at, {"n": name}) for name, at in zip("abcd", (MAY, MAY, JUNE, JUNE), strict=True)]
    return [one for row in rows for one in evidence_add([row])]


def left() -> list[str]:
    return list(Evidence.objects.order_by("seq").values_list("attempt", flat=True))


def test_whole_months_go_and_the_chain_holds(chain, english) -> None:
    anchor()
    assert old_cut(NOW) == 2
    assert left() == ["c", "d", "chain"]
    verdict = check()
    assert (verdict.first, verdict.rows) == (None, 3)
    told = Entry.objects.get(action="evidence.cut").after
    assert (told["row"], told["rows"], told["years"]) == (chain[1].seq, 2, 5)
    assert old_cut(NOW) == 0  # nothing new is old
    assert old_cut(NOW + timedelta(days=31)) == 2
    assert (left(), check().first) == (["chain", "chain"], None)
    assert old_cut(NOW + timedelta(days=365 * 6)) == 2
    assert (left(), check().first) == (["chain"], None)


def test_a_story_begins_behind_what_was_removed(chain) -> None:
    old_cut(NOW)
    found = story("c", whole=True)
    assert (found.holds.first, found.since, found.holds.rows) == (None, chain[1].seq, 1)
    assert check_part(chain[1].seq, chain[3].seq).rows == 2
    assert story("a", whole=True) is None


def test_who_was_killed_is_followed_by_who_goes_on(chain, monkeypatch) -> None:
    monkeypatch.setattr(keeping, "_delete", lambda upto: 0)
    old_cut(NOW)
    assert (len(left()), check().first) == (5, None)
    monkeypatch.undo()
    assert old_cut(NOW) == 2
    assert check().first is None


def test_more_than_was_named_is_missed(chain) -> None:
    old_cut(NOW)
    by_force("DELETE FROM campaigns_evidence WHERE seq = %s", chain[2].seq)
    assert first(check()) == chain[3].seq


def test_what_the_trail_does_not_know_is_told(chain) -> None:
    evidence_add([Row("chain", "cut", NOW, {"upto": chain[1].seq, "digest": bytes(chain[1].digest).hex()})])
    assert first(check()) == Evidence.objects.order_by("seq").last().seq


@pytest.mark.parametrize("wrong", ["digest", "young"])
def test_the_database_takes_no_false_cut(chain, wrong) -> None:
    last = chain[-1]
    if wrong == "young":
        (last,) = evidence_add([Row("e", "allowed", datetime.now(UTC), {})])
    digest = bytes(last.digest).hex() if wrong == "young" else "00" * 32
    with pytest.raises(DatabaseError, match="cut"), transaction.atomic():
        evidence_add([Row("chain", "cut", NOW, {"upto": last.seq, "digest": digest})])


def test_it_lets_nothing_go_that_no_cut_names(chain) -> None:
    old_cut(NOW)
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        Evidence.objects.filter(attempt="c").delete()


def test_the_years_are_a_setting(cast, chain) -> None:
    for user in (cast.alice, cast.sofia):
        with pytest.raises(PermissionDenied):
            years_set(user=user, years=1)
    with pytest.raises(ValidationError):
        years_set(user=cast.ada, years=0)
    years_set(user=cast.ada, years=10)
    assert old_cut(NOW) == 0
    years_set(user=cast.ada, years=4)
    assert EvidenceKeeping.objects.get().years == 4
    assert old_cut(NOW) == 4
    assert Entry.objects.filter(kind="campaigns_evidencekeeping").count() == 2


def test_its_page_sets_them_and_says_what_went(cast, chain, client) -> None:
    old_cut(NOW)
    client.force_login(cast.ada)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert client.post("/campaigns/evidence/keeping/", {"years": "0"}).status_code == 400
    assert client.post("/campaigns/evidence/keeping/", {"years": "7"}).status_code == 302
    page = client.get("/campaigns/evidence/keeping/").content.decode()
    assert 'value="7"' in page
    assert "2018-06-01" in page
    client.force_login(cast.alice)
    assert client.get("/campaigns/evidence/keeping/").status_code == 403


def test_a_call_whose_evidence_went_says_so(cast, chain, client) -> None:
    attempt = Attempt.objects.create(id="a", number="+8613800000000", mode="manual", state="ended", made_at=MAY)
    old_cut(NOW)
    client.force_login(cast.ada)
    assert client.get(f"/campaigns/evidence/{attempt.pk}/").status_code == 410
    assert attempt.pk not in [one.pk for one in attempts_asked(cast.ada, filters({}), whole=True)]
