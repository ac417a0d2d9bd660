"""A small directory for the hand-over: three ZIP codes, and the sample centers around two of them."""

from datetime import date

from programs.models import ZipCode
from programs.sample import loading

ZIPS = (
    ("85004", "Phoenix", "AZ", 33.4515, -112.0686),
    ("85122", "Casa Grande", "AZ", 32.8951, -111.7573),
    ("59718", "Bozeman", "MT", 45.6671, -111.1924),
)
"""In the midst of the sample directory, at its edge, far from any of it."""


def add_zip_codes() -> None:
    for code, city, state, lat, lon in ZIPS:
        ZipCode.objects.get_or_create(
            zip=code, defaults={"city": city, "state": state, "lat": lat, "lon": lon}
        )


def add_sample_directory() -> None:
    add_zip_codes()
    loading.load(today=date(2026, 11, 21))
