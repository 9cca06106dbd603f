"""Lines are added, changed, removed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from crm.access.guard import needs
from crm.access.numbers import sees_whole
from crm.numberlists.forms import LINES_AT_MOST, AddForm, ChangeForm
from crm.numberlists.models import Kind, ListedNumber
from crm.numberlists.services import Line, entries_add, entries_remove, entry_change
from crm.numberlists.typed import Typed, typed_number


@require_http_methods(["GET", "HEAD", "POST"])
@needs("lists.manage")
@never_cache
def add(request: HttpRequest) -> HttpResponse:
    """One or several: the good lines are taken, the bad ones stay in the field, each with its reason."""
    form = AddForm(request.POST if request.method == "POST" else None)
    bad: list[tuple[str, str]] = []
    status = 200
    if form.is_bound and form.is_valid():
        taken, bad = _add(request, form)
        if taken:
            sentence = ngettext("%(n)s line was added.", "%(n)s lines were added.", taken) % {"n": taken}
            messages.success(request, sentence)
        if not bad:
            return redirect("number_lists")
        form = AddForm(initial={**form.data.dict(), "lines": "\n".join(line for line, _why in bad)})
        status = 400
    elif form.is_bound:
        status = 400
    told = {"page": "number_lists", "form": form, "bad": bad, "most": LINES_AT_MOST}
    return render(request, "numberlists/add.html", told, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("lists.manage")
@never_cache
def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One line. Who sees numbers masked changes all of it but the number."""
    row = ListedNumber.objects.filter(pk=entry_id).select_related("added_by").first()
    if row is None:
        raise Http404
    fixed = row.kind == Kind.ERASED or (row.kind == Kind.NUMBER and not sees_whole(request.user))
    data: Any = None
    if request.method == "POST":
        data = request.POST.copy()
        if fixed:
            data["number"] = str(row)
    form = ChangeForm(row, data)
    if form.is_bound and form.is_valid() and _changed(request, form, row, fixed):
        messages.success(request, _("Saved."))
        return redirect("number_lists")
    told = {"page": "number_lists", "form": form, "row": row, "fixed": fixed}
    return render(request, "numberlists/entry.html", told, status=400 if form.errors else 200)


@require_POST
@needs("lists.manage")
def remove(request: HttpRequest) -> HttpResponse:
    """One line, or those that are ticked."""
    ids = [int(one) for one in request.POST.getlist("entry") if one.isascii() and one.isdigit() and len(one) < 19]
    number = entries_remove(user=request.user, entry_ids=ids)
    if number:
        messages.success(
            request, ngettext("%(n)s line was removed.", "%(n)s lines were removed.", number) % {"n": number}
        )
    else:
        messages.error(request, _("Nothing was ticked, so nothing was removed."))
    return redirect("number_lists")


def _add(request: HttpRequest, form: AddForm) -> tuple[int, list[tuple[str, str]]]:
    """How many were taken; of the others what was typed, and why not."""
    fields = {name: form.cleaned_data[name] for name in ("list", "way", "reason", "evidence", "since", "until")}
    texts = [line.strip() for line in form.cleaned_data["lines"].splitlines() if line.strip()]
    bad = [(text, _("Too many at once; import them from a file.")) for text in texts[LINES_AT_MOST:]]
    good: list[tuple[str, Line]] = []
    for text in texts[:LINES_AT_MOST]:
        try:
            good.append((text, (typed_number(text), fields)))
        except ValidationError as error:
            bad.append((text, " ".join(error.messages)))
    added = entries_add(user=request.user, lines=[line for _text, line in good])
    for (text, _line), made in zip(good, added, strict=True):
        if made is None:
            bad.append((text, _("This is on the list already, for the same direction.")))
    return sum(made is not None for made in added), bad


def _changed(request: HttpRequest, form: ChangeForm, row: ListedNumber, fixed: bool) -> bool:
    told = dict(form.cleaned_data)
    typed = told.pop("number")
    if fixed:
        typed = Typed(row.kind, row.first, row.last)
    try:
        entry_change(user=request.user, entry_id=row.pk, typed=typed, fields=told)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True
