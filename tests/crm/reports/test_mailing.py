"""Reports by mail: when they are due, to whom they go, what becomes of what fails, and never twice."""

import socketserver
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes, policy
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone, translation

from crm.audit.models import Entry
from crm.reports.mailing import running
from crm.reports.mailing.running import PAUSES, mailings_due, mailings_run
from crm.reports.mailing.services import mailing_add, mailing_pause, mailing_remove
from crm.reports.mailing.times import last_due, next_due
from crm.reports.models import MailingRun, ReportMailing, SavedReport
from crm.reports.saved.services import report_save
from tests.crm.audit.test_export import read_csv

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
State = MailingRun.State


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "en"})


@pytest.mark.parametrize(
    "rhythm, day, after, due",
    [
        ("daily", 0, "2026-09-16T07:59", "2026-09-16T08:00"),
        ("daily", 0, "2026-09-16T08:00", "2026-09-17T08:00"),
        ("weekly", 0, "2026-09-16T08:00", "2026-09-21T08:00"),
        ("weekly", 2, "2026-09-16T07:00", "2026-09-16T08:00"),
        ("monthly", 31, "2026-09-16T08:00", "2026-09-30T08:00"),
        ("monthly", 31, "2027-01-31T08:00", "2027-02-28T08:00"),
        ("monthly", 1, "2026-12-02T00:00", "2027-01-01T08:00"),
    ],
)
def test_it_is_due_by_the_clock_of_the_centre(rhythm, day, after, due):
    def local(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)

    assert next_due(rhythm, day, time(8), local(after), SHANGHAI) == local(due)


def test_where_a_clock_is_put_on_or_back_it_is_due_once():
    spring, autumn = datetime(2027, 3, 28, tzinfo=BERLIN), datetime(2026, 10, 25, tzinfo=BERLIN)
    assert next_due("daily", 0, time(2, 30), spring, BERLIN) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    first = next_due("daily", 0, time(2, 30), autumn, BERLIN)
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert next_due("daily", 0, time(2, 30), first, BERLIN) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_of_what_went_by_only_the_last_counts():
    since = datetime(2026, 9, 1, 8, tzinfo=SHANGHAI)
    until = datetime(2026, 9, 16, 7, tzinfo=SHANGHAI)
    assert last_due("daily", 0, time(8), since, until, SHANGHAI) == datetime(2026, 9, 15, 8, tzinfo=SHANGHAI)
    assert last_due("daily", 0, time(8), since, since, SHANGHAI) == since


@pytest.fixture(autouse=True)
def server(settings):
    settings.MAIL_SET = True


@pytest.fixture
def post(cast):
    """Everybody has an address; Bob and Ada read Chinese."""
    for user in (cast.alice, cast.bob, cast.sofia, cast.ada):
        user.email = f"{user.username}@example.org"
        user.language = "zh-hans" if user in (cast.bob, cast.ada) else "en"
        user.save()
    return cast


def arranged(user, *people, form="csv", report="lost_calls", said=None, days="yesterday") -> ReportMailing:
    saved = report_save(user=user, name=f"{report} {form}", report=report, said=said or {}, days=days)
    return mailing_add(
        user=user, report_id=saved.pk, form=form, rhythm="daily", day=0, at="08:00",
        recipients=[str(one.pk) for one in people or (user,)],
    )  # fmt: skip


def due(mailing: ReportMailing, ago: timedelta = timedelta(minutes=1)) -> datetime:
    """As if it were so long ago that it fell due; the due time."""
    local = timezone.localtime() - ago
    mailing.at = local.time().replace(microsecond=0)
    mailing.next_at = local.replace(microsecond=0)
    mailing.save()
    return mailing.next_at


def states(mailing: ReportMailing) -> dict[str, str]:
    return dict(mailing.runs.values_list("recipient__username", "state"))


def test_each_gets_a_file_of_her_own_in_her_language(post, mailoutbox, settings, monkeypatch):
    mailing = arranged(post.ada, post.ada, post.sofia)
    due(mailing)
    mailings_run()
    assert states(mailing) == {"ada": State.SENT, "sofia": State.SENT}
    told = {mail.to[0]: mail for mail in mailoutbox}
    hers, his = told["sofia@example.org"], told["ada@example.org"]
    name, content, kind = hers.attachments[0]
    assert name.startswith("lost-calls-") and name.endswith(".csv") and kind == "application/octet-stream"
    lines = read_csv(content)
    yesterday = timezone.localdate() - timedelta(1)
    assert lines[0][0] == "Arrived" and f"Period: {yesterday} to {yesterday} (Asia/Shanghai)" in hers.body
    assert "lost_calls csv" in hers.subject and "Ada" in hers.body
    assert read_csv(his.attachments[0][1])[0][0] != "Arrived"
    entries = Entry.objects.filter(action="export.mailed")
    assert sorted(one.who for one in entries) == ["ada", "sofia"]
    mailings_run()
    assert len(mailoutbox) == 2


