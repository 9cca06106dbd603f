"""Other programs say which number of a customer is which."""

from crm.customers.models import CustomerNumber
from crm.customers.services import customer_add


def test_numbers_are_labelled_and_one_becomes_the_main_one(programs, cast):
    keeper = programs("customers.see", "customers.edit", "numbers.whole")
    path = f"/customers/{cast.caller.pk}"
    first, second = keeper.patch(path, {"numbers": ["15409990000"]}).body["numbers"]
    assert (first["main"], second["main"]) == (True, False)
    said = {"labels": {str(second["id"]): "office"}, "main": second["id"]}
    told = keeper.patch(path, said).body["numbers"]
    assert [(one["number"], one["label"], one["main"]) for one in told] == [
        ("+8615409990000", "office", True), (first["number"], first["label"], False)
    ]  # fmt: skip
    for wrong, field in (
        ({"main": second["id"] + 999}, "main"), ({"labels": {"x": "office"}}, "labels"),
        ({"labels": {str(first["id"]): "none"}}, f"labels.{first['id']}"),
    ):  # fmt: skip
        refused = keeper.patch(path, wrong)
        assert (refused.status_code, refused.body["errors"][0]["field"]) == (400, field), refused.body
    assert CustomerNumber.objects.filter(customer=cast.caller, place=0).count() == 1


def test_many_with_their_numbers_take_as_few_queries_as_one(programs, cast, django_assert_max_num_queries):
    keeper = programs("customers.see")
    for n in range(20):
        customer_add(name=f"Li {n}", numbers=[f"1540999{n:04d}", f"1540998{n:04d}"])
    keeper.get("/customers")
    with django_assert_max_num_queries(8):
        told = keeper.get("/customers").body["items"]
    assert [[number["main"] for number in one["numbers"]] for one in told[:2]] == [[True, False]] * 2
