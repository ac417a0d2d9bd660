"""The flow of a version as one SVG: screens with what they branch on, interrupts, needs, levels with rules.

No style and no script inside: presentation attributes alone, so that it may be served under a strict policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from assessment.domain import Protocol
from assessment.domain.conditions import Answered, Condition, Count, NeedAtLeast, atoms
from assessment.review.plain import Plain

LINE, PAD, GAP = 17, 10, 14
"""Height of a line of text, space inside a box, and space between boxes, in pixels."""

WIDTHS = (300, 230, 190, 400)
"""Widths of the four columns: screens, interrupts, needs, levels."""

BETWEEN, TOP, LEFT = 70, 108, 24
FILLS = ("#eef4f4", "#fdeceb", "#f4f1e8", "#e9eefa")
EDGES = ("#2f6f73", "#b3261e", "#7a6a2f", "#33508f")
INK, FAINT = "#1d2b2c", "#5a6b6c"
CHARACTERS = 6.6
"""Width of a character of the text size used, in pixels: generous, so that no text leaves its box."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the picture: its place, its title and the lines under it."""

    column: int
    name: str
    title: str
    lines: tuple[str, ...]
    y: int

    @property
    def x(self) -> int:
        return LEFT + sum(WIDTHS[: self.column]) + BETWEEN * self.column

    @property
    def height(self) -> int:
        return PAD * 2 + LINE * (1 + len(self.lines))

    @property
    def middle(self) -> int:
        return self.y + self.height // 2


