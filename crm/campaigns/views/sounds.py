"""Sounds that campaigns play: listed, listened to, uploaded, renamed, removed."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.access.guard import needs
from crm.access.holding import may, require
from crm.campaigns.models import SoundKind
from crm.campaigns.sounds.selectors import sounds_seen
from crm.campaigns.sounds.sending import sound_sent
from crm.campaigns.sounds.services import MANAGE, sound_delete, sound_rename, sound_upload


class SoundForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=SoundKind.choices)
    file = forms.FileField(
        label=gettext_lazy("File"), allow_empty_file=True, widget=forms.FileInput(attrs={"accept": ".wav"}),
        help_text=gettext_lazy("WAV with PCM of 16 bits, one channel (mono), at 8000 or 16000 Hz, at most 20 MB; "
                               "a prompt lasts at most 60 seconds."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("campaigns.see")
@never_cache
def sounds(request: HttpRequest) -> HttpResponse:
    """All of them; whoever manages campaigns uploads some."""
    if request.method == "POST":
        require(request.user, MANAGE)
    form = SoundForm(request.POST, request.FILES) if request.method == "POST" else SoundForm()
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            made = sound_upload(user=request.user, name=said["name"], kind=said["kind"], upload=said["file"])
        except ValidationError as error:
            for field, errors in error.message_dict.items():
                form.add_error(field, errors)
        else:
            messages.success(request, _("%(name)s was added.") % {"name": made.name})
            return redirect("campaign_sounds")
    told = {
        "page": "campaign_templates", "form": form, "rows": sounds_seen(request.user),
        "manages": may(request.user, MANAGE),
    }  # fmt: skip
    return render(request, "campaigns/sounds.html", told, status=400 if form.errors else 200)


@require_safe
@needs("campaigns.see")
@never_cache
def file(request: HttpRequest, sound_id: int) -> HttpResponseBase:
    """For the page's player."""
    return sound_sent(request, get_object_or_404(sounds_seen(request.user), pk=sound_id))


@require_POST
@needs(MANAGE)
def rename(request: HttpRequest, sound_id: int) -> HttpResponse:
    try:
        sound_rename(user=request.user, sound_id=sound_id, name=request.POST.get("name", "").replace("\x00", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Saved."))
    return redirect("campaign_sounds")


@require_POST
@needs(MANAGE)
def remove(request: HttpRequest, sound_id: int) -> HttpResponse:
    try:
        sound_delete(user=request.user, sound_id=sound_id)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The sound was removed."))
    return redirect("campaign_sounds")
