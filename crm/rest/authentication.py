"""Who comes in: ``Authorization: Bearer sd_…``."""

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from crm.accounts.models import User
from crm.integrations.models import Token
from crm.integrations.selectors import NotLetIn, let_in

SCHEME = "Bearer"


class TokenAuthentication(BaseAuthentication):
    """Sets ``request.user`` to the integration's user and ``request.auth`` to the Token."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        said = request.headers.get("Authorization", "")
        if not said:
            return None
        scheme, _space, text = said.partition(" ")
        if scheme.lower() != SCHEME.lower():
            raise AuthenticationFailed(_("Send the token as “Authorization: Bearer sd_…”."))
        try:
            return let_in(text.strip(), address=request.META.get("REMOTE_ADDR") or "", now=timezone.now())
        except NotLetIn as error:
            raise AuthenticationFailed(str(error)) from error

    def authenticate_header(self, request: Request) -> str:
        return f'{SCHEME} realm="Switchdesk"'
