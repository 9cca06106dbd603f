"""A person is erased: nothing of her is left anywhere, and every figure is what it was."""

import io
import json
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from crm.audit.check import check
from crm.audit.models import Entry
from crm.calls import tasks as calls_tasks
from crm.calls.erased.tokens import erased
from crm.calls.exports.asking import export_ask
from crm.calls.exports.files import SHELF
from crm.calls.filters import filters
from crm.calls.models import CallDetail, CallRecord, ErasedNumber, Fact
from crm.calls.recording.replay import Replay
from crm.calls.services import wrapup_save
from crm.customers.models import CallerChoice, Customer
from crm.customers.services import customer_add
from crm.live.state import Saved, encode
from crm.numberlists.selectors import verdict as verdict_of
from crm.numberlists.services import entries_add
from crm.numberlists.typed import typed_number
from crm.privacy import tasks
from crm.privacy.asking import erasure_ask
from crm.privacy.erasing import erasure_run
from crm.privacy.models import Erasure
from crm.privacy.selectors import people_found, person_of
from crm.reports.lost.services import lost_settle
from crm.reports.models import SettledCall
from crm.telephony.models import SpeedDial
from switchctl.contract import facts as f
from switchctl.contract.live import LiveCall, LiveView
from switchctl.contract.names import MAIN
from tests.crm.calls.rows import record
from tests.crm.events.story import publish, stream
from tests.stories import NOON as TODAY
from tests.stories import SECOND, Story, numbered

NOON = TODAY - 7 * 86_400 * SECOND
NUMBER, NAME = "15409876543", "Wu Xiaolan"
WHY = "Her letter of 22 November"
PRESSED = "310101199"
SECRET = re.compile(r"154.?0987.?6543|9876543|Wu Xiaolan|Lotus Trading|moved to Hangzhou|310101199", re.I)


@pytest.fixture
def her(cast, bus, tmp_path, settings):
    """Xiaolan called three times, once from a withheld number; somebody else called between."""
    settings.CDR_DIR = tmp_path
    settings.ERASURES = tmp_path / "erasures.jsonl"
    erased.forget()
    customer = customer_add(name=NAME, company="Lotus Trading", numbers=[NUMBER], note="moved to Hangzhou")
    stories = [
        Story("c1", NOON, number=NUMBER, name=NAME).greeted().pressed(PRESSED).queued().offered_to("alice").answered()
        .hung_up(),
        Story("c2", NOON + 100 * SECOND, number=f"+86{NUMBER}").greeted().queued().gave_up(),
        Story("c3", NOON + 200 * SECOND, number="").greeted().queued().gave_up(),
        Story("x1", NOON + 300 * SECOND).greeted().queued().offered_to("bob").answered().hung_up(),
    ]
    facts = numbered(fact for story in stories for fact in story.facts)
    record(facts)
    stream(bus, facts)
    publish(bus)  # other programs were told of it
    bus.delete(MAIN.facts)
    CallRecord.objects.filter(pk="c3").update(customer=customer)
    wrapup_save(call_id="c1", agent=cast.alice, note=f"{NAME} moved to Hangzhou, reach her at {NUMBER}")
    lost_settle(user=cast.ada, call_id="c2", note=f"{NAME} moved to Hangzhou")
    leg = {"uuid": "c1", "caller": f"sip:{NUMBER}@192.0.2.1", "name": NAME, "variables": {"digits_dialed": PRESSED}}
    now = timezone.now()
    CallDetail.objects.create(call_id="c1", started_at=now, ended_at=now, payload={"digits_dialed": PRESSED})
    other = {"uuid": "x1", "variables": {"digits_dialed": "42"}}
    (tmp_path / "a_x1.cdr.json").write_text(json.dumps(other))
    (tmp_path / "done").mkdir()
    (tmp_path / "done" / "a_c1.cdr.json").write_text(json.dumps(leg))
    told = numbered(stories[0].facts)[0]
    bus.xadd(MAIN.facts, {"f": f.encode(told)})
    SpeedDial.objects.create(owner=cast.alice, code="10", name=NAME, number=f"+86{NUMBER}")
    asked = {"list": "no_call", "way": "out", "reason": f"{NAME} asked so", "evidence": "Lotus Trading wrote"}
    entries_add(user=cast.ada, lines=[(typed_number(NUMBER), asked)])
    return person_of(f"c{customer.pk}")


