"""The project's own settings, with what makes tests quick."""

import os

from ccsite.settings import *  # noqa: F403
from ccsite.settings import DATABASES

DIAL_PREFIXES = ["+"]
WEB_CONNECTIONS = 0  # a database with connections cannot be dropped
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if "TEST_DATABASE_URL" not in os.environ:
    DATABASES["default"]["TEST"] = {"TEMPLATE": DATABASES["default"]["NAME"]}  # migrated: tests/services.py
