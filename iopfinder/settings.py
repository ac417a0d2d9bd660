"""One flat settings file. Whatever differs between installations comes from the environment.

`.env.example` lists every variable that is read here.
"""

import os
from importlib.util import find_spec
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from iopfinder import brand, mail, tiles

BASE_DIR = Path(__file__).resolve().parent.parent


def env(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def env_bool(name: str, default: bool) -> bool:
    """True for 1, true, yes, on; False for 0, false, no, off; anything else is refused."""
    raw = os.environ.get(name)
    if raw is None or raw == "":
        return default
    if raw.lower() in {"1", "true", "yes", "on"}:
        return True
    if raw.lower() in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={raw!r} is neither yes nor no. Use 1 or 0.")


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in env(name, default).split(",") if part.strip()]


# -- Where it runs ------------------------------------------------------------------------------
DEBUG = env_bool("DEBUG", default=False)
# Development serves on loopback only; anything else needs a key of its own (see `check --deploy`).
INSECURE_DEVELOPMENT_KEY = "development-only-key-never-use-it-where-people-can-reach-the-site"
SECRET_KEY = env("SECRET_KEY", INSECURE_DEVELOPMENT_KEY if DEBUG else "")
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")
if not DEBUG and INSECURE_DEVELOPMENT_KEY in (SECRET_KEY, *SECRET_KEY_FALLBACKS):
    raise ImproperlyConfigured("SECRET_KEY is the one for development, which everybody knows. Make your own.")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]" if DEBUG else "")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
HTTPS = env_bool("HTTPS", default=not DEBUG)
# Behind a proxy that ends TLS. Only then: without one, anybody could send this header.
if env_bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# -- Rooms --------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "programs.apps.DeskConfig",
    "programs.apps.AccountsConfig",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "simple_history",
    "django_otp",
    "iopfinder",
    "programs",
    "assessment",
]
MIDDLEWARE = [
    "iopfinder.logs.name_requests",
    # What sets headers comes first: an answer that any other gives has them too.
    "iopfinder.middleware.safety_headers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "iopfinder.logs.log_requests",
    "iopfinder.metrics.count_requests",
    "iopfinder.shedding.shed",
    "iopfinder.middleware.PublicGZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "iopfinder.middleware.AddressLocaleMiddleware",
    "iopfinder.middleware.utf8_only",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]
