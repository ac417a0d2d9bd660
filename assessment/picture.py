"""The likely path as a picture: which levels follow each other, how much care each is, where a person is now.

Two drawings of the same steps: a wide one for larger screens and paper (a staircase: the higher, the more
hours a week) and a tall one for phones (bars: the wider, the more hours a week). Measures are in units of
the drawing; the template only draws. The same in words stands beside them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessment.domain import Answers, Protocol, Recommendation, Stage, Words
from programs.labels import level_shorts
from programs.levels import LEVELS
from programs.words import LEVEL_WORDS

ABOVE: Mapping[str, str] = {"outpatient": "iop", "iop": "php", "php": "residential"}
"""Where one steps up to when things get harder."""
HEIGHTS: Mapping[str, int] = {
    "outpatient": 30,
    "iop": 76,
    "php": 112,
    "residential": 150,
    "detox": 150,
    "hospital": 150,
}
"""How high a block of the wide drawing is. By order, not by hours: a week has 168."""
BARS: Mapping[str, int] = {
    "outpatient": 140,
    "iop": 174,
    "php": 222,
    "residential": 312,
    "detox": 312,
    "hospital": 312,
}
"""How wide a bar of the tall drawing is."""
_LETTER = 8.8
"""How wide a letter of the wide drawing is, a little more than it takes."""
_COLUMN = 100
_WIDE = 600
_TALL = 320
_ARROW = 50
_LINE = 21
_LANE = 36
_BAR = 32


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the path in words. `level` may be "hospital" for where a person is now."""

    level: str
    name: str
    amount: tuple[str, ...]
    weeks: str
    mark: str
    up: str


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle. `kind`: blk (a level), ghost (what may come instead), lane (what goes on beside)."""

    kind: str
    level: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Label:
    """A line of text. `on` is the level whose block it stands on, else empty."""

    x: int
    y: int
    words: str
    bold: bool = False
    on: str = ""
    end: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes, labels and lines (SVG path data) in a frame of this size."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    labels: tuple[Label, ...]
    lines: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Both drawings, and the whole in one breath."""

    wide: Drawing
    tall: Drawing
    title: str


def picture_of(protocol: Protocol, words: Words, answers: Answers, found: Recommendation) -> Picture | None:
    """The path of this result as a picture; None where there is no level."""
    course = [level for level in found.path if level in LEVELS]
    if not course:
        return None
    steps = tuple(_steps(protocol, words, answers, found, course))
    lanes = tuple(_lanes(words, found))
    return Picture(_wide(steps, lanes), _tall(steps, lanes), _title(steps, lanes))


# -- The steps in words -------------------------------------------------------------------------


def _steps(
    protocol: Protocol, words: Words, answers: Answers, found: Recommendation, course: Sequence[str]
) -> Iterator[Step]:
    teen = answers.get("age") == "13_17"
    now = str(answers.get("care_now", "none"))
    elsewhere = now in HEIGHTS and now != course[0] and found.level != "emergency"
    if elsewhere:
        name = level_shorts().get(now) or _("Hospital")
        yield Step(now, name, (), "", _("Now"), "")
    climbs = next((level for level in course if level in ABOVE), "")
    for number, level in enumerate(course):
        stage = protocol.stages[level]
        yield Step(
            level,
            level_shorts()[level],
            hours_of(stage, teen=teen),
            _weeks(stage),
            "" if number else _mark(words, found, now, course[0], elsewhere=elsewhere),
            ABOVE[level] if level == climbs else "",
        )


def _mark(words: Words, found: Recommendation, now: str, first: str, *, elsewhere: bool) -> str:
    if found.level == "emergency":
        return _("Once safe")
    if elsewhere:
        return _("Next")
    if now == first:
        return _("They are here now") if words.observer else _("You are here now")
    return _("They start here") if words.observer else _("You start here")


def hours_of(stage: Stage, *, teen: bool) -> tuple[str, ...]:
    """Hours a week in one or two short lines: a teen's own where the level has them."""
    low, high = stage.teen_hours if teen and any(stage.teen_hours) else stage.hours
    if low is None and high is None:
        return (_("Day and night"),)
    if high is None:
        return _("%(low)g+ hours") % {"low": low}, _("a week")
    return _("%(low)g–%(high)g hours") % {"low": low, "high": high}, _("a week")


def _weeks(stage: Stage) -> str:
    low, high = stage.weeks
    if low is None:
        return ""
    if high is None:
        return _("%(low)g+ weeks") % {"low": low}
    if low < 1:
        return _("some days")
    return _("%(low)g–%(high)g weeks") % {"low": low, "high": high}


