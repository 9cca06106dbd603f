"""The mail of one run: a few sentences and the file, in the recipient's language and as she may see it."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crm.audit import services as audit
from crm.reports.files.drawing import pieces
from crm.reports.files.sources import as_of, source_of
from crm.reports.models import MailingRun
from crm.sheets.writing import CSV, TYPES

LARGEST = 15 * 1024 * 1024
"""Bytes of a file; many mail servers take no more."""


class TooLarge(Exception):
    """The file is too large for a mail."""


def letter(run: MailingRun) -> EmailMessage:
    """Ready to be sent; that it leaves the house is an entry of the trail first. Raises PermissionDenied, TooLarge, and
    OSError when the file cannot be written."""
    saved, user = run.mailing.report, run.recipient
    source = source_of(saved.report)
    assert source is not None
    with translation.override(user.language or settings.LANGUAGE_CODE), tempfile.TemporaryDirectory() as folder:
        sheet = source.sheet(user, as_of(source.clean(saved.said), timezone.localdate(run.due_at)))
        data = bytearray()
        for piece in pieces(sheet, run.mailing.form, Path(folder)):
            data += piece
            if len(data) > LARGEST:
                raise TooLarge
        told = {"report": sheet.title, "name": saved.name, "who": str(saved.owner)}
        lines = [
            _("%(report)s, saved by %(who)s as “%(name)s”.") % told,
            *sheet.notes,
            _("You get it because %(who)s arranged it; ask there, or your administrator, to end it.") % told,
        ]
        mail = EmailMessage(f"{saved.name} · {sheet.title}", "\n".join(lines), to=[user.email])
        at = timezone.localtime(run.due_at)
        # A csv as text would be written anew on its way: other line ends, another coding.
        kind = "application/octet-stream" if run.mailing.form == CSV else TYPES[run.mailing.form]
        mail.attach(f"{saved.report.replace('_', '-')}-{at:%Y%m%d-%H%M}.{run.mailing.form}", bytes(data), kind)
    audit.read(user, "export.mailed", run, label=saved.name,
               details={"format": run.mailing.form, "rows": sheet.expected})  # fmt: skip
    return mail
