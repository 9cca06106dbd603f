"""Users from a file: tried first, bad rows with their reasons, the good ones taken; nobody beyond reach."""

import pytest
from django.contrib.auth import authenticate
from django.core.files.uploadedfile import SimpleUploadedFile

from crm.accounts.models import User
from crm.sheets.reading import rows_read
from crm.sheets.writing import csv_text, xlsx_pieces
from crm.staff.services.importing import users_import

HEADS = ["login", "姓名", "Work number", "department", "extension", "角色", "takes_calls", "dialling", "password"]
GOOD = ["lina", "李娜", "501", "客服部", "8001", "普通坐席", "是", "local", ""]
ROWS = [
    HEADS,
    GOOD,
    ["Tom", "Tom Ford", "502", "Sales", "", "agent; expert", "no", "", "a-long-password-9"],
    ["alice", "Other", "", "", "", "", "", "", ""],
    ["x1", "", "", "", "", "", "", "", ""],
    ["x2", "Nobody", "", "Moon", "", "", "", "", ""],
    ["x3", "Nobody", "", "", "", "boss", "", "", ""],
    ["x4", "Nobody", "501", "", "", "", "", "", ""],
    ["x5", "Nobody", "", "", "", "", "yes", "", ""],
    ["x6", "Nobody", "", "", "", "", "maybe", "", ""],
    ["x7", "Nobody", "", "", "", "", "", "moon", ""],
    ["x8", "Nobody", "", "", "", "", "", "", "short"],
]


def test_a_dry_run_writes_nothing_and_says_the_same(cast):
    before = User.objects.count()
    tried = users_import(actor=cast.ada, sheet=ROWS, take=False)
    assert User.objects.count() == before
    taken = users_import(actor=cast.ada, sheet=ROWS, take=True)
    assert [(row.number, row.reason) for row in tried.rows] == [(row.number, row.reason) for row in taken.rows]
    assert [row.login for row in taken.good] == ["lina", "tom"]
    reasons = {row.cells[0]: row.reason for row in taken.bad}
    for login, words in {
        "alice": "This login is taken", "x1": "A name is needed", "x2": "no department Moon", "x3": "no role boss",
        "x4": "work number is taken", "x5": "needs an extension", "x6": "yes or no, not maybe", "x7": "moon is none of",
        "x8": "at least 10 characters",
    }.items():  # fmt: skip
        assert words in reasons[login], reasons[login]


def test_the_good_ones_can_log_in(cast):
    [lina, tom, *_rest] = users_import(actor=cast.ada, sheet=ROWS[:3], take=True).rows
    made = authenticate(username="lina", password=lina.password)
    assert made.must_change_password and made.extension == "8001" and made.dialling == "local"
    assert made.department == cast.alice.department and made.agent_profile and made.roles.get().code == "agent"
    assert lina.made and not tom.made
    assert set(authenticate(username="tom", password="a-long-password-9").roles.values_list("code", flat=True)) == {
        "agent", "expert"
    }  # fmt: skip


def test_the_bad_ones_come_back_without_passwords(cast):
    bad = users_import(actor=cast.ada, sheet=ROWS, take=False).bad_sheet()
    assert bad[0] == [*HEADS, "Reason"] and len(bad) == 10
    assert bad[-1][:2] == ["x8", "Nobody"] and bad[-1][8] == "" and "at least 10 characters" in bad[-1][9]


def test_nobody_beyond_reach_or_above(cast, max_, night):
    sheet = [HEADS, GOOD, ["x1", "X", "", "Sales", *[""] * 5], ["x2", "X", "", "Night", "", "manager", *[""] * 3]]
    report = users_import(actor=max_, sheet=sheet, take=True)
    assert [row.login for row in report.good] == ["lina"]
    assert ["reach" in report.bad[0].reason, "give or take" in report.bad[1].reason] == [True, True]


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        ([], "no users"),
        ([HEADS], "no users"),
        ([["a", "b"], ["c", "d"]], "missing: Login, Name"),
        ([HEADS, *[GOOD] * 501], "At most 500"),
    ],
)
def test_a_file_as_a_whole_is_refused(cast, client, sheet, words):
    client.force_login(cast.ada)
    upload = SimpleUploadedFile("users.csv", csv_text(sheet).encode())
    answer = client.post("/staff/users/import/", {"file": upload, "step": "check"}, headers={"accept-language": "en"})
    assert words in answer.content.decode()


@pytest.mark.parametrize("kind", ["csv", "gb", "xlsx"])
def test_on_the_page_from_file_to_users(cast, client, kind):
    client.force_login(cast.ada)
    written = csv_text(ROWS[:4]).encode("gb18030" if kind == "gb" else "utf-8")
    content = b"".join(xlsx_pieces(ROWS[0], ROWS[1:4])) if kind == "xlsx" else written
    english = {"accept-language": "en"}
    answer = client.post(
        "/staff/users/import/", {"file": SimpleUploadedFile("f", content), "step": "check"}, headers=english
    )
    page, rows = answer.content.decode(), answer.context["rows"]
    assert "Add 2 users" in page and "This login is taken" in page
    assert not User.objects.filter(username="lina").exists()
    bad = client.post("/staff/users/import/", {"rows": rows, "step": "bad"}, headers=english)
    assert [row[0] for row in rows_read(bad.getvalue())] == ["login", "alice"]
    page = client.post("/staff/users/import/", {"rows": rows, "step": "take"}, headers=english).content.decode()
    assert "2 users were added" in page and "李娜" in page
    assert User.objects.get(username="lina").display_name == "李娜"


def test_what_is_exported_can_be_imported(cast, client, night):
    User.objects.filter(username="alice").update(caller_number="+861055550000", display_name="=cmd()")
    client.force_login(cast.ada)
    for kind in ("csv", "xlsx"):
        answer = client.get(f"/staff/users/export/{kind}/?text=ali", headers={"accept-language": "en"})
        rows = rows_read(answer.getvalue())
        assert rows[1][:7] == ["alice", "=cmd()", "", "Support", "2001", "agent", "yes"]
        assert rows[1][7] == "+861055550000"
    rows[1][0], rows[1][3], rows[1][4] = "alice2", "Sales", "2099"
    assert [row.login for row in users_import(actor=cast.ada, sheet=rows, take=True).good] == ["alice2"]
    client.force_login(cast.sofia)
    names = {row[0] for row in rows_read(client.get("/staff/users/export/csv/").getvalue())[1:]}
    assert names == {"alice", "bob", "sofia", "nina"}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_template_is_read_in_the_language_in_which_it_was_made(cast, client, language):
    client.force_login(cast.ada)
    for kind in ("csv", "xlsx"):
        answer = client.get(f"/staff/users/import/template/{kind}/", headers={"accept-language": language})
        rows = rows_read(answer.getvalue())
        assert len(set(rows[0])) == len(rows[0])
        report = users_import(actor=cast.ada, sheet=rows, take=False)
        assert [(row.login, row.name, row.reason) for row in report.rows] == [("lina", "Li Na", "")]
