"""Two lines of the directory as one name a person would say."""

import pytest
from django.utils.translation import override

from programs.names import Name, center_name


@pytest.mark.parametrize(
    ("name", "detail", "title", "under"),
    [
        ("Plain Door Counseling", "", "Plain Door Counseling", ""),
        ("County Health", "Adult Services", "County Health", "Adult Services"),
        (
            "Behavioral Health Services at",
            "Lake University",
            "Behavioral Health Services at Lake University",
            "",
        ),
        ("Council on Alcohol for", "The Valley", "Council on Alcohol for The Valley", ""),
        ("Land of", "", "Land of", ""),
        ("Paper Boat LLC", "DBA Harbor Turn", "Paper Boat LLC", "Also called Harbor Turn"),
        ("Paper Boat LLC", "d/b/a  Harbor Turn", "Paper Boat LLC", "Also called Harbor Turn"),
        ("Paper Boat", "DBAs of the County", "Paper Boat", "DBAs of the County"),
        ("Same House", "SAME HOUSE", "Same House", ""),
        ("The Band", "Wellness", "The Band", "Wellness"),
    ],
)
def test_the_lines_of_a_name(name, detail, title, under):
    with override("en"):
        assert center_name(name, detail) == Name(title, under)
