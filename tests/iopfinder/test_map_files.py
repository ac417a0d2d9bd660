"""Leaflet as released, without what it would ask for; and an operator's map pictures named exactly."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured

from iopfinder import checks, map_files, tiles

OFFICIAL_LEAFLET_193 = {
    "leaflet.js": "5819285cec137b229c94e1ee5ad73e8b6b84345a4367d60f75fe477fe0fb7b03",
    "leaflet.css": "90b693d86392a4779c861b28cf307e7e59c3fb35328c4d8b95f58f814d38c722",
}
TEMPLATE = "https://tiles.example.org/{z}/{x}/{y}.png"


@pytest.mark.parametrize("name", OFFICIAL_LEAFLET_193)
def test_leaflet_is_byte_for_byte_the_official_release(settings, name):
    assert hashlib.sha256((settings.LEAFLET / name).read_bytes()).hexdigest() == OFFICIAL_LEAFLET_193[name]


def test_the_script_is_as_released_but_for_the_line_that_names_its_source_map(settings):
    built = Path(finders.find(map_files.SCRIPT)).read_text()
    released = (settings.LEAFLET / "leaflet.js").read_text()
    assert released.startswith(built.rstrip("\n"))
    assert released.removeprefix(built.rstrip("\n")).strip() == "//# sourceMappingURL=leaflet.js.map"


def test_the_sheet_asks_for_nothing_and_keeps_both_parts_in_order():
    built = Path(finders.find(map_files.SHEET)).read_text()
    assert "url(" not in built
    assert built.startswith("/* Leaflet")
    assert built.index(".leaflet-container") < built.index(".map-frame")


def test_collecting_the_static_files_collects_both(tmp_path, settings):
    settings.BUILT_STATIC = tmp_path
    found = dict(map_files.MapFilesFinder().list([]))
    assert set(found) == {map_files.SCRIPT, map_files.SHEET}
    for name, storage in found.items():
        assert storage.exists(name)


@pytest.mark.parametrize(
    ("template", "origin"),
    [
        ("", ""),
        (TEMPLATE, "https://tiles.example.org"),
        ("https://t.example:8443/{z}/{x}/{y}?style=plain", "https://t.example:8443"),
    ],
)
def test_pictures_come_from_one_server_that_the_policy_can_name(template, origin):
    assert tiles.origin(template) == origin


@pytest.mark.parametrize(
    "template",
    [
        "http://tiles.example.org/{z}/{x}/{y}.png",
        "https://{s}.tiles.example.org/{z}/{x}/{y}.png",
        "https://*.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org/{z}/{x}.png",
        "//tiles.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org; script-src *//{z}/{x}/{y}",
        "tiles",
    ],
)
def test_any_other_address_of_pictures_is_refused_when_the_site_starts(template):
    with pytest.raises(ImproperlyConfigured, match="MAP_TILE_URL"):
        tiles.origin(template)


@pytest.mark.parametrize(
    ("template", "sources"), [("", ["'self'"]), (TEMPLATE, ["'self'", "https://tiles.example.org"])]
)
def test_the_policy_lets_in_exactly_that_server_and_only_for_pictures(template, sources):
    code = (
        "import json, django; from django.conf import settings as s; django.setup();"
        "print(json.dumps(s.CONTENT_SECURITY_POLICY['DIRECTIVES']))"
    )
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "iopfinder.settings",
        "MAP_TILE_URL": template,
        "DEBUG": "1",
    }
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    policy = json.loads(run.stdout)
    assert policy.pop("img-src") == sources
    assert policy.pop("report-uri") == ["/policy-reports/"]
    assert {source for allowed in policy.values() for source in allowed} == {"'self'", "'none'"}


def test_the_check_of_the_policy_knows_that_server_and_no_other(settings):
    settings.MAP_TILE_ORIGIN = "https://tiles.example.org"
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    for name, source, problems in (
        ("img-src", "https://tiles.example.org", []),
        ("img-src", "https://other.example.org", ["iopfinder.E001"]),
        ("script-src", "https://tiles.example.org", ["iopfinder.E001"]),
    ):
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": directives | {name: ["'self'", source]}}
        assert [message.id for message in checks.policy_is_strict(None)] == problems
