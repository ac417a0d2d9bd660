"""A brand's colors: what it names, what follows from that, and whether people can read the outcome. Pure.

A brand names its paper, its ink and its action color, in light and in dark; every other token follows from
these by mixing, unless the brand names it too. Red is no brand's: it says emergency.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from types import MappingProxyType

TOKENS: Mapping[str, str] = MappingProxyType(
    {
        "paper": "paper",
        "sheet": "sheet",
        "fold": "fold",
        "ink": "ink",
        "ink_soft": "ink-soft",
        "line": "line",
        "line_strong": "line-strong",
        "action": "teal",
        "action_fill": "teal-fill",
        "action_press": "teal-press",
        "on_action": "on-teal",
        "action_wash": "teal-wash",
        "action_line": "teal-line",
        "desk": "desk",
        "on_desk": "on-desk",
    }
)
"""What a brand may name in each scheme, and the token of the theme it sets."""
LEVELS: Mapping[str, str] = MappingProxyType(
    {code: f"l-{code}" for code in ("outpatient", "iop", "php", "residential", "detox")}
)
"""The colors of the levels of care, the same in light and dark."""
NEEDED = ("paper", "ink", "action")
"""What a scheme must name when it names anything."""
TEXT, SHAPE = 4.5, 3.0
"""The least contrast of text, and of shapes that carry meaning (WCAG 2.2, AA: 1.4.3 and 1.4.11)."""
_GROUNDS = ("paper", "sheet", "fold")
_ON = product
TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    *_ON(("ink", "ink-soft", "teal"), (*_GROUNDS, "teal-wash")),
    *_ON(("teal-press",), _GROUNDS),
    *_ON(("red",), ("paper", "sheet")),
    *_ON(("ink", "ink-soft", "teal", "red"), ("red-wash",)),
    ("on-teal", "teal-fill"),
    ("on-teal", "teal-press"),
    ("on-red", "red-fill"),
    ("on-desk", "desk"),
    ("paper", "ink"),
    *_ON(("on-light",), ("l-outpatient", "l-iop", "l-php")),
    *_ON(("on-deep",), ("l-residential", "l-detox")),
)
"""Every text the theme writes on every ground, as (text, ground)."""
SHAPE_PAIRS: tuple[tuple[str, str], ...] = (
    *_ON(("line-strong", "teal"), _GROUNDS),
    *_ON(("teal-fill",), ("paper", "sheet")),
)
"""Edges of controls, rings of focus, marks in boxes: shapes without which something cannot be understood."""
_HEX = re.compile(r"#[0-9a-f]{6}")
_TOKEN = re.compile(r"(--[a-z0-9-]+):\s*([^;]+);")
_LIGHT = re.compile(r":root\s*\{[^}]*\}")
_DARK = re.compile(r"@media \(prefers-color-scheme: dark\)\s*\{\s*:root\s*\{[^}]*\}")

Colors = Mapping[str, str]
"""Tokens of the theme (without their dashes) to colors: #rrggbb."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The tokens a brand sets in each scheme. Both empty: the theme's own."""

    light: Colors = field(default_factory=dict)
    dark: Colors = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two colors that cannot be told apart well enough. `least`: the contrast they would need."""

    scheme: str
    text: str
    ground: str
    colors: tuple[str, str]
    least: float

    @property
    def ratio(self) -> float:
        return contrast(*self.colors)


def is_color(text: object) -> bool:
    """Whether this is a color as a brand writes one: #rrggbb in small letters."""
    return isinstance(text, str) and bool(_HEX.fullmatch(text))


