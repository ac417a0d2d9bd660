"""The house's promises as system checks. `manage.py check` and `check --deploy` read them."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register
from django.db import DatabaseError, connections
from django.http.request import validate_host

from iopfinder import database_roles, mail

REQUIRED_LINES = ("emergency", "suicide")


@register(Tags.security)
def policy_is_strict(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """No inline code and nobody else's origin, on any page; but for map pictures an operator asked for."""
    reports = {"report-uri": {settings.REPORT_PATH}, "report-to": {settings.REPORT_GROUP}}
    more = {**reports, "img-src": {SELF, NONE, settings.MAP_TILE_ORIGIN}}
    for name, sources in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items():
        allowed = more.get(name, {SELF, NONE})
        loose = [source for source in sources if source not in allowed]
        if loose:
            yield Error(
                f"Content-Security-Policy allows {', '.join(loose)} in {name}.",
                hint="No page runs inline code or asks a third party. Serve the file from our own origin.",
                id="iopfinder.E001",
            )


@register(Tags.security)
def forms_survive_the_referrer_policy(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    if settings.SECURE_REFERRER_POLICY == "no-referrer":
        yield Error(
            "SECURE_REFERRER_POLICY is no-referrer, and every form would be refused.",
            hint="Browsers then send `Origin: null`, which CSRF protection turns away. Use same-origin.",
            id="iopfinder.E002",
        )


@register()
def crisis_lines_are_there(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    codes = {line.code: line for line in settings.CRISIS_LINES}
    for code in REQUIRED_LINES:
        if code not in codes or codes[code].call is None:
            yield Error(
                f"CRISIS_LINES has no number to call for {code!r}.",
                hint="Every page shows these two at the top.",
                id="iopfinder.E003",
            )


@register()
def quick_exit_leads_away(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    away = urlsplit(settings.QUICK_EXIT_URL)
    if away.scheme != "https" or not away.netloc or away.hostname in settings.ALLOWED_HOSTS:
        yield Error(
            "QUICK_EXIT_URL must be an https address of somebody else's neutral page.",
            hint="For example https://www.weather.gov/.",
            id="iopfinder.E004",
        )


@register(deploy=True)
def someone_answers_for_the_site(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    for name in ("SITE_RUNNER", "SITE_CONTACT"):
        if not getattr(settings, name):
            yield Warning(
                f"{name} is empty: the page about the site cannot say who runs it.",
                hint="Set it in the environment; see .env.example.",
                id="iopfinder.W001",
            )


@register(deploy=True)
def mail_goes_somewhere(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    if settings.EMAIL_BACKEND in {mail.NOWHERE, mail.CONSOLE}:
        yield Warning(
            "No mail is sent: nobody can be invited, set a new password or confirm a listing.",
            hint="Set EMAIL_URL in the environment; see .env.example.",
            id="iopfinder.W003",
        )


@register(deploy=True)
def links_in_mails_lead_here(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    address = urlsplit(settings.SITE_URL)
    if address.scheme not in {"http", "https"} or not validate_host(
        address.hostname or "", settings.ALLOWED_HOSTS
    ):
        yield Warning(
            "SITE_URL is not one of ALLOWED_HOSTS: links in our mails would lead elsewhere.",
            hint="Set SITE_URL in the environment, as in https://find.example.org.",
            id="iopfinder.W004",
        )


@register(Tags.database, deploy=True)
def the_database_is_not_ours_to_rule(
    app_configs: Any, databases: Any = None, **kwargs: Any
) -> Iterable[CheckMessage]:
    """The site runs as a role that can do what it needs. Runs with `check --deploy --database default`."""
    connection = connections["default"]
    if connection.vendor != "postgresql" or "default" not in (databases or ()):
        return
    try:
        more, lacking = database_roles.beyond(connection), database_roles.missing(connection)
    except DatabaseError:
        return  # what asks for the database itself says so
    how = 'See "Database roles" in docs/operations.md.'
    if lacking:
        said = "; ".join(lacking[:3]) + (f" and {len(lacking) - 3} more" if len(lacking) > 3 else "")
        yield Error(f"The database refuses the site: {said}.", hint=how, id="iopfinder.E006")
    if more == "superuser":
        yield Warning("The site runs as a superuser of the database.", hint=how, id="iopfinder.W005")
    elif more:
        yield Info("The site runs as the owner of its tables.", hint=how, id="iopfinder.I001")
