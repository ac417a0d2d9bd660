"""A brand file: what it may say, and that everything wrong with one is told at once, with line and remedy."""

import re
import struct
import subprocess
import sys
from itertools import product
from os import environ
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import override

from iopfinder.brand import HOUSE, checks, colors, load, pictures, refuse
from iopfinder.crisis import UNITED_STATES
from programs.levels import LEVELS, Level
from tests.brands import CEDAR, ROOT, THEME, brand_of

WHOLE = CEDAR.read_text(encoding="utf-8")
PICTURES = ("cedar-county.svg", "cedar-county-dark.svg", "cedar-county-icon.svg")


@pytest.fixture
def loaded(tmp_path):
    """`loaded(old, new)`: the example with one thing changed, read."""
    for name in PICTURES:
        (tmp_path / name).write_bytes((CEDAR.parent / name).read_bytes())

    def read(old="", new="", **environment):
        assert old in WHOLE
        path = tmp_path / "brand.toml"
        path.write_text(WHOLE.replace(old, new, 1) if old else WHOLE, encoding="utf-8")
        return load(str(path), THEME, **environment)

    return read


def line_of(text):
    return WHOLE[: WHOLE.index(text)].count("\n") + 1


def test_without_a_file_the_site_is_the_houses():
    assert load("", THEME).brand == HOUSE
    assert HOUSE.languages == ("en", "es")
    assert HOUSE.levels == LEVELS
    assert HOUSE.lines is UNITED_STATES
    assert HOUSE.region.is_everywhere


def test_the_environment_fills_in_what_is_left_open_and_never_says_otherwise(loaded):
    filled = load("", THEME, name="Elsewhere", runner="Somebody", contact="a@b.example").brand
    assert (filled.name, filled.runner, filled.contact) == ("Elsewhere", "Somebody", "a@b.example")
    assert load(str(CEDAR), THEME, contact="care@cedarcounty.example").problems == ()
    told = load(str(CEDAR), THEME, name="IOPFinder", contact="other@example.org").problems
    assert [problem.what.split()[0] for problem in told] == ["SITE_NAME", "SITE_CONTACT"]
    without = loaded('contact = "care@cedarcounty.example"\n', "", contact="a@b.example")
    assert (without.problems, without.brand.contact) == ((), "a@b.example")


def test_the_example_says_itself_in_each_language():
    brand = brand_of()
    for language, name in (
        ("en", "Cedar County Care Finder"),
        ("es", "Guía de Atención del Condado de Cedar"),
    ):
        with override(language):
            assert str(brand.name) == name
    assert brand.levels == (Level.OUTPATIENT, Level.IOP, Level.PHP)
    assert brand.region.holds("IA", "Cedar County")
    assert not brand.region.holds("MO", "Cedar County")
    assert (brand.logo.width, brand.logo.height) == (34, 34)


def test_own_lines_come_after_911_and_988_and_may_stand_in_for_the_others_alone():
    lines = brand_of().lines
    assert [line.code for line in lines][:3] == ["emergency", "suicide", "county_crisis"]
    assert lines.helpline.call.target == "13195550144"
    assert lines.county_crisis.text.href == "sms:3195550143?&body=CEDAR"
    for code in ("emergency", "suicide", "veterans", "spanish", "poison", "violence"):
        assert getattr(lines, code) is getattr(UNITED_STATES, code)
    assert checks.brand_is_whole(None) is not None


