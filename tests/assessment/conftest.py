"""What tests of the assessment share."""

from datetime import date

import pytest

from programs.models import ZipCode
from programs.sample import loading

ZIPS = (
    ("85004", "Phoenix", "AZ", 33.4515, -112.0686),
    ("85122", "Casa Grande", "AZ", 32.8951, -111.7573),
    ("59718", "Bozeman", "MT", 45.6671, -111.1924),
)


@pytest.fixture
def zip_codes(db):
    """Three ZIP codes: in the midst of the sample directory, at its edge, far from any of it."""
    for code, city, state, lat, lon in ZIPS:
        ZipCode.objects.get_or_create(
            zip=code, defaults={"city": city, "state": state, "lat": lat, "lon": lon}
        )


@pytest.fixture
def sample_directory(zip_codes):
    """The sample directory around them."""
    loading.load(today=date(2026, 11, 21))
