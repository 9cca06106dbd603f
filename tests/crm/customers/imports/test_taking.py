"""The good rows of a file become customers; the others say why they did not."""

import pytest
from django.utils import translation

from crm.calls.models import CallRecord
from crm.customers.imports.badrows import bad_rows, bad_sheet
from crm.customers.imports.files import folder, source
from crm.customers.imports.selectors import package_customers, packages_done
from crm.customers.models import Customer, CustomerNumber
from crm.customers.services import customer_add
from crm.numberlists.services import entries_add
from crm.numberlists.typed import typed_number
from tests.crm.customers.imports.importing import csv_file, xlsx_file

HEAD = ["Name", "Number", "Second number", "Company", "Level", "Note"]


def people(package) -> dict[str, Customer]:
    return {one.name: one for one in package_customers(package.pk).order_by("pk")}


def why(package, language="en") -> dict[int, str]:
    """Row → kind and reasons."""
    with translation.override(language):
        return {
            one.row: " ".join([one.kind, *(f"{column}: {said}" if column else said for column, said in one.reasons)])
            for one in bad_rows(package)
        }


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_all_that_a_row_says_becomes_the_customer(cast, imported, fields, project, form):
    rows = [
        [*HEAD, "Mail", "Hobby", "Spend", "Born", "Source", "Likes"],
        ["王芳", "138 0100 2001", "010-65550001", "Lotus Trading", "金卡", "=calls\nin May",
         "fang@example.com", "", "1,200.50", "1990/5/1", "web", "Tea, books"],
        ["Li Na", "+447700900123", "", "lotus trading", "gold", "", "", "chess", "", "", "", ""],
        ["", "13801002002", "", "", "", "", "", "", "", "", "", ""],
        ["", "", "", "", "", "", "", "", "", "", "", ""],
    ]  # fmt: skip
    made = imported(cast.ada, csv_file(rows) if form == "csv" else xlsx_file(rows), project=project)
    assert made.counts == {"added": 3, "companies": 1} and made.done == made.total == 3
    fang, li, nameless = package_customers(made.pk).order_by("pk")
    assert (fang.name, fang.level, fang.note) == ("王芳", "gold", "=calls\nin May")
    assert list(fang.numbers.values_list("number", "label")) == [
        ("+8613801002001", "mobile"), ("+861065550001", "other")
    ]  # fmt: skip
    assert fang.values == {
        "mail": "fang@example.com", "spend": 1200.5, "born": "1990-05-01", "source": "web", "likes": ["tea", "books"]
    }  # fmt: skip
    assert "fang@example.com" in fang.words and list(fang.projects.all()) == [project]
    assert fang.employer == li.employer and li.company == "Lotus Trading" and fang.owner is None
    assert (fang.version, fang.changed_by) == (1, cast.ada)
    assert nameless.name == "138****2002", "a name must not tell a number to who may not see it"
    assert made in packages_done() and not folder(made).exists()


def test_bad_rows_say_row_column_and_reason_in_the_readers_language(cast, imported, fields):
    made = imported(cast.ada, [
        [*HEAD, "Spend"],
        ["A", "12", "", "", "", "", ""],
        ["B", "13801002001", "", "", "huge", "", "many"],
        ["", "", "", "", "", "note", ""],
        ["C", "13801002003", "", "", "", "", "5"],
        ["~9", "13801002004", "", "", "", "", ""],
        ["N" * 121, "13801002005", "", "", "", "", ""],
    ])  # fmt: skip
    assert made.counts == {"added": 1, "wrong": 5}
    assert why(made) == {
        2: "wrong Number: “12” is not a telephone number.",
        3: "wrong Level: “huge” is not in the list. Choose one of those offered. "
           "Spend: This is no number. Type digits, such as 1200 or 99.5.",
        4: "wrong A name or a number is needed.",
        6: "wrong Name: A name does not begin with ~.",
        7: "wrong Name: At most 120 characters.",
    }  # fmt: skip
    assert "不是" in why(made, "zh-hans")[2] or "号码" in why(made, "zh-hans")[2]
    with translation.override("en"):
        head, rows = bad_sheet(made)
        first = next(rows)
    assert head == ["Row", "Reason", *HEAD, "Spend"]
    assert first == [2, "Number: “12” is not a telephone number.", "A", "12", "", "", "", "", ""]
    assert not source(made).exists(), "the file is not needed any more"


