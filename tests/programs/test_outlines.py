"""The shipped outlines are those of the Census, and what is drawn from them lies where it should."""

import re
import struct
from itertools import pairwise
from math import cos, radians
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from programs import gazetteer
from programs.geo import Point, miles_between
from programs.outlines import build, shapefile, table, topology
from programs.outlines.drawing import Frame, circle, mercator, outlines, path
from programs.outlines.drawing import _cut as cut_at
from programs.outlines.table import DEGREE, Box
from programs.states import STATES

WITHOUT = {"FM", "MH", "PW"}
"""States in free association: the Census draws no borders for them, and the map says so."""


def rings(code: str) -> list[list[tuple[float, float]]]:
    state = table.of_state(code)
    lines = [list(zip(line[::2], line[1::2], strict=True)) for line in state.lines]
    return [
        [(x / DEGREE, y / DEGREE) for x, y in build.walked(ring, lines)]
        for county in state.counties
        for ring in county
    ]


def contains(all_rings: list[list[tuple[float, float]]], lon: float, lat: float) -> bool:
    """Crossings counted to the east; a hole is crossed twice."""
    crossed = 0
    for ring in all_rings:
        if not min(y for _, y in ring) <= lat <= max(y for _, y in ring):
            continue
        for (ax, ay), (bx, by) in pairwise(ring):
            if (ay > lat) != (by > lat) and lon < ax + (lat - ay) / (by - ay) * (bx - ax):
                crossed += 1
    return crossed % 2 == 1


def test_every_state_and_territory_has_an_outline_but_three_that_the_map_names():
    assert set(STATES) - set(table.boxes()) == WITHOUT
    assert set(table.boxes()) <= set(STATES)


def test_every_county_of_the_census_is_there_and_every_ring_is_closed():
    counties = 0
    for code, box in table.boxes().items():
        state = table.of_state(code)
        counties += len(state.counties)
        for ring in rings(code):
            assert ring[0] == ring[-1]
            assert len(ring) > 3
        assert min(one.west for one in state.boxes) == box.west
        assert max(one.north for one in state.boxes) == box.north
    assert counties == 3233


SQUARE_MILES = {"WY": 97_813, "CO": 104_094, "KS": 82_278, "CT": 5_018, "DC": 68, "PR": 3_515}
"""Land and inland water, Census Bureau, State Area Measurements (2010)."""


@pytest.mark.parametrize("code", SQUARE_MILES)
def test_a_state_is_as_large_as_the_census_says(code):
    state = table.of_state(code)
    lines = [list(zip(line[::2], line[1::2], strict=True)) for line in state.lines]
    total = 0.0
    for county in state.counties:
        for ring in county:
            walked = build.walked(ring, lines)
            twice = sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise(walked))
            lat = sum(y for _, y in walked) / len(walked) / DEGREE
            # An outer ring turns one way, a hole the other; clockwise is the Census's outer ring.
            total -= twice / 2 / DEGREE**2 * 69.172 * cos(radians(lat)) * 68.99
    assert total == pytest.approx(SQUARE_MILES[code], rel=0.02)


def test_the_middles_of_zip_codes_lie_in_their_own_states():
    rows = [row for row in gazetteer.read().rows.values() if not row.military and row.state not in WITHOUT]
    looked_at = sorted(rows)[::150]
    outside = [row.zip for row in looked_at if not contains(rings_of(row.state), row.lon, row.lat)]
    assert len(rows) > 35_000
    assert len(outside) <= 0.02 * len(rows) / 150, outside


_rings: dict[str, list[list[tuple[float, float]]]] = {}


def rings_of(code: str) -> list[list[tuple[float, float]]]:
    return _rings.setdefault(code, rings(code))


# -- Making the file ----------------------------------------------------------------------------