def luminance(color: str) -> float:
    """Relative luminance, 0 (black) to 1 (white), as WCAG defines it."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colors, 1 to 21, as WCAG defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """`one` with this share (0 to 1) of `other` in it."""
    both = zip(*([int(color[at : at + 2], 16) for at in (1, 3, 5)] for color in (one, other)), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in both)


def is_red(color: str) -> bool:
    """Whether people would call it red: it could be taken for the color of emergencies."""
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    spread = red - min(green, blue)
    return red == max(red, green, blue) and spread > 60 and abs(green - blue) < spread * 0.3


def light_of(named: Colors) -> Colors:
    """All tokens of the light scheme from those a brand names (by their names in a brand)."""
    paper, ink, action = (named[key] for key in NEEDED)
    fill = named.get("action_fill", action)
    return _by_token(
        {
            "sheet": mixed(paper, "#ffffff", 0.6),
            "fold": mixed(paper, ink, 0.05),
            "ink_soft": mixed(ink, paper, 0.16),
            "line": mixed(paper, ink, 0.16),
            "line_strong": mixed(paper, ink, 0.55),
            "action_fill": fill,
            "action_press": mixed(fill, "#000000", 0.28),
            "on_action": _clearer(fill, "#ffffff", ink),
            "action_wash": mixed(paper, action, 0.1),
            "action_line": mixed(paper, action, 0.5),
            "desk": ink,
            "on_desk": paper,
        }
        | dict(named)
    ) | {"on-light": ink}


def dark_of(named: Colors) -> Colors:
    """All tokens of the dark scheme from those a brand names (by their names in a brand)."""
    paper, ink, action = (named[key] for key in NEEDED)
    fill = named.get("action_fill", mixed(action, paper, 0.12))
    return _by_token(
        {
            "sheet": mixed(paper, ink, 0.05),
            "fold": mixed(paper, "#000000", 0.3),
            "ink_soft": mixed(ink, paper, 0.15),
            "line": mixed(paper, ink, 0.18),
            "line_strong": mixed(paper, ink, 0.55),
            "action_fill": fill,
            "action_press": mixed(action, "#ffffff", 0.4),
            "on_action": _clearer(fill, paper, "#ffffff"),
            "action_wash": mixed(paper, action, 0.13),
            "action_line": mixed(paper, action, 0.5),
            "desk": mixed(paper, ink, 0.12),
            "on_desk": ink,
        }
        | dict(named)
    )


def tokens(sheet: str) -> tuple[dict[str, str], dict[str, str]]:
    """The colors that a sheet's first block of tokens names for light, and what holds in dark."""
    light, dark = _LIGHT.search(sheet), _DARK.search(sheet)
    found = [
        {name[2:]: _long(value.strip()) for name, value in _TOKEN.findall(block[0] if block else "")}
        for block in (light, dark)
    ]
    colors = [{name: value for name, value in block.items() if is_color(value)} for block in found]
    return colors[0], colors[0] | colors[1]


def too_close(light: Colors, dark: Colors) -> Iterator[Pair]:
    """Every pair the theme uses that has less contrast than WCAG AA asks for. Both schemes whole."""
    for scheme, colors in (("light", light), ("dark", dark)):
        for pairs, least in ((TEXT_PAIRS, TEXT), (SHAPE_PAIRS, SHAPE)):
            for text, ground in pairs:
                pair = Pair(scheme, text, ground, (colors[text], colors[ground]), least)
                if pair.ratio < least:
                    yield pair


def painted(sheet: str, palette: Palette) -> str:
    """A sheet of ours with a brand's colors in place of the house's, wherever it names its tokens."""
    if not palette.light:
        return sheet
    sheet = _LIGHT.sub(lambda found: _set(found[0], palette.light), sheet, count=1)
    return _DARK.sub(lambda found: _set(found[0], palette.dark), sheet, count=1)


def _set(block: str, colors: Colors) -> str:
    """A block of tokens with these colors. Bootstrap's links are told as numbers, so they follow here."""

    def value(found: re.Match[str]) -> str:
        name = found[1][2:]
        if name in ("bs-link-color-rgb", "bs-link-hover-color-rgb"):
            color = colors["teal-press" if "hover" in name else "teal"]
            return f"{found[1]}: {', '.join(str(int(color[at : at + 2], 16)) for at in (1, 3, 5))};"
        return f"{found[1]}: {colors[name]};" if name in colors else found[0]

    return _TOKEN.sub(value, block)


def _by_token(named: Colors) -> dict[str, str]:
    return {TOKENS[key]: color for key, color in named.items()}


def _clearer(ground: str, *texts: str) -> str:
    """The first of these texts that is clear on the ground; the clearest where none is."""
    clear = (text for text in texts if contrast(text, ground) >= 7)
    return next(clear, max(texts, key=lambda text: contrast(text, ground)))


def _long(color: str) -> str:
    """#fff as #ffffff; anything else as it is."""
    short = re.fullmatch(r"#([0-9a-f])([0-9a-f])([0-9a-f])", color)
    return "#" + "".join(digit * 2 for digit in short.groups()) if short else color
