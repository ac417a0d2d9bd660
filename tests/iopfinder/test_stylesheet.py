"""One stylesheet: what we use of Bootstrap as released, then ours, without anything the policy forbids."""

import hashlib
import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from iopfinder import stylesheet, used_styles

OFFICIAL_BOOTSTRAP_538 = "d85327d99c7a3ee1f9b5d0500d1370acea3ad2db39c163c2f51f232baedbdede"


def test_bootstrap_is_byte_for_byte_the_official_release():
    assert hashlib.sha256(settings.BOOTSTRAP_CSS.read_bytes()).hexdigest() == OFFICIAL_BOOTSTRAP_538


def test_the_built_sheet_asks_for_nothing_and_keeps_both_parts_in_order():
    built = (settings.BASE_DIR / finders.find(stylesheet.NAME)).read_text()
    assert "url(" not in built
    assert "sourceMappingURL" not in built
    assert "Bootstrap" in built[:60]
    assert built.count("@charset") == 1
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


@pytest.mark.parametrize(
    ("sheet", "kept"),
    [
        (".btn{a:b}.modal{a:b}", ".btn{a:b}"),
        (".btn,.modal{a:b}.btn .modal{a:b}", ".btn{a:b}"),
        ("h1,h2{a:b}[hidden]{a:b}", "h1,h2{a:b}[hidden]{a:b}"),
        (".btn:not(.modal):hover{a:b}", ".btn:not(.modal):hover{a:b}"),
        (".btn:not(:is(.modal,.x)){a:b}", ".btn:not(:is(.modal,.x)){a:b}"),
        ("@media print{.modal{a:b}}@media print{.btn{a:b}.x{a:b}}", "@media print{.btn{a:b}}"),
        ("@supports (a:b){@media print{.x{a:b}}}", ""),
        ('.btn::before{content:"}.x{"}.x{a:b}', '.btn::before{content:"}.x{"}'),
        ('@charset "UTF-8";.x{a:b}', '@charset "UTF-8";'),
        ("@font-face{a:b}", "@font-face{a:b}"),
        (":root{--one:1;--two:2}.btn{a:var(--two)}", ":root{--two:2}.btn{a:var(--two)}"),
        (":root{--one:1;--two:var(--one)}", ""),
        (":root{--late:1}", ":root{--late:1}"),
        ("@keyframes spin{to{a:b}}.x{animation:1s spin}", ""),
        (
            "@keyframes spin{to{a:b}}.btn{animation:1s spin}",
            "@keyframes spin{to{a:b}}.btn{animation:1s spin}",
        ),
        ("/* .btn{ */.btn{a:b}", ".btn{a:b}"),
    ],
)
def test_only_what_a_page_can_bear_or_read_is_kept(sheet, kept):
    used = used_styles.words(['<b class="btn">'])
    assert used_styles.only_used(sheet, used, also="p { margin: var(--late) }") == kept


def test_the_built_sheet_keeps_what_forms_bear_and_leaves_out_what_nothing_does():
    built, bootstrap = stylesheet.build().read_text(), settings.BOOTSTRAP_CSS.read_text()
    theirs, ours = used_styles.classes(bootstrap), used_styles.classes(built)
    assert {
        "btn-primary",
        "form-control",
        "form-check-input",
        "is-invalid",
        "visually-hidden",
    } <= theirs & ours
    assert {"toast", "carousel", "offcanvas"} <= theirs - ours
    assert len(built) < len(bootstrap) / 2


def test_no_template_puts_a_class_of_bootstraps_together_from_pieces():
    """Or the words of the templates would not name it, and its rules would be missing."""
    theirs = used_styles.classes(settings.BOOTSTRAP_CSS.read_text())
    pieced = [
        (path.name, piece)
        for path in (settings.BASE_DIR / "templates").rglob("*.html")
        for piece in re.findall(
            r"([a-z][\w-]*-)\{[{%]", "".join(re.findall(r'class="(.*?)"[ >/]', path.read_text()))
        )
        if any(name.startswith(piece) for name in theirs)
    ]
    assert pieced == []
