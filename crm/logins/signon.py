"""Sign-on by another system that knows the people (OpenID Connect).

Authlib does the protocol: discovery, state, nonce, PKCE, and the signature, issuer, audience and age of the answer.
Here is decided which user of ours that is.
"""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from crm.accounts.models import User
from crm.accounts.services import user_create

LOGIN, MAIL = "preferred_username", "email"


class Unknown(Exception):
    """The other system let her in, and we do not know her; the sentence is for the screen."""


class Failed(Exception):
    """The other system did not answer, or not as it must; the reason is for the log."""


def is_set_up() -> bool:
    return bool(settings.OIDC_ISSUER)


def begin(request: HttpRequest, *, back: str) -> HttpResponse:
    """Leads to the other system. ``back``: the whole address to which it sends the browser. Raises Failed."""
    try:
        client = _client()
        _check_issuer(client)
        return client.authorize_redirect(request, back)
    except Failed:
        raise
    except Exception as error:  # whatever network, JSON and library raise
        raise Failed(f"{type(error).__name__} at the discovery") from error


def claims_of(request: HttpRequest) -> dict[str, Any]:
    """What the other system says of her, once its signature and all else is right. Raises Failed."""
    try:
        client = _client()
        _check_issuer(client)
        token = client.authorize_access_token(request, leeway=60)
    except Failed:
        raise
    except Exception as error:
        raise Failed(f"{type(error).__name__} at the answer") from error
    if not token.get("userinfo"):
        raise Failed("no id_token")
    return dict(token["userinfo"])


def user_of(claims: dict[str, Any]) -> User:
    """The one active user whom OIDC_CLAIM names: a verified mail address, or the login. Raises Unknown."""
    claim = settings.OIDC_CLAIM
    value = str(claims.get(claim) or "").strip()
    if claim == MAIL and claims.get("email_verified") is not True:
        value = ""
    if not value:
        raise Unknown(_("Your company's login does not tell who you are here. Ask an administrator."))
    found = list(User.objects.filter(program=False, **{"email__iexact" if claim == MAIL else "username": value})[:2])
    if len(found) == 1 and found[0].is_active:
        return found[0]
    if not found and settings.OIDC_MAKE_USERS:
        return _made(claims, value)
    raise Unknown(_("Nobody here belongs to your company's login. Ask an administrator."))


def _made(claims: dict[str, Any], value: str) -> User:
    """A user without a role: she sees nothing until somebody gives her one."""
    login = str(claims.get(LOGIN) or value.partition("@")[0]).lower()
    try:
        return user_create(
            username=login, password=None, display_name=str(claims.get("name") or "")[:80], roles=(),
            email=str(claims.get(MAIL) or ""),
        )  # fmt: skip
    except ValidationError as error:
        raise Unknown(_("Nobody here belongs to your company's login. Ask an administrator.")) from error


def _client() -> Any:
    """A fresh one each time, so that new keys and addresses of the other system are seen."""
    from authlib.integrations.django_client import OAuth  # loaded when it is needed: it is large

    oauth = OAuth()
    oauth.register(
        "company",
        client_id=settings.OIDC_CLIENT,
        client_secret=settings.OIDC_SECRET,
        server_metadata_url=f"{settings.OIDC_ISSUER.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256", "timeout": 10},
    )
    return oauth.create_client("company")


def _check_issuer(client: Any) -> None:
    """A discovery document that names another issuer is not that of ours."""
    told = str(client.load_server_metadata().get("issuer", ""))
    if told.rstrip("/") != settings.OIDC_ISSUER.rstrip("/"):
        raise Failed(f"the issuer calls itself {urlsplit(told).hostname}")