@pytest.mark.parametrize(
    ("old", "new", "what", "mend"),
    [
        ('Care Finder", es = "', 'Care Finder", xx = "', "name has no text in 'es'", "es ="),
        ('es = "Oficina de Salud del Condado de Cedar"', 'es = " "', "no text in 'es'", "Write it"),
        ("Cedar County Health Office", "<b>Cedar</b>", "markup", "plain words"),
        ("Cedar County Care Finder", "C" * 61, "61 characters", "60 at most"),
        ("care@cedarcounty.example", "cedar county", "no e-mail address", "help@example.org"),
        ('["en", "es"]', '["en", "fr"]', "no whole translation into 'fr'", "en, es"),
        ('["en", "es"]', '["en", "en"]', "one twice", "once"),
        ('["en", "es"]', '"en"', "no list of texts", '["…", "…"]'),
        ('"php"]', '"spa"]', "no level of care 'spa'", "outpatient, iop, php"),
        ('levels =', 'leveles =', "leveles is not known here", "levels"),
        ('paper = "#f6f7fb"', 'paper = "white"', "'white' is no color", "#0b4f52"),
        ('ink = "#e6e9f2"\n', "", "The dark colors have no ink", "[colors.dark]"),
        ('action = "#3b2d83"', 'action = "#c62828"', "#c62828 is red", "emergency"),
        ('action = "#3b2d83"', 'action = "#3b2d83"\nred = "#000000"', "red belongs to no brand", "emergency"),
        ('ink = "#1b2130"', 'ink = "#ffffff"', "ink must be darker", "Swap"),
        ('outpatient = "#dbe8f7"', 'outpatient = "#303a52"', "on the level outpatient", "further apart"),
        ('"cedar-county.svg"', '"cedar.svg"', "no file cedar.svg", "beside the brand file"),
        ('"Cedar County, IA"', '"Cedar County"', "has no name and state", "Cedar County, IA"),
        ('counties = ["Cedar County, IA"]', 'states = ["Cedaria"]', "'Cedaria' is no state", "two letters"),
        ('counties = ["Cedar County, IA"]\n', "", "The region holds nothing", "counties"),
        ('name = { en = "Cedar County", es = "Condado de Cedar" }\n', "", "region has no name", "Cedar"),
        ('code = "county_crisis"', 'code = "emergency"', "belongs to 911 and 988", "code of its own"),
        ('code = "county_crisis"', 'code = "spanish"', "belongs to 911 and 988", "code of its own"),
        ('code = "county_crisis"', 'code = "helpline"', "Two lines have the code", "its own"),
        ('code = "county_crisis"', 'code = "County!"', "is not a code", "small letters"),
        ('{ kind = "call", number = "1-319-555-0142" },', "", "no number to call", "kind ="),
        ('number = "1-319-555-0142"', 'number = "12"', "'12' is no number", "1-555-010-0123"),
        ('kind = "text"', 'kind = "fax"', "'fax' is no way", "call, text"),
        ("https://www.cedarcounty.example/offices/", "javascript:alert(1)", "no address to link to", "https://"),
        ("https://www.cedarcounty.example/offices/", "http://plain.example/", "no address to link to", "https://"),
        ("mailto:care@cedarcounty.example", "mailto:", "no address to link to", "mailto:"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_and_how_to_mend_it(loaded, old, new, what, mend):
    found = loaded(old, new)
    problem = next(one for one in found.problems if what in one.what)
    assert mend in problem.mend
    assert problem.file == "brand.toml"
    assert problem.line is not None
    assert found.brand == HOUSE


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("care@cedarcounty.example", "nobody", "no e-mail address"),
        ('action = "#b9b3f5"', 'action = "#b9b3fz"', "is no color"),
        ("https://www.cedarcounty.example/offices/", "ftp://x.example/", "no address to link to"),
    ],
)
def test_the_line_is_the_one_to_look_at(loaded, old, new, what):
    problem = next(one for one in loaded(old, new).problems if what in one.what)
    assert problem.line == line_of(old)


def test_everything_wrong_is_told_at_once_and_no_server_starts(loaded):
    problems = loaded(WHOLE[WHOLE.index("contact") :], 'contact = "x"\nlevels = ["spa"]\nmore = 1\n').problems
    assert len(problems) == 3
    with pytest.raises(ImproperlyConfigured) as refused:
        refuse(problems)
    assert str(refused.value).count("brand.toml:") == 3
    refuse(())


@pytest.mark.parametrize(("text", "what"), [("name = ", "Invalid value"), (None, "cannot be read")])
def test_a_file_that_is_none_is_one_problem(tmp_path, text, what):
    path = tmp_path / "brand.toml"
    if text is not None:
        path.write_text(text)
    (problem,) = load(str(path), THEME).problems
    assert what in problem.what


# -- Colors -------------------------------------------------------------------------------------


def test_contrast_is_what_wcag_says():
    assert colors.contrast("#000000", "#ffffff") == pytest.approx(21)
    # The gray that is known to be the last to pass on white, and the first that does not.
    assert colors.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert colors.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_colors_too_close_are_refused_with_the_numbers(loaded):
    (problem,) = [
        one for one in loaded('ink = "#1b2130"', 'ink = "#1b2130"\nink_soft = "#767b88"').problems
        if "ink_soft #767b88 on paper" in one.what
    ]  # fmt: skip
    assert "In light, ink_soft #767b88 on paper #f6f7fb has a contrast of 3.95 to 1; 4.5 to 1" in problem.what


def test_the_houses_own_colors_pass():
    light, dark = colors.tokens(THEME.read_text())
    assert len(light) > 20
    assert list(colors.too_close(light, dark)) == []


def test_every_color_a_brand_may_name_can_be_what_is_wrong():
    light, dark = colors.tokens(THEME.read_text())
    named = {token for pair in (*colors.TEXT_PAIRS, *colors.SHAPE_PAIRS) for token in pair}
    # Hairlines and tints that carry no meaning of their own.
    assert set(light) - named == {"line", "teal-line"}
    for text, ground in colors.TEXT_PAIRS:
        broken = {**light, text: light[ground]}
        assert any(pair.text == text and pair.ground == ground for pair in colors.too_close(broken, dark))


RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
COLOR = re.compile(r"(?<![\w-])(?:color|--bs-btn-color|--bs-btn-hover-color): var\(--([a-z-]+)\)")
GROUND = re.compile(
    r"(?<![\w-])(?:background|background-color|--bs-btn-bg|--bs-btn-hover-bg): var\(--([a-z-]+)\)"
)


def test_no_rule_of_the_theme_writes_a_color_on_another_that_is_not_checked():
    sheet = re.sub(r"/\*.*?\*/", "", THEME.read_text(), flags=re.DOTALL)
    light, _ = colors.tokens(sheet)
    pairs = set()
    for _, rule in RULE.findall(sheet):
        for text, ground in product(COLOR.findall(rule), GROUND.findall(rule)):
            if text in light and ground in light:
                pairs.add((text, ground))
    assert {("on-teal", "teal-fill"), ("ink", "sheet"), ("on-red", "red-fill")} <= pairs
    # A button at rest and under a pointer stands in one rule: its two texts never meet the other's ground.
    crossed = {(text, ground) for text, ground in pairs if text == ground}
    assert pairs - crossed <= set(colors.TEXT_PAIRS)


@pytest.mark.parametrize("name", ["theme.css", "admin-theme.css"])
def test_a_painted_sheet_has_none_of_the_houses_colors_but_red(name):
    sheet = (THEME.parent / name).read_text()
    palette = brand_of().palette
    house = {color for scheme in colors.tokens(sheet) for color in scheme.values()}
    kept = {color for token, color in colors.tokens(sheet)[0].items() if "red" in token or token == "on-deep"}
    kept |= {color for token, color in colors.tokens(sheet)[1].items() if "red" in token}
    painted = colors.painted(sheet, palette)
    shown = set(re.findall(r"#[0-9a-f]{6}\b", painted))
    assert shown & house <= {*kept, "#ffffff"}
    assert colors.painted(sheet, HOUSE.palette) == sheet
    light, dark = colors.tokens(painted)
    assert (light["teal"], dark["teal"]) == ("#3b2d83", "#b9b3f5")
    assert "11, 79, 82" not in painted
    # Print stays on white, whatever the brand's paper.
    assert painted.count("--paper: #fff;") == sheet.count("--paper: #fff;")


# -- Pictures -----------------------------------------------------------------------------------

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"{}>{}</svg>'


@pytest.mark.parametrize(
    ("attributes", "inside", "told"),
    [
        ("", "<script>alert(1)</script>", "<script>"),
        ("", "<foreignObject/>", "<foreignObject>"),
        ("", '<image href="x.png"/>', "<image>"),
        ("", '<a href="https://x.example"><path d="M0 0"/></a>', "<a>"),
        ("", '<animate attributeName="d"/>', "<animate>"),
        ("", "<set/>", "<set>"),
        (' onload="alert(1)"', "", "onload"),
        (' ONLOAD="alert(1)"', "", "onload"),
        ("", '<use href="https://x.example/y.svg#a"/>', "outside"),
        ("", '<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="y.svg#a"/>', "outside"),
        ("", '<path fill="url(https://x.example/a)"/>', "outside"),
        ("", "<path style=\"fill:url( '//x.example/a')\"/>", "outside"),
        ("", '<style>@import "x.css";</style>', "outside"),
        ("", "<style>a{fill:u\\72l(x)}</style>", "outside"),
        ("", '<html:img xmlns:html="http://www.w3.org/1999/xhtml" src="x"/>', "<img>"),
        ("", "<path", "well-formed"),
    ],
)
def test_a_picture_that_could_act_or_ask_is_refused(attributes, inside, told):
    assert any(told in fault for fault in pictures.svg_faults(SVG.format(attributes, inside).encode()))


def test_a_picture_is_refused_for_what_it_declares_its_size_and_what_it_is():
    bomb = b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + SVG.format("", "<title>&a;</title>").encode()
    assert any("entities" in fault for fault in pictures.svg_faults(bomb))
    styled = b'<?xml-stylesheet href="x.css"?>' + SVG.format("", "").encode()
    assert any("instructions" in fault for fault in pictures.svg_faults(styled))
    assert any("large" in fault for fault in pictures.svg_faults(b" " * 70_000))
    assert any("not an SVG" in fault for fault in pictures.svg_faults(b"<html/>"))
    assert any(
        "viewBox" in fault for fault in pictures.svg_faults(b'<svg xmlns="http://www.w3.org/2000/svg"/>')
    )


@pytest.mark.parametrize(
    "path", [*(CEDAR.parent / name for name in PICTURES), ROOT / "static/icons/icon.svg"]
)
def test_a_plain_drawing_passes(path):
    assert list(pictures.svg_faults(path.read_bytes())) == []


def test_a_drawing_may_refer_to_its_own_parts():
    inside = (
        '<defs><linearGradient id="a"/></defs><style>p{fill:url(#a)}</style><use href="#a" fill="url(#a)"/>'
    )
    assert list(pictures.svg_faults(SVG.format("", inside).encode())) == []


def test_the_picture_to_share_is_a_png_of_one_size():
    head = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR"
    assert list(pictures.png_faults(head + struct.pack(">II", 1200, 630))) == []
    assert any("400 by 300" in one for one in pictures.png_faults(head + struct.pack(">II", 400, 300)))
    assert list(pictures.png_faults(b"GIF89a")) == ["It is not a PNG."]
    assert list(pictures.png_faults((ROOT / "static/pictures/share.png").read_bytes())) == []


# -- System checks ------------------------------------------------------------------------------


def test_counties_and_places_nobody_knows_are_errors(settings, loaded):
    settings.REGION = brand_of().region
    assert list(checks.region_is_on_the_map(None)) == []
    brand = loaded('"Cedar County, IA"', '"Ceder County, IA"').brand
    settings.REGION = brand.region
    (error,) = checks.region_is_on_the_map(None)
    assert error.id == "brand.E002"
    assert "Cedar County, IA" in error.hint
    settings.REGION = loaded('"Tipton, IA"', '"Tiptown, IA"').brand.region
    (error,) = checks.region_is_on_the_map(None)
    assert "Tipton, IA" in error.hint


def test_a_language_whose_catalog_is_missing_or_has_a_gap_is_an_error(settings, tmp_path):
    settings.BRAND = brand_of()
    settings.LOCALE_PATHS = [tmp_path]
    assert [error.id for error in checks.languages_are_whole(None)] == ["brand.E003"]
    catalog = tmp_path / "es" / "LC_MESSAGES" / "django.po"
    catalog.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Help"\nmsgstr '
    catalog.write_text(f'{head}"Ayuda"\n')
    assert list(checks.languages_are_whole(None)) == []
    catalog.write_text(f'{head}""\n')
    (error,) = checks.languages_are_whole(None)
    assert "lacks 1 sentences, as 'Help'" in error.msg
    settings.BRAND = HOUSE
    assert list(checks.languages_are_whole(None)) == []


def test_files_collected_under_another_brand_are_told_at_deployment(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.BRAND = brand_of()
    assert list(checks.collected_files_are_the_brands(None)) == []
    sheet = tmp_path / "css" / "site.css"
    sheet.parent.mkdir()
    sheet.write_text(THEME.read_text())
    assert [one.id for one in checks.collected_files_are_the_brands(None)] == ["brand.W001"]
    sheet.write_text(colors.painted(THEME.read_text(), settings.BRAND.palette))
    assert [one.id for one in checks.collected_files_are_the_brands(None)] == ["brand.W001"]
    (tmp_path / "brand").mkdir()
    (tmp_path / "brand" / "logo.svg").write_bytes(settings.BRAND.logo.file.read_bytes())
    assert list(checks.collected_files_are_the_brands(None)) == []
    settings.BRAND = HOUSE
    assert [one.id for one in checks.collected_files_are_the_brands(None)] == ["brand.W001"]


def ran(path: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command of the project in a process of its own, under this brand."""
    clean = {key: value for key, value in environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    return subprocess.run(
        [sys.executable, *command],
        env=clean | {"BRAND_FILE": str(path), "DEBUG": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_command_and_every_server_refuses_a_wrong_brand(tmp_path):
    path = tmp_path / "wrong.toml"
    path.write_text('name = "Cedar"\ncontact = "nobody"\n')
    for command in (["check"], ["migrate", "--plan"], ["collectstatic", "--dry-run", "--noinput"]):
        run = ran(path, "manage.py", *command)
        assert run.returncode != 0
        assert "wrong.toml:2: contact is no e-mail address." in run.stderr
        assert "Write it as in help@example.org." in run.stderr
    run = ran(path, "-c", "import iopfinder.wsgi")
    assert run.returncode != 0
    assert "wrong.toml:2: contact is no e-mail address." in run.stderr
