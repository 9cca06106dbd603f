"""A person's data on the pages: found, looked at, taken out, erased with a reason and her name typed again."""

import io
import json
import zipfile

import pytest

from crm.audit.models import Entry
from crm.customers.services import customer_add
from crm.privacy import tasks
from crm.privacy.models import Erasure
from tests.crm.calls.rows import record
from tests.stories import NOON, SECOND, Story, numbered

ENGLISH = {"accept-language": "en"}


@pytest.fixture
def lan(client, cast, bus, tmp_path, settings):
    """Ada looks for Lan, who called once."""
    settings.CDR_DIR, settings.ERASURES = tmp_path, tmp_path / "erasures.jsonl"
    customer = customer_add(name="吴晓兰", numbers=["15409876543"])
    week_ago = NOON - 7 * 86_400 * SECOND
    record(numbered(Story("c1", week_ago, number="15409876543").greeted().queued().gave_up().facts))
    client.force_login(cast.ada)
    return f"/privacy/c{customer.pk}/"


@pytest.mark.parametrize("asked", ["吴", "晓兰", "154 0987 6543", "+8615409876543"])
def test_she_is_found_by_a_piece_of_her_name_or_her_whole_number(client, lan, asked):
    assert lan in client.get("/privacy/", {"q": asked}).content.decode()


@pytest.mark.parametrize("asked", ["", "x", "6543", "%", "\x00"])
def test_she_is_not_found_by_less(client, lan, asked):
    assert lan not in client.get("/privacy/", {"q": asked}).content.decode()


def test_many_are_found_in_as_few_queries_as_one(client, lan, django_assert_max_num_queries):
    for n in range(15):
        customer_add(name=f"吴晓兰{n}", numbers=[f"1540987{n:04d}", "15401112222"])
    client.get("/privacy/", {"q": "晓兰"})
    with django_assert_max_num_queries(12):
        page = client.get("/privacy/", {"q": "晓兰"}).content.decode()
    assert page.count("/privacy/c") == 16


def test_a_number_of_nobody_is_a_person_too(client, lan):
    record(numbered(Story("n1", number="13801001234").greeted().over().facts, "j2"))
    page = client.get("/privacy/", {"q": "13801001234"}, headers=ENGLISH).content.decode()
    assert "/privacy/n+8613801001234/" in page and "Unknown caller" in page
    assert client.get("/privacy/n+8613801001234/").status_code == 200


def test_everything_is_taken_out_and_the_audit_knows(client, lan):
    answer = client.post(f"{lan}export/")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as packed:
        assert json.loads(packed.read("person.json"))["numbers"] == ["+8615409876543"]
        (call,) = json.loads(packed.read("calls.json"))
        assert call["call_id"] == "c1" and [fact["kind"] for fact in call["facts"]][0] == "CallArrived"
        assert "15409876543" in packed.read("calls.csv").decode() and "姓名" in packed.read("README.txt").decode()
    assert Entry.objects.filter(action="privacy.export", who="ada").count() == 1


def test_what_was_typed_must_be_her_name(client, lan):
    page = client.post(f"{lan}erase/", {"reason": "Her letter", "typed": "吴晓"}, headers=ENGLISH)
    assert page.status_code == 400 and "Nothing was erased" in page.content.decode()
    page = client.post(f"{lan}erase/", {"reason": "", "typed": "吴晓兰"}, headers=ENGLISH)
    assert page.status_code == 400 and "Say why" in page.content.decode()
    assert not Erasure.objects.exists()


def test_she_is_erased_and_the_list_says_how_far_it_is(client, lan):
    answer = client.post(f"{lan}erase/", {"reason": "Her letter", "typed": "吴晓兰"}, headers=ENGLISH, follow=True)
    page = answer.content.decode()
    assert "has begun" in page and "Under way" in page
    tasks.erasures()
    page = client.get("/privacy/", headers=ENGLISH).content.decode()
    assert "Done" in page and "Her letter" in page and "吴晓兰" not in page
    assert client.get(lan).status_code == 404
