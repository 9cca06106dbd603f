"""Settings of Switchdesk. Everything that differs from place to place comes from the environment.

`make run` writes what it started (addresses, secrets) into the state folder, so `manage.py` finds the same
database beside it. A production sets SWITCHDESK_PRODUCTION=yes, SECRET_KEY, ALLOWED_HOSTS, DATABASE_URL and
REDIS_URL.
"""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from ccsite import environment

BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = Path(environment.text("SWITCHDESK_VAR", str(BASE_DIR / "var"))).absolute()

# -- what kind of place this is
PRODUCTION = environment.flag("SWITCHDESK_PRODUCTION", False)
DEBUG = environment.flag("DEBUG", False)
SECRET_KEY = environment.generated_secret("SECRET_KEY", STATE_DIR)
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", () if PRODUCTION else ("localhost", "127.0.0.1", "[::1]"))
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")

# -- apps
INSTALLED_APPS = [
    "crm.accounts",
    "crm.logins",
    "crm.customers",
    "crm.telephony",
    "crm.numberlists",
    "crm.calls",
    "crm.campaigns",
    "crm.reports",
    "crm.desk",
    "crm.live",
    "crm.alarms",
    "crm.switches",
    "crm.rooms",
    "crm.events",
    "crm.integrations",
    "crm.webhooks",
    "crm.popups",
    "crm.rest",
    "crm.audit",
    "crm.privacy",
    "crm.staff",
    "crm.palette",
    "crm.demo",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "channels",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "ccsite.middleware.ContentSecurityPolicy",
    "ccsite.middleware.StaticFiles",
    "crm.audit.doors.Requests",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "crm.logins.middleware.Logins",
    "crm.access.guard.DenyByDefault",
]
ROOT_URLCONF = "ccsite.urls"
ASGI_APPLICATION = "ccsite.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "crm" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "crm.navigation.context",
                "crm.desk.own.context",
                "ccsite.version.context",
            ],
        },
    },
]

# -- rows
DATABASES = {
    "default": environment.database(
        environment.secret("DATABASE_URL", STATE_DIR) or "postgres://switchdesk@127.0.0.1:5432/switchdesk"
    ),
}

WEB_CONNECTIONS = environment.number("WEB_CONNECTIONS", 8)  # kept open by a web process between requests; 0: none

# -- Redis: messages, channel layer, cache, tasks
REDIS_URL = environment.secret("REDIS_URL", STATE_DIR) or "redis://127.0.0.1:6379/0"
CHANNEL_LAYERS = {
    "default": {
        # One message for a group reaches a web process once, however many pages of it are in the group; the other layer
        # of this library writes a copy for each page and fetches them one by one. What is lost while a connection is
        # made anew is noticed by the page (crm.live.feed).
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            # redis-py 8 gives every socket a time-out of 5 s: without None a page that hears nothing is cut off.
            "hosts": [{"address": REDIS_URL, "socket_timeout": None}],
            "prefix": "ccs:channels:",
        },
    },
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "ccs:cache",
    },
}

# -- tasks
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {"global_keyprefix": "ccs:celery:", "visibility_timeout": 3600}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 1800
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE_DIR / "celerybeat-schedule")

