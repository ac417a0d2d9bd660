"""One stylesheet: Bootstrap as released, then ours, without anything the policy forbids."""

import hashlib

from django.conf import settings
from django.contrib.staticfiles import finders

from iopfinder import stylesheet

OFFICIAL_BOOTSTRAP_538 = "d85327d99c7a3ee1f9b5d0500d1370acea3ad2db39c163c2f51f232baedbdede"


def test_bootstrap_is_byte_for_byte_the_official_release():
    assert hashlib.sha256(settings.BOOTSTRAP_CSS.read_bytes()).hexdigest() == OFFICIAL_BOOTSTRAP_538


def test_the_built_sheet_asks_for_nothing_and_keeps_both_parts_in_order():
    built = (settings.BASE_DIR / finders.find(stylesheet.NAME)).read_text()
    assert "url(" not in built
    assert "sourceMappingURL" not in built
    assert "Bootstrap" in built[:60]
    assert built.index(".form-select{") < built.index("--paper: #fbf6ec")


def test_a_data_image_with_a_bracket_inside_is_cut_whole():
    sheet = """a{background:url("data:image/svg+xml,%3csvg fill='rgba(0,0,0,.5)'/%3e") no-repeat;color:red}"""
    assert stylesheet.compose(sheet, "") == "a{background:none no-repeat;color:red}\n\n"


def test_it_is_built_anew_only_when_a_source_changed(tmp_path, settings):
    settings.BUILT_STATIC = tmp_path
    built = stylesheet.build()
    first = built.stat().st_mtime_ns
    assert stylesheet.build().stat().st_mtime_ns == first
    theme = tmp_path / "theme.css"
    theme.write_text("b { color: blue }")
    settings.BASE_DIR = tmp_path
    (tmp_path / "static" / "css").mkdir(parents=True)
    theme.rename(tmp_path / "static" / "css" / "theme.css")
    assert "b { color: blue }" in stylesheet.build().read_text()


def test_collecting_the_static_files_collects_it(tmp_path, settings):
    settings.BUILT_STATIC = tmp_path
    ((name, storage),) = stylesheet.SiteStylesheetFinder().list([])
    with storage.open(name) as file:
        assert file.read().startswith(b"@charset")
