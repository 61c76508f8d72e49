"""Django settings: wiring only; choices of a seller are rows, choices of a machine come from `env`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from fupan.config.env import Env, kept_secret
from fupan.config.panels import PANELS  # noqa: F401  a setting

ENV = Env()
PACKAGE = Path(__file__).resolve().parent.parent
HOME = ENV.home.expanduser().resolve()

SECRET_KEY = kept_secret(HOME, ENV.secret_key)
DEBUG = ENV.debug
DEMO = ENV.demo
ALLOWED_HOSTS = [host.strip() for host in ENV.hosts.split(",")]
CSRF_TRUSTED_ORIGINS = ENV.trusted_origins
BASE_URL = ENV.base_url.rstrip("/")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "csp",
    "ninja",
    "django_q",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "fupan.core",
    "fupan.people",
    "fupan.notify",
    "fupan.commerce",
    "fupan.intake",
    "fupan.desk",
    "fupan.library",
    "fupan.insight",
    "fupan.review",
    "fupan.action",
    "fupan.verification",
    "fupan.briefing",
    "fupan.demo",
    "fupan.flows",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "fupan.core.middleware.StorableTextMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "fupan.core.middleware.RefusedMiddleware",
    "fupan.config.problems.NotAllowedMiddleware",
]

# Cotton and template-partials each rewrite the loaders by default and so switch the other off; hence both by hand.
_LOADERS = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "OPTIONS": {
            "loaders": [("template_partials.loader.Loader", [("django.template.loaders.cached.Loader", _LOADERS)])],
            "builtins": ["django_cotton.templatetags.cotton", "template_partials.templatetags.partials"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "fupan.config.context.shell",
            ],
        },
    }
]
FORM_RENDERER = "fupan.core.forms.Renderer"

SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA busy_timeout=20000;"
        "PRAGMA cache_size=-65536;PRAGMA temp_store=MEMORY;"
    ),
}
if ENV.database_url:
    # Each request has a thread of its own here, so a connection kept for later would only be left behind.
    DATABASES = {"default": dict(dj_database_url.parse(ENV.database_url, conn_max_age=0))}
else:
    DATABASES = {
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": HOME / "fupan.sqlite3", "OPTIONS": SQLITE_OPTIONS}
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 1000  # a folder of reports
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

ROOT_URLCONF = "fupan.config.urls"
ASGI_APPLICATION = "fupan.config.asgi.application"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {},
        "MinimumLengthValidator": {"min_length": 12},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
    }.items()
]
ACCOUNT_ADAPTER = "fupan.people.adapter.ClosedAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reset_password": "10/m/ip,3/m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # members come by a link sent to that address
MFA_TOTP_ISSUER = "Fupan"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENV.https
SECURE_SSL_REDIRECT = ENV.https
SECURE_HSTS_SECONDS = 31536000 if ENV.https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.https else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "static"]
STATIC_ROOT = HOME / "static"
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = HOME / "files"
FACTS_ROOT = HOME / "facts"
SEARCH_ROOT = HOME / "search"
LIKENESS_ROOT = HOME / "likeness"
PAYLOADS_ROOT = HOME / "payloads"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache",
                      "OPTIONS": {"MAX_ENTRIES": 20_000}}}  # fmt: skip

POOLER = ENV.pooler
LOCAL_DESTINATIONS = ENV.local_destinations  # messages may go to http:// and private addresses

DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.email_from
if ENV.email_url:
    from fupan.config.mail import mail_settings

    globals().update(mail_settings(ENV.email_url))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(HOME / "outbox")

JOBS_AT_ONCE = False  # tests and one-shot commands run jobs in-process
Q_CLUSTER = {
    "name": "fupan",
    "orm": "default",
    "workers": ENV.workers,
    "timeout": 240,
    "retry": 300,
    "ack_failures": False,
    "max_attempts": 5,
    "bulk": 1,
    "poll": 0.5,
    "catch_up": False,
    "save_limit": 500,
    "label": "Fupan",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
