"""Files of customers: what is taken, where it lies, who gets it, and when it goes."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation

from crm.audit.models import Entry
from crm.customers.editing import customer_change
from crm.customers.fields.files import file_keep, files_purge, folder, path_of
from crm.customers.models import Customer, CustomerFile
from tests.crm.customers.centre import PDF, pdf


@pytest.fixture
def keep(cast, fields, place):
    return lambda upload, user=cast.ada: file_keep(user=user, field=fields["contract"], upload=upload)


def attach(actor, customer: Customer, key) -> Customer:
    return customer_change(
        actor=actor, customer_id=customer.pk, version=None, values={"contract": str(key) if key else ""}
    )


def on_disk() -> set[str]:
    return {path.name for path in folder().glob("??/*")}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("合同.pdf", "合同.pdf"), ("../../etc/passwd.pdf", "passwd.pdf"), ("..\\..\\boot.PDF", "boot.pdf"),
        ("/etc/cron.d/x.pdf", "x.pdf"), ("a\r\nX-Bad: 1.pdf", "aX-Bad: 1.pdf"), ("fdp.exe\u202e.pdf", "fdp.exe.pdf"),
        (".pdf", ".pdf"), ("x" * 300 + ".pdf", "x" * 110 + ".pdf"),
    ],
)  # fmt: skip
def test_a_name_is_only_shown(keep, name, shown):
    upload = pdf()
    upload._name = name  # as a browser that means harm sends it; Django itself would cut it
    kept = keep(upload)
    assert kept.name.endswith(shown[-60:]) and "/" not in kept.name and "\\" not in kept.name
    assert path_of(kept.pk).read_bytes() == PDF and path_of(kept.pk).parent.parent == folder()
    assert on_disk() == {str(kept.pk)}


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("page.html", b"<script>", "Only PDF"), ("page.pdf", b"<script>", "Only PDF"), ("run.exe", PDF, "Only PDF"),
        ("empty.pdf", b"", "empty"), ("noending", PDF, "Only PDF"),
        ("big.pdf", PDF + b"x" * 1024 * 1024, "at most 1 MB"),
    ],
)  # fmt: skip
def test_other_files_are_refused(keep, settings, name, content, sentence):
    settings.CUSTOMER_FILE_MB = 1
    with translation.override("en"), pytest.raises(ValidationError, match=sentence):
        keep(SimpleUploadedFile(name, content))
    assert on_disk() == set() and not CustomerFile.objects.exists()


def test_handed_out_as_a_download_to_who_sees_the_customer(client, cast, town, bus, keep):
    attach(cast.ada, town["Bob's Own"], keep(pdf()).pk)
    file = CustomerFile.objects.get()
    client.force_login(cast.bob)
    answer = client.get(f"/customers/files/{file.pk}/")
    assert b"".join(answer.streaming_content) == PDF and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%90%88")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    entry = Entry.objects.get(action="file.downloaded")
    assert (entry.who, entry.label) == ("bob", "合同.pdf")
    client.force_login(cast.carol)
    assert client.get(f"/customers/files/{file.pk}/").status_code == 404
    assert client.get(f"/customers/files/{uuid.uuid4()}/").status_code == 404


def test_nobody_takes_another_customers_file_or_upload(cast, town, bus, keep):
    attach(cast.ada, town["Bob's Own"], keep(pdf()).pk)
    hers = CustomerFile.objects.get()
    fresh = keep(pdf(), cast.bob)
    for key in (hers.pk, fresh.pk, uuid.uuid4(), "../../etc/passwd"):
        with pytest.raises(ValidationError):
            attach(cast.alice, town["Alice's Own"], key)
    hers.refresh_from_db()
    assert hers.customer == town["Bob's Own"]


@pytest.mark.django_db(transaction=True)
def test_what_is_replaced_or_taken_away_goes_and_so_does_what_nobody_saved(cast, town, bus, keep):
    one = town["Alice's Own"]
    first, second, loose = keep(pdf()), keep(pdf()), keep(pdf())
    attach(cast.ada, one, first.pk)
    attach(cast.ada, one, second.pk)
    assert on_disk() == {str(second.pk), str(loose.pk)}
    attach(cast.ada, one, None)
    assert on_disk() == {str(loose.pk)} and Customer.objects.get(pk=one.pk).values == {}
    CustomerFile.objects.filter(pk=loose.pk).update(added_at=timezone.now() - timedelta(days=2))
    assert files_purge() == 1 and on_disk() == set()
