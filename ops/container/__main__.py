"""`python -m ops.container`: proves the image without Docker.

Runs the lines of the Dockerfile in an empty folder, takes every right to write away from it, and starts what
CMD says as the account of USER, against a PostgreSQL of its own. Then the database is killed and started
again under it. Needs PostgreSQL and a Python that any account may run; ends with 69 and a word where the
machine lacks them. About a minute, most of it pip. Standard library only.
"""

import argparse
import http.client
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ops.container.image import Image
from ops.container.proxy import proxy_shows_whom_to_call
from ops.durable.postgres import UNAVAILABLE, MissingError, Postgres
from ops.durable.site import free_port
from ops.saying import expect, say

ROOT = Path(__file__).resolve().parents[2]
HOST = "find.example.org"
TOKEN = secrets.token_urlsafe(32)
WORKERS = 2
NEEDS_NONE = (
    "/",
    "/es/",
    "/crisis/",
    "/es/crisis/",
    "/assessment/",
    "/assessment/step-1/",
    "/guide/",
    "/left/",
)
NEEDS_IT = ("/programs/?place=85004", "/es/programs/?place=85004", "/programs/centers/some-0af7651916/")


class Site:
    """The running image, asked as the proxy asks."""

    def __init__(self, image: Image, environment: dict[str, str]) -> None:
        self.port = free_port()
        self.image, self.environment = image, environment | {"PORT": str(self.port)}
        words = [word.replace("0.0.0.0:8000", f"127.0.0.1:{self.port}") for word in image.command]
        self.log = (image.root.parent / "site.log").open("wb")
        self.process = image.start(words, self.environment, output=self.log)

    def get(self, path: str, **headers: str) -> tuple[int, "http.client.HTTPMessage", str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        told = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9", **headers}
        try:
            connection.request("GET", path, headers=told)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def healthy(self) -> bool:
        return run(self.image, self.image.healthcheck, self.environment) == 0

    def wait_until_healthy(self) -> None:
        until = time.monotonic() + 60
        while not self.healthy():
            if time.monotonic() > until or self.process.poll() is not None:
                sys.exit("The image does not become healthy")
            time.sleep(0.3)

    def counted(self, route: str) -> float:
        """How often a page was served, by the process that happens to answer."""
        _status, _headers, text = self.get("/metrics", Authorization=f"Bearer {TOKEN}")
        found = re.search(
            rf'^iopfinder_requests_total{{.*route="{route}",status="200"}} (\S+)$', text, re.MULTILINE
        )
        return float(found[1]) if found else 0.0


def run(image: Image, words: list[str], environment: dict[str, str]) -> int:
    return image.start(words, environment).wait(timeout=300)


def accounts(database: Postgres) -> None:
    """Both accounts of the database, by the file that PostgreSQL's image runs."""
    here, admin = ("-h", str(database.place)), "administrator"
    database.run("createuser", *here, "-U", "iopfinder", "--superuser", admin)
    database.run("psql", *here, "-U", admin, "-d", "postgres", "-qc", _FREE)
    env = {"POSTGRES_USER": admin, "OWNER_PASSWORD": "a", "SITE_PASSWORD": "b", "PGHOST": str(database.place)}
    env["PATH"] = f"{database.binaries}:{os.environ['PATH']}"
    words = ["bash", str(ROOT / "ops/container/database.sh")]
    done = subprocess.run(words, env=env, stdin=subprocess.DEVNULL)
    expect(done.returncode == 0, "the database has an owner of its tables, and an account for the site")


_FREE = "ALTER ROLE iopfinder RENAME TO made_by_initdb"
"""The rehearsal's server calls its superuser what compose.yaml calls the site's account."""


def environment_of(database: Postgres) -> dict[str, str]:
    """What compose.yaml gives the site."""
    return {
        "DATABASE_URL": database.url_of("iopfinder"),
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": HOST,
        "SITE_RUNNER": "Example County Health Department",
        "SITE_CONTACT": f"site@{HOST}",
        "ACCEPT_PROVISIONAL_PROTOCOL": "1",
        "EMAIL_URL": "smtp://127.0.0.1:25",
        "BEHIND_PROXY": "1",
        "METRICS_TOKEN": TOKEN,
        "WEB_CONCURRENCY": str(WORKERS),
    }


def built(image: Image) -> None:
    began = time.monotonic()
    image.build()
    image.seal()
    say(f"Built by the lines of the Dockerfile in {time.monotonic() - began:.0f} s")
    size = sum(
        path.stat().st_size for path in image.here.rglob("*") if path.is_file() and not path.is_symlink()
    )
    own = sum(
        path.stat().st_size for path in image.here.rglob("*") if path.is_file() and ".venv" not in path.parts
    )
    say(f"  {size / 1e6:.0f} MB beside Python's own image, {own / 1e6:.0f} MB of them the site")
    for folder in (".", "staticfiles", "locale", ".venv"):
        tried = run(image, ["/usr/bin/touch", f"{folder}/written"], {"LC_ALL": "C"})
        expect(tried != 0, f"the account cannot write into {folder}")
    names = {path.name for path in image.here.iterdir()}
    expect(
        not names & {".git", ".env", "tests", "db.sqlite3", "docs"}, "nothing is in it that does not serve"
    )
    manifest = json.loads((image.here / "staticfiles/staticfiles.json").read_text())
    expect("css/site.css" in manifest["paths"], "static files were collected while it was built")


def serves(site: Site) -> None:
    site.wait_until_healthy()
    status, headers, page = site.get("/programs/?place=85004")
    expect(status == 200 and "noindex" in page, "a search page comes")
    style = re.search(r'href="(/static/css/site\.[0-9a-f]{12}\.css)"', page)
    expect(style is not None and site.get(style[1])[0] == 200, "with its styles, named by their content")
    expect("Spanish" not in site.get("/es/")[2] and "Ayuda" in site.get("/es/")[2], "Spanish is Spanish")
    expect("max-age" in headers.get("Strict-Transport-Security", ""), "browsers are told to stay with HTTPS")
    name = "0af7651916cd43dd8448eb211c80319c"
    told = site.get("/", **{"X-Request-ID": name})[1]
    expect(told.get("X-Request-ID") == name, "a request keeps the name that the proxy gave it")
    before = site.counted("crisis/")
    for _ in range(40):
        site.get("/crisis/")
    after = {site.counted("crisis/") for _ in range(8)}
    expect(after == {before + 40}, f"{WORKERS} processes count together, whichever is asked")
    expect(site.get("/metrics")[0] == 404, "without the token there are no counts")


def outlives(site: Site, database: Postgres) -> None:
    """The database goes and comes back; the site's processes stay the same."""
    database.stop("immediate")
    say("The database was killed")
    for path in NEEDS_NONE:
        expect(site.get(path)[0] == 200, f"{path} comes")
    for path in NEEDS_IT:
        status, headers, page = site.get(path)
        expect(status == 503 and headers.get("Retry-After") == "30", f"{path} says when to come again")
        expect('href="tel:988"' in page and 'href="tel:18006624357"' in page, f"{path} says whom to call")
    expect(site.get("/healthz")[0] == 200, "the process is alive")
    expect(site.get("/readyz")[::2] == (503, "database\n"), "and not ready")
    expect(not site.healthy(), "the container is unhealthy")
    began = time.monotonic()
    database.start()
    say(f"The database is back after {time.monotonic() - began:.1f} s")
    statuses = {site.get(path)[0] for path in NEEDS_IT[:2] for _ in range(4 * WORKERS)}
    expect(statuses == {200}, "searches come again at once, in every process")
    expect(site.process.poll() is None and site.healthy(), "nobody had to restart anything")


def stops(site: Site) -> None:
    site.process.terminate()
    expect(site.process.wait(timeout=40) == 0, "it ends by itself when it is told to")
    left = [path for path in Path("/tmp").glob("iopfinder-metrics.*") if _is_of(path, site)]
    expect(not left, "and leaves nothing in /tmp")


def _is_of(path: Path, site: Site) -> bool:
    wanted = site.image.user if os.geteuid() == 0 else os.geteuid()
    return path.stat().st_uid == wanted and path.stat().st_mtime > site_began


site_began = time.time()


def rehearse(place: Path) -> None:
    image = Image(ROOT, place / "image")
    database = Postgres()
    site = None
    try:
        database.create()
        accounts(database)
        built(image)
        environment = environment_of(database)
        url = environment["DATABASE_URL"].replace("//iopfinder@", "//iopfinder_owner@")
        waiting = place / "waiting"
        waiting.mkdir()
        if os.geteuid() == 0:
            os.chown(waiting, image.user or 0, -1)
        owner = environment | {"DATABASE_URL": url, "SITE_ROLE": "iopfinder", "WAITING_PAGES": str(waiting)}
        expect(
            run(image, ["ops/container/migrate"], owner) == 0, "the database is migrated and has its places"
        )
        needs = [".venv/bin/python", "manage.py", "database_roles", "--check"]
        expect(run(image, needs, environment) == 0, "the site's account lacks nothing")
        purge = [".venv/bin/python", "manage.py", "purge_visitors"]
        expect(run(image, purge, environment) != 0, "and cannot do what the owner of its tables does")
        site = Site(image, environment)
        serves(site)
        outlives(site, database)
        expect(run(image, ["ops/container/nightly", "--now"], owner) == 0, "the night's work is done")
        stops(site)
        proxy_shows_whom_to_call(place, site.port)
    finally:
        if site and site.process.poll() is None:
            site.process.kill()
        database.remove()
        image.remove()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="the same: it has no longer form")
    parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="iopfinder-image-", dir="/tmp"))
    place.chmod(0o755)
    try:
        rehearse(place)
    except (MissingError, LookupError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(UNAVAILABLE)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    say("The image serves, writes nothing, and outlives its database.")


if __name__ == "__main__":
    main()
