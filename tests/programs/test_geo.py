"""Distance without trigonometry in the database is still distance."""

from math import acos, cos, radians, sin

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from programs.criteria import RADII
from programs.geo import (
    EARTH_MILES,
    Point,
    cell,
    cells_within,
    chord2,
    chord2_of,
    miles_between,
    miles_of,
    unit,
)

points = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
american = st.builds(Point, st.floats(-15, 72), st.floats(-180, 180))


@given(points, points)
def test_the_distance_is_that_of_the_law_of_cosines(a, b):
    angle = sin(radians(a.lat)) * sin(radians(b.lat)) + cos(radians(a.lat)) * cos(radians(b.lat)) * cos(
        radians(a.lon - b.lon)
    )
    assume(-0.999999 < angle < 0.999999)  # where the law of cosines itself loses digits
    assert miles_between(a, b) == pytest.approx(EARTH_MILES * acos(angle), rel=1e-6)


@given(points, points)
def test_distance_is_symmetric_and_zero_only_here(a, b):
    assert chord2(unit(a), unit(b)) == chord2(unit(b), unit(a))
    assert miles_between(a, a) == 0


@given(st.floats(0, 12_000), st.floats(0, 12_000))
def test_the_chord_grows_with_the_distance_and_leads_back_to_it(a, b):
    if a < b:
        assert chord2_of(a) <= chord2_of(b)
    assert miles_of(chord2_of(a)) == pytest.approx(a, rel=1e-6, abs=1e-3)


@given(american, st.floats(-2.2, 2.2), st.floats(-8, 8), st.sampled_from(RADII))
def test_the_cells_around_a_place_miss_no_point_within_the_distance(center, north, east, radius):
    lat = min(90.0, max(-90.0, center.lat + north))
    lon = (center.lon + east + 180) % 360 - 180
    other = Point(lat, lon)
    if miles_between(center, other) <= radius:
        assert cell(other) in set(cells_within(center, radius))


def test_the_cells_do_not_grow_without_need():
    assert len(list(cells_within(Point(33.45, -112.07), 25))) <= 9
    assert len(list(cells_within(Point(33.45, -112.07), 100))) <= 64


def test_known_cities_lie_as_far_apart_as_maps_say():
    new_york, philadelphia = Point(40.7128, -74.0060), Point(39.9526, -75.1652)
    assert miles_between(new_york, philadelphia) == pytest.approx(80.6, abs=0.3)


@pytest.mark.parametrize(("lat", "lon"), [(91, 0), (-91, 0), (0, 181), (0, -181), (float("nan"), 0)])
def test_a_place_off_the_earth_is_refused(lat, lon):
    with pytest.raises(ValueError, match="not a place"):
        Point(lat, lon)
