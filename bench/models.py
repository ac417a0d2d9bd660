"""Tables of the reference `bench.plain`: the directory as one would first model it. No part of the site."""

from django.db import models


class Service(models.Model):
    """One fact that a center may have."""

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=100)

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return self.name


class Place(models.Model):
    """A center, and its facts as rows of a table between."""

    name = models.CharField(max_length=200)
    street = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100)
    state = models.CharField(max_length=2)
    zip = models.CharField(max_length=5)
    phone = models.CharField(max_length=40, blank=True)
    lat = models.FloatField(null=True, db_index=True)
    lon = models.FloatField(null=True, db_index=True)
    services = models.ManyToManyField(Service, related_name="places")

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return self.name


class Course(models.Model):
    """A program of one level."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="courses")
    level = models.CharField(max_length=12, db_index=True)

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return self.level
