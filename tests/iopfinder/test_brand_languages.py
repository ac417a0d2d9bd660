"""The languages of a brand: one alone, or another one first. A process reads them once: each starts one."""

import json
import os
import subprocess
import sys

import pytest

from tests.brands import CEDAR, ROOT

ASK = """
import json, sys, django
django.setup()
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils.translation import override
from programs.confirming import links
from programs.models import Center
from iopfinder import errors, sitemaps
settings.ALLOWED_HOSTS = ["testserver"]
client = Client(raise_request_exception=False)
told = {}
for address in json.loads(sys.argv[1]):
    response = client.get(address)
    told[address] = [response.status_code, b"".join(response).decode()]
told["link"] = links.address("a" * 28)
told["sitemap"] = [entry.paths for entry in sitemaps.page_entries()]
told["error"] = errors.server_error(None).content.decode()
told["built"] = str(finders.find("css/site.css"))
told["languages"] = [code for code, name in settings.LANGUAGES]
print(json.dumps(told))
"""
PAGES = [
    "/",
    "/es/",
    "/en/",
    "/crisis/",
    "/en/crisis/",
    "/robots.txt",
    "/guide/levels/",
    "/assessment/",
    "/es/crisis/",
]
"""None of these asks the database."""


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """`asked(languages)`: what a site in these languages answers, in a process of its own."""

    def ask(languages):
        folder = tmp_path_factory.mktemp("brand")
        for file in CEDAR.parent.iterdir():
            (folder / file.name).write_bytes(file.read_bytes())
        path = folder / CEDAR.name
        path.write_text(CEDAR.read_text().replace('["en", "es"]', json.dumps(languages)))
        clean = {key: value for key, value in os.environ.items() if not key.startswith("SITE_")}
        run = subprocess.run(
            [sys.executable, "-c", ASK, json.dumps(PAGES)],
            env=clean
            | {"DJANGO_SETTINGS_MODULE": "iopfinder.settings", "BRAND_FILE": str(path), "DEBUG": "1"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout.splitlines()[-1])

    return ask


def statuses(told):
    return {address: told[address][0] for address in PAGES}


def test_english_alone(asked):
    told = asked(["en"])
    assert {address for address, status in statuses(told).items() if status == 404} == {
        "/es/",
        "/en/",
        "/en/crisis/",
        "/es/crisis/",
    }
    home = told["/"][1]
    assert '<html lang="en">' in home
    assert "Español" not in home
    assert 'hreflang="es"' not in home
    assert "Cedar County Care Finder" in home
    assert "/es/" not in told["/robots.txt"][1]
    assert told["link"].endswith("/confirm/" + "a" * 28 + "/")
    assert all(set(paths) == {"en"} for paths in told["sitemap"])
    # Whoever speaks Spanish still sees how to be helped in it.
    assert "AYUDA" in told["/crisis/"][1]


def test_spanish_alone(asked):
    told = asked(["es"])
    assert statuses(told)["/"] == 200
    assert statuses(told)["/es/"] == statuses(told)["/en/"] == 404
    for address in ("/", "/crisis/", "/guide/levels/", "/assessment/"):
        text = told[address][1]
        assert '<html lang="es">' in text
        assert "Guía de Atención del Condado de Cedar" in text
        assert "Cedar County Care Finder" not in text
        assert ">English<" not in text
    assert "sms:988?&amp;body=AYUDA" in told["/"][1]
    assert all(set(paths) == {"es"} and not paths["es"].startswith("/es/") for paths in told["sitemap"])
    assert "Guía de Atención" in told["error"]


def test_spanish_first_and_english_under_its_prefix(asked):
    told = asked(["es", "en"])
    assert statuses(told)["/es/"] == 404
    assert '<html lang="es">' in told["/crisis/"][1]
    english = told["/en/crisis/"][1]
    assert '<html lang="en">' in english
    assert "Help right now" in english
    assert 'hreflang="es" href="http://testserver/crisis/"' in english
    assert 'hreflang="x-default" href="http://testserver/crisis/"' in english
    assert "Disallow: /en/assessment/" in told["/robots.txt"][1]
    assert "Disallow: /es/" not in told["/robots.txt"][1]
    assert all(paths["en"].startswith("/en/") for paths in told["sitemap"])
    assert told["languages"] == ["es", "en"]
    assert "/build/static/" in told["built"]
    assert not told["built"].endswith("/build/static/css/site.css")
