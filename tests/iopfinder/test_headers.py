"""Every answer of the site has every header that keeps a browser safe, whoever gives the answer."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from http.cookies import SimpleCookie

import pytest
from django.conf import settings as site
from django.db import OperationalError, connection
from django.http import HttpRequest
from django.test import Client
from django.urls import URLResolver, get_resolver, path

from assessment.domain.content import CURRENT
from iopfinder import middleware
from iopfinder import urls as addresses
from programs import listings
from programs.models import Center
from tests.programs import factories
from tests.programs.accounts import account, client_of

SUBDOMAINS = "max-age=31536000; includeSubDomains; preload"
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "report-uri /policy-reports/",
    "report-to policy",
}
SAME = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "Referrer-Policy": "same-origin",
    "Reporting-Endpoints": 'policy="/policy-reports/"',
    "Strict-Transport-Security": SUBDOMAINS,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
FOR_ANYBODY = ("/api/",)
"""What pages of others may fetch, as the page about data says."""
WORDS = {
    "slug": "a-center",
    "state": "az",
    "language": "en",
    "version": CURRENT,
    "code": "paying",
    "token": "7qx2-m0fa-zk3d-9t5h-wcre-4b8n-j6vp",
    "public_id": "6f1f9d3e-6f1c-4b7e-9a53-7d0e6c1b2a30",
    "app_label": "programs",
}


def broken(request: HttpRequest):
    raise ValueError("a fault of ours")


urlpatterns = [path("broken/", broken), *addresses.urlpatterns]
handler400, handler500 = addresses.handler400, addresses.handler500


def walk(patterns, before=""):
    for one in patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from walk(one.url_patterns, here)
        else:
            yield here


def every_address(center):
    """A path for each pattern of the resolver: words that exist where a visitor would have them."""
    own = WORDS | {"slug": center.slug, "short_id": center.short_id, "wanted": str(center.public_id)}

    def word(match):
        return str(own.get(match[2], center.pk))

    for pattern in walk(get_resolver().url_patterns):
        plain = re.sub(
            r"<(?:(\w+):)?(\w+)>", word, re.sub(r"\(\?P(<\w+>)(?:\[[^]]*\]|[^)])*\)", r"\1", pattern)
        )
        yield "/" + re.sub(r"[\^$\\]", "", plain)


@pytest.fixture
def over_https(settings):
    """As an installation that serves people; the policy is the one settings.py makes for it."""
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    directives = site.CONTENT_SECURITY_POLICY["DIRECTIVES"] | {"report-to": [site.REPORT_GROUP]}
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": directives}
    return settings


@pytest.fixture
def center(db) -> Center:
    program = factories.ProgramFactory()
    listings.rebuild([program.center_id])
    return program.center


def wrong(response, at, *, secure=True):
    """What is not as it should be, in words."""
    headers = response.headers
    wanted = SAME if secure else {name: one for name, one in SAME.items() if "Transport" not in name}
    if WORDS["token"] in at and headers.get("Referrer-Policy") == "no-referrer":
        wanted = wanted | {"Referrer-Policy": "no-referrer"}  # its address is a secret
    found = [f"{name}: {headers.get(name)!r}" for name, one in wanted.items() if headers.get(name) != one]
    if not secure and "Strict-Transport-Security" in headers:
        found.append("Strict-Transport-Security over plain HTTP, where no browser heeds it")
    if {part.strip() for part in headers.get("Content-Security-Policy", "").split(";")} != POLICY:
        found.append(f"Content-Security-Policy: {headers.get('Content-Security-Policy')}")
    features = headers.get("Permissions-Policy", "")
    if features not in {middleware.PERMISSIONS_POLICY, middleware.WITH_POSITION}:
        found.append(f"Permissions-Policy: {features!r}")
    if (features == middleware.WITH_POSITION) != (re.fullmatch(r"(/es)?/programs/(\?.*)?", at) is not None):
        found.append(f"geolocation: {features!r}")
    shared = headers.get("Cross-Origin-Resource-Policy")
    if shared != "same-origin" and not (shared == "cross-origin" and at.startswith(FOR_ANYBODY)):
        found.append(f"Cross-Origin-Resource-Policy: {shared!r}")
    is_page = headers.get("Content-Type", "").startswith("text/html")
    if headers.get("Cross-Origin-Embedder-Policy") != ("require-corp" if is_page else None):
        found.append(f"Cross-Origin-Embedder-Policy: {headers.get('Cross-Origin-Embedder-Policy')!r}")
    if not is_page and "noindex" not in headers.get("X-Robots-Tag", ""):
        found.append(f"X-Robots-Tag: {headers.get('X-Robots-Tag')!r}")
    if "Server" in headers or "X-Powered-By" in headers:
        found.append("says what it is made of")
    return [f"{response.status_code} {at}: {one}" for one in found]


def read(response):
    """To its end: a stream that is not read holds its file open."""
    if response.streaming:
        b"".join(response.streaming_content)
    return response


@pytest.mark.parametrize("who", ["nobody", "platform admin"])
def test_every_address_and_every_method_has_the_whole_set(who, center, over_https):
    over_https.API_REQUESTS_A_MINUTE = 20
    found, statuses, streams = [], Counter(), 0
    client = Client() if who == "nobody" else client_of(account("admin"))
    client.raise_request_exception = False
    all_addresses = list(every_address(center))
    assert len(all_addresses) > 200
    for at in all_addresses:
        for method in ("get", "head", "post", "put", "delete", "options"):
            response = read(getattr(client, method)(at, secure=True))
            statuses[response.status_code] += 1
            streams += response.streaming
            found += wrong(response, at)
    assert found == []
    assert {200, 302, 404, 405, 429} <= set(statuses)
    assert statuses[200] > 50
    assert streams


@pytest.mark.parametrize(
    "at", ["/", "/es/programs/?place=85004", "/admin/", "/api/search/", "/policy-reports/"]
)
def test_whoever_comes_over_plain_http_is_led_to_https_with_the_same_headers(at, over_https, db):
    response = Client().get(at)
    assert (response.status_code, response["Location"]) == (301, f"https://testserver{at}")
    assert wrong(response, "/elsewhere", secure=False) == []


@pytest.mark.parametrize("at", ["/healthz", "/readyz"])
def test_whoever_watches_the_machine_gets_them_over_plain_http(at, over_https, db):
    response = Client().get(at)
    assert response.status_code == 200
    assert wrong(response, at, secure=False) == []


def test_files_have_them_first_and_unchanged(over_https, db):
    client = Client()
    for name in ("css/site.css", "js/site.js", "icons/icon.svg"):
        first = read(client.get(f"/static/{name}", secure=True))
        assert first.status_code == 200
        assert wrong(first, f"/static/{name}") == []
        since = {"HTTP_IF_MODIFIED_SINCE": first["Last-Modified"]}
        again = read(client.get(f"/static/{name}", secure=True, **since))
        assert again.status_code == 304
        # No body, no kind: a browser keeps the headers of the first answer, and these are here again.
        assert [one for one in wrong(again, name) if "Robots" not in one] == []


def test_an_unchanged_answer_has_them(center, over_https):
    client = Client()
    first = client.get(f"/api/protocol/{CURRENT}.json", secure=True)
    again = client.get(f"/api/protocol/{CURRENT}.json", secure=True, HTTP_IF_NONE_MATCH=first["ETag"])
    assert again.status_code == 304
    assert wrong(again, "/api/protocol/") == []


@pytest.mark.urls(__name__)
def test_a_page_that_breaks_has_them(over_https, db):
    response = Client(raise_request_exception=False).get("/broken/", secure=True)
    assert response.status_code == 500
    assert wrong(response, "/broken/") == []


def test_a_site_without_its_database_has_them(over_https, db):
    def gone(*_):
        raise OperationalError("the server closed the connection")

    with connection.execute_wrapper(gone):
        for at in ("/readyz", "/programs/?place=85004"):
            response = Client(raise_request_exception=False).get(at, secure=True)
            assert response.status_code in {500, 503}
            assert wrong(response, at) == []


@pytest.mark.parametrize(
    ("at", "more", "status"),
    [
        ("/", {"HTTP_HOST": "elsewhere.example"}, 400),
        ("/", {"CONTENT_TYPE": "text/plain; charset=hex"}, 400),
        ("/programs/%00", {}, 404),
        ("/crisis", {}, 301),
        ("/leave/", {}, 405),
    ],
)
def test_a_request_that_is_turned_away_has_them(at, more, status, over_https, db):
    response = Client().get(at, secure=True, **more)
    assert response.status_code == status
    assert wrong(response, at) == []


def test_a_form_without_its_token_is_refused_with_them(over_https, db):
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"name": "a"}, secure=True)
    assert response.status_code == 403
    assert wrong(response, "/admin/login/") == []


def test_pictures_of_streets_need_not_agree_to_be_shown(over_https, db):
    over_https.MAP_TILE_ORIGIN = "https://tiles.example"
    assert Client().get("/", secure=True)["Cross-Origin-Embedder-Policy"] == "credentialless"


# -- Cookies, as an installation that serves people sets them -------------------------------------
SCRIPT = """
import json, sys
import django; django.setup()
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.MIGRATION_MODULES = {one.label: None for one in apps.get_app_configs()}
call_command("migrate", run_syncdb=True, verbosity=0)
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from programs.staff.signing_in import know
said = []
def note(response):
    said.extend(one.OutputString() for one in response.cookies.values())
    return response
