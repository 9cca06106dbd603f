"""What all doors share, seen at those of customers."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from crm.customers.models import Customer
from crm.integrations.models import Answer
from crm.rest.once import forget_old

ALL = ("customers.see", "customers.add", "customers.edit", "numbers.whole")
WANG = {"name": "王芳", "numbers": ["138 0013 8000"], "company": "海港书店"}


@pytest.fixture
def billing(programs):
    return programs(*ALL)


def test_what_is_added_is_found_and_read(billing):
    made = billing.post("/customers", WANG)
    assert made.status_code == 201 and made.body["numbers"][0]["number"] == "+8613800138000"
    assert billing.get(made["Location"]).body == made.body
    assert [one["name"] for one in billing.get("/customers?q=王芳").body["items"]] == ["王芳"]
    assert [one["name"] for one in billing.get("/customers?number=13800138000").body["items"]] == ["王芳"]


def test_problems_name_the_field_and_say_what_to_do(billing):
    wrong = billing.post("/customers", {"name": "", "numbers": ["no number"], "nmae": 1})
    assert wrong.status_code == 400 and wrong["Content-Type"] == "application/problem+json"
    assert {one["field"] for one in wrong.body["errors"]} == {"nmae"} and wrong.body["remedy"]
    wrong = billing.post("/customers", {"name": "Li Na", "numbers": ["no number"]})
    assert [(one["field"], "no number" in one["detail"]) for one in wrong.body["errors"]] == [("numbers", True)]
    assert billing.post("/customers", "{not json").body["type"].endswith("unreadable")
    assert billing.get("/customers?colour=red").body["errors"][0]["field"] == "colour"
    assert billing.get("/customers?cursor=made-up").body["errors"][0]["field"] == "cursor"
    assert billing.get("/customers/999999").status_code == 404
    assert billing.delete("/customers").status_code in (403, 405)
    assert billing.get("/no/such").body["type"].endswith("not-found")


def test_sentences_are_in_the_language_that_is_asked_for(billing):
    assert billing.get("/no/such", accept_language="en").body["title"] == "Not found"
    assert billing.get("/customers/999999").body["title"] == "Not found"


def test_a_token_without_the_permission_is_told_which(programs):
    refused = programs("customers.see").post("/customers", WANG)
    assert refused.status_code == 403 and "Add customers" in refused.body["detail"]


def test_numbers_are_masked_without_the_permission_to_see_them(programs, cast):
    shown = programs("customers.see").get(f"/customers/{cast.caller.pk}").body["numbers"][0]["number"]
    assert "15401400001" not in shown.replace(" ", "") and shown.endswith("0001")


def test_pages_go_on_where_they_stopped_though_rows_come_in_between(billing):
    for n in range(5):
        billing.post("/customers", {"name": f"Customer {n}"})
    first = billing.get("/customers?limit=2").body
    billing.post("/customers", {"name": "In between"})
    names, link = [one["name"] for one in first["items"]], first["next"]
    while link:  # at last come those who were here before
        page = billing.get(link.replace("http://testserver", "")).body
        names, link = names + [one["name"] for one in page["items"]], page["next"]
    assert names[:5] == ["Customer 4", "Customer 3", "Customer 2", "Customer 1", "Customer 0"]


def test_only_the_fields_that_are_wanted(billing, cast):
    assert billing.get(f"/customers/{cast.caller.pk}?fields=id,name").body == {
        "id": cast.caller.pk, "name": "Mei Zhang",
    }  # fmt: skip
    wrong = billing.get("/customers?fields=name,colour")
    assert wrong.status_code == 400 and "colour" in wrong.body["detail"]


def test_times_are_utc_whatever_the_zone_of_the_centre_is(billing, cast):
    said = billing.get(f"/customers/{cast.caller.pk}").body["created_at"]
    assert said.endswith("Z") and said == cast.caller.created_at.isoformat().replace("+00:00", "Z")


def test_what_is_known_is_not_sent_again(billing, cast):
    for path in (f"/customers/{cast.caller.pk}", "/customers", "/me"):
        first = billing.get(path)
        assert billing.get(path, if_none_match=first["ETag"]).status_code == 304


def test_nobody_overwrites_what_another_changed_in_between(billing, cast):
    path = f"/customers/{cast.caller.pk}"
    tag = billing.get(path)["ETag"]
    assert billing.patch(path, {"note": "first"}, if_match=tag).status_code == 200
    late = billing.patch(path, {"note": "second"}, if_match=tag)
    assert late.status_code == 412 and late.body["remedy"]
    assert Customer.objects.get(pk=cast.caller.pk).note == "first"
    assert billing.patch(path, {"note": "third"}, if_match="*").status_code == 200


def test_a_bulk_takes_the_good_ones_and_answers_each(billing):
    said = billing.post("/customers/bulk", {"items": [{"name": "A"}, {"name": ""}, {"name": "C", "numbers": ["x"]}]})
    assert (said.body["done"], said.body["refused"]) == (1, 2)
    assert [line["done"] for line in said.body["items"]] == [True, False, False]
    assert said.body["items"][2]["problem"]["errors"][0]["field"] == "numbers"
    assert not Customer.objects.filter(name="C").exists()


def test_a_request_that_comes_again_is_done_once(billing):
    first, again = (billing.post("/customers", WANG, key="a-1") for _ in range(2))
    assert first.body == again.body and again.status_code == 201 and again["Idempotency-Replayed"] == "true"
    assert again["ETag"] == first["ETag"] and again["Location"] == first["Location"]
    assert Customer.objects.filter(name="王芳").count() == 1
    other = billing.post("/customers", {"name": "Another"}, key="a-1")
    assert other.status_code == 422 and other.body["type"].endswith("key-reused")


def test_a_refused_request_leaves_its_key_free(billing):
    assert billing.post("/customers", {"name": ""}, key="a-2").status_code == 400
    assert billing.post("/customers", WANG, key="a-2").status_code == 201


def test_an_answer_that_nobody_can_read_any_more_is_said_to_be_so(billing, settings):
    made = billing.post("/customers", WANG, key="a-3")
    settings.SECRET_KEY = "another"
    again = billing.post("/customers", WANG, key="a-3")
    assert again.status_code == 409 and again.body["type"].endswith("answer-lost")
    assert made["Location"] in again.body["detail"] and again.body["remedy"]
    assert Customer.objects.filter(name="王芳").count() == 1


def test_a_key_belongs_to_one_integration(programs):
    programs(*ALL).post("/customers", WANG, key="same")
    other = programs(*ALL, name="Shop").post("/customers", {"name": "Other"}, key="same")
    assert other.status_code == 201 and other.body["name"] == "Other"


def test_keys_are_kept_for_a_day(billing):
    billing.post("/customers", WANG, key="old")
    assert forget_old(timezone.now()) == 0
    assert forget_old(timezone.now() + timedelta(hours=25)) == 1 and not Answer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_are_one(programs):
    billing, answers = programs(*ALL), []

    def send() -> None:
        answers.append(billing.post("/customers", WANG, key="twice").body["id"])
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 1 and Customer.objects.filter(name="王芳").count() == 1


def test_the_description_tells_of_every_door(client):
    told = client.get("/api/v1/openapi.json").json()
    assert told["openapi"].startswith("3.1") and "/api/v1/customers/{id}" in told["paths"]
    add = told["paths"]["/api/v1/customers"]["post"]
    assert add["x-permission"] == "customers.add" and "422" in add["responses"]
