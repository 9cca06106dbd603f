"""What a password may not be: Django's own rules in our words, and two of ours."""

from typing import Any

from django.contrib.auth import password_validation as django_rules
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

KEPT = 5
"""So many past passwords are remembered."""


class _InOurWords:
    """The rule and the refusal are the same sentence."""

    def get_error_message(self, *_words: Any) -> str:
        return self.get_help_text()

    def get_help_text(self) -> str:
        raise NotImplementedError


class LongEnough(_InOurWords, django_rules.MinimumLengthValidator):
    """``min_length`` characters."""

    def get_help_text(self) -> str:
        told = ngettext(
            "It must have at least %(n)d character.", "It must have at least %(n)d characters.", self.min_length
        )
        return told % {"n": self.min_length}


class NotLikeHer(_InOurWords, django_rules.UserAttributeSimilarityValidator):
    """Not like the columns ``user_attributes``."""

    def get_help_text(self) -> str:
        return _("It must not be like your name or login.")


class NotCommon(_InOurWords, django_rules.CommonPasswordValidator):
    """None of the 20,000 that everybody tries first."""

    def get_help_text(self) -> str:
        return _("It must not be a common password.")


class NotOnlyDigits(_InOurWords, django_rules.NumericPasswordValidator):
    """Phones make digits the easiest to type."""

    def get_help_text(self) -> str:
        return _("It must not be digits only.")


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
