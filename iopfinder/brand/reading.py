"""A brand file (TOML) to a `Brand`, or to everything that is wrong with it at once.

What a file may say is closed. Refused are an unknown key, a text that lacks one of the brand's languages,
markup, colors nobody could read, a picture that could run code, and a line in the place of 911 or 988.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise

from assessment.domain.source import ContentError, Source
from iopfinder.brand import pictures
from iopfinder.brand.painting import palette_of
from iopfinder.brand.shape import (
    HOUSE,
    LANGUAGES,
    Brand,
    Footer,
    FooterLink,
    Logo,
    Problem,
    is_there,
)
from iopfinder.brand.table import Reader, Table
from iopfinder.crisis import UNITED_STATES, Kind, Line, Lines, Way
from programs.levels import LEVELS, Level
from programs.region import Region
from programs.states import state_code

KEPT = ("emergency", "suicide", "veterans", "spanish")
"""Lines no brand may change: 911, and 988 in each of its ways. Our pages say how to use them."""
LOGO_HEIGHT, LOGO_WIDEST = 34, 160
"""Pixels a logo is shown at: so high, and no wider."""
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
_NUMBER = re.compile(r"\+?[0-9][0-9 ()-]{1,18}[0-9]")
_CODE = re.compile(r"[a-z][a-z_]*")
_PLACE = re.compile(r"(?P<name>[^,]+), (?P<state>[A-Z]{2})")


@dataclass(frozen=True, slots=True)
class Loaded:
    """The brand to show, and what is wrong. With problems it is the house's own, and nobody is served."""

    brand: Brand
    problems: tuple[Problem, ...] = ()


def refuse(problems: Iterable[Problem]) -> None:
    """ImproperlyConfigured with every problem, where there are some: for servers, which run no checks."""
    told = "\n".join(f"  {problem}" for problem in problems)
    if told:
        raise ImproperlyConfigured(f"The site cannot start under this brand (BRAND_FILE):\n{told}")


def load(path: str, theme: Path, *, name: str = "", runner: str = "", contact: str = "") -> Loaded:
    """The brand of a file ("" for the house's), with what the environment says beside it.

    The environment fills in what the file leaves open. Said in both places and not alike is a problem: nobody
    could know which was meant.
    """
    brand, problems = (HOUSE, ()) if not path else read(Path(path), theme)
    given = {"name": name, "runner": runner, "contact": contact}
    for key, value in given.items():
        own = getattr(brand, key) if path else ""
        if value and is_there(own) and (isinstance(own, Promise) or value != own):
            what = f"SITE_{key.upper()} is set in the environment, and {Path(path).name} says its own {key}."
            problems += (Problem("environment", None, what, "Say it in one of the two places."),)
    if problems:
        return Loaded(HOUSE, problems)
    own_name = brand.name if path else name or HOUSE.name
    runner_said = brand.runner if is_there(brand.runner) else runner
    contact_said = brand.contact or contact
    return Loaded(replace(brand, name=own_name, runner=runner_said, contact=contact_said))


def read(path: Path, theme: Path) -> tuple[Brand, tuple[Problem, ...]]:
    """The brand of this file, and what is wrong with it. `theme`: the house's own stylesheet."""
    try:
        source = Source(path)
    except ContentError as error:
        what = str(error).removeprefix(f"{error.file}:{error.line}: ").removeprefix(f"{error.file}: ")
        mend = "A brand is a TOML file; docs/white-label.md shows a whole one."
        return HOUSE, (Problem(path.name, error.line, f"The file {what}.".replace("..", "."), mend),)
    reader = Reader(source)
    top = Table(reader, source.tables, ())
    brand = _brand(top, path.parent, theme)
    top.done()
    return replace(brand, key=_key(path, brand)), tuple(reader.problems)


