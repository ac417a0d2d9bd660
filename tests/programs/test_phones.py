"""Numbers as the directories write them become numbers a phone can dial."""

import pytest

from programs.phones import dial


@pytest.mark.parametrize(
    ("written", "dialed"),
    [
        ("602-555-0142", "+16025550142"),
        ("(602) 555-0142", "+16025550142"),
        ("1-800-662-4357", "+18006624357"),
        ("+1 602 555 0142", "+16025550142"),
        ("602-726-4328 x8618", "+16027264328,8618"),
        ("602-726-4328 ext. 12", "+16027264328,12"),
        ("888-PARNEXT", "+18887276398"),
        ("800-fox-help", "+18003694357"),
        ("800-NEW-PATHWAYS", "+18006397284"),
        ("1 (800) FLOWERS", "+18003569377"),
        ("602-555-0142 x" + "9" * 11, "+16025550142"),
    ],
)
def test_a_number_is_dialed(written, dialed):
    assert dial(written) == dialed


@pytest.mark.parametrize(
    "written",
    [
        "",
        "999-999-9999",
        "(000) 000-0000",
        "602-555",
        "call us",
        "016-025-5501",
        "6025550142 6",
        "Call 602-555-0142",
        "CALLUSTODAY",
        "80-FLOWERSX",
        "６０２-555-0142",
        "٦٠٢-555-0142",
    ],
)
def test_what_is_no_number_is_not_dialed(written):
    assert dial(written) == ""
