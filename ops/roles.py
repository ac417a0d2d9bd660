"""`python -m ops.roles [--quick]`: a site that runs as a role which can do no more than it needs.

DATABASE_URL names a PostgreSQL that is there for this alone, as a superuser (`ops/database-roles` makes one).
"""

import http.cookiejar
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from ops.saying import expect, say

ROOT = Path(__file__).resolve().parent.parent
OWNER, SITE = "rehearsal_owner", "rehearsal_site"
HOST = "find.example.org"
PAGES = (
    "/",
    "/es/",
    "/programs/?place=85004",
    "/programs/map/",
    "/programs/week/",
    "/guide/",
    "/assessment/",
)
MORE = ("/api/hsds/services", "/api/bulk/programs.csv", "/sitemap.xml", "/readyz", "/data/")
FORBIDDEN = (
    "CREATE TABLE mine (id int)",
    "CREATE TEMPORARY TABLE mine (id int)",
    "ALTER TABLE programs_center ADD COLUMN mine int",
    "DROP TABLE programs_center",
    "TRUNCATE programs_center CASCADE",
    "SELECT rolpassword FROM pg_authid",
    "SELECT pg_read_file('/etc/passwd')",
    "UPDATE programs_historicalcenter SET name = 'never was'",
    "DELETE FROM programs_historicalcenter",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())",
    f"SET ROLE {OWNER}",
)
ACCOUNT = """
from django.contrib.auth.models import User
from django_otp.oath import TOTP
from programs.models import AuthenticatorApp
import secrets, time
user = User.objects.create_superuser("first", "first@example.org", "PASSWORD")
app = AuthenticatorApp(user=user, name="app", confirmed=True)
key = secrets.token_bytes(20)
app.lock_key(key)
app.save()
clock = TOTP(key)
clock.time = time.time()
print(f"{clock.token():06d}")
"""