def _brand(top: Table, folder: Path, theme: Path) -> Brand:
    languages = _languages(top)
    top.reader.languages = languages
    name = top.words("name", longest=60, needed=True)
    # A brand is somebody's: without a name of its own it would answer under ours.
    drawn = top.table("pictures")
    brand = Brand(
        name=name if is_there(name) else HOUSE.name,
        runner=top.words("runner", longest=120),
        contact=_contact(top),
        languages=languages,
        palette=palette_of(top, theme),
        logo=_logo(drawn, folder),
        icon=_svg(drawn, "icon", folder),
        share=_share(drawn, folder),
        region=_region(top.table("region")),
        lines=_lines(top),
        levels=_levels(top),
        footer=_footer(top.table("footer")),
    )
    drawn.done()
    return brand


def _key(path: Path, brand: Brand) -> str:
    """Names what the brand's files are made from, in a few letters."""
    parts = [path, brand.icon, brand.share, *((brand.logo.file, brand.logo.dark) if brand.logo else ())]
    digest = hashlib.sha256()
    for part in parts:
        digest.update((pictures.read(part) if part else None) or b"-")
    return digest.hexdigest()[:12]


def _languages(top: Table) -> tuple[str, ...]:
    listed = top.texts("languages") or LANGUAGES
    for code in listed:
        if code not in LANGUAGES:
            mend = f"Choose among {', '.join(LANGUAGES)}; the first is the one without a prefix."
            top.wrong(f"There is no whole translation into {code!r}.", mend, "languages")
    if len(set(listed)) != len(listed):
        top.wrong("languages names one twice.", "Name each once.", "languages")
    return tuple(code for code in dict.fromkeys(listed) if code in LANGUAGES) or LANGUAGES


def _contact(top: Table) -> str:
    contact = top.text("contact", longest=120)
    if contact and not _ADDRESS.fullmatch(contact):
        top.wrong("contact is no e-mail address.", "Write it as in help@example.org.", "contact")
    return contact


def _levels(top: Table) -> tuple[Level, ...]:
    listed = top.texts("levels")
    known = [level.value for level in LEVELS]
    for code in listed:
        if code not in known:
            top.wrong(f"There is no level of care {code!r}.", f"Choose among {', '.join(known)}.", "levels")
    if not listed:
        return LEVELS
    # Least to most care, whatever the order of the file: every list on the site goes that way.
    return tuple(level for level in LEVELS if level.value in listed) or LEVELS


# -- Pictures -----------------------------------------------------------------------------------


def _svg(drawn: Table, key: str, folder: Path) -> Path | None:
    name = drawn.text(key)
    if not name:
        return None
    return _whole(drawn, key, folder / name, pictures.svg_faults, "Save it as a plain SVG of shapes.")


def _whole(drawn: Table, key: str, path: Path, faults: pictures.Faults, mend: str) -> Path | None:
    """The file, or None with every fault it has told as a problem."""
    data = pictures.read(path)
    if data is None:
        drawn.wrong(f"{key}: there is no file {path.name}.", "Put it beside the brand file.", key)
        return None
    found = list(faults(data))
    for fault in found:
        drawn.wrong(f"{key} ({path.name}) cannot be shown. {fault}", mend, key)
    return None if found else path


def _logo(drawn: Table, folder: Path) -> Logo | None:
    logo, dark = _svg(drawn, "logo", folder), _svg(drawn, "logo_dark", folder)
    if logo is None:
        return None
    width, height = pictures.size_of(logo.read_bytes())
    scale = min(LOGO_HEIGHT / height, LOGO_WIDEST / width)
    return Logo(max(1, round(width * scale)), max(1, round(height * scale)), logo, dark)


def _share(drawn: Table, folder: Path) -> Path | None:
    name = drawn.text("share")
    if not name:
        return None
    return _whole(
        drawn, "share", folder / name, pictures.png_faults, "Save it as a PNG of 1200 by 630 pixels."
    )


# -- Region -------------------------------------------------------------------------------------


def _region(table: Table) -> Region:
    name = table.words("name", longest=60)
    states = tuple(_state(table, text) for text in table.texts("states"))
    counties = tuple(_pairs(table, "counties", 'Write it as in "Cedar County, IA".'))
    places = table.texts("places")
    list(_pairs(table, "places", 'Write it as in "Tipton, IA".'))
    if (states or counties) and not is_there(name):
        table.wrong(
            "The region has no name.", 'Say what people call it, as in name = "Cedar County".', "region"
        )
    if is_there(name) and not (states or counties):
        table.wrong("The region holds nothing.", "Name its states or its counties.", "region")
    table.done()
    return Region(name, tuple(filter(None, states)), counties, places)