# -- people
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "crm.logins.rules.NotLikeHer",
        "OPTIONS": {"user_attributes": ("username", "display_name", "email")},
    },
    {"NAME": "crm.logins.rules.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "crm.logins.rules.NotCommon"},
    {"NAME": "crm.logins.rules.NotOnlyDigits"},
    {"NAME": "crm.logins.rules.NotTheLogin"},
    {"NAME": "crm.logins.rules.NotARecentOne"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_DAYS = environment.number("PASSWORD_DAYS", 0)  # after so many it must be changed; 0: never
LOGIN_ACCOUNT_TRIES = environment.number("LOGIN_ACCOUNT_TRIES", 5)
LOGIN_ADDRESS_TRIES = environment.number("LOGIN_ADDRESS_TRIES", 50)  # a whole centre may share an address
TRUSTED_PROXIES = environment.networks("TRUSTED_PROXIES")
SESSION_IDLE_MINUTES = environment.number("SESSION_IDLE_MINUTES", 60)
SECOND_FACTOR_ROLES = environment.words("SECOND_FACTOR_ROLES")  # codes of roles that need one

# -- sign-on by another system (OpenID Connect)
OIDC_ISSUER = environment.text("OIDC_ISSUER")
OIDC_CLIENT = environment.text("OIDC_CLIENT")
OIDC_SECRET = environment.secret("OIDC_SECRET", STATE_DIR)
OIDC_CLAIM = environment.text("OIDC_CLAIM", "email")  # or preferred_username: what it calls the login here
OIDC_MAKE_USERS = environment.flag("OIDC_MAKE_USERS", False)
if OIDC_ISSUER and not (OIDC_CLIENT and OIDC_SECRET):
    raise ImproperlyConfigured("OIDC_ISSUER needs OIDC_CLIENT and OIDC_SECRET.")
if PRODUCTION and OIDC_ISSUER and not OIDC_ISSUER.startswith("https://"):
    raise ImproperlyConfigured("OIDC_ISSUER must begin with https://.")

# -- calls to the outside: the gateway of the switches that takes them, and where the centre stands
DIAL_CALLER_NUMBER = environment.digits("DIAL_CALLER_NUMBER")
DIAL_SHOWS = environment.numbers("DIAL_SHOWS")  # further numbers that campaigns may show
DIAL_COUNTRY = environment.digits("DIAL_COUNTRY", "86")
DIAL_AREA = environment.digits("DIAL_AREA")  # none: no number is local
DIAL_TRUNK_PREFIX = environment.digits("DIAL_TRUNK_PREFIX", "0")
DIAL_INTERNATIONAL_PREFIX = environment.digits("DIAL_INTERNATIONAL_PREFIX", "00")
DIAL_EMERGENCY = environment.digit_words("DIAL_EMERGENCY", ("110", "119", "120", "122"))
DIAL_PREMIUM = environment.digit_words("DIAL_PREMIUM")  # beginnings of E.164 numbers that nobody dials
DIAL_PREFIXES = environment.beginnings("DIAL_PREFIXES")  # none: nobody is dialled outside; "+": everybody
DIAL_SECONDS = environment.number("DIAL_SECONDS", 60)

# -- phones: the realm of their passwords, the same as the switches'
SIP_DOMAIN = environment.word("FREESWITCH_DOMAIN") or "switchdesk.internal"

# -- languages and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "crm" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = environment.text("TIME_ZONE", "Asia/Shanghai")  # the business day; rows are in UTC
CELERY_TIMEZONE = TIME_ZONE  # the night of nightly tasks

# -- files
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "crm" / "static"]
STATIC_ROOT = Path(environment.text("STATIC_ROOT", str(STATE_DIR / "static"))) if PRODUCTION else None
CDR_DIR = Path(environment.text("CDR_DIR", str(STATE_DIR / "cdr")))  # where the switch leaves its own records
MEDIA_ROOT = Path(environment.text("MEDIA_ROOT", str(STATE_DIR / "media")))
CUSTOMER_FILE_MB = environment.number("CUSTOMER_FILE_MB", 10)  # of one file of a customer, below MEDIA_ROOT/customers
EXPORTS_DIR = Path(environment.text("EXPORTS_DIR", str(STATE_DIR / "exports")))  # ordered files, for a day
WHITENOISE_USE_FINDERS = not PRODUCTION  # else straight from the apps, without collectstatic
WHITENOISE_AUTOREFRESH = not PRODUCTION  # a style sheet may be edited under a running centre
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}

