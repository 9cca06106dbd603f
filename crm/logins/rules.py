"""What a password may not be, beside what Django's own validators refuse."""

from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

KEPT = 5
"""So many past passwords are remembered."""


class NotTheLogin:
    """The password may not hold the login, the extension or the work number."""

    def validate(self, password: str, user: Any = None) -> None:
        told = (user.username, user.extension, user.work_number) if user is not None else ()
        if any(word and len(word) > 2 and word.casefold() in password.casefold() for word in told):
            raise ValidationError(self.get_help_text(), code="password_has_login")

    def get_help_text(self) -> str:
        return _("It must not contain your login, extension or work number.")


class NotARecentOne:
    """The password may not be one of the last few."""

    def validate(self, password: str, user: Any = None) -> None:
        if user is None or user.pk is None:
            return
        past = user.past_passwords.values_list("hash", flat=True)[:KEPT]
        if any(check_password(password, one) for one in {user.password, *past}):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def get_help_text(self) -> str:
        return ngettext("It must not be your last one.", "It must not be one of your last %(n)d.", KEPT) % {"n": KEPT}