ROOT_URLCONF = "iopfinder.urls"
WSGI_APPLICATION = "iopfinder.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "iopfinder.context.site",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# -- Data ---------------------------------------------------------------------------------------
DATABASES = {
    "default": dj_database_url.parse(
        env("DATABASE_URL", f"sqlite:///{BASE_DIR / 'db.sqlite3'}"),
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;",
    }
else:
    # A machine that is gone does not even refuse: nobody waits longer for it than this.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
# A copy that follows the database, for pages that only read (`iopfinder.replicas`), and how many seconds it
# may be behind; 0: it is not asked, as for a service whose readers share the storage.
DATABASE_REPLICA_URL = env("DATABASE_REPLICA_URL")
REPLICA_LAG_SECONDS = float(env("REPLICA_LAG_SECONDS", "10"))
if DATABASE_REPLICA_URL:
    DATABASES["replica"] = dj_database_url.parse(DATABASE_REPLICA_URL, conn_max_age=60)
    if any(one["ENGINE"] != "django.db.backends.postgresql" for one in DATABASES.values()):
        raise ImproperlyConfigured("DATABASE_REPLICA_URL is for PostgreSQL, on both sides.")
    DATABASES["replica"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 2)
    DATABASES["replica"]["TEST"] = {"MIRROR": "default"}
    DATABASE_ROUTERS = ["iopfinder.replicas.Router"]
    MIDDLEWARE.append("iopfinder.replicas.ReadFromReplica")
# Each process keeps what it has worked out. What is the same on every page of a language is rendered once
# (`{% cache %}` in templates/base.html), except while templates are being edited.
_IN_MEMORY = "django.core.cache.backends.locmem.LocMemCache"
CACHES = {
    "default": {"BACKEND": _IN_MEMORY},
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.dummy.DummyCache" if DEBUG else _IN_MEMORY,
        "LOCATION": "template_fragments",
        "KEY_FUNCTION": "iopfinder.context.fragment_key",
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- Who runs it --------------------------------------------------------------------------------
# One file holds all that makes a site a county's own (docs/white-label.md); without it, it is ours. The three
# variables fill in what the file leaves open. A wrong file is an error of `check`, and nothing is served.
_loaded = brand.load(
    str(BASE_DIR / env("BRAND_FILE")) if env("BRAND_FILE") else "",
    BASE_DIR / "static" / "css" / "theme.css",
    name=env("SITE_NAME"),
    runner=env("SITE_RUNNER"),
    contact=env("SITE_CONTACT"),
)
BRAND, BRAND_PROBLEMS = _loaded.brand, _loaded.problems
SITE_NAME = BRAND.name
SITE_RUNNER = BRAND.runner  # "Example County Health Department"; shown on the page about the site
SITE_CONTACT = BRAND.contact  # an e-mail address people may write to
REGION = BRAND.region
LEVELS_LISTED = BRAND.levels
# A clinician signs the protocol off by digest; until then an operator says so: see `check --deploy`.
ACCEPT_PROVISIONAL_PROTOCOL = env_bool("ACCEPT_PROVISIONAL_PROTOCOL", default=False)
# Requests a minute that one network may make to the API, in each server process.
API_REQUESTS_A_MINUTE = int(env("API_REQUESTS_A_MINUTE", "300"))
# Whoever waited longer than this, as the proxy says, is asked to come back (`iopfinder.shedding`); 0: nobody.
SHED_AFTER_SECONDS = float(env("SHED_AFTER_SECONDS", "1"))
SHED_RETRY_SECONDS = int(env("SHED_RETRY_SECONDS", "10"))
# Days that what visitors write is kept: a report after it was handled, a call-back request after it closed,
# and one that nobody closed; how long a center still knows whom not to call.
REPORT_DAYS = int(env("REPORT_DAYS", "180"))
INQUIRY_DAYS = int(env("INQUIRY_DAYS", "30"))
INQUIRY_DAYS_AT_MOST = int(env("INQUIRY_DAYS_AT_MOST", "90"))
DO_NOT_CALL_DAYS = int(env("DO_NOT_CALL_DAYS", "1826"))
# The national locator's API, which `manage.py sync_findtreatment` reads.
FINDTREATMENT_URL = env("FINDTREATMENT_URL", "https://findtreatment.gov/locator/exportsAsJson/v2")
QUICK_EXIT_URL = env("QUICK_EXIT_URL", "https://www.weather.gov/")
CRISIS_LINES = BRAND.lines
# Empty: the map is drawn from our own outlines and asks nobody. Else that server sees who looks where.
MAP_TILE_URL = env("MAP_TILE_URL")
MAP_TILE_CREDIT = env("MAP_TILE_CREDIT")  # whom their terms want named: "© OpenStreetMap contributors"
MAP_TILE_ORIGIN = tiles.origin(MAP_TILE_URL)

# -- Mail ---------------------------------------------------------------------------------------
# To staff and to centers. Nothing set: printed in development, else nowhere (`check --deploy` warns).
globals().update(mail.read(env("EMAIL_URL") or ("console:" if DEBUG else "")))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("DEFAULT_FROM_EMAIL") or SITE_CONTACT or "site@localhost"
# What links in a mail begin with. Never taken from a request: whoever sends one writes its Host as they like.
_first_host = next((host for host in ALLOWED_HOSTS if not host.startswith((".", "*"))), "localhost")
_own_address = "http://127.0.0.1:8000" if DEBUG else f"{'https' if HTTPS else 'http'}://{_first_host}"
SITE_URL = (env("SITE_URL") or _own_address).rstrip("/")

# -- Languages ----------------------------------------------------------------------------------
# The first has no prefix, the other lives under its code (/es/): the address says it, no cookie does.
LANGUAGE_CODE = BRAND.languages[0]
_language_names = {"en": _("English"), "es": _("Spanish")}
LANGUAGES = [(code, _language_names[code]) for code in BRAND.languages]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "iopfinder.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# -- Files --------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
# Bootstrap's CSS comes from its package; iopfinder.stylesheet makes one file of it and our theme.
_bootstrap = find_spec("bootstrap")
if _bootstrap is None or not _bootstrap.submodule_search_locations:
    raise ImproperlyConfigured("The package bootstrap-wrapper is not installed. Run `make setup`.")
BOOTSTRAP_CSS = Path(_bootstrap.submodule_search_locations[0]) / "css" / "bootstrap.min.css"
# So does Leaflet; iopfinder.map_files takes the two files we serve out of its package.
_leaflet = find_spec("leaflet")
if _leaflet is None or not _leaflet.submodule_search_locations:
    raise ImproperlyConfigured("The package django-leaflet is not installed. Run `make setup`.")
LEAFLET = Path(_leaflet.submodule_search_locations[0]) / "static" / "leaflet"
# Two brands share no built file.
BUILT_STATIC = BASE_DIR / "build" / "static" / BRAND.key
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    # First: what a brand brings stands in for ours of the same name.
    "iopfinder.brand.finder.BrandFinder",
    "iopfinder.scripts.OwnFilesFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "iopfinder.stylesheet.SiteStylesheetFinder",
    "iopfinder.map_files.MapFilesFinder",
]
WHITENOISE_ALLOW_ALL_ORIGINS = False
# Said here and not left to DEBUG: the test runner turns DEBUG off after this file was read.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# -- Safety -------------------------------------------------------------------------------------
# Where browsers report what the policy stopped (`iopfinder.reports`). They take an endpoint over HTTPS only,
# and one that knows the newer of both directives heeds that alone.
REPORT_PATH, REPORT_GROUP = "/policy-reports/", "policy"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, *filter(None, [MAP_TILE_ORIGIN])],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "report-uri": [REPORT_PATH],
        **({"report-to": [REPORT_GROUP]} if HTTPS else {}),
    }
}
# Not "no-referrer": browsers then send `Origin: null` with a form, and CSRF protection refuses it.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
# Whoever watches the machine asks over plain HTTP from inside.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
# A browser takes a __Host- cookie only over HTTPS, from this host, for the whole of it.
COOKIE_PREFIX = "__Host-" if HTTPS else ""
# Until the browser is closed, as the answers: a year would tell who was here.
CSRF_COOKIE_AGE = None
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
# A form of the assessment that came without its cookie is shown again with what was typed.
CSRF_FAILURE_VIEW = "assessment.refusals.csrf_failure"
ANSWER_COOKIE_NAME = f"{COOKIE_PREFIX}answers"
X_FRAME_OPTIONS = "DENY"
# Sessions are for staff alone: no public page touches one. They end after this long without a click, after a
# working day in any case, and with the browser.
SESSION_ENGINE = "programs.staff.sessions"
SESSION_COOKIE_AGE = int(env("STAFF_IDLE_MINUTES") or 30) * 60
SESSION_LONGEST = 12 * 60 * 60
# What the desk says after a deed names people and places: kept with the session, not in a cookie of its own.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# Tells a browser that staff signed in from before from a stranger's. Sent to the desk alone.
KNOWN_COOKIE_NAME = "__Secure-known" if HTTPS else "known"
AUTHENTICATION_BACKENDS = ["programs.staff.backend.StaffBackend"]
# The link by which a forgotten password is set anew.
PASSWORD_RESET_TIMEOUT = 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
LOGIN_REDIRECT_URL = "admin:index"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
FILE_UPLOAD_HANDLERS = ["iopfinder.uploads.NoUploads"]
# The largest form is an admin page with many programs.
DATA_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
# Lists sent at the desk are read and applied in a process that steps back behind those that serve pages.
IMPORTS_ASIDE = env_bool("IMPORTS_ASIDE", default=not DEBUG)

# -- Who watches it -----------------------------------------------------------------------------
# /metrics is not there until one of these opens it: whoever bears the token, or whoever asks on this machine.
METRICS_TOKEN = env("METRICS_TOKEN")
METRICS_ON_LOOPBACK = env_bool("METRICS_ON_LOOPBACK", default=False)
# The folder of the nightly backups, if the site may know it: `manage.py doctor` looks how old the newest is.
BACKUPS = env("BACKUPS")

# -- What is written down -----------------------------------------------------------------------
# Standard error only. Django's own lines per request are silent: they hold the address with its query.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "iopfinder.logs.JsonFormatter"}},
    "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["lines"], "level": "WARNING"},
    "loggers": {
        "iopfinder": {"level": "INFO"},
        "programs": {"level": "INFO"},
        "assessment": {"level": "INFO"},
        "django": {"handlers": [], "level": "INFO"},
        # At DEBUG this one writes down all that a page was made from, answers included.
        "django.template": {"level": "INFO"},
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": [], "level": "CRITICAL", "propagate": True},
    },
}
