"""What the environment says."""

import smtplib
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks as system_checks
from django.core.cache import cache
from django.core.mail import get_connection
from django.http.request import validate_host

from iopfinder import mail
from iopfinder.doctor import Checks, Finding, ok, warning, wrong

KEY_LENGTH = 50
TOKEN_LENGTH = 20
MAIL_SECONDS = 5


def debug() -> Finding:
    if settings.DEBUG:
        return wrong(
            "DEBUG is on: whoever meets an error reads our settings.", "Take DEBUG out of the environment."
        )
    return ok("Errors are shown to nobody.")


def secret_key() -> Finding:
    key = settings.SECRET_KEY
    make = (
        "Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(64))', and set SECRET_KEY to it."
    )
    if key == settings.INSECURE_DEVELOPMENT_KEY:
        return wrong("SECRET_KEY is the one for development, which everybody knows.", make)
    if len(key) < KEY_LENGTH or len(set(key)) < 10:
        return wrong(f"SECRET_KEY has {len(key)} characters, or too few different ones.", make)
    if key in settings.SECRET_KEY_FALLBACKS:
        return wrong(
            "SECRET_KEY stands in SECRET_KEY_FALLBACKS too: nothing was rotated.",
            "Put the old key there, or nothing.",
        )
    if settings.SECRET_KEY_FALLBACKS:
        return warning(
            f"{len(settings.SECRET_KEY_FALLBACKS)} old keys still open what they sealed.",
            "Take them out of SECRET_KEY_FALLBACKS 30 days after the change.",
        )
    return ok("The key is long enough, and no old one is accepted.")


def hosts() -> Finding:
    example = "Set ALLOWED_HOSTS to the names people type, comma between: find.example.org"
    if not settings.ALLOWED_HOSTS:
        return wrong("ALLOWED_HOSTS is empty: every page answers 400.", example)
    if "*" in settings.ALLOWED_HOSTS:
        return wrong("ALLOWED_HOSTS takes any name: links can be made to lead elsewhere.", example)
    return ok(f"The site is called {', '.join(settings.ALLOWED_HOSTS)}.")


def site_url() -> Finding:
    address = urlsplit(settings.SITE_URL)
    mend = "Set SITE_URL to what people type, as in https://find.example.org."
    if address.scheme not in {"http", "https"} or not validate_host(
        address.hostname or "", settings.ALLOWED_HOSTS
    ):
        return wrong("Links in our mails lead to a name that ALLOWED_HOSTS does not have.", mend)
    if address.scheme == "http" and settings.HTTPS:
        return wrong("Links in our mails begin with http://, and the site is served over HTTPS.", mend)
    return ok(f"Links in mails begin with {settings.SITE_URL}.")


def https() -> Finding:
    if settings.HTTPS:
        return ok("Cookies travel over HTTPS alone.")
    return wrong(
        "HTTPS is off: whoever listens on the way reads what people answer.",
        "Let a proxy end TLS, and take HTTPS out of the environment.",
    )


def runner() -> Finding:
    missing = [name for name in ("SITE_RUNNER", "SITE_CONTACT") if not getattr(settings, name)]
    if missing:
        return warning(
            f"Nobody answers for the site: {' and '.join(missing)} empty.", "Set them; see .env.example."
        )
    return ok(f"{settings.SITE_RUNNER} answers for the site.")


def mail_server() -> Finding:
    """Connects as a mail would, greets and signs in; sends nothing."""
    if settings.EMAIL_BACKEND in {mail.NOWHERE, mail.CONSOLE}:
        return warning("No mail is sent: nobody can be invited, and no center asked.", "Set EMAIL_URL.")
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    connection = get_connection(timeout=MAIL_SECONDS)
    try:
        connection.open()
    except smtplib.SMTPAuthenticationError:
        return wrong(f"The mail server {where} refuses our name or password.", "Put them right in EMAIL_URL.")
    except (OSError, smtplib.SMTPException) as error:
        return wrong(
            f"The mail server {where} does not take our mail: {type(error).__name__}.",
            "Look whether it runs, whether a firewall lets us through, and whether EMAIL_URL has the right "
            "port and the right kind of TLS.",
        )
    finally:
        connection.close()
    return ok(f"The mail server {where} lets us in.")


def metrics() -> Finding:
    token = settings.METRICS_TOKEN
    if token and len(token) < TOKEN_LENGTH:
        return wrong(
            f"METRICS_TOKEN has {len(token)} characters: it can be guessed.",
            "Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'.",
        )
    return ok(
        "/metrics is open to the token or this machine."
        if token or settings.METRICS_ON_LOOPBACK
        else "/metrics is shut."
    )


def cache_keeps() -> Finding:
    """Each process has a cache of its own; a shared one that is away would make limits forget."""
    cache.set("iopfinder-doctor", 1, 10)
    if cache.get("iopfinder-doctor") != 1:
        return wrong(
            "The cache forgets at once: limits on how often the API may be asked hold nobody.",
            "Leave CACHES as it comes, or look after the server it names.",
        )
    return ok("Each process keeps its own small cache; nothing is lost with it.")


def promises() -> Finding:
    """All that `check --deploy` says."""
    found = [one for one in system_checks.run_checks(include_deployment_checks=True) if one.level >= 30]
    if found:
        return wrong(
            f"Django's checks complain: {', '.join(sorted({str(one.id) for one in found}))}.",
            "Read them: manage.py check --deploy",
        )
    return ok("Django's own checks are content.")


CHECKS: Checks = {
    "debug": debug,
    "secret-key": secret_key,
    "hosts": hosts,
    "site-url": site_url,
    "https": https,
    "runner": runner,
    "mail": mail_server,
    "metrics": metrics,
    "cache": cache_keeps,
    "promises": promises,
}
