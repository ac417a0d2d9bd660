"""Positions against the bounds of a state."""

import pytest

from programs.importing.coordinates import Verdict, boxes, checked

BOXES = boxes(
    [
        ("IL", 37.1, -91.4),
        ("IL", 42.4, -87.6),
        ("AK", 51.9, -176.6),
        ("AK", 52.7, 174.1),
        ("AK", 71.3, -130.0),
        ("GU", 13.3, 144.7),
    ]
)


@pytest.mark.parametrize(
    ("state", "lat", "lon", "verdict"),
    [
        ("IL", "37.0", "-91.5", Verdict.GOOD),  # at its very border, past the last ZIP code
        ("IL", "36.8", "-91.4", Verdict.REFUSED),
        ("IL", "42.7", "-87.6", Verdict.REFUSED),
        ("IL", "40", "-91.7", Verdict.REFUSED),
        ("IL", "40", "-87.3", Verdict.REFUSED),
        ("IL", "-90", "40", Verdict.SWAPPED),
        ("IL", "40", "270", Verdict.REFUSED),  # the same meridian, but no longitude
        ("IL", "40", "", Verdict.REFUSED),
        ("IL", True, "-90", Verdict.REFUSED),
        ("IL", " ", None, Verdict.BLANK),
        ("AK", "52.0", "179.5", Verdict.GOOD),
        ("AK", "52.0", "-179.5", Verdict.GOOD),
        ("AK", "-170.2", "63.5", Verdict.SWAPPED),
        ("AK", "52.0", "170.0", Verdict.REFUSED),
        ("GU", 13.4, 144.8, Verdict.GOOD),
        ("PW", "7.3", "134.5", Verdict.REFUSED),  # of Palau we have no ZIP code
    ],
)
def test_the_bounds_of_a_state(state: str, lat: object, lon: object, verdict: Verdict) -> None:
    assert checked(lat, lon, BOXES.get(state))[1] is verdict


def test_what_is_kept_is_a_tenth_of_a_meter() -> None:
    assert checked("39.79900014", "-89.64400026", BOXES["IL"])[0] == (39.799, -89.644)
