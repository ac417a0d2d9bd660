"""The reference of a plain version: the same page as one would first write it in Django.

Facts are rows of a many-to-many table, the place is latitude and longitude, a box and the haversine in the
ORM narrow it down, every number is asked of the database, a Django template renders. It does less than the
site's page: eight facts are counted instead of all, nothing is ordered by fit, nor told how old a fact is.
"""

from dataclasses import dataclass
from math import cos, degrees, radians
from typing import Any

from django import forms
from django.db import connection
from django.db.models import Count, F, FloatField, QuerySet, Value
from django.db.models.functions import ASin, Cos, Power, Radians, Sin, Sqrt
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from bench.models import Course, Place, Service
from bench.references import nothing_kept
from programs.geo import EARTH_MILES
from programs.models import ZipCode
from programs.taxonomy import BY_CODE, FACTS
from programs.words import FACT_LABELS

PAGE_SIZE = 20
COUNTED = (
    "pay_medicaid",
    "pay_medicare",
    "pay_private",
    "pay_sliding_scale",
    "telehealth",
    "co_occurring",
    "time_evening",
    "lang_spanish",
)
_FACTS: Any = Place.services.through


class PlainForm(forms.Form):
    place = forms.RegexField(r"^[0-9]{5}$")
    radius = forms.IntegerField(min_value=1, max_value=500)
    level = forms.CharField(max_length=12)
    pay = forms.ChoiceField(choices=[(code, code) for code in COUNTED])


@dataclass(frozen=True, slots=True)
class Counted:
    """A filter and how many centers it would leave."""

    code: str
    label: str
    number: int


@require_safe
def plain(request: HttpRequest) -> HttpResponse:
    form = PlainForm(request.GET)
    if not form.is_valid():
        return render(request, "bench/plain.html", {"form": form}, status=400)
    asked = form.cleaned_data
    here = get_object_or_404(ZipCode, zip=asked["place"])
    found = _found(here, asked["radius"], asked["level"], asked["pay"])
    nearest = found.select_related("place").prefetch_related("place__services").order_by("miles")
    context = {"form": form, "total": found.count(), "counted": _counted(found), "here": here}
    with nothing_kept():
        return render(request, "bench/plain.html", {**context, "courses": nearest[:PAGE_SIZE]})


def _found(here: ZipCode, miles: int, level: str, pay: str) -> QuerySet[Course]:
    """Programs of a level within the distance that take this payment, with `miles`."""
    north = degrees(miles / EARTH_MILES)
    east = north / cos(radians(here.lat))
    found: QuerySet[Course] = (
        Course._default_manager.filter(level=level, place__services__code=pay)
        .filter(place__lat__range=(here.lat - north, here.lat + north))
        .filter(place__lon__range=(here.lon - east, here.lon + east))
        .annotate(miles=_haversine(here))
        .filter(miles__lte=miles)
    )
    return found


def _haversine(here: ZipCode) -> Any:
    lat, lon = Radians(F("place__lat")), Radians(F("place__lon"))
    up = Power(Sin((lat - radians(here.lat)) / 2), 2)
    across = Power(Sin((lon - radians(here.lon)) / 2), 2)
    square = up + Cos(lat) * Value(cos(radians(here.lat))) * across
    return 2 * EARTH_MILES * ASin(Sqrt(square, output_field=FloatField()))


def _counted(found: QuerySet[Course]) -> list[Counted]:
    rows = (
        _FACTS.objects.filter(place__in=found.values("place"), service__code__in=COUNTED)
        .values_list("service__code")
        .annotate(number=Count("id"))
    )
    numbers = dict(rows)
    return [Counted(code, str(FACT_LABELS[code]), numbers.get(code, 0)) for code in COUNTED]


def fill() -> int:
    """Make the tables anew and fill them with what the site's flat rows say; how many rows facts took."""
    drop()
    with connection.schema_editor() as editor:
        for model in (Service, Place, Course):
            editor.create_model(model)
        # Nobody writes here, so that keys need no guard; indexes are made once the tables are full.
        editor.deferred_sql = [one for one in editor.deferred_sql if "FOREIGN KEY" not in str(one)]
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # Forty-five million rows at the largest size, which nobody wants back after a crash.
                cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
                for model in (Service, Place, Course, _FACTS):
                    cursor.execute(f"ALTER TABLE {model._meta.db_table} SET UNLOGGED")
            return _fill(cursor)


def drop() -> None:
    with connection.cursor() as cursor:
        for model in (_FACTS, Course, Place, Service):
            cursor.execute(f"DROP TABLE IF EXISTS {model._meta.db_table}")


def _fill(cursor: Any) -> int:
    Service._default_manager.bulk_create(
        Service(code=fact.code, name=str(FACT_LABELS[fact.code])) for fact in FACTS
    )
    cursor.execute(
        f"INSERT INTO {Place._meta.db_table} (id, name, street, city, state, zip, phone, lat, lon) "
        "SELECT id, name, street1, city, state, zip, phone, lat, lon FROM programs_center "
        "WHERE status = 'published' ORDER BY id"
    )
    cursor.execute(
        f"INSERT INTO {Course._meta.db_table} (id, place_id, level) "
        "SELECT program_id, center_id, level FROM programs_listing ORDER BY program_id"
    )
    # A directory speaks of centers, so that all programs of one say the same.
    bits = ", ".join(
        f"({service.pk}, {BY_CODE[service.code].word}, {1 << BY_CODE[service.code].bit})"
        for service in Service._default_manager.order_by("pk")
    )
    word = "CASE s.word WHEN 0 THEN l.yes_0 WHEN 1 THEN l.yes_1 ELSE l.yes_2 END"
    cursor.execute(
        f"WITH s(id, word, bit) AS (VALUES {bits}) "
        f"INSERT INTO {_FACTS._meta.db_table} (place_id, service_id) SELECT l.center_id, s.id "
        "FROM programs_listing l CROSS JOIN s WHERE l.program_id IN "
        f"(SELECT min(program_id) FROM programs_listing GROUP BY center_id) AND ({word} & s.bit) <> 0"
    )
    cursor.execute(f"SELECT count(*) FROM {_FACTS._meta.db_table}")
    return int(cursor.fetchone()[0])