class Site:
    """The commands of the site, and the database, as one role or another."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.key = secrets.token_urlsafe(64)

    def as_role(self, role: str) -> str:
        return self.url.replace(f"{urlsplit(self.url).username}@", f"{role}@", 1) if role else self.url

    def environment(self, role: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {
            "DATABASE_URL": self.as_role(role),
            "SECRET_KEY": self.key,
            "ALLOWED_HOSTS": HOST,
            "HTTPS": "0",
            "SITE_RUNNER": "Example County",
            "SITE_CONTACT": "site@find.example.org",
            "ACCEPT_PROVISIONAL_PROTOCOL": "1",
            "EMAIL_URL": "smtp://127.0.0.1:25",
        }

    def manage(self, role: str, *words: str, fails: bool = False) -> str:
        """What a command printed. Ends the rehearsal where it fails and should not, or the other way."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment(role),
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        if bool(done.returncode) != fails:
            sys.exit(f"NOT SO: manage.py {words[0]} as {role or 'superuser'}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def sql(self, role: str, text: str) -> tuple[int, str]:
        words = ["psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", self.as_role(role)]
        done = subprocess.run(words, input=text, capture_output=True, text=True, check=False)
        return done.returncode, done.stderr


class Browser:
    """Reads pages and sends their forms, with what they hide."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar(_Anywhere()))
        self.open = urllib.request.build_opener(jar).open
        self.text = ""

    def get(self, path: str) -> int:
        return self._ask(path, None)

    def send(self, path: str, **fields: str) -> int:
        """A form of the page that was read last."""
        hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|ticket)" value="([^"]*)"', self.text))
        return self._ask(path, urllib.parse.urlencode(hidden | fields).encode())

    def _ask(self, path: str, data: bytes | None) -> int:
        request = urllib.request.Request(self.base + path, data, {"Host": HOST})
        try:
            with self.open(request, timeout=60) as answer:
                self.text = answer.read().decode("utf-8", "replace")
                return int(answer.status)
        except urllib.error.HTTPError as error:
            self.text = error.read().decode("utf-8", "replace")
            return error.code


class _Anywhere(http.cookiejar.DefaultCookiePolicy):
    """Takes the cookies of a name that only the Host header says."""

    def set_ok(self, cookie: http.cookiejar.Cookie, request: urllib.request.Request) -> bool:
        return True

    def return_ok(self, cookie: http.cookiejar.Cookie, request: urllib.request.Request) -> bool:
        return True

    def domain_return_ok(self, domain: str, request: urllib.request.Request) -> bool:
        return True


@contextmanager
def served(site: Site, role: str) -> Iterator[Browser]:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = int(one.getsockname()[1])
    words = ["-m", "gunicorn", "iopfinder.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            [sys.executable, *words, "--no-control-socket", "--log-level", "critical"],
            cwd=ROOT,
            env=site.environment(role),
            stdout=log,
            stderr=log,
        )
        try:
            browser = Browser(port)
            for _ in range(120):
                try:
                    browser.get("/healthz")
                    break
                except urllib.error.URLError:
                    time.sleep(0.5)
            yield browser
        finally:
            server.terminate()
            server.wait(timeout=30)


def people(site: Site, browser: Browser) -> None:
    """What visitors and staff do, one after another."""
    for path in (*PAGES, *MORE):
        expect(browser.get(path) == 200, f"200 {path}")
    browser.get("/assessment/step-1/")
    expect(browser.send("/assessment/step-1/send/", who="me") == 200, "a question is answered")
    browser.get("/assessment/save/")
    expect(
        browser.send("/assessment/save/") == 200 and "<code>" in browser.text, "answers are kept under a code"
    )
    password = secrets.token_urlsafe(16)
    digits = site.manage(SITE, "shell", "-c", ACCOUNT.replace("PASSWORD", password)).split()[-1]
    browser.get("/admin/login/")
    browser.send("/admin/login/", name="first", password=password)
    browser.send("/admin/login/code/", code=digits)
    expect(browser.get("/admin/programs/center/") == 200 and "first" in browser.text, "staff sign in")


def main() -> None:
    quick = "--quick" in sys.argv[1:]
    site = Site(os.environ["DATABASE_URL"])
    say("The superuser makes both roles, the owner migrates:")
    names = ("--owner", OWNER, "--site", SITE)
    code, error = site.sql("", site.manage("", "database_roles", *names))
    expect(code == 0, f"the SQL runs in an empty database{error}")
    site.manage(OWNER, "migrate", "--no-input")
    code, error = site.sql(OWNER, site.manage(OWNER, "database_roles", "--grants", *names))
    expect(code == 0, f"the grants need no superuser{error}")
    if not quick:
        site.manage(OWNER, "load_places")
    site.manage(OWNER, "load_sample")
    site.manage(OWNER, "compile_catalogs")
    site.manage(OWNER, "collectstatic", "--no-input")
    say("The site runs as its own role:")
    expect(
        "no more than" in site.manage(SITE, "database_roles", "--check"),
        "nothing is missing, nothing too much",
    )
    expect(
        "iopfinder." not in site.manage(SITE, "check", "--database", "default"),
        "the checks have nothing to say",
    )
    with served(site, SITE) as browser:
        people(site, browser)
    site.manage(SITE, "rebuild_listings")
    site.manage(SITE, "forget_saved")
    site.manage(SITE, "old_keys", "--move")
    expect(
        "does not own" in site.manage(SITE, "purge_visitors", fails=True),
        "the site does not purge in silence",
    )
    expect("Erased" in site.manage(OWNER, "purge_visitors"), "the owner purges")
    for statement in FORBIDDEN:
        code, error = site.sql(SITE, f"{statement};")
        expect(
            code != 0 and ("permission denied" in error or "must be owner" in error), f"refused: {statement}"
        )
    say("The site does its work as a role that can do nothing else.")


if __name__ == "__main__":
    main()
