"""Pages of webhooks: the list, one with what it did not deliver, adding, changing, trying out, sending again."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.access.guard import needs
from crm.events.kinds import KINDS
from crm.events.selectors import newest
from crm.integrations.frame import shown
from crm.outward.client import NotSent
from crm.webhooks.forms import NewWebhookForm, WebhookForm
from crm.webhooks.models import State, Webhook
from crm.webhooks.selectors import counted, webhooks_of
from crm.webhooks.services import (
    send_again,
    webhook_change,
    webhook_make,
    webhook_pause,
    webhook_remove,
    webhook_resume,
    webhook_secret,
    webhook_try,
)

MANAGE = "integrations.manage"
LISTED = 200
"""Undelivered events on the page, the oldest first; sending again takes all."""


@require_safe
@needs(MANAGE)
def webhooks(request: HttpRequest) -> HttpResponse:
    rows = list(counted(webhooks_of(request.user)).order_by("integration__name", "name"))
    return shown(request, "webhooks/webhooks.html", "webhooks", {"rows": rows, "newest": newest()})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """Shows the secret, this once."""
    form = NewWebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            webhook, secret = webhook_make(
                actor=request.user, integration=form.cleaned_data["integration"], fields=form.values(),
                now=timezone.now(),
            )  # fmt: skip
            return shown(request, "webhooks/once.html", "webhooks", {"webhook": webhook, "secret": secret})
        except (ValidationError, PermissionDenied) as error:
            _said(form, error)
    return shown(request, "webhooks/new.html", "webhooks", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE)
def webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    found = _found(request, webhook_id)
    form = WebhookForm(request.POST or None, webhook=found)
    if request.method == "POST" and form.is_valid():
        try:
            webhook_change(actor=request.user, webhook=found, fields=form.values())
            messages.success(request, _("%(name)s was saved.") % {"name": found})
            return redirect("webhook", found.pk)
        except (ValidationError, PermissionDenied) as error:
            _said(form, error)
    waiting = found.undelivered.filter(done_at=None)
    told = {
        "webhook": found, "form": form, "kinds": {code: str(kind.label) for code, kind in KINDS.items()},
        "behind": max(0, newest() - found.position),
        "undelivered": list(waiting[:LISTED]), "undelivered_all": waiting.count(),
    }  # fmt: skip
    return shown(request, "webhooks/webhook.html", "webhooks", told)


@never_cache
@require_POST
@needs(MANAGE)
def secret(request: HttpRequest, webhook_id: int) -> HttpResponse:
    found = _found(request, webhook_id)
    made = webhook_secret(actor=request.user, webhook=found, now=timezone.now())
    return shown(request, "webhooks/once.html", "webhooks", {"webhook": found, "secret": made, "changed": True})


@require_POST
@needs(MANAGE)
def attempt(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Sends a test event and says what was answered."""
    found = _found(request, webhook_id)
    try:
        answer = webhook_try(actor=request.user, webhook=found, now=timezone.now())
    except NotSent as error:
        messages.error(request, _("The test was not delivered. %(why)s") % {"why": error})
    else:
        said = {"status": answer.status, "body": answer.body[:300].decode("utf-8", "replace")}
        sentence = _("The receiver took the test: HTTP %(status)s %(body)s") % said
        wrong = _("The receiver did not take the test: HTTP %(status)s %(body)s") % said
        (messages.success if answer.good else messages.error)(request, (sentence if answer.good else wrong).strip())
    return redirect("webhook", found.pk)


@require_POST
@needs(MANAGE)
def switch(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Pauses one that is active, and has another go on at once."""
    found = _found(request, webhook_id)
    if found.state == State.ACTIVE and not request.POST.get("now"):
        webhook_pause(actor=request.user, webhook=found)
        messages.success(request, _("%(name)s is paused. What happens is kept for it for 7 days.") % {"name": found})
    else:
        webhook_resume(actor=request.user, webhook=found)
        messages.success(request, _("%(name)s sends again.") % {"name": found})
    return redirect("webhook", found.pk)


@require_POST
@needs(MANAGE)
def again(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Sends one undelivered event again (``event``), or all."""
    found, event = _found(request, webhook_id), request.POST.get("event", "")
    events = [int(event)] if event.isascii() and event.isdigit() and len(event) < 19 else None
    if event and events is None:
        return redirect("webhook", found.pk)
    number = send_again(actor=request.user, webhook=found, now=timezone.now(), events=events)
    words = ngettext("%(n)s event is sent again now.", "%(n)s events are sent again now.", number)
    messages.success(request, words % {"n": number})
    return redirect("webhook", found.pk)


@require_POST
@needs(MANAGE)
def remove(request: HttpRequest, webhook_id: int) -> HttpResponse:
    found = _found(request, webhook_id)
    webhook_remove(actor=request.user, webhook=found)
    messages.success(request, _("%(name)s was removed.") % {"name": found.name})
    return redirect("webhooks")


def _found(request: HttpRequest, webhook_id: int) -> Webhook:
    return get_object_or_404(webhooks_of(request.user), pk=webhook_id)


def _said(form: Any, error: Exception) -> None:
    if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
        for field, sentences in error.message_dict.items():
            form.add_error(field if field in form.fields else None, sentences)
    else:
        form.add_error(None, error.messages if isinstance(error, ValidationError) else str(error))
