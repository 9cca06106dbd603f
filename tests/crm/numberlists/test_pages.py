"""The pages: who finds, adds, changes, removes, imports and asks, and what she sees of a number."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from crm.audit.models import Entry
from crm.calls.models import CallRecord
from crm.numberlists.models import ListedNumber
from crm.numberlists.services import entries_add
from crm.numberlists.typed import typed_number
from tests.crm.calls.rows import record
from tests.stories import NOON, Story, numbered

pytestmark = pytest.mark.django_db
SHE, SHOWN, MASKED = "13801001234", "138 0100 1234", "138****1234"


@pytest.fixture
def client() -> Client:
    return Client(HTTP_ACCEPT_LANGUAGE="en")


@pytest.fixture
def ada(client, cast, bus):
    client.force_login(cast.ada)
    return client


def add(user, text: str, which: str = "black", **fields) -> ListedNumber:
    (row,) = entries_add(user=user, lines=[(typed_number(text), {"list": which, "way": "both", **fields})])
    return row


def page(client, query: str = "") -> str:
    return client.get(f"/lists/{query}").content.decode()


def test_several_are_added_and_bad_lines_come_back_with_their_reasons(ada):
    lines = f"{SHE}\n\nshe\n139001*\n{SHE}\n13800000000 ~ 13800009999"
    answer = ada.post("/lists/new/", {"lines": lines, "list": "black", "way": "in", "reason": "nuisance"})
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "This is no telephone number." in text and "on the list already" in text
    assert sorted(map(str, ListedNumber.objects.all())) == [
        "+8613800000000 ~ +8613800009999", f"+86{SHE}", "+86139001*",
    ]  # fmt: skip
    assert set(ListedNumber.objects.values_list("way", "reason", "source")) == {("in", "nuisance", "typed")}


def test_do_not_call_is_always_out(ada):
    assert ada.post("/lists/new/", {"lines": SHE, "list": "no_call", "way": "in"}).status_code == 302
    assert ListedNumber.objects.get().way == "out"


@pytest.mark.parametrize("asked", [SHE, f"+86{SHE}", "0100123", "1234", "138010"])
def test_a_number_or_a_part_of_it_is_found(ada, cast, asked: str):
    add(cast.ada, SHE)
    add(cast.ada, "15900000000")
    assert SHOWN in page(ada, f"?q={asked}") and "159 0000" not in page(ada, f"?q={asked}")


def test_a_number_finds_the_segments_that_name_it(ada, cast):
    add(cast.ada, "138001*")
    add(cast.ada, "13801000000 ~ 13801009999", "white")
    add(cast.ada, "15*")
    text = page(ada, f"?q={SHE}")
    assert "+8613801000000 ~ +8613801009999" in text and "+86138001*" not in text and "15*" not in text


def test_filters(ada, cast):
    add(cast.ada, SHE)
    add(cast.ada, "15900000000", "white")
    ada.post("/lists/new/", {"lines": "17700000000", "list": "black", "way": "in", "until": "2020-01-01"})
    assert SHOWN not in page(ada, "?list=white") and "159 0000" in page(ada, "?list=white")
    assert "177 0000" in page(ada, "?state=over") and SHOWN not in page(ada, "?state=over")
    assert "177 0000" not in page(ada, "?state=now") and SHOWN in page(ada, "?state=now")
    assert "177 0000" not in page(ada, "?way=out")


def test_a_line_is_changed(ada, cast):
    row = add(cast.ada, SHE)
    sent = {"number": "139*", "list": "white", "way": "out", "reason": "ours", "until": "2099-12-31T18:00"}
    assert ada.post(f"/lists/{row.pk}/", sent).status_code == 302
    row.refresh_from_db()
    assert (str(row), row.list, row.way, row.reason, row.until.year) == ("+86139*", "white", "out", "ours", 2099)
    assert Entry.objects.filter(kind="numberlists_listednumber", action="update").exists()


def test_the_ticked_are_removed(ada, cast):
    rows = [add(cast.ada, f"1380100000{n}") for n in range(3)]
    assert ada.post("/lists/remove/", {"entry": [rows[0].pk, rows[2].pk]}).status_code == 302
    assert list(ListedNumber.objects.all()) == [rows[1]]
    assert "Nothing was ticked" in ada.post("/lists/remove/", {}, follow=True).content.decode()


def test_what_would_happen_is_said_in_words(ada, cast):
    add(cast.ada, "138010*", reason="nuisance")
    add(cast.ada, SHE, "white")
    text = page(ada, f"?ask={SHE}")
    assert "She is let in: the white list names her number." in text and "Everybody may dial it" in text
    text = page(ada, "?ask=13801000000")
    assert "refused before the answer" in text and "not dialled: the black list" in text and "nuisance" in text
    assert "no telephone number" in page(ada, "?ask=she")
    assert "no list stands before it" in page(ada, "?ask=110")


def test_a_sheet_is_taken_and_its_bad_rows_come_back(ada):
    rows = [
        ["Number or segment", "List", "Direction", "Reason", "Until"],
        [SHE, "black list", "in", "nuisance", "2099-12-31"],
        ["she", "black list", "", "", ""],
        ["139*", "白名单", "呼出", "", ""],
        ["13800000000", "grey", "", "", ""],
        ["13800000001", "do not call", "", "", "tomorrow"],
    ]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    file = SimpleUploadedFile("lists.csv", text.getvalue().encode("utf-8-sig"))
    shown = ada.post("/lists/import/", {"file": file}).content.decode()
    assert "There is no such list." in shown and "This is no time" in shown and "no telephone number" in shown
    assert {(str(row), row.list, row.way, row.source) for row in ListedNumber.objects.all()} == {
        (f"+86{SHE}", "black", "in", "import"), ("+86139*", "white", "out", "import"),
    }  # fmt: skip
    carried = shown.partition('<textarea name="rows" hidden>')[2].partition("</textarea>")[0]
    bad = ada.post("/lists/import/", {"step": "bad", "rows": carried.replace("&quot;", '"')})
    assert b"There is no such list." in b"".join(bad.streaming_content)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_exported_can_be_imported(ada, cast, kind: str):
    for text, which in ((SHE, "black"), ("139*", "white"), ("13800000000 ~ 13800009999", "no_call")):
        add(cast.ada, text, which)
    before = set(ListedNumber.objects.values_list("list", "way", "kind", "first", "last"))
    content = b"".join(ada.get(f"/lists/export/{kind}/").streaming_content)
    ListedNumber.objects.all().delete()
    shown = ada.post("/lists/import/", {"file": SimpleUploadedFile(f"lists.{kind}", content)}).content.decode()
    assert set(ListedNumber.objects.values_list("list", "way", "kind", "first", "last")) == before, shown


class TestMasked:
    """Sofia manages the lists and sees numbers masked."""

    @pytest.fixture
    def sofia(self, client, cast, bus):
        client.force_login(cast.sofia)
        return client

    def test_no_page_and_no_file_shows_a_number(self, sofia, cast):
        row = add(cast.ada, SHE)
        for path in ("/lists/", f"/lists/?q={SHE}", f"/lists/?ask={SHE}", f"/lists/{row.pk}/", "/lists/export/csv/"):
            answer = sofia.get(path)
            text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
            assert MASKED in text and SHOWN not in text and f"+86{SHE}" not in text

    def test_she_finds_by_the_whole_number_or_its_end(self, sofia, cast):
        add(cast.ada, SHE)
        assert MASKED in page(sofia, f"?q={SHE}") and MASKED in page(sofia, "?q=1234")
        assert MASKED not in page(sofia, "?q=0100") and MASKED not in page(sofia, "?q=138010")

    def test_she_changes_all_but_the_number(self, sofia, cast):
        row = add(cast.ada, SHE)
        sent = {"number": "139*", "list": "black", "way": "in", "reason": "seen"}
        assert sofia.post(f"/lists/{row.pk}/", sent).status_code == 302
        row.refresh_from_db()
        assert (str(row), row.way, row.reason) == (f"+86{SHE}", "in", "seen")


class TestMarking:
    @pytest.fixture
    def call(self, cast):
        story = Story("a-call", NOON, number=SHE).greeted().queued().offered_to("alice").answered().hung_up()
        record(numbered(story.facts))
        return CallRecord.objects.get(pk="a-call")

    def test_an_agent_marks_a_number_that_she_sees_masked(self, client, cast, bus, call):
        client.force_login(cast.alice)
        answer = client.post(f"/lists/calls/{call.pk}/mark/", {"list": "no_call", "reason": "asked so"}, follow=True)
        assert "It is on the list now." in answer.content.decode() and SHOWN not in answer.content.decode()
        row = ListedNumber.objects.get()
        assert (str(row), row.list, row.way, row.reason, row.added_by) == (
            f"+86{SHE}", "no_call", "out", "asked so", cast.alice,
        )  # fmt: skip
        assert call.pk in row.evidence
        again = client.post(f"/lists/calls/{call.pk}/mark/", {"reason": "again"}, headers={"HX-Request": "true"})
        assert "It was on the list already." in again.content.decode() and ListedNumber.objects.count() == 1

    def test_black_is_for_those_who_manage_the_lists(self, client, cast, bus, call):
        client.force_login(cast.alice)
        assert client.post(f"/lists/calls/{call.pk}/mark/", {"list": "black", "reason": "x"}).status_code == 403
        client.force_login(cast.sofia)
        client.post(f"/lists/calls/{call.pk}/mark/", {"list": "black", "reason": "nuisance"})
        assert ListedNumber.objects.get().list == "black"

    def test_a_call_of_others_is_not_marked(self, client, cast, bus, call):
        client.force_login(cast.carol)
        assert client.post(f"/lists/calls/{call.pk}/mark/", {"reason": "x"}).status_code == 404

    def test_why_is_asked(self, client, cast, bus, call):
        client.force_login(cast.alice)
        answer = client.post(f"/lists/calls/{call.pk}/mark/", {"reason": " "}, headers={"HX-Request": "true"})
        assert "Say why." in answer.content.decode() and not ListedNumber.objects.exists()


def test_the_call_in_which_it_was_said_is_a_link_and_no_long_id(ada, cast):
    call = "3247ef1e-3f02-409d-b081-7598092a4dd4"
    add(cast.ada, SHE, evidence=f"<b>Said so in the call {call}")
    told = page(ada)
    assert f'<a href="/calls/{call}/" title="{call}">3247ef1e</a>' in told and "&lt;b&gt;Said" in told