@pytest.mark.parametrize("form, begin", [("xlsx", b"PK"), ("pdf", b"%PDF")])
def test_in_the_form_that_was_chosen(post, mailoutbox, form, begin):
    mailing = arranged(post.sofia, form=form, report="queues")
    due(mailing)
    mailings_run()
    assert states(mailing) == {"sofia": State.SENT}
    assert mailoutbox[0].attachments[0][1].startswith(begin)


def test_missed_while_the_centre_was_down_it_is_made_up_for_once(post, mailoutbox):
    mailing = arranged(post.sofia)
    due(mailing, timedelta(days=5, minutes=2))
    mailings_run()
    run = mailing.runs.get()
    assert len(mailoutbox) == 1 and timezone.now() - run.due_at < timedelta(hours=1)
    mailing.refresh_from_db()
    assert mailing.next_at > timezone.now()


def test_the_days_are_those_of_when_it_was_due(post, mailoutbox):
    mailing = arranged(post.sofia)
    when = due(mailing, timedelta(hours=20))
    mailings_run()
    day = timezone.localdate(when) - timedelta(1)
    assert f"Period: {day} to {day}" in mailoutbox[0].body


def test_a_second_run_of_the_same_due_time_cannot_be(post, mailoutbox):
    mailing = arranged(post.sofia)
    when = due(mailing)
    mailings_due(timezone.now())
    ReportMailing.objects.update(next_at=when)  # as if the one before had died before it set the next
    mailings_run()
    assert mailing.runs.count() == 1 and len(mailoutbox) == 1


def test_found_while_it_was_being_sent_it_is_not_sent_again(post, mailoutbox):
    mailing = arranged(post.sofia)
    due(mailing)
    mailings_due(timezone.now())
    mailing.runs.update(state=State.SENDING, begun=1)
    mailings_run()
    run = mailing.runs.get()
    with translation.override("en"):
        assert run.state == State.UNSURE and "It is not sent again" in str(run.words)
    assert not mailoutbox


def test_paused_nothing_is_due_and_what_went_by_is_not_made_up_for(post, mailoutbox):
    mailing = arranged(post.sofia)
    mailing_pause(user=post.sofia, mailing_id=mailing.pk, paused=True)
    due(mailing := ReportMailing.objects.get(), timedelta(days=1))
    mailings_run()
    mailing_pause(user=post.sofia, mailing_id=mailing.pk, paused=False)
    mailings_run()
    assert not mailoutbox and not mailing.runs.exists()


def test_without_a_server_the_page_and_the_run_say_so(client, post, mailoutbox, settings):
    settings.MAIL_SET = False
    mailing = arranged(post.sofia)
    due(mailing)
    mailings_run()
    assert (mailing.runs.get().reason, len(mailoutbox)) == ("no_server", 0)
    client.force_login(post.sofia)
    page = client.get("/reports/mine/").content.decode()
    assert "MAIL_HOST" in page and "No mail server is set." in page


def test_who_may_no_longer_see_it_gets_nothing(post, mailoutbox):
    mailing = arranged(post.ada, post.ada, post.sofia)
    post.sofia.roles.clear()
    due(mailing)
    mailings_run()
    assert states(mailing) == {"ada": State.SENT, "sofia": State.FAILED}
    assert mailing.runs.get(recipient=post.sofia).reason == "not_allowed"


def test_when_its_owner_left_it_ends(post, mailoutbox):
    mailing = arranged(post.ada, post.ada, post.sofia)
    post.ada.is_active = False
    post.ada.save()
    due(mailing)
    mailings_run()
    assert {run.reason for run in mailing.runs.all()} == {"owner"} and not mailoutbox


def test_arranging_takes_the_permission_and_an_address(post):
    saved = report_save(user=post.sofia, name="Mine", report="queues", said={})
    usual = {"form": "csv", "rhythm": "daily", "day": 0, "at": "08:00", "recipients": [str(post.sofia.pk)]}
    for wrong in (
        {"form": "exe"}, {"rhythm": "hourly"}, {"rhythm": "weekly", "day": 7}, {"rhythm": "monthly", "day": 0},
        {"at": "25:00"}, {"at": "soon"}, {"recipients": []}, {"recipients": [str(post.carol.pk)]},
        {"recipients": [str(post.sofia.pk), str(post.boris.pk)]},
    ):  # fmt: skip
        with pytest.raises(ValidationError):
            mailing_add(user=post.sofia, report_id=saved.pk, **usual | wrong)
    with pytest.raises(SavedReport.DoesNotExist):
        mailing_add(user=post.ada, report_id=saved.pk, **usual)
    made = mailing_add(user=post.sofia, report_id=saved.pk, **usual | {"rhythm": "weekly", "day": 4})
    assert timezone.localtime(made.next_at).strftime("%a %H:%M") == "Fri 08:00"
    with pytest.raises(ReportMailing.DoesNotExist):
        mailing_pause(user=post.ada, mailing_id=made.pk, paused=True)
    assert not mailing_remove(user=post.ada, mailing_id=made.pk)
    assert mailing_remove(user=post.sofia, mailing_id=made.pk)
    hers = report_save(user=post.alice, name="Mine", report="agents", said={})
    with pytest.raises(PermissionDenied):
        mailing_add(user=post.alice, report_id=hers.pk, **usual | {"recipients": [str(post.alice.pk)]})