def test_listed_numbers_are_not_imported_and_told_apart(cast, imported):
    entries_add(user=cast.ada, lines=[
        (typed_number("13801002001"), {"list": "black", "way": "both"}),
        (typed_number("1380100300*"), {"list": "no_call", "way": "out"}),
        (typed_number("13801002005"), {"list": "black", "way": "in"}),
    ])  # fmt: skip
    made = imported(cast.ada, [
        ["姓名", "手机", "备用号码"], ["A", "13801002001", ""], ["B", "13801003001", ""],
        ["C", "13801002003", "13801003002"],
        ["D", "13801002004", ""], ["E", "13801002005", ""],
    ])  # fmt: skip
    assert made.counts == {"added": 2, "blacklisted": 1, "do_not_call": 2}
    assert set(people(made)) == {"D", "E"}
    assert why(made)[2] == "blacklisted This number is on the black list."
    assert why(made)[3] == why(made)[4] == "do_not_call This number is on the do-not-call list."


def test_each_number_is_taken_once_from_a_file(cast, imported):
    made = imported(cast.ada, [
        ["Name", "Phone"], ["A", "bad"], ["B", "13801002001"], ["C", "+86 138 0100 2001"], ["D", "13801002002"],
        ["E", "138-0100-2001"],
    ])  # fmt: skip
    assert made.counts == {"added": 2, "twice": 2, "wrong": 1}
    assert why(made)[4] == why(made)[6] == "twice Twice in the file: row 3 has this number."


def test_who_is_there_already_is_left_alone_or_changed(cast, imported, fields):
    there = customer_add(name="Old", numbers=["13801002001"], note="knows us", level="silver")
    rows = [["Name", "Number", "Second number", "Company", "Note", "Hobby"],
            ["New", "13801002001", "13801002009", "Lotus", "", "chess"],
            ["Other", "13801002002", "", "", "", ""]]  # fmt: skip
    skipped = imported(cast.ada, rows)
    there.refresh_from_db()
    assert skipped.counts == {"added": 1, "same": 1} and there.name == "Old" and there.version == 1
    assert people(skipped).keys() == {"Other"}
    updated = imported(cast.ada, rows, same="update")
    there.refresh_from_db()
    assert updated.counts == {"updated": 1, "same": 1, "companies": 1}
    assert (there.name, there.company, there.note, there.level, there.version) == (
        "New",
        "Lotus",
        "knows us",
        "silver",
        2,
    )
    assert there.values == {"hobby": "chess"} and there.numbers.count() == 2
    again = imported(cast.ada, rows, same="update")
    assert again.counts == {"same": 2}, "nothing is changed twice"


def test_only_whom_she_may_change_and_only_who_it_must_be(cast, town, imported):
    customer_add(name="Father", numbers=["13801002001"])
    son = customer_add(name="Son", numbers=["13801002001"])
    role = cast.sofia.roles.first()
    role.permissions = [*role.permissions, "customers.import"]
    role.save()
    made = imported(cast.sofia, [
        ["Name", "Number", "Note"], ["Carol's Own", "15401403333", "x"], ["Son", "13801002001", "y"],
        ["Uncle", "+86 13801002001", "z"],
    ], same="update")  # fmt: skip
    son.refresh_from_db()
    told = why(made)
    assert told[2] == "wrong The customer of this number is not yours to change."
    assert son.note == "y" and told[4] == "twice Twice in the file: row 3 has this number."
    made = imported(cast.ada, [["Name", "Number", "Note"], ["Uncle", "13801002001", "z"]], same="update")
    assert why(made)[2] == "wrong Several customers have this number, and not one of them this name."


def test_fields_that_must_be_filled_in_are_asked_of_new_customers_only(cast, imported, define):
    define("plan", "text", required=True)
    there = customer_add(name="Old", numbers=["13801002001"])
    made = imported(cast.ada, [
        ["Name", "Number", "Plan"], ["A", "13801002001", ""], ["B", "13801002002", ""], ["C", "13801002003", "x"],
    ], same="update")  # fmt: skip
    there.refresh_from_db()
    assert made.counts == {"added": 1, "updated": 1, "wrong": 1} and there.name == "A"
    assert why(made) == {3: "wrong Plan: Fill in this field."}


def test_calls_of_nobody_become_hers(cast, imported):
    call = CallRecord.objects.create(call_id="c1", number="13801002001", number_e164="+8613801002001")
    made = imported(cast.ada, [["Name", "Number"], ["A", "13801002001"]])
    call.refresh_from_db()
    assert call.customer == people(made)["A"]


def test_a_dry_run_writes_nothing_and_says_the_same(cast, tried, imported):
    rows = [["Name", "Number"], ["A", "13801002001"], ["B", "13801002001"], ["C", "x"]]
    dry = tried(cast.ada, rows)
    assert dry.counts == {"added": 1, "twice": 1, "wrong": 1} and dry.total == 3
    assert not CustomerNumber.objects.filter(number="+8613801002001").exists()
    told = why(dry)
    wet = imported(cast.ada, rows)
    assert wet.counts == dry.counts and why(wet) == told