# -- alarms: what is looked at, from where on it is wrong (warning, critical), whom it is told
ALARM_DAEMONS = environment.words("ALARM_DAEMONS") or environment.words("SWITCHCTL_HTTP")
FREESWITCH_ADDRESSES = environment.switches("FREESWITCH_NODES", STATE_DIR)
ALARM_DISKS = [STATE_DIR, *map(Path, environment.words("ALARM_DISKS"))]
ALARM_DISK_PERCENT = environment.limits("ALARM_DISK_PERCENT", 10, 5)
ALARM_DATABASE_S = environment.limits("ALARM_DATABASE_S", 1, 5)
ALARM_JOURNAL_MB = environment.limits("ALARM_JOURNAL_MB", 256, 2048)
ALARM_RECORDER_LAG_S = environment.limits("ALARM_RECORDER_LAG_S", 30, 300)
ALARM_EVENTS_LAG_S = environment.limits("ALARM_EVENTS_LAG_S", 30, 300)
ALARM_ATTEMPTS_LAG_S = environment.limits("ALARM_ATTEMPTS_LAG_S", 60, 300)
ALARM_REPAIRS = environment.limits("ALARM_REPAIRS", 10, 100)
ALARM_CERTIFICATE_DAYS = environment.limits("ALARM_CERTIFICATE_DAYS", 30, 7)
CERTIFICATES = environment.words("CERTIFICATES")  # files, or host:port
ALARM_RAISE_AFTER_S = environment.number("ALARM_RAISE_AFTER_S", 10)
ALARM_CLEAR_AFTER_S = environment.number("ALARM_CLEAR_AFTER_S", 60)
ALARM_WEBHOOKS = environment.web_addresses("ALARM_WEBHOOKS", STATE_DIR)
ALARM_WEBHOOK_SECRET = environment.secret("ALARM_WEBHOOK_SECRET", STATE_DIR)
if ALARM_WEBHOOKS and not ALARM_WEBHOOK_SECRET:
    raise ImproperlyConfigured("ALARM_WEBHOOKS needs ALARM_WEBHOOK_SECRET: receivers know us by its signature.")
ALARM_MAIL = environment.words("ALARM_MAIL")
DEFAULT_FROM_EMAIL = environment.text("MAIL_FROM", "switchdesk@localhost")
EMAIL_HOST = environment.text("MAIL_HOST", "localhost")
EMAIL_PORT = environment.number("MAIL_PORT", 25)
EMAIL_HOST_USER = environment.text("MAIL_USER")
EMAIL_HOST_PASSWORD = environment.secret("MAIL_PASSWORD", STATE_DIR)
EMAIL_USE_TLS = environment.flag("MAIL_TLS", False)
EMAIL_TIMEOUT = 10
MAIL_SET = bool(environment.text("MAIL_HOST"))  # reports are mailed only when somebody said by which server

# -- audit: where the chain's end is told, beside the log; best on a disk that the database's host cannot write
ERASURES = Path(environment.text("ERASURES", str(STATE_DIR / "erasures.jsonl")))  # for backups that still know whom
AUDIT_ANCHORS = Path(environment.text("AUDIT_ANCHORS", str(STATE_DIR / "audit-anchors.jsonl")))

# -- requests of ours to other systems (webhooks, lookups): of the inside only these networks are asked
OUTWARD_ALLOWED = environment.networks("OUTWARD_ALLOWED")

# -- API
API_RATE = environment.number("API_RATE", 1200)  # requests of a token in a minute, where the token says no other number
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["crm.rest.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["crm.rest.permission.Needed"],
    "DEFAULT_THROTTLE_CLASSES": ["crm.rest.limits.PerMinute"],
    "DEFAULT_PAGINATION_CLASS": "crm.rest.paging.Cursor",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "crm.rest.schema.Described",
    "EXCEPTION_HANDLER": "crm.rest.problems.handler",
    "URL_FORMAT_OVERRIDE": None,  # a parameter that no door knows is 400, and ?format= was 404 before any door saw it
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Switchdesk",
    "DESCRIPTION": "The call centre for other programs: what its pages do, as far as a token allows.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "SCHEMA_PATH_PREFIX": "/api/v[0-9]+",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [],  # choices stand where they are used: names made up for them would change
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# -- browsers
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 3600  # a long shift
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
PERMISSIONS_POLICY = "microphone=(self), camera=(), geolocation=(), payment=(), usb=(), display-capture=()"
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
if PRODUCTION:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = environment.flag("SECURE_SSL_REDIRECT", True)
    SECURE_HSTS_SECONDS = environment.number("SECURE_HSTS_SECONDS", 31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = environment.flag("SECURE_HSTS_ALL", True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# -- logs: one line each on standard error; `make run` keeps them per process in var/log
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": environment.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"propagate": True},
        "django": {"level": "INFO"},
        **{name: {"level": "INFO"} for name in ("authlib", "urllib3")},  # at DEBUG they write codes and tokens
    },
}