def test_without_the_right_to_share_she_mails_to_herself_alone(post):
    saved = report_save(user=post.alice, name="Mine", report="lost_calls", said={})
    usual = {"form": "csv", "rhythm": "daily", "day": 0, "at": "08:00"}
    with pytest.raises(ValidationError):
        mailing_add(user=post.alice, report_id=saved.pk, **usual, recipients=[str(post.bob.pk)])
    mailing_add(user=post.alice, report_id=saved.pk, **usual, recipients=[str(post.alice.pk)])


class Smtp(socketserver.StreamRequestHandler):
    """Just so much of RFC 5321 as one client needs. The server's ``refuse`` is what it answers to a mail, if set."""

    def handle(self) -> None:
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.mails.append(b"".join(one.removeprefix(b".") for one in lines))
                self.wfile.write(b"250 taken\r\n")
            elif verb == b"MAIL" and self.server.refuse:
                self.wfile.write(self.server.refuse)
            elif verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 test\r\n")


@contextmanager
def smtp(settings, refuse: bytes = b""):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Smtp) as made:
        made.daemon_threads, made.mails, made.refuse = True, [], refuse
        thread = threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = made.server_address
        try:
            yield made
        finally:
            made.shutdown()
            thread.join()


def test_over_a_real_connection(post, settings):
    mailing = arranged(post.bob, form="pdf")
    due(mailing)
    with smtp(settings) as server:
        mailings_run()
    assert states(mailing) == {"bob": State.SENT}
    mail = message_from_bytes(server.mails[0], policy=policy.default)
    (attached,) = mail.iter_attachments()
    assert mail["To"] == "bob@example.org" and attached.get_content().startswith(b"%PDF")
    assert attached.get_content_type() == "application/pdf"


def test_refused_it_is_tried_again_later_and_in_the_end_given_up(post, settings, client):
    mailing = arranged(post.sofia)
    due(mailing)
    with smtp(settings, refuse=b"451 come later\r\n") as server:
        for tries in range(1, len(PAUSES) + 2):
            mailings_run()
            run = mailing.runs.get()
            assert run.begun == tries and "come later" in run.reason
            mailings_run()  # not before its time
            assert mailing.runs.get().begun == tries
            assert run.state == (State.FAILED if tries > len(PAUSES) else State.WAITING)
            MailingRun.objects.update(try_at=timezone.now())
        client.force_login(post.sofia)
        assert "come later" in client.get("/reports/mine/").content.decode()
        mailings_run()
    assert not server.mails and mailing.runs.get().begun == len(PAUSES) + 1


def test_taken_the_second_time_it_is_sent(post, settings):
    mailing = arranged(post.sofia)
    due(mailing)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    mailings_run()
    assert mailing.runs.get().state == State.WAITING
    MailingRun.objects.update(try_at=timezone.now())
    with smtp(settings) as server:
        mailings_run()
    run = mailing.runs.get()
    assert (run.state, run.reason, run.begun, len(server.mails)) == (State.SENT, "", 2, 1)


def test_too_large_a_file_is_not_mailed(post, mailoutbox, monkeypatch):
    monkeypatch.setattr("crm.reports.mailing.letter.LARGEST", 10)
    mailing = arranged(post.sofia)
    due(mailing)
    mailings_run()
    assert (mailing.runs.get().reason, len(mailoutbox)) == ("too_large", 0)


def test_what_kills_its_worker_each_time_is_given_up(post, mailoutbox):
    mailing = arranged(post.sofia)
    due(mailing)
    mailings_due(timezone.now())
    mailing.runs.update(begun=len(PAUSES) + 1)
    mailings_run()
    assert (mailing.runs.get().reason, len(mailoutbox)) == ("given_up", 0) and running.LOCK


def test_a_report_that_cannot_be_drawn_keeps_no_other_back(post, mailoutbox):
    broken, whole = arranged(post.sofia), arranged(post.ada)
    due(broken, timedelta(minutes=2))
    due(whole)
    ReportMailing.objects.filter(pk=broken.pk).update(form="ods")  # as another version may have left it
    mailings_run()
    assert states(whole) == {"ada": State.SENT} and states(broken) == {"sofia": State.WAITING}
    assert broken.runs.get().reason.startswith("KeyError")