def erase(cast, person) -> None:
    """She asked, and the worker has found it."""
    erasure_ask(user=cast.ada, person=person, reason=WHY)
    tasks.erasures()


def figures() -> dict:
    """What reports are made of."""
    calls = CallRecord.objects
    callers = calls.exclude(number_e164="").values("number_e164").annotate(n=Count("pk")).values_list("n", flat=True)
    return {
        "outcomes": sorted(calls.values_list("outcome", "queue", "agent", "arrived_at", "wait_ms", "talk_ms", "final")),
        "callers": sorted(callers),
        "customers": sorted(calls.values_list("customer_id").annotate(n=Count("pk")).values_list("n", flat=True)),
    }


def traces() -> list[str]:
    """Every text and JSON of every table in which she still is; her owner's own words in the reason are not hers."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() "
            "AND data_type IN ('text', 'character varying', 'jsonb', 'ARRAY', 'bytea')"
        )
        for table, column in cursor.fetchall():
            if f"{table}.{column}" == "audit_entry.values_digest":
                continue
            cursor.execute(f'SELECT "{column}"::text FROM "{table}" WHERE "{column}" IS NOT NULL')
            found += [f"{table}.{column}: {row[0][:120]}" for row in cursor.fetchall() if SECRET.search(row[0])]
    return found


def test_nothing_is_left_and_every_figure_stays(cast, her, bus):
    before = figures()
    assert traces()
    erase(cast, her)
    erasure = Erasure.objects.get()
    assert erasure.finished_at and (erasure.calls, erasure.files, erasure.pending) == (3, 1, {})
    assert traces() == []
    assert figures() == before
    assert not [p for p in settings.CDR_DIR.rglob("*") if p.is_file() and SECRET.search(p.read_text())]
    assert not any(SECRET.search(fields[b"f"].decode()) for _id, fields in bus.xrange(MAIN.facts))
    assert people_found(NUMBER) == people_found(NAME) == []
    assert SettledCall.objects.get(pk="c2").by == cast.ada
    assert Customer.objects.get(pk=her.customer.pk).name == f"~{erasure.pk}"
    assert CallRecord.objects.get(pk="x1").number == "15401400001"
    assert '"digits_dialed": "42"' in (settings.CDR_DIR / "a_x1.cdr.json").read_text()


def test_who_asked_not_to_be_called_is_still_not_called(cast, her):
    assert verdict_of(NUMBER, "out").by == "no_call"
    erase(cast, her)
    assert verdict_of(NUMBER, "out").by == "no_call" and verdict_of("15409876544", "out").by == ""


def test_files_and_orders_in_which_she_is_go(cast, her, tmp_path, settings):
    settings.EXPORTS_DIR = tmp_path / "exports"
    columns = ["caller", "note"]
    ready = export_ask(user=cast.ada, form="csv", asked=filters({}), columns=columns)
    calls_tasks.exports()
    assert NAME in (SHELF.folder(ready) / "calls.csv").read_text()
    export_ask(user=cast.ada, form="csv", asked=filters({"number": NUMBER}), columns=columns)
    later = export_ask(user=cast.ada, form="csv", asked=filters({}), columns=columns)
    erase(cast, her)
    assert traces() == [] and not SHELF.folder(ready).exists()
    calls_tasks.exports()
    assert [path for path in settings.EXPORTS_DIR.rglob("*") if path.is_file()] == [SHELF.folder(later) / "calls.csv"]
    assert not SECRET.search((SHELF.folder(later) / "calls.csv").read_text())


def test_the_trail_tells_of_it_and_still_holds(cast, her, tmp_path):
    erase(cast, her)
    told = list(Entry.objects.filter(action="privacy.erase").order_by("id").values_list("who", "after__reason"))
    assert told[0] == ("ada", WHY)
    verdict = check(tmp_path / "anchors")
    assert (verdict.first, verdict.blanked) == (None, Erasure.objects.get().entries)
    assert verdict.blanked > 3


def test_nobody_hides_an_entry_as_if_it_were_an_erasure(cast, her, tmp_path):
    erase(cast, her)
    other = Entry.objects.filter(kind="accounts_user").latest("id")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO audit_redaction VALUES (%s, 1)", [other.pk])
        cursor.execute("UPDATE audit_entry SET label = '', before = NULL, after = NULL WHERE id = %s", [other.pk])
    assert "blanked" in check(tmp_path / "anchors").first[0]


@pytest.mark.parametrize("change", ["who = 'nobody'", "label = 'x'", "after = '{}'", "at = now()"])
def test_an_entry_is_blanked_or_left_alone(cast, her, change):
    erase(cast, her)
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(entry_id) FROM audit_redaction")
        blanked = cursor.fetchone()[0]
        with pytest.raises(Exception, match="only ever appended"):
            cursor.execute(f"UPDATE audit_entry SET {change} WHERE id = %s", [blanked])


def test_what_comes_late_brings_her_not_back(cast, her, tmp_path):
    """A replay of the journal, a host that was away, a file of the switch."""
    erase(cast, her)
    before = figures()
    late = Story("c1", NOON, number=NUMBER, name=NAME).pressed(PRESSED)
    Replay().run_through([f.encode(fact) for fact in numbered(late.facts, "j9")])
    assert traces() == [] and figures() == before
    later = Story("c9", NOON + 50 * SECOND, number=NUMBER, name=NAME).greeted().over()
    Replay().run_through([f.encode(fact) for fact in numbered(later.facts, "j10")])
    assert CallRecord.objects.get(pk="c9").number_e164 == CallRecord.objects.get(pk="c1").number_e164
    assert traces() == []


def test_when_she_calls_again_she_is_somebody_new(cast, her):
    erase(cast, her)
    after = round((timezone.now() + timedelta(minutes=1)).timestamp() * SECOND)
    record(numbered(Story("n1", after, number=NUMBER).greeted().over().facts, "j3"))
    fresh = CallRecord.objects.get(pk="n1")
    assert (fresh.number, fresh.customer) == (NUMBER, None)


def test_a_fact_that_is_no_row_yet_stays_and_is_recorded_with_the_token(cast, her, bus):
    """The recorder was away: what waits for it in Redis is not thrown away."""
    waiting = numbered(Story("w1", NOON + SECOND, number=NUMBER, name=NAME).facts, "late")[0]
    bus.xadd(MAIN.facts, {"f": f.encode(waiting)})
    erase(cast, her)
    (left,) = [fields[b"f"] for _id, fields in bus.xrange(MAIN.facts)]
    Replay().run_through([left])
    assert CallRecord.objects.get(pk="w1").number_e164.startswith("~")


def test_an_order_to_dial_her_is_forgotten_when_it_is_over(cast, her, bus):
    order = {"c": b'{"kind":"Dial","number":"' + NUMBER.encode() + b'"}'}
    bus.xadd(MAIN.commands, order, id="1-1")
    bus.xadd(MAIN.commands, order)
    erase(cast, her)
    assert len(bus.xrange(MAIN.commands)) == 1, "the one that was given just now may still be carried out"


def test_a_queue_that_is_called_like_her_keeps_its_name(cast, her):
    Customer.objects.filter(pk=her.customer.pk).update(company="support")
    erase(cast, person_of(her.key))
    fact = Fact.objects.get(call_id="c1", kind="QueueEntered")
    assert fact.payload["queue"] == "support"


def test_her_tombstone_has_a_word(client, cast, her):
    erase(cast, her)
    client.force_login(cast.ada)
    page = client.get("/calls/", headers={"accept-language": "en"}).content.decode()
    assert "erased" in page and "~" not in page.replace("~/", "")
    assert 'data-dial="c1"' not in page
    assert client.get(f"/privacy/{her.key}/").status_code == 404


def test_a_crash_in_the_middle_is_gone_on_with(cast, her, monkeypatch):
    made = erasure_ask(user=cast.ada, person=her, reason=WHY)
    before = figures()

    class Crash(Exception):
        pass

    def crash(*_args):
        raise Crash

    with monkeypatch.context() as broken, pytest.raises(Crash):
        broken.setattr("crm.privacy.erasing._customers_scrub", crash)
        erasure_run(made.pk)
    assert Erasure.objects.get().finished_at is None
    tasks.erasures()
    assert Erasure.objects.get().finished_at and traces() == [] and figures() == before
    assert erasure_run(made.pk) is False


def test_a_restored_backup_is_erased_again(cast, her, bus, tmp_path, settings):
    """The rows come back as they were before; the file does not say who it was, and finds her all the same."""
    erase(cast, her)
    assert not SECRET.search(settings.ERASURES.read_text())
    Erasure.objects.all().delete()
    ErasedNumber.objects.all().delete()
    erased.forget()
    Customer.objects.filter(pk=her.customer.pk).update(name=NAME, company="Lotus Trading")
    late = Story("c8", NOON, number=NUMBER, name=NAME).greeted().queued().gave_up()
    record(numbered(late.facts, "j8"))
    assert traces()
    call_command("erase_again", stdout=io.StringIO())
    assert traces() == []
    assert CallRecord.objects.get(pk="c8").number_e164 == CallRecord.objects.get(pk="c1").number_e164
    call_command("erase_again", stdout=io.StringIO())
    assert Erasure.objects.count() == 1


def test_who_may_and_who_may_not(cast, her):
    with pytest.raises(PermissionDenied):
        erasure_ask(user=cast.sofia, person=her, reason=WHY)
    with pytest.raises(ValidationError):
        erasure_ask(user=cast.ada, person=her, reason="  ")
    assert not Erasure.objects.exists()


def test_not_while_she_is_on_the_line(cast, her, bus):
    call = LiveCall(id="l1", number=NUMBER, queue="support", stage="waiting")
    bus.set(MAIN.live, encode(Saved(feeder="f", view=LiveView(calls={"l1": call}))))
    with pytest.raises(ValidationError, match="line|通话中"):
        erasure_ask(user=cast.ada, person=her, reason=WHY)


def test_not_while_she_calls_from_another_phone(cast, her, bus):
    call = LiveCall(id="l1", number="15400000009", queue="support", stage="talking")
    bus.set(MAIN.live, encode(Saved(feeder="f", view=LiveView(calls={"l1": call}))))
    CallerChoice.objects.create(call_id="l1", customer=her.customer)
    with pytest.raises(ValidationError, match="line|通话中"):
        erasure_ask(user=cast.ada, person=her, reason=WHY)


def test_what_people_said_of_her_calls_goes_too(cast, her, bus):
    """A call from a friend's phone was said to be hers, and one was said to be hers whose record is still to come."""
    record(numbered(Story("f1", NOON + 400 * SECOND, number="15400000009").greeted().queued().gave_up().facts, "j4"))
    for call in ("f1", "f2"):
        CallerChoice.objects.create(call_id=call, customer=her.customer, chosen_by=cast.alice)
    CallRecord.objects.filter(pk="f1").update(customer=her.customer)
    assert any("audit_entry" in trace for trace in traces())
    erase(cast, her)
    assert traces() == [] and CallRecord.objects.get(pk="f1").number == "~"
    record(numbered(Story("f2", NOON + 500 * SECOND, number="15400000010").greeted().over().facts, "j5"))
    assert CallRecord.objects.get(pk="f2").customer is None


def test_a_number_that_she_shares_stays_her_brothers(cast, her):
    brother = customer_add(name="Wu Dalong", numbers=[NUMBER])
    erase(cast, person_of(her.key))
    assert [n.number for n in brother.numbers.all()] == [f"+86{NUMBER}"]
    assert CallRecord.objects.get(pk="c2").number_e164 in ("", f"+86{NUMBER}")