def boundary_file(counties: dict[str, list[list[tuple[float, float]]]]) -> tuple[bytes, bytes]:
    """A shapefile of polygons and its table, as the Census writes them."""
    shapes = bytearray(100)
    for number, parts in enumerate(counties.values(), 1):
        points = [point for part in parts for point in part]
        starts = [sum(map(len, parts[:i])) for i in range(len(parts))]
        body = struct.pack("<I4d2I", 5, 0, 0, 0, 0, len(parts), len(points))
        body += struct.pack(f"<{len(parts)}I", *starts)
        body += b"".join(struct.pack("<2d", *point) for point in points)
        shapes += struct.pack(">2I", number, len(body) // 2) + body
    fields = [(b"STATEFP", 2), (b"GEOID", 5)]
    head = (
        struct.pack("<4B", 3, 116, 1, 1) + struct.pack("<IHH", len(counties), 32 + 32 * 2 + 1, 8) + bytes(20)
    )
    for name, width in fields:
        head += name.ljust(11, b"\0") + b"C" + bytes(4) + bytes([width, 0]) + bytes(14)
    rows = b"".join(b" " + geoid[:2].encode() + geoid.encode() for geoid in counties)
    return bytes(shapes), head + b"\r" + rows


def square(west: float, south: float) -> list[tuple[float, float]]:
    return [
        (west, south),
        (west, south + 1),
        (west + 0.5, south + 1.0001),
        (west + 1, south + 1),
        (west + 1, south),
        (west, south),
    ]


THREE = {"17001": [square(-90, 40)], "17003": [square(-89, 40)], "18001": [square(-88, 40)]}
"""Two counties of Illinois and one of Indiana, side by side."""


def made(tmp_path, counties=THREE) -> ZipFile:
    shapes, rows = boundary_file(counties)
    with ZipFile(tmp_path / "source.zip", "w") as file:
        file.writestr("data/cb_2016_us_county_500k.shp", shapes)
        file.writestr("data/cb_2016_us_county_500k.dbf", rows)
    call_command("build_outlines", str(tmp_path / "source.zip"), "--to", str(tmp_path / "made.zip"))
    return ZipFile(tmp_path / "made.zip")


def test_a_shared_border_is_kept_once_and_known_as_what_it_is(tmp_path, monkeypatch, capsys):
    made(tmp_path).close()
    monkeypatch.setattr(table, "FILE", tmp_path / "made.zip")
    table.of_state.cache_clear()
    try:
        illinois, indiana = table.of_state("IL"), table.of_state("IN")
    finally:
        table.of_state.cache_clear()
    assert len(illinois.counties) == 2
    assert [list(illinois.lines[number]) for number in illinois.state] == [[-880000, 400000, -880000, 410000]]
    assert [list(indiana.lines[number]) for number in indiana.state] == [[-880000, 400000, -880000, 410000]]
    county = set(range(len(illinois.lines))) - illinois.state - illinois.shore
    assert [list(illinois.lines[number]) for number in county] == [[-890000, 400000, -890000, 410000]]
    # The bump of eleven meters in the north is thinned away.
    assert all(y != 410010 for line in illinois.lines for y in line[1::2])
    assert "bytes in" in capsys.readouterr().out


def test_the_same_source_gives_the_same_bytes():
    shapes, rows = boundary_file(THREE)
    first, second = (build.build(shapefile.counties(shapes, rows)) for _ in range(2))
    assert first == second


def test_alaska_goes_on_to_the_west_over_the_date_line(tmp_path):
    with made(tmp_path, {"02016": [square(179.2, 51), square(-179.9, 51)]}) as file:
        assert b"-180" in file.read("index.json")
    assert table.boxes()["AK"].west < -180
    assert table.boxes()["AK"].east < -129


@pytest.mark.parametrize("broken", ["lines", "rows", "missing", "none"])
def test_a_source_that_is_none_is_refused_in_one_line(tmp_path, broken):
    shapes, rows = boundary_file(THREE)
    if broken == "lines":
        shapes = shapes[:108] + struct.pack("<I", 3) + shapes[112:]
    if broken == "rows":
        rows = boundary_file({"17001": [square(-90, 40)]})[1]
    with ZipFile(tmp_path / "source.zip", "w") as file:
        if broken != "missing":
            file.writestr("cb_2016_us_county_500k.shp", shapes)
        file.writestr("cb_2016_us_county_500k.dbf", rows)
    source = tmp_path / ("source.zip" if broken != "none" else "no.zip")
    with pytest.raises(CommandError) as error:
        call_command("build_outlines", str(source), "--to", str(tmp_path / "made.zip"))
    assert "\n" not in str(error.value)
    assert not (tmp_path / "made.zip").exists()


COORDINATES = st.tuples(st.integers(-5000, 5000), st.integers(-5000, 5000))


@given(st.lists(COORDINATES, min_size=2, max_size=40), st.floats(0.5, 500))
def test_a_thinned_line_keeps_its_ends_and_stays_near_every_vertex_it_lost(line, tolerance):
    kept = topology.telling(line, tolerance)
    assert (kept[0], kept[-1]) == (0, len(line) - 1)
    for first, last in pairwise(kept):
        if last - first > 1:
            assert topology._farthest(line, first, last)[1] <= tolerance**2


# -- Drawing ------------------------------------------------------------------------------------

CHICAGO = Box(-88.2, 41.5, -87.0, 42.3)


def vertices(d: str) -> list[tuple[float, float]]:
    """Every vertex of a path, in units."""
    found = []
    for piece in d.split("M")[1:]:
        steps = [int(number) for number in re.findall(r"-?\d+", piece)]
        x = y = 0
        for dx, dy in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + dx, y + dy
            found.append((x / 10, y / 10))
    return found


def test_the_land_fills_the_frame_and_no_more_and_the_lake_is_left_out():
    frame = Frame(CHICAGO, 1000)
    drawn = outlines(frame)
    land = vertices(drawn.counties)
    assert all(-0.05 <= x <= 1000.05 and -0.05 <= y <= frame.height + 0.05 for x, y in land)
    assert min(x for x, _ in land) == 0
    # The north-east corner is Lake Michigan.
    assert not [(x, y) for x, y in land if x > 800 and y < 300]
    assert drawn.shore
    assert drawn.states


def test_far_out_at_sea_and_beyond_the_borders_nothing_is_drawn():
    for box in (Box(-40, 30, -39, 31), Box(134, 7, 135, 8)):
        drawn = outlines(Frame(box, 1000))
        assert (drawn.counties, drawn.states, drawn.shore) == ("", "", "")


def test_a_frame_draws_its_corners_at_its_corners():
    frame = Frame(CHICAGO, 1000)
    assert frame.at(CHICAGO.north, CHICAGO.west) == (0, 0)
    assert frame.at(CHICAGO.south, CHICAGO.east) == pytest.approx((1000, frame.height))
    assert mercator(0) == pytest.approx(0)
    # Mercator keeps shapes: a degree north is a degree east, stretched by the same factor.
    assert (mercator(41.501) - mercator(41.5)) / 0.001 == pytest.approx(1 / cos(radians(41.5)), rel=1e-3)


@given(st.lists(st.tuples(st.floats(-900, 1900), st.floats(-900, 1900)), min_size=1, max_size=30))
def test_a_path_gives_back_every_vertex(line):
    d = path(line)
    rounded = [(round(10 * x) / 10, round(10 * y) / 10) for x, y in line]
    wanted = [one for i, one in enumerate(rounded) if i == 0 or one != rounded[i - 1]]
    assert vertices(d) == (wanted if len(wanted) > 1 else [])


@given(st.lists(st.tuples(st.floats(-2000, 3000), st.floats(-2000, 3000)), min_size=3, max_size=20))
def test_a_polygon_is_cut_at_the_edge(ring):
    frame = Frame(CHICAGO, 1000)
    for x, y in cut_at(ring, frame):
        assert -0.001 <= x <= 1000.001
        assert -0.001 <= y <= frame.height + 0.001


@pytest.mark.parametrize("center", [Point(41.9, -87.6), Point(71.3, -156.8), Point(13.5, 144.8)])
@pytest.mark.parametrize("miles", [1, 25, 100])
def test_a_ring_is_as_many_miles_away_all_around(center, miles):
    around = circle(center, miles)
    assert around[0] == around[-1]
    assert around[0].lat > center.lat
    for point in around:
        assert miles_between(center, point) == pytest.approx(miles, rel=1e-6)
