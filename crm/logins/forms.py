"""What is typed to come in, and to change a password."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from crm.accounts.models import User
from crm.logins import lockout
from crm.logins.address import client_address

WRONG, LOCKED = "wrong", "locked"


class LogInForm(AuthenticationForm):
    """Login and password. ``wait_s``: for how long this account or address may not try; 0 when it may."""

    wait_s = 0

    def clean(self) -> dict[str, Any]:
        login, address = self.cleaned_data.get("username", ""), client_address(self.request) or ""
        if not login or not self.cleaned_data.get("password"):
            return self.cleaned_data
        account = lockout.account_key(login)
        self.wait_s = max(lockout.knock(lockout.ACCOUNT, account), lockout.knock(lockout.ADDRESS, address))
        if self.wait_s:
            refuse(self.request, login)
            raise ValidationError("", code=LOCKED)
        found = super().clean()
        lockout.opened(lockout.ACCOUNT, account)
        lockout.opened(lockout.ADDRESS, address)
        return found


class CodeForm(forms.Form):
    """A code of the app, or one for recovery."""

    code = forms.CharField(max_length=20)


class PasswordForm(forms.Form):
    """The old password and twice the new one. Guessing the old one is counted like a login."""

    old = forms.CharField(strip=False, widget=forms.PasswordInput)
    new = forms.CharField(strip=False, widget=forms.PasswordInput, max_length=256)
    again = forms.CharField(strip=False, widget=forms.PasswordInput, max_length=256)
    wait_s = 0

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_old(self) -> str:
        account = lockout.account_key(self.user.username)
        self.wait_s = lockout.knock(lockout.ACCOUNT, account)
        if self.wait_s:
            raise ValidationError(_("Too many tries. Wait, or ask an administrator."), code=LOCKED)
        if not self.user.check_password(self.cleaned_data["old"]):
            raise ValidationError(_("This is not your password now."), code=WRONG)
        lockout.opened(lockout.ACCOUNT, account)
        return self.cleaned_data["old"]

    def clean_new(self) -> str:
        validate_password(self.cleaned_data["new"], self.user)
        return self.cleaned_data["new"]

    def clean_again(self) -> str:
        if self.cleaned_data["again"] != self.cleaned_data.get("new", self.cleaned_data["again"]):
            raise ValidationError(_("The two new passwords differ."))
        return self.cleaned_data["again"]


def refuse(request: Any, login: str) -> None:
    """Tells whoever keeps the audit of a try that was not even looked at."""
    user_login_failed.send(sender=__name__, credentials={"username": login}, request=request)
