"""The project's own settings, with what makes tests quick."""

from ccsite.settings import *  # noqa: F403

DIAL_PREFIXES = ["+"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