def _state(table: Table, text: str) -> str:
    code = state_code(text)
    if not code:
        table.wrong(f"{text!r} is no state.", "Write its two letters, as in IA.", "states", text)
    return code


def _pairs(table: Table, key: str, mend: str) -> Iterator[tuple[str, str]]:
    """Places of a list as (state, name)."""
    for text in table.texts(key):
        found = _PLACE.fullmatch(text)
        if found and state_code(found["state"]):
            yield found["state"], found["name"]
        else:
            table.wrong(f"{text!r} has no name and state.", mend, key, text)


# -- Crisis lines -------------------------------------------------------------------------------


def _lines(top: Table) -> Lines:
    """The national lines, those of the brand in the place of their own code or after 911 and 988."""
    own: dict[str, Line] = {}
    for table in top.tables("line"):
        line = _line(table)
        if line.code in KEPT:
            what = f"The line {line.code!r} belongs to 911 and 988, which every site shows as they are."
            table.wrong(what, "Give your line a code of its own.")
        elif line.code in own:
            table.wrong(f"Two lines have the code {line.code!r}.", "Give each its own.")
        own[line.code] = line
        table.done()
    national = [line.code for line in UNITED_STATES]
    kept = [line for line in UNITED_STATES if line.code in KEPT]
    added = [line for code, line in own.items() if code not in national]
    rest = [own.get(line.code, line) for line in UNITED_STATES if line.code not in KEPT]
    return Lines([*kept[:2], *added, *kept[2:], *rest])


def _line(table: Table) -> Line:
    code = table.text("code", needed=True)
    if code and not _CODE.fullmatch(code):
        table.wrong(f"{code!r} is not a code.", "Write small letters, as in county_crisis.", "code")
    ways = tuple(filter(None, (_way(way) for way in table.tables("ways"))))
    if not any(way.kind == "call" for way in ways):
        mend = 'Add one to ways, as in { kind = "call", number = "1-555-010-0123" }.'
        table.wrong(f"The line {code!r} has no number to call.", mend)
    name = table.words("name", longest=80, needed=True)
    return Line(code, name, table.words("when", longest=240, needed=True), ways)


def _way(table: Table) -> Way | None:
    kind, note = table.text("kind", needed=True), table.words("note", longest=80)
    kinds: dict[str, Kind] = {"call": "call", "text": "text", "tty": "tty", "chat": "chat"}
    if kind not in kinds:
        table.wrong(f"{kind!r} is no way to reach a line.", f"Choose among {', '.join(kinds)}.", "kind")
    address, number, word = table.text("address"), table.text("number"), table.text("word", longest=20)
    table.done()
    if kind == "chat":
        if not _is_https(address):
            table.wrong("A chat needs its address.", 'Write it as in address = "https://chat.example.org/".')
        return Way("chat", address, address.removeprefix("https://").strip("/"), note=note)
    if not _NUMBER.fullmatch(number):
        table.wrong(f"{number!r} is no number to reach.", 'Write it as in number = "1-555-010-0123".', number)
        return None
    return Way(kinds.get(kind, "call"), re.sub(r"[ ()-]", "", number), number, body=word, note=note)


def _is_https(address: str) -> bool:
    try:
        return address.startswith("https://") and bool(urlsplit(address).hostname)
    except ValueError:
        return False


# -- Footer -------------------------------------------------------------------------------------


def _footer(table: Table) -> Footer:
    links = tuple(_link(link) for link in table.tables("link"))
    text = table.words("text", longest=400)
    table.done()
    return Footer(text, links)


def _link(table: Table) -> FooterLink:
    text, address = table.words("text", longest=60, needed=True), table.text("address", needed=True)
    mail = address.removeprefix("mailto:")
    if address and not (_is_https(address) or (mail != address and _ADDRESS.fullmatch(mail))):
        mend = "Begin it with https:// or mailto:."
        table.wrong(f"{address!r} is no address to link to.", mend, address)
    table.done()
    return FooterLink(text, address)
