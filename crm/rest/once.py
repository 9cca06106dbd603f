"""POSTs that may come twice: ``Idempotency-Key``.

Theory of operation. The key's row is inserted first, in the transaction in which the work is done, and gets the answer
before the commit. A second request with the key waits at the unique index until the first has ended: then it finds the
answer, or, when the first failed or was killed, nothing, and does the work itself. An order to the switch is no row; it
bears an id made of the key (``order_id``), and the daemon takes one id once.
"""

import hashlib
import json
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from crm.integrations.models import Answer
from crm.outward.seals import Lost, opened, sealed
from crm.rest.problems import Problem

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LONGEST = 128
KEPT = timedelta(hours=24)
PURPOSE = "answers"
"""They are kept sealed: one may tell a secret that is shown only once."""
_SPACE = uuid.UUID("8d7c2f52-7d0c-4c4e-9d0b-6b1f1c4a5f10")
_KEPT_HEADERS = ("ETag", "Location")


def key_of(request: Request) -> str:
    """ "" without one. Raises Problem for one that is too long or not of visible ASCII."""
    key = request.headers.get(HEADER, "")
    if len(key) > LONGEST or any(not "!" <= letter <= "~" for letter in key):
        sentence = _("An Idempotency-Key is 1 to %(n)d visible characters, such as a UUID.") % {"n": LONGEST}
        raise Problem("invalid", errors={HEADER: [sentence]})
    return key


def order_id(request: Request, what: str) -> str:
    """Id for an order to the switch: the same whenever this request comes again; a new one where it has no key."""
    key = key_of(request)
    return str(uuid.uuid5(_SPACE, f"{request.auth.integration_id}:{key}:{what}") if key else uuid.uuid4())


def once(request: Request, work: Callable[[], Response]) -> Response:
    """The answer of ``work``, which is done unless it was done under the request's key before.

    Only what was done is kept: a refused request leaves nothing, and the key may be used again.
    """
    key = key_of(request)
    if not key or request.auth is None:
        return work()
    asked = _digest(request)
    with transaction.atomic():
        row = _begin(request.auth.integration_id, key, asked)
        if row is None:
            kept = Answer.objects.get(integration=request.auth.integration_id, key=key)
            if kept.request != asked:
                raise Problem("key-reused")
            return _again(kept)
        told = _worked(work)
        if isinstance(told, Response):
            _end(row, told)
        else:
            Answer.objects.filter(pk=row).delete()
    if isinstance(told, Response):
        return told
    raise told


def _worked(work: Callable[[], Response]) -> Response | Problem:
    """The answer; or what was refused after something had been written that stays (``Problem.keeps``)."""
    with transaction.atomic():
        try:
            return work()
        except Problem as refused:
            if not refused.keeps:
                raise
            return refused


def _again(kept: Answer) -> Response:
    """What was answered the first time. Raises Problem when nobody can read it any more: the work is not done anew."""
    try:
        body = json.loads(opened(kept.body, PURPOSE)) if kept.body else None
    except Lost as error:
        place = kept.headers.get("Location", "")
        raise Problem("answer-lost", _("What it made is at %(place)s.") % {"place": place} if place else "") from error
    return Response(body, status=kept.status, headers={**kept.headers, REPLAYED: "true"})


def forget_old(now: datetime) -> int:
    """Deletes answers past their time; how many."""
    return Answer.objects.filter(at__lt=now - KEPT).delete()[0]


def _digest(request: Request) -> str:
    """Of files only their length is looked at: they are not read twice."""
    is_file = request._request.content_type.startswith("multipart/")
    body = request.headers.get("Content-Length", "").encode() if is_file else request._request.body
    return hashlib.sha256(b"\0".join((request.method.encode(), request.get_full_path().encode(), body))).hexdigest()


def _begin(integration: int, key: str, told: str) -> int | None:
    """Id of the new row, None where there is one. Waits for another request that has it in hand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO integrations_answer (integration_id, key, request, status, headers, body, at) "
            "VALUES (%s, %s, %s, 0, '{}', '', %s) ON CONFLICT (integration_id, key) DO NOTHING RETURNING id",
            [integration, key, told, timezone.now()],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _end(row: int, response: Response) -> None:
    headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
    body = "" if response.data is None else sealed(json.dumps(response.data, cls=JSONEncoder), PURPOSE)
    Answer.objects.filter(pk=row).update(status=response.status_code, headers=headers, body=body)
