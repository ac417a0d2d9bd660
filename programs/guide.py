"""The five levels of care side by side: what each is, with the source of every line."""

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programs.levels import Level

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the guide, and the keys of the `SOURCES` it rests on."""

    words: Words
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LevelGuide:
    """One level. `level` is its code."""

    level: str
    hours: Told
    setting: Told
    length: Told
    suits: Told
    next: Told


SOURCES = MappingProxyType(
    {
        "advisory": _(
            "SAMHSA, Advisory: Clinical Issues in Intensive Outpatient Treatment for "
            "Substance Use Disorders, 2021"
        ),
        "tip47": _("SAMHSA, TIP 47: Clinical Issues in Intensive Outpatient Treatment, 2006"),
        "tip45": _("SAMHSA, TIP 45: Detoxification and Substance Abuse Treatment, 2006, revised 2015"),
        "tip63": _("SAMHSA, TIP 63: Medications for Opioid Use Disorder, 2018, revised 2021"),
        "mccarty": _(
            "McCarty and others, Substance Abuse Intensive Outpatient Programs: Assessing the"
            " Evidence, 2014 (PMC4152944)"
        ),
        "reif": _(
            "Reif and others, Residential Treatment for Individuals With Substance Use "
            "Disorders: Assessing the Evidence, 2014"
        ),
        "cms": _("Medicare Benefit Policy Manual, chapter 6, section 70.3: partial hospitalization"),
    }
)
"""Titles of what the guide rests on. A title that has words we would not use is still its title."""

CHECKED = date(2026, 11, 22)
"""The day the lines below were last held against their sources."""

LEVELS_SIDE_BY_SIDE: tuple[LevelGuide, ...] = (
    LevelGuide(
        Level.OUTPATIENT,
        hours=Told(_("Under 9 hours a week. For teens, under 6."), ("advisory",)),
        setting=Told(_("You live at home. One or two visits a week."), ("advisory",)),
        length=Told(
            _("Months, often with less and less time. Support can go on for a year or more."), ("tip47",)
        ),
        suits=Told(_("Needs are mild, or a higher level has done its work. Home is safe."), ("advisory",)),
        next=Told(_("On to recovery support. Up to IOP if urges, use or symptoms return."), ("tip47",)),
    ),
    LevelGuide(
        Level.IOP,
        hours=Told(
            _("9 to under 20 hours a week, often over 3 days or more. For teens, 6 hours or more."),
            ("advisory", "tip47"),
        ),
        setting=Told(
            _(
                "You live at home or in recovery housing. Many run in the evening, so work or "
                "school can go on."
            ),
            ("advisory",),
        ),
        length=Told(_("Often about 12 weeks, sometimes longer. It goes by need."), ("tip47",)),
        suits=Told(
            _(
                "One visit a week is not enough, withdrawal is not a danger, and there is a safe "
                "place to live. For most people with little medical or psychiatric risk, studies "
                "found results like those of live-in care."
            ),
            ("advisory", "mccarty"),
        ),
        next=Told(
            _("On to outpatient. Up to a day program or residential if use or symptoms return."), ("tip47",)
        ),
    ),
    LevelGuide(
        Level.PHP,
        hours=Told(_("20 hours or more a week, on most weekdays."), ("advisory", "cms")),
        setting=Told(
            _(
                "You live at home or in recovery housing. Doctors, nurses and psychiatry are "
                "close by each day."
            ),
            ("cms",),
        ),
        length=Told(_("Weeks. You move on as soon as less is enough."), ("cms",)),
        suits=Told(
            _("Needs are serious, by body, mind or daily life, but nights at home are safe."),
            ("advisory", "cms"),
        ),
        next=Told(_("On to IOP."), ("tip47",)),
    ),
    LevelGuide(
        Level.RESIDENTIAL,
        hours=Told(_("Day and night."), ("reif",)),
        setting=Told(_("You live there, away from daily life."), ("reif",)),
        length=Told(_("Weeks to months. It goes by need."), ("reif",)),
        suits=Told(
            _(
                "Return to use is likely without round-the-clock support, and home or health "
                "makes care at home unsafe."
            ),
            ("reif",),
        ),
        next=Told(_("On to a day program or IOP. Going on with care after it matters."), ("reif", "tip47")),
    ),
    LevelGuide(
        Level.DETOX,
        hours=Told(_("Day and night, or medical care every day."), ("tip45",)),
        setting=Told(
            _("In a hospital, a detox center, or with daily visits where that is safe."), ("tip45",)
        ),
        length=Told(_("Days."), ("tip45",)),
        suits=Told(
            _(
                "Stopping could be dangerous, as with alcohol or sedatives. With opioids, "
                "medicine that goes on is safer than detox alone."
            ),
            ("tip45", "tip63"),
        ),
        next=Told(_("On to treatment. Detox is a start and not treatment by itself."), ("tip45",)),
    ),
)
ROWS: tuple[tuple[str, Words], ...] = (
    ("hours", _("Hours")),
    ("setting", _("Where you are")),
    ("length", _("How long")),
    ("suits", _("Who it suits")),
    ("next", _("What comes next")),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A line of the guide as the page shows it: its words and the numbers of its sources."""

    title: Words
    level: str
    words: Words
    notes: tuple[int, ...]


def rows() -> list[tuple[Words, list[Cell]]]:
    """The table: for each row its title, and one cell per level."""
    numbers = {key: number for number, key in enumerate(SOURCES, 1)}
    table = []
    for field, title in ROWS:
        told: list[tuple[str, Told]] = [(one.level, getattr(one, field)) for one in LEVELS_SIDE_BY_SIDE]
        cells = [
            Cell(title, level, one.words, tuple(numbers[key] for key in one.sources)) for level, one in told
        ]
        table.append((title, cells))
    return table


def columns() -> list[tuple[str, list[Cell]]]:
    """The same by level, for a narrow screen."""
    return [(one.level, [cells[i] for _, cells in rows()]) for i, one in enumerate(LEVELS_SIDE_BY_SIDE)]
