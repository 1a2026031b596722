"""Settings of every installation; what differs between them comes from the environment (see .env.example)."""

import sys
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from csec import logs
from csec.accounts import oidc

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()

# Where we run. Production is the default, so that a forgotten variable never opens the one-click sign-in.
CSEC_ENV = env.str("CSEC_ENV", default="production")
if CSEC_ENV not in {"production", "demo", "test"}:
    raise ImproperlyConfigured(f"CSEC_ENV is {CSEC_ENV!r}; it must be production, demo or test.")
PRODUCTION = CSEC_ENV == "production"
DEMO = CSEC_ENV == "demo"
if PRODUCTION and env.bool("CSEC_DEMO", default=False):
    raise ImproperlyConfigured("The demo signs anyone in: production settings refuse CSEC_DEMO. Unset it.")

# What this process may touch: web pages, or the worker's and the clock's tasks.
CSEC_PROCESS = env.str("CSEC_PROCESS", default="web")
CSEC_VAR = Path(env.str("CSEC_VAR", default=str(BASE_DIR / "var")))

SECRET_KEY = env.str("SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[] if PRODUCTION else ["127.0.0.1", "localhost", "testserver"]
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "csec.audit",
    "csec.crypto",
    "csec.drafts",
    "csec.directory",
    "csec.accounts",
    "csec.delivery",
    "protocols",
    "cases",
    "district",
    "drills",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
]
if not PRODUCTION:
    INSTALLED_APPS.append("csec.demo")