def drawing(protocol: Protocol) -> str:
    """The SVG as text."""
    columns = [
        _stack(0, _screens(protocol)),
        _stack(1, _interrupts(protocol), 40),
        _stack(2, _needs(protocol), 64),
        _stack(3, _levels(protocol), 24),
    ]
    boxes = [box for column in columns for box in column]
    width = LEFT * 2 + sum(WIDTHS) + BETWEEN * 3
    height = max(box.y + box.height for box in boxes) + 24
    title = f"Protocol {protocol.version}: from the questions to a level of care"
    about = "Screens in order, the interrupts they raise, the needs they make up, the rules of each level."
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-labelledby="title about" font-family="sans-serif">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="about">{escape(about)}</desc>',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        _text(LEFT, 34, title, size=18, weight=700),
        *_heads(),
        *_arrows(protocol, columns),
        *(line for box in boxes for line in _drawn(box)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _heads() -> Iterator[str]:
    heads = (
        "Screens, top to bottom",
        "Interrupts, shown at once",
        "Needs, 0 to 4",
        "Levels: first match wins",
    )
    for column, head in enumerate(heads):
        x = LEFT + sum(WIDTHS[:column]) + BETWEEN * column
        yield _text(x, 70, head, size=14, weight=700, fill=EDGES[column])
    yield _text(LEFT, 90, "A thin line: an answer on this screen counts there.", fill=FAINT)


def _stack(column: int, entries: Sequence[tuple[str, str, Sequence[str]]], gap: int = GAP) -> list[Box]:
    boxes, y = [], TOP
    room = int((WIDTHS[column] - 2 * PAD) / CHARACTERS)
    for name, title, lines in entries:
        wrapped = tuple(part for line in lines for part in wrap(line, room, subsequent_indent="  "))
        boxes.append(Box(column, name, title, wrapped, y))
        y += boxes[-1].height + gap
    return boxes


def _screens(protocol: Protocol) -> list[tuple[str, str, Sequence[str]]]:
    entries: list[tuple[str, str, Sequence[str]]] = []
    publication, plain = protocol.publication, Plain(protocol)
    for number, screen in enumerate(protocol.screens, 1):
        lines = [f"asks {', '.join(screen.questions)}"]
        when = publication.screen_when.get(screen.id)
        if when:
            lines.append(f"if {_bare(plain.condition(when))}")
        asked = {publication.question_when.get(name) for name in screen.questions} - {None}
        lines += sorted(f"if {_bare(plain.condition(one))}" for one in asked)
        entries.append((screen.id, f"{number}. {screen.id}", lines))
    return entries


def _interrupts(protocol: Protocol) -> list[tuple[str, str, Sequence[str]]]:
    return [
        (item.code, item.code, ["may go on at once" if item.may_go_on else "goes on after “I am safe”"])
        for item in protocol.publication.interrupts
    ]


def _needs(protocol: Protocol) -> list[tuple[str, str, Sequence[str]]]:
    words = protocol.words("en")
    return [(need.id, need.id, [words.need(need.id)]) for need in protocol.publication.needs]


def _levels(protocol: Protocol) -> list[tuple[str, str, Sequence[str]]]:
    levels: dict[str, list[str]] = {}
    facts = {when: name for name, when in protocol.publication.facts.items()}
    for rule in protocol.publication.rules:
        said = rule.id.partition(".")[2]
        levels.setdefault(rule.level, []).append(f"{said}: {_short(rule.when, facts)}")
    return [(level, level, lines) for level, lines in levels.items()]


def _short(when: Condition | None, facts: Mapping[Condition, str]) -> str:
    """A rule's condition in a few words: facts by name, needs with their numbers, questions by id."""
    if when is None:
        return "always"
    if when in facts:
        return facts[when]
    if isinstance(when, NeedAtLeast):
        return f"{when.need} {when.value}+"
    if isinstance(when, Answered):
        return when.question
    parts = list(dict.fromkeys(_short(part, facts) for part in when.parts))
    if len(parts) == 1:
        return parts[0]
    if when.least == len(when.parts):
        return " and ".join(_nested(part) for part in parts)
    if when.least == 1:
        return " or ".join(_nested(part) for part in parts)
    return f"{when.least} of {', '.join(parts)}"


def _nested(said: str) -> str:
    return f"({said})" if " or " in said or " and " in said else said


def _bare(said: str) -> str:
    return re.sub(r"[`*]", "", said)


def _arrows(protocol: Protocol, columns: Sequence[Sequence[Box]]) -> Iterator[str]:
    screens, interrupts, needs, levels = ({box.name: box for box in column} for column in columns)
    screen_of = {name: screen.id for screen in protocol.screens for name in screen.questions}
    publication = protocol.publication
    for item in publication.interrupts:
        for screen in sorted({screen_of[name] for name in _asked(item.when)}):
            yield _arrow(screens[screen], interrupts[item.code], EDGES[1], 0.7)
    for need in publication.needs:
        for screen in sorted({screen_of[name] for name in need.questions}):
            yield _arrow(screens[screen], needs[need.id], EDGES[0], 0.35)
    for level, box in levels.items():
        named = {
            atom.need
            for rule in publication.rules
            if rule.level == level and rule.when
            for atom in atoms(rule.when)
            if isinstance(atom, NeedAtLeast)
        }
        for name in sorted(named):
            yield _arrow(needs[name], box, EDGES[3], 0.35)


def _asked(when: Condition) -> set[str]:
    if isinstance(when, Count):
        return {name for part in when.parts for name in _asked(part)}
    return {when.question} if isinstance(when, Answered) else set()


def _arrow(start: Box, end: Box, color: str, opacity: float) -> str:
    x1, y1, x2, y2 = start.x + WIDTHS[start.column], start.middle, end.x, end.middle
    bend = (x2 - x1) // 2
    return (
        f'<path d="M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}" fill="none" stroke="{color}" '
        f'stroke-opacity="{opacity}" stroke-width="1.2"/>'
    )


def _drawn(box: Box) -> Iterator[str]:
    fill, edge = FILLS[box.column], EDGES[box.column]
    yield (
        f'<rect x="{box.x}" y="{box.y}" width="{WIDTHS[box.column]}" height="{box.height}" rx="6" '
        f'fill="{fill}" stroke="{edge}"/>'
    )
    yield _text(box.x + PAD, box.y + PAD + 12, box.title, weight=700)
    for place, line in enumerate(box.lines, 1):
        yield _text(box.x + PAD, box.y + PAD + 12 + LINE * place, line)


def _text(x: int, y: int, said: str, *, size: int = 12, weight: int = 400, fill: str = INK) -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" fill="{fill}">{escape(said)}</text>'
    )
