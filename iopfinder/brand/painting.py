"""The colors of a brand file: named, completed, and held to what people can read."""

from functools import cache
from pathlib import Path

from iopfinder.brand.colors import (
    LEVELS,
    NEEDED,
    TOKENS,
    Colors,
    Pair,
    Palette,
    dark_of,
    is_color,
    is_red,
    light_of,
    luminance,
    tokens,
    too_close,
)
from iopfinder.brand.shape import Brand
from iopfinder.brand.table import Table

_OWN_NAMES = {token: name for name, token in TOKENS.items()} | {
    token: f"the level {code}" for code, token in LEVELS.items()
}


@cache
def house_colors(theme: Path) -> tuple[Colors, Colors]:
    """The house's colors by token, light and dark, read from its stylesheet."""
    return tokens(theme.read_text(encoding="utf-8"))


def papers(brand: Brand, theme: Path) -> tuple[str, str]:
    """The color of the page in light and in dark, for the frame that a browser paints around it."""
    house_light, house_dark = house_colors(theme)
    light, dark = brand.palette.light or house_light, brand.palette.dark or house_dark
    return light["paper"], dark["paper"]


def palette_of(top: Table, theme: Path) -> Palette:
    """The palette of a brand; empty (the house's colors) where it names none or they cannot be used."""
    table = top.table("colors")
    before = len(top.reader.problems)
    schemes = {name: table.table(name) for name in ("light", "dark")}
    named = {name: _named(scheme, tuple(TOKENS)) for name, scheme in schemes.items()}
    levels = {LEVELS[code]: color for code, color in _named(table.table("levels"), tuple(LEVELS)).items()}
    table.done()
    if not (named["light"] or named["dark"] or levels):
        return Palette()
    for name, scheme in schemes.items():
        _refuse_unusable(name, scheme, named[name])
    if len(top.reader.problems) > before:
        return Palette()
    palette = Palette({**light_of(named["light"]), **levels}, dark_of(named["dark"]))
    house_light, house_dark = house_colors(theme)
    light = {**house_light, **palette.light}
    dark = {**house_dark, **levels, "on-light": light["on-light"], **palette.dark}
    for pair in too_close(light, dark):
        _tell(schemes[pair.scheme], pair)
    return palette


def _named(table: Table, keys: tuple[str, ...]) -> dict[str, str]:
    """The colors a table names, those that are colors."""
    found = {}
    for key in keys:
        color = table.text(key)
        if is_color(color):
            found[key] = color
        elif color:
            table.wrong(f"{key}: {color!r} is no color.", "Write it as in #0b4f52, in small letters.", key)
    for key in ("red", "red_fill", "on_red", "red_wash"):
        if table.text(key):
            table.wrong(f"{key} belongs to no brand.", "Red says emergency here, and nothing else.", key)
    table.done()
    return found


def _refuse_unusable(name: str, table: Table, named: Colors) -> None:
    for key in NEEDED:
        if key not in named and key not in table.values:
            mend = f'Add {key} = "#rrggbb" to [colors.{name}]. Light and dark both need {", ".join(NEEDED)}.'
            table.wrong(f"The {name} colors have no {key}.", mend)
    if "action" in named and is_red(named["action"]):
        mend = "Red says emergency here, and nothing else. Choose another color for what can be pressed."
        table.wrong(f"action {named['action']} is red.", mend, "action")
    if {"paper", "ink"} <= named.keys():
        _refuse_swapped(name, table, named)


def _refuse_swapped(name: str, table: Table, named: Colors) -> None:
    """Printing puts the light colors on white: there the ink must be the darker one."""
    is_dark_on_light = luminance(named["paper"]) > luminance(named["ink"])
    if is_dark_on_light is not (name == "light"):
        right = "darker" if name == "light" else "lighter"
        table.wrong(f"In {name}, ink must be {right} than paper.", "Swap the two, or the schemes.", "ink")


def _tell(table: Table, pair: Pair) -> None:
    text, ground = (_OWN_NAMES.get(token, token) for token in (pair.text, pair.ground))
    # Rounded down: 4.499 must not be told as 4.50.
    ratio = int(pair.ratio * 100) / 100
    what = (
        f"In {pair.scheme}, {text} {pair.colors[0]} on {ground} {pair.colors[1]} has a contrast of "
        f"{ratio:.2f} to 1; {pair.least:g} to 1 is the least (WCAG 2.2, AA)."
    )
    table.wrong(what, f"Move {text} and {ground} further apart; name either to set it.", text)
