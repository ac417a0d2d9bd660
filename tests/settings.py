"""The site's settings, made hermetic: nothing from the caller's environment but DATABASE_URL.

pytest-django loads settings before any conftest.py, so this cannot be done by a fixture.
"""

import os

for _name in (
    "ACCEPT_PROVISIONAL_PROTOCOL",
    "ALLOWED_HOSTS",
    "BRAND_FILE",
    "BACKUPS",
    "CSRF_TRUSTED_ORIGINS",
    "DATABASE_REPLICA_URL",
    "DEBUG",
    "DEFAULT_FROM_EMAIL",
    "EMAIL_URL",
    "HTTPS",
    "MAP_TILE_CREDIT",
    "MAP_TILE_URL",
    "METRICS_ON_LOOPBACK",
    "METRICS_TOKEN",
    "QUICK_EXIT_URL",
    "REPLICA_LAG_SECONDS",
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "SHED_AFTER_SECONDS",
    "SHED_RETRY_SECONDS",
    "SITE_CONTACT",
    "SITE_NAME",
    "SITE_RUNNER",
    "SITE_URL",
    "STAFF_IDLE_MINUTES",
):
    os.environ.pop(_name, None)
# Tests that start `manage.py` as a process of its own inherit this.
os.environ["DEBUG"] = "1"

from iopfinder.settings import *  # noqa: E402, F403

# The real hasher is slow on purpose: twenty accounts would cost eleven seconds.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Static files straight from where they lie: no collectstatic before a test.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
# A test that reaches the database before the test database is made must fail, not write into the real one:
# pytest-django makes it only when a collected test is marked `django_db`.
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":  # noqa: F405
    DATABASES["default"]["NAME"] = ":memory:"  # noqa: F405