user = User.objects.create_superuser("first", "first@example.org", "a long enough one")
client = Client(SERVER_NAME="find.example.org")
send = {"secure": True, "HTTP_HOST": "find.example.org"}
note(client.get("/assessment/step-1/", **send))
note(client.post("/assessment/step-1/send/", {"who": "me"}, **send))
note(client.get("/admin/login/", **send))
note(client.post("/admin/login/", {"name": "first", "password": "a long enough one"}, **send))
response = HttpResponse(); know(response, user); note(response)
note(client.post("/leave/", **send))
print(json.dumps(said))
"""


def test_cookies_hold_to_this_host_and_to_https():
    environment = {name: one for name, one in os.environ.items() if name not in {"DEBUG", "HTTPS"}} | {
        "DJANGO_SETTINGS_MODULE": "iopfinder.settings",
        "SECRET_KEY": "k" * 60,
        "ALLOWED_HOSTS": "find.example.org",
        "DATABASE_URL": "sqlite:///:memory:",
    }
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT],
        env=environment,
        cwd=site.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    names = set()
    for said in json.loads(run.stdout.splitlines()[-1]):
        [(name, morsel)] = SimpleCookie(said).items()
        names.add(name)
        assert morsel["domain"] == "", said
        assert morsel["samesite"] in {"Lax", "Strict"}, said
        if morsel["max-age"] == "0":
            continue  # taken back
        assert morsel["secure"], said
        assert morsel["httponly"], said
        if name == "__Secure-known":  # goes to the desk alone, which a __Host- cookie cannot say
            assert (morsel["path"], morsel["samesite"]) == ("/admin/", "Strict")
        else:
            assert name.startswith("__Host-"), said
            assert (morsel["path"], morsel["max-age"], morsel["expires"]) == ("/", "", ""), said
    assert names == {"__Host-answers", "__Host-csrf", "__Host-session", "__Secure-known"}
