"""One's own account: who one is, the password, the second factor."""

from django.contrib import messages
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.access.guard import signed_in
from crm.logins import factors, lockout, passwords
from crm.logins.browsers import described
from crm.logins.forms import CodeForm, PasswordForm
from crm.logins.sessions import sessions_of
from crm.logins.views.entry import wait_words

NEW_SECRET = "factor_secret"
"""Key of the session for the secret of an app that has not shown its first code yet."""


@require_safe
@signed_in
@never_cache
def profile(request: HttpRequest) -> HttpResponse:
    """For everybody who is logged in."""
    here = request.session.session_key
    told = {
        "page": "profile",
        "rows": [(row, described(row.browser), row.session_key == here) for row in sessions_of(request.user)],
        "factor": getattr(request.user, "second_factor", None),
        "factor_required": factors.is_required(request.user),
        "codes_left": factors.recovery_codes_left(request.user),
    }
    return render(request, "logins/profile.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@never_cache
@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponse:
    forced = passwords.must_change(request.user)
    form = PasswordForm(request.POST or None, user=request.user)
    if form.is_valid():
        passwords.password_change(request, password=form.cleaned_data["new"])
        messages.success(request, _("Your password is changed. Wherever else you were logged in, you are logged out."))
        return redirect("desk" if forced else "profile")
    told = {"page": "profile", "form": form, "forced": forced, "rules": password_validators_help_texts()}
    return render(request, "logins/password.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@never_cache
@sensitive_post_parameters("code")
def factor(request: HttpRequest) -> HttpResponse:
    """Sets up an app: its first code proves that it has the secret. Then the recovery codes are shown, once."""
    if factors.has_factor(request.user):
        return redirect("profile")
    secret = request.session.get(NEW_SECRET) or factors.secret_make()
    request.session[NEW_SECRET] = secret
    form, note = CodeForm(request.POST or None), ""
    if form.is_valid():
        step = factors.step_of(secret, form.cleaned_data["code"])
        if step:
            del request.session[NEW_SECRET]
            codes = factors.factor_set(user=request.user, secret=secret, step=step)
            return render(request, "logins/codes.html", {"page": "profile", "codes": codes})
        note = _("This code does not fit. Is the clock of your phone right?")
    told = {"page": "profile", "secret": secret, "note": note, "forced": factors.is_required(request.user)}
    return render(request, "logins/factor.html", told | {"picture": _picture(secret, request.user.username)})


@require_POST
@signed_in
@sensitive_post_parameters("code")
def factor_change(request: HttpRequest) -> HttpResponse:
    """``what``: ``codes`` makes new recovery codes, ``off`` takes the factor away. Either needs a code."""
    user, form, what = request.user, CodeForm(request.POST), request.POST.get("what")
    if what == "off" and factors.is_required(user):
        messages.error(request, _("Your role needs a second factor."))
        return redirect("profile")
    wait_s = lockout.knock(lockout.CODE, str(user.pk))
    if wait_s:
        messages.error(request, wait_words(wait_s))
        return redirect("profile")
    if what not in ("codes", "off") or not form.is_valid() or not factors.code_take(
        user=user, code=form.cleaned_data["code"]
    ):  # fmt: skip
        messages.error(request, _("This code is wrong, or was used. Wait for the next one."))
        return redirect("profile")
    lockout.opened(lockout.CODE, str(user.pk))
    if what == "off":
        factors.factor_remove(user=user)
        messages.success(request, _("The second factor is off."))
        return redirect("profile")
    codes = factors.recovery_codes_make(user=user)
    return render(request, "logins/codes.html", {"page": "profile", "codes": codes})


def _picture(secret: str, login: str) -> str:
    """The QR code as a data address; the policy allows pictures from those."""
    import segno  # loaded when it is needed

    return segno.make(factors.address_of(secret, login=login), error="m").svg_data_uri(scale=5, border=2, light="#fff")
