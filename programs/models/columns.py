"""Columns that several tables share: fact masks, coordinates, and the constraints that guard them."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Exact, GreaterThanOrEqual

from programs.facts import FactSet
from programs.taxonomy import WORDS
from programs.timetable import DAYS, Span
from programs.week import read, spans

YES = tuple(f"yes_{word}" for word in range(WORDS))
NO = tuple(f"no_{word}" for word in range(WORDS))
WINTER = tuple(f"winter_{day}" for day in range(DAYS))
SUMMER = tuple(f"summer_{day}" for day in range(DAYS))
WEEKS = (WINTER, SUMMER)
"""By `programs.week.season`: the half hours of UTC that a program's sessions touch, a column a day."""


class FactColumns(models.Model):
    """Two masks of facts. A fact is yes, no, or (in neither) unknown; the database refuses both."""

    yes_0 = models.BigIntegerField(default=0, editable=False)
    yes_1 = models.BigIntegerField(default=0, editable=False)
    yes_2 = models.BigIntegerField(default=0, editable=False)
    no_0 = models.BigIntegerField(default=0, editable=False)
    no_1 = models.BigIntegerField(default=0, editable=False)
    no_2 = models.BigIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def facts(self) -> FactSet:
        return FactSet(tuple(getattr(self, name) for name in YES), tuple(getattr(self, name) for name in NO))

    @facts.setter
    def facts(self, facts: FactSet) -> None:
        for name, value in fact_columns(facts).items():
            setattr(self, name, value)


class WeekColumns(models.Model):
    """A program's week: its sessions as `programs.week.written` writes them, and the half hours they touch.

    All columns of half hours are null when no timetable is known, and none is when there is one.
    """

    sessions = models.TextField(blank=True, editable=False)
    winter_0 = models.BigIntegerField(null=True, editable=False)
    winter_1 = models.BigIntegerField(null=True, editable=False)
    winter_2 = models.BigIntegerField(null=True, editable=False)
    winter_3 = models.BigIntegerField(null=True, editable=False)
    winter_4 = models.BigIntegerField(null=True, editable=False)
    winter_5 = models.BigIntegerField(null=True, editable=False)
    winter_6 = models.BigIntegerField(null=True, editable=False)
    summer_0 = models.BigIntegerField(null=True, editable=False)
    summer_1 = models.BigIntegerField(null=True, editable=False)
    summer_2 = models.BigIntegerField(null=True, editable=False)
    summer_3 = models.BigIntegerField(null=True, editable=False)
    summer_4 = models.BigIntegerField(null=True, editable=False)
    summer_5 = models.BigIntegerField(null=True, editable=False)
    summer_6 = models.BigIntegerField(null=True, editable=False)

    class Meta:
        abstract = True

    def spans(self, zone: str, on: date) -> tuple[Span, ...]:
        """The sessions on the clock of a zone in the week of a day; () when no timetable is known."""
        return spans(read(self.sessions), zone, on)


def week_constraint(table: str) -> models.CheckConstraint:
    """A timetable is whole or not there."""
    unknown, known = Q(sessions=""), ~Q(sessions="")
    for name in (*WINTER, *SUMMER):
        unknown &= Q(**{f"{name}__isnull": True})
        # A comparison with null is not false, so that a check lets it pass.
        known &= Q(**{f"{name}__isnull": False, f"{name}__gte": 0})
    return models.CheckConstraint(name=f"{table}_week_whole", condition=unknown | known)


def fact_columns(facts: FactSet) -> dict[str, int]:
    """The facts as column values, for `create`, `update` and `bulk_create`."""
    return dict(zip((*YES, *NO), (*facts.yes, *facts.no), strict=True))


def fact_constraints(table: str) -> list[models.CheckConstraint]:
    """No fact is yes and no at once; masks are never negative."""
    constraints = [
        models.CheckConstraint(
            name=f"{table}_yes_or_no_{word}",
            # The stubs know bitand() with numbers only.
            condition=Exact(F(f"yes_{word}").bitand(F(f"no_{word}")), 0),  # type: ignore[arg-type]
        )
        for word in range(WORDS)
    ]
    positive = Q()
    for name in (*YES, *NO):
        positive &= Q(GreaterThanOrEqual(F(name), 0))
    constraints.append(models.CheckConstraint(name=f"{table}_masks_positive", condition=positive))
    return constraints


def within(table: str, field: str, low: Any, high: Any) -> models.CheckConstraint:
    """A column that is null or lies in a closed range."""
    return models.CheckConstraint(
        name=f"{table}_{field}_in_range",
        condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": low, f"{field}__lte": high}),
    )


def one_of(table: str, field: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    """A column that holds one of its choices, also when written past the forms."""
    return models.CheckConstraint(
        name=f"{table}_{field}_known", condition=Q(**{f"{field}__in": sorted(choices.values)})
    )
