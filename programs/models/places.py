"""ZIP codes and cities with their middles. Facts of Census and GeoNames: see `programs/data/NOTICE.md`."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programs.geo import Point
from programs.models.columns import within


class ZipCode(models.Model):
    """A ZIP code, the middle of its area, and the city the mail names for it."""

    zip = models.CharField(_("ZIP code"), max_length=5, primary_key=True)
    city = models.CharField(_("city"), max_length=100)
    state = models.CharField(_("state"), max_length=2)
    county = models.CharField(_("county"), max_length=100, blank=True)
    lat = models.FloatField(_("latitude"))
    lon = models.FloatField(_("longitude"))

    class Meta:
        ordering = ["zip"]
        verbose_name = _("ZIP code")
        verbose_name_plural = _("ZIP codes")
        constraints = [
            models.CheckConstraint(name="zipcode_5_digits", condition=Q(zip__regex=r"^[0-9]{5}$")),
            within("zipcode", "lat", -90, 90),
            within("zipcode", "lon", -180, 180),
        ]

    def __str__(self) -> str:
        return f"{self.zip} {self.city}, {self.state}"

    @property
    def point(self) -> Point:
        return Point(self.lat, self.lon)


class City(models.Model):
    """A city by the name people type. Its middle is the mean of its ZIP codes' middles."""

    name = models.CharField(_("name"), max_length=100)
    search_name = models.CharField(_("name as searched"), max_length=100, editable=False)
    state = models.CharField(_("state"), max_length=2)
    county = models.CharField(_("county"), max_length=100, blank=True)
    zip_count = models.PositiveSmallIntegerField(_("ZIP codes"), default=1)
    lat = models.FloatField(_("latitude"))
    lon = models.FloatField(_("longitude"))

    class Meta:
        ordering = ["name", "state"]
        verbose_name = _("city")
        verbose_name_plural = _("cities")
        indexes = [models.Index(fields=["search_name", "state"], name="city_search_name")]
        constraints = [
            models.UniqueConstraint(fields=["search_name", "state"], name="city_once_a_state"),
            within("city", "lat", -90, 90),
            within("city", "lon", -180, 180),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.state}"

    @property
    def point(self) -> Point:
        return Point(self.lat, self.lon)
