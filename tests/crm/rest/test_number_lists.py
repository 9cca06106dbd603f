"""Other programs keep the number lists."""

import pytest

from crm.numberlists.models import ListedNumber

BLACK = {"number": "138 0000 1111", "list": "black", "reason": "nuisance"}
ENTRIES = "/number-lists/entries"


@pytest.fixture
def shop(programs):
    return programs("lists.see", "lists.manage", "numbers.whole")


def test_a_number_is_put_on_a_list_changed_and_taken_off(shop):
    made = shop.post(ENTRIES, BLACK)
    assert made.status_code == 201 and (made.body["number"], made.body["way"]) == ("+8613800001111", "both")
    path = made["Location"]
    assert shop.get(path).body == made.body and shop.get(path)["ETag"] == made["ETag"]
    assert [one["id"] for one in shop.get(f"{ENTRIES}?q=13800001111&list=black").body["items"]] == [made.body["id"]]
    changed = shop.patch(path, {"reason": "asked for it"}, if_match=made["ETag"])
    assert (changed.body["reason"], changed.body["number"]) == ("asked for it", "+8613800001111")
    assert shop.patch(path, {"reason": "late"}, if_match=made["ETag"]).status_code == 412
    assert shop.delete(path, if_match=made["ETag"]).status_code == 412
    assert shop.delete(path, if_match=changed["ETag"]).status_code == 204
    assert shop.get(path).status_code == shop.patch(path, {}).status_code == shop.delete(path).status_code == 404


def test_what_is_there_already_is_a_conflict_and_what_is_wrong_is_named(shop):
    shop.post(ENTRIES, BLACK)
    assert shop.post(ENTRIES, BLACK).status_code == 409
    late = {"since": "2030-01-02T00:00:00Z", "until": "2030-01-01T00:00:00Z"}
    for more, field in (({"number": "x"}, "number"), ({"number": "1" * 60 + "*"}, "number"), ({"list": "grey"}, "list"),
                        (late, "until"), ({"number": "13\x00"}, "number")):  # fmt: skip
        wrong = shop.post(ENTRIES, BLACK | more)
        assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, field), more
    assert shop.get(f"{ENTRIES}?state=never").status_code == 400
    assert shop.get(f"{ENTRIES}/{10**30}").status_code == 404


def test_of_many_the_good_ones_are_taken(shop):
    items = [BLACK, {"number": "138*", "list": "no_call"}, {"number": "x", "list": "black"}, BLACK]
    said = shop.post(f"{ENTRIES}/bulk", {"items": items}).body
    assert [line["done"] for line in said["items"]] == [True, True, False, False]
    assert [line["problem"]["status"] for line in said["items"][2:]] == [400, 409]
    ids = [int(line["id"]) for line in said["items"][:2]]
    assert set(ListedNumber.objects.values_list("pk", "way")) == {(ids[0], "both"), (ids[1], "out")}
    assert shop.post(f"{ENTRIES}/remove", {"ids": [*ids, 2**62]}).body == {"removed": 2}


def test_a_program_asks_about_numbers(shop):
    shop.post(ENTRIES, BLACK)
    numbers = ["13800001111", "13800002222", "110", "nonsense"]
    said = shop.post("/number-lists/check", {"numbers": numbers, "way": "out"}).body["items"]
    told = [(one["number"], one["valid"], one["allowed"], one["by"]) for one in said]
    assert told == [
        ("13800001111", True, False, "black"), ("13800002222", True, True, ""),
        ("110", True, True, "emergency"), ("nonsense", False, False, ""),
    ]  # fmt: skip
    assert said[0]["entry"] == ListedNumber.objects.get().pk


def test_who_sees_numbers_masked_does_not_change_them(programs, shop):
    path = shop.post(ENTRIES, BLACK)["Location"]
    other = programs("lists.see", "lists.manage")
    assert "00001111" not in other.get(path).body["number"].replace(" ", "")
    assert other.patch(path, {"number": "13900001111"}).status_code == 403
    assert other.patch(path, {"reason": "more"}).status_code == 200
    assert ListedNumber.objects.get().first == "+8613800001111"
    assert programs("lists.see").post(ENTRIES, BLACK).status_code == 403