# What goes on every answer stands first: what a later one answers by itself, or fails in, passes through these.
MIDDLEWARE = [
    "csec.headers.ResponseHeaders",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # of pages alone; why it is safe: docs/security.md
    "csec.headers.DatabaseUnreachable",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "csec.urls"
WSGI_APPLICATION = "csec.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csec.routes.installation",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Three logins, none of which owns what another may not touch: `default` is the application (or the worker),
# `owner` runs the migrations, `audit` reads the log. Row-level security holds for `default` alone.
_options: dict[str, object] = {"connect_timeout": 3, "application_name": f"lantern-{CSEC_PROCESS}"}
_connection = {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True, "OPTIONS": _options}  # a new one is slow
# A page that PostgreSQL cannot answer in half a minute is given up, and says so (503).
_bounded = {"OPTIONS": {**_options, "options": "-c statement_timeout=30s"}}
_default_url = "DATABASE_WORKER_URL" if CSEC_PROCESS == "worker" else "DATABASE_APP_URL"
DATABASES = {
    "default": env.db_url(_default_url) | _connection | _bounded | {"TEST": {"MIRROR": "owner"}},
    "owner": env.db_url("DATABASE_URL") | _connection,
    "audit": env.db_url("DATABASE_AUDIT_URL") | _connection | {"TEST": {"MIRROR": "owner"}},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Master keys that wrap the data keys; see csec/crypto.
CSEC_MASTER_KEYS = env.str("CSEC_MASTER_KEYS", default="")
CSEC_MASTER_KEYS_FILE = env.str("CSEC_MASTER_KEYS_FILE", default="")

# Where the log's chain is anchored every five minutes: out of reach of whoever owns the database.
AUDIT_ANCHOR_FILE = env.str("AUDIT_ANCHOR_FILE", default=str(CSEC_VAR / "anchors" / "audit.log"))

# Sign-in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["csec.accounts.backend.StaffOnly"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "csec.accounts.passwords.LongEnough"},
    {"NAME": "csec.accounts.passwords.NotGuessedFromHere"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if CSEC_ENV == "test":
    # A slow hash protects real passwords; in the tests it would only be waited for.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "demo:people" if DEMO else "account_login"
LOGIN_REDIRECT_URL = "home"
# Whether everybody needs a second factor. Only the demo and the tests may do without.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=PRODUCTION)
if PRODUCTION and not SECOND_FACTOR_REQUIRED:
    raise ImproperlyConfigured("Production asks everybody for a second factor. Unset SECOND_FACTOR_REQUIRED.")
# How many proxies of ours stand before the application: so many addresses at the end of X-Forwarded-For are true.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=1 if PRODUCTION else 0)
ACCOUNT_ADAPTER = "csec.accounts.adapter.StaffAccounts"
ACCOUNT_FORMS = {"reset_password": "csec.accounts.forms.AskForReset"}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "csec.accounts.links.Links"  # noqa: S105
# The longest that a link works: somebody's who was let in. Other links end sooner (csec.accounts.links).
PASSWORD_RESET_TIMEOUT = 7 * 24 * 60 * 60
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_SESSION_REMEMBER = False
# Counted by csec.accounts.tries in PostgreSQL; the library counts in the cache, by address alone.
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
MFA_ADAPTER = "csec.accounts.adapter.SecondFactors"
MFA_FORMS = {
    "authenticate": "csec.accounts.forms.Code",
    "reauthenticate": "csec.accounts.forms.CodeAgain",
    "activate_totp": "csec.accounts.forms.FirstCode",
    "authenticate_webauthn": "csec.accounts.forms.Key",
    "reauthenticate_webauthn": "csec.accounts.forms.KeyAgain",
    "add_webauthn": "csec.accounts.forms.NewKey",
}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Lantern"
# Sign-in with the district's Google or Microsoft accounts, where the district has set it up.
OIDC = oidc.from_environment(env)
SOCIALACCOUNT_ADAPTER = "csec.accounts.oidc_adapter.InvitedOnly"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": OIDC.apps}}
SOCIALACCOUNT_STORE_TOKENS = False
SESSION_ENGINE = "csec.accounts.sessions"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "csec.told.Sealed"
CSRF_COOKIE_HTTPONLY = True
# By these names a browser takes a cookie over an encrypted connection alone, and from this host and none beside it.
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrftoken"
CSRF_FAILURE_VIEW = "csec.errors.csrf_failure"
# Where the quick exit leads: a page of the district's own, or one about which nobody wonders.
QUICK_EXIT_URL = env.str("QUICK_EXIT_URL", default="https://www.weather.gov/")

# Language and time: pages are in the reader's language, times in the zone of the school they concern.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]  # each by its own name
LANGUAGE_COOKIE_NAME = "__Host-language" if PRODUCTION else "language"
FORMAT_MODULE_PATH = ["csec.formats"]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "America/Los_Angeles"

# Static files
STATIC_URL = "static/"
STATIC_ROOT = CSEC_VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if CSEC_ENV == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = CSEC_ENV == "test"
WHITENOISE_AUTOREFRESH = CSEC_ENV == "test"
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no other site reads a file of ours either

# What every answer carries
SECURE_CONTENT_TYPE_NOSNIFF = True
# Nothing goes to other sites; "no-referrer" would hide the origin from the check of our own forms as well.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        # A form that begins the sign-in at a provider is redirected there, and browsers ask this list again.
        "form-action": [SELF, *OIDC.origins],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    },
}
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# No upload exists; a form is text. 1 MB is many times the longest.
FILE_UPLOAD_HANDLERS = ["csec.uploads.Refused"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# Mail
vars().update(
    env.email_url("EMAIL_URL", default="consolemail://" if not PRODUCTION else "smtp://localhost:25")
)
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="lantern@localhost")
# Where a message sends its reader: the first page, behind the sign-in.
PUBLIC_URL = env.str("PUBLIC_URL", default="" if PRODUCTION else "http://127.0.0.1:8000/")
if PRODUCTION and not PUBLIC_URL and ALLOWED_HOSTS and ALLOWED_HOSTS[0][0] not in "*.":
    PUBLIC_URL = f"https://{ALLOWED_HOSTS[0]}/"
if CSEC_PROCESS == "worker" and not PUBLIC_URL.startswith(("https://", "http://")):
    raise ImproperlyConfigured("PUBLIC_URL is not set: messages would lead nowhere.")
# How long a message is one sender's alone. Longer than a mail server may take for one message.
DELIVERY_LEASE_SECONDS = env.float("DELIVERY_LEASE_SECONDS", default=120)

# The worker's doorbell. No result is kept, and a hung broker is given up on after two seconds.
CELERY_BROKER_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 2, "socket_connect_timeout": 2}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "csec.delivery.clock.Clock"
_EACH_MINUTE = {"schedule": 60.0, "options": {"expires": 55}}
CELERY_BEAT_SCHEDULE = {
    "heartbeat": {
        "task": "csec.delivery.tasks.record_heartbeat",
        "schedule": 10.0,
        "options": {"expires": 9},
    },
    "sweep": {"task": "cases.tasks.sweep", **_EACH_MINUTE},
    "send-outbox": {"task": "csec.delivery.tasks.send_outbox", **_EACH_MINUTE},
    "password-resets": {
        "task": "csec.accounts.tasks.send_password_resets",
        "schedule": 10.0,
        "options": {"expires": 9},
    },
    "signed-out": {
        "task": "csec.accounts.tasks.forget_what_is_over",
        "schedule": 3600.0,
        "options": {"expires": 3500},
    },
    "seal-audit": {"task": "csec.audit.tasks.seal_audit", **_EACH_MINUTE},
    "emergency-card": {"task": "csec.directory.tasks.snapshot_emergency_card", **_EACH_MINUTE},
}

LOGGING = logs.LOGGING
if PRODUCTION:
    # What a process or a command says at its very end goes into a log as well.
    sys.excepthook = logs.last_words
DEFAULT_EXCEPTION_REPORTER_FILTER = "csec.errors.NothingButTheType"
