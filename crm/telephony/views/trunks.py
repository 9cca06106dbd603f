"""The pages of the trunks: their state now, and all that is set of one."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.access.guard import needs
from crm.telephony.forms import TrunkForm
from crm.telephony.lines import trunk_lines
from crm.telephony.models import Trunk
from crm.telephony.trunks import trunk_add, trunk_change, trunk_remove

SEE, MANAGE = "trunks.see", "trunks.manage"


@require_safe
@needs(SEE, MANAGE)
@never_cache
def trunks(request: HttpRequest) -> HttpResponse:
    """All of them; the page fetches its rows again every two seconds."""
    return render(request, "telephony/trunks.html", {"page": "trunks", "lines": trunk_lines()})


@require_safe
@needs(SEE, MANAGE)
@never_cache
def rows(request: HttpRequest) -> HttpResponse:
    """The rows alone."""
    return render(request, "telephony/_trunk_rows.html", {"page": "trunks", "lines": trunk_lines()})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE)
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    form = TrunkForm(request.POST or None)

    def add() -> None:
        said = form.said()
        trunk_add(**said | {"secret": said["secret"] or ""})

    return _page(request, form, None, add)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE)
@never_cache
def trunk(request: HttpRequest, name: str) -> HttpResponse:
    row = get_object_or_404(Trunk, name=name)
    form = TrunkForm(request.POST or None, instance=row)
    return _page(request, form, row, lambda: trunk_change(trunk=row, **form.said()))


@require_POST
@needs(MANAGE)
def remove(request: HttpRequest, name: str) -> HttpResponse:
    trunk_remove(trunk=get_object_or_404(Trunk, name=name))
    messages.success(request, _("The trunk %(name)s was removed.") % {"name": name})
    return redirect("trunks")


def _page(request: HttpRequest, form: TrunkForm, row: Trunk | None, save: Callable[[], object]) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except ValidationError as error:
            for field, sentences in _of_fields(error, form).items():
                for sentence in sentences:
                    form.add_error(field, sentence)
        else:
            name = row.name if row else form.cleaned_data["name"]
            messages.success(request, _("The trunk %(name)s was saved.") % {"name": name})
            return redirect("trunks")
    return render(request, "telephony/trunk.html", {"page": "trunks", "form": form, "trunk": row})


def _of_fields(error: ValidationError, form: TrunkForm) -> dict[str | None, list[str]]:
    if not hasattr(error, "error_dict"):
        return {None: error.messages}
    return {field if field in form.fields else None: list(said) for field, said in error.message_dict.items()}
