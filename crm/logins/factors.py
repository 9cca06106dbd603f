"""The second factor: codes of an authenticator app (TOTP), and recovery codes that count once each."""

import base64
import hashlib
import secrets
import time

import pyotp
from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from crm.accounts.models import User
from crm.logins.models import RecoveryCode, SecondFactor

STEP_S = 30
CODES = 10
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters and digits that look alike."""


def is_required(user: User) -> bool:
    """Whether one of her roles asks for it (SECOND_FACTOR_ROLES)."""
    codes = settings.SECOND_FACTOR_ROLES
    return bool(codes) and user.roles.filter(code__in=codes).exists()


def has_factor(user: User) -> bool:
    return SecondFactor.objects.filter(user=user).exists()


def secret_make() -> str:
    """For a new app, in base 32."""
    return pyotp.random_base32()


def address_of(secret: str, *, login: str) -> str:
    """What the QR code says (``otpauth://…``)."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="Switchdesk")


def step_of(secret: str, code: str, *, now: float | None = None) -> int:
    """The step of 30 s to which the code belongs, 0 for none. A clock that is one step off is forgiven."""
    step = int(time.time() if now is None else now) // STEP_S
    totp, given = pyotp.TOTP(secret), _plain(code)
    fits = [one for one in (step - 1, step, step + 1) if secrets.compare_digest(totp.at(one * STEP_S), given)]
    return fits[-1] if fits else 0


@transaction.atomic
def factor_set(*, user: User, secret: str, step: int) -> list[str]:
    """Returns the new recovery codes; they are shown once and kept nowhere. ``step``: of the code that proved it."""
    sealed = _cipher().encrypt(secret.encode()).decode()
    SecondFactor.objects.update_or_create(user=user, defaults={"secret": sealed, "last_step": step})
    return recovery_codes_make(user=user)


@transaction.atomic
def factor_remove(*, user: User) -> bool:
    """Whether there was one. Also for an administrator, when a phone is lost; who calls checks who may do that."""
    RecoveryCode.objects.filter(user=user).delete()
    return bool(SecondFactor.objects.filter(user=user).delete()[0])


@transaction.atomic
def recovery_codes_make(*, user: User) -> list[str]:
    """New ones; the old ones are void."""
    codes = ["-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(2)) for _ in range(CODES)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(user, code)) for code in codes)
    return codes


def recovery_codes_left(user: User) -> int:
    return RecoveryCode.objects.filter(user=user).count()


def code_take(*, user: User, code: str) -> bool:
    """Whether it is right, of the app or for recovery. Either counts only once, also for two requests at a time."""
    factor = SecondFactor.objects.filter(user=user).first()
    if factor is None:
        return False
    if step := step_of(_opened(factor), code):
        used = SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step)
        return bool(used)
    return bool(RecoveryCode.objects.filter(user=user, digest=_digest(user, _plain(code))).delete()[0])


def _plain(code: str) -> str:
    given = "".join(code.split()).lower()
    return given if given.isascii() else ""


def _digest(user: User, code: str) -> str:
    return salted_hmac(f"recovery-code:{user.pk}", code, algorithm="sha256").hexdigest()


def _opened(factor: SecondFactor) -> str:
    from cryptography.fernet import InvalidToken

    try:
        return _cipher().decrypt(factor.secret.encode()).decode()
    except InvalidToken:  # SECRET_KEY is another now: no code fits, an administrator takes the factor away
        return secret_make()


def _cipher():
    from cryptography.fernet import Fernet  # loaded when it is needed: it is large

    key = hashlib.sha256(f"second-factor:{settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
