"""All that is kept of one person as a zip: JSON for programs, CSV for people, and what it is in both languages."""

import json
import tempfile
import zipfile
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.access.holding import require
from crm.accounts.models import User
from crm.audit import services as audit
from crm.campaigns.erased import campaigns_told
from crm.customers.erased import customer_fields, customer_files, customer_imports
from crm.numberlists.selectors import listed
from crm.privacy.selectors import Person, told
from crm.sheets.writing import csv_pieces, download

IN_MEMORY = 4 * 1024 * 1024
PIECE = 1 << 16
COLUMNS = ("call_id", "arrived_at", "ended_at", "direction", "number", "dialled", "queue", "agent", "outcome", "note")
README = """\
All that this call centre keeps about one person, taken out at {at}.
  person.json  name, company, numbers, note, the fields of the centre, and what the black, white and do-not-call lists
               say of the numbers
  files/       files that were added to the person
  calls.json   every call with its queue visits, offers, facts and the record of the telephone switch
  calls.csv    the same calls as a table
  campaigns.json  campaigns that had the person on their lists, each call made for them with why it was allowed, and
                  callbacks

本呼叫中心保存的某一个人的全部数据，导出时间 {at}。
  person.json  姓名、公司、号码、备注、中心自定义字段，以及黑名单、白名单、免打扰名单中与这些号码有关的记录
  files/       添加到该人的附件
  calls.json   每个通话及其排队、振铃、事件和交换机记录
  calls.csv    以上通话的表格
  campaigns.json  名单中包含此人的外呼任务、为其拨出的每个电话及允许拨打的依据，以及预约回访
"""


def person_export(*, user: User, person: Person) -> IO[bytes]:
    """The zip, at its beginning; larger ones lie on disk until they are closed. Raises PermissionDenied."""
    require(user, "privacy.export")
    about = person.customer
    audit.read(user, "privacy.export", about, label="" if about else _("a number of nobody"))
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  the answer closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README.format(at=timezone.localtime().strftime("%Y-%m-%d %H:%M:%S %z")))
        archive.writestr("person.json", _json(_who(person)))
        for name, path in customer_files(about) if about else []:
            archive.write(path, f"files/{name}")
        customers = [about.pk] if about else []
        archive.writestr("campaigns.json", _json(campaigns_told(customers, person.numbers)))
        with archive.open("calls.json", "w") as target:
            target.write(b"[")
            for number, call in enumerate(told(person)):
                target.write((b",\n" if number else b"\n") + _json(call).encode())
            target.write(b"\n]\n")
        with archive.open("calls.csv", "w") as target:
            rows = person.calls().order_by("arrived_at", "call_id").values_list(*COLUMNS).iterator(500)
            for piece in csv_pieces(COLUMNS, rows):
                target.write(piece)
    file.seek(0)
    return file


def person_file(request: HttpRequest, file: IO[bytes]) -> HttpResponseBase:
    """The zip as an answer; its name does not say who it is."""
    name = f"person-{timezone.localtime():%Y%m%d-%H%M%S}.zip"
    return download(request, name, "application/zip", iter(lambda: file.read(PIECE), b""))


def _who(person: Person) -> dict[str, Any]:
    one = person.customer
    about = {"name": one.name, "company": one.company, "level": one.level, "note": one.note} if one else {}
    if one:
        about |= {"kind": one.kind, "projects": [project.label for project in one.projects.all()]}
        about |= {"fields": customer_fields(one), "imports": customer_imports(one)}
    lists = [
        {"number": str(row), "list": row.list, "direction": row.way, "reason": row.reason, "evidence": row.evidence,
         "added_at": row.added_at, "since": row.since, "until": row.until}
        for row in listed(person.numbers)
    ]  # fmt: skip
    numbers = {"numbers": person.numbers + person.shared, "lists": lists}
    return about | {"created_at": one.created_at if one else None} | numbers


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