def _lanes(words: Words, found: Recommendation) -> Iterator[str]:
    if "recovery_housing" in found.supports:
        yield words.support("recovery_housing")[0]
    if {"medicine_today", "medicine_alcohol"} & set(found.advice):
        yield _("Medicine, from any day")


def _up(step: Step) -> tuple[str, ...]:
    """The step up in two short lines; none where there is no step up."""
    if not step.up:
        return ()
    return _("Up to %(level)s") % {"level": LEVEL_WORDS[step.up]}, _("if things get harder")


def _title(steps: Sequence[Step], lanes: Sequence[str]) -> str:
    said = [_("The likely path.")]
    for step in steps:
        amount = " ".join(step.amount)
        told = ", ".join(filter(None, (step.mark, amount, step.weeks)))
        said.append(f"{step.name}: {told}." if told else f"{step.name}.")
        said += [f"{' '.join(_up(step))}."] if step.up else []
    said.append(_("Then recovery support, as long as it helps."))
    said += [f"{lane}." for lane in lanes]
    return " ".join(said)


# -- The wide drawing ---------------------------------------------------------------------------


def _wide(steps: Sequence[Step], lanes: Sequence[str]) -> Drawing:
    floor = 28 + max(HEIGHTS[step.up or step.level] for step in steps)
    columns = [_column(step, then) for step, then in zip(steps, (*steps[1:], None), strict=True)]
    spare = max(0, _WIDE - _ARROW - sum(columns)) // len(columns)
    boxes: list[Box] = []
    labels: list[Label] = []
    x = 2
    for step, column in zip(steps, columns, strict=True):
        width = column + spare
        height = HEIGHTS[step.level]
        top = floor - height
        if step.up:
            ghost = HEIGHTS[step.up]
            boxes.append(Box("ghost", "", x, floor - ghost, width, ghost - height))
            beside = x + 10 if step is steps[-1] else x + width + 10
            labels += [
                Label(beside, floor - ghost + 17 + number * 19, line) for number, line in enumerate(_up(step))
            ]
            top = floor - ghost
        boxes.append(Box("blk", step.level, x, floor - height, width, height))
        labels += [Label(x + 6, top - 8, step.mark, bold=True)] if step.mark else []
        lines = (step.name, *step.amount, step.weeks)
        labels += [
            Label(x + 2, floor + 23 + number * _LINE, line, bold=number == 0)
            for number, line in enumerate(lines)
            if line
        ]
        x += width
    arrow = f"M{x + 4} {floor - 15}h{_ARROW - 12}m-7 -7l7 7 -7 7"
    above = not steps[-1].up
    labels.append(Label(x + _ARROW, floor - 40 if above else floor + 23, _("Recovery support"), end=True))
    y = floor + 23 + 4 * _LINE
    for number, lane in enumerate(lanes):
        boxes.append(Box("lane", "", 2, y + number * (_LANE + 8), x - 2, _LANE))
        labels.append(Label(14, y + number * (_LANE + 8) + 24, lane))
    return Drawing(x + _ARROW + 2, y + len(lanes) * (_LANE + 8), tuple(boxes), tuple(labels), arrow)


def _column(step: Step, then: Step | None) -> int:
    """How much room a step needs for its words: for its mark too, where the next step is higher."""
    lines = [step.name, *step.amount, step.weeks]
    if then and HEIGHTS[then.level] > HEIGHTS[step.level]:
        lines.append(step.mark)
    return max(_COLUMN, int(max(map(len, lines)) * _LETTER) + 12)


# -- The tall drawing ---------------------------------------------------------------------------


def _tall(steps: Sequence[Step], lanes: Sequence[str]) -> Drawing:
    boxes: list[Box] = []
    labels: list[Label] = []
    y = 4
    for step in steps:
        if step.mark:
            labels.append(Label(2, y + 17, step.mark, bold=True))
            y += 26
        bar = BARS[step.level]
        if step.up:
            boxes.append(Box("ghost", "", bar + 2, y, BARS[step.up] - bar, _BAR))
        boxes.append(Box("blk", step.level, 2, y, bar, _BAR))
        on = step.level if step.level in LEVELS else ""
        labels.append(Label(12, y + 22, step.name, bold=True, on=on))
        y += _BAR
        for line in (" ".join(step.amount), step.weeks, *_up(step)):
            if line:
                y += _LINE + 1
                labels.append(Label(2, y, line))
        y += 20
    arrow = f"M12 {y - 6}v24m-7 -7l7 7 7 -7"
    labels.append(Label(30, y + 14, _("Recovery support")))
    y += 34
    for lane in lanes:
        boxes.append(Box("lane", "", 2, y, _TALL - 6, _LANE))
        labels.append(Label(12, y + 24, lane))
        y += _LANE + 8
    return Drawing(_TALL, y, tuple(boxes), tuple(labels), arrow)
