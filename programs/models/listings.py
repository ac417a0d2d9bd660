"""The flat row the search reads. Written by `programs.listings.rebuild` only."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from programs.models.centers import Center, LevelChoices, Program
from programs.models.columns import (
    NO,
    YES,
    FactColumns,
    WeekColumns,
    fact_constraints,
    one_of,
    week_constraint,
)

_RANKED_BY = ("x", "y", "z", *YES, *NO, "center", "program", "tie", "openings", "openings_until")


class Listing(FactColumns, WeekColumns):
    """One published program as the search and its cards need it: no join, no row per fact.

    x, y, z: the place as a unit vector (`programs.geo.unit`), null where no place is known; `cell`: its index
    cell. `levels`: bit i is set when the center lists `LEVELS[i]`. `tie`: a hash of the public id.
    """

    program = models.OneToOneField(
        Program, on_delete=models.CASCADE, primary_key=True, related_name="listing"
    )
    center = models.ForeignKey(Center, on_delete=models.CASCADE, related_name="listings")
    level = models.CharField(max_length=12, choices=LevelChoices)
    track = models.CharField(max_length=60, blank=True)
    levels = models.PositiveSmallIntegerField(default=0)
    x = models.FloatField(null=True)
    y = models.FloatField(null=True)
    z = models.FloatField(null=True)
    cell = models.IntegerField(null=True)
    tie = models.BigIntegerField()
    public_id = models.UUIDField()
    center_public_id = models.UUIDField()
    name = models.CharField(max_length=200)
    name_detail = models.CharField(max_length=200, blank=True)
    slug = models.CharField(max_length=120)
    city = models.CharField(max_length=100)
    state = models.CharField(max_length=2)
    phone = models.CharField(max_length=40, blank=True)
    approximate = models.BooleanField(default=True)
    is_sample = models.BooleanField(default=False)
    in_latest_edition = models.BooleanField(null=True)
    hours_per_week_min = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    hours_per_week_max = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    openings = models.PositiveSmallIntegerField(null=True)
    openings_until = models.DateField(null=True)
    said_on = models.DateField(null=True)
    said_method = models.CharField(max_length=10, blank=True)
    said_source = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        indexes = [
            # All that a search counts and ranks by: it reads this index, and of the table its twenty rows.
            models.Index(fields=["cell", "level", *_RANKED_BY], name="listing_near"),
            models.Index(fields=["state", "level"], name="listing_state_level"),
        ]
        constraints = [
            *fact_constraints("listing"),
            week_constraint("listing"),
            one_of("listing", "level", LevelChoices),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.level}"
