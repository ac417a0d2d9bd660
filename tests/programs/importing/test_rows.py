"""Single rows: cleaned, or refused with a reason."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.importing.rows import COLUMNS, Row, RowError, clean_phone, read_row
from programs.importing.samhsa import SUBSTANCE_USE
from programs.importing.source import Reader, codes_in
from tests.programs.importing.workbooks import SU_CODES, facility

READER = Reader(SUBSTANCE_USE, SU_CODES)


def read(**columns: Any) -> Row:
    raw = facility(1, **columns)
    return read_row("file.xlsx", 2, raw, READER, codes_in(str(raw["service_code_info"] or "")))


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"name1": None}, "name1 is blank"),
        ({"name1": "   "}, "name1 is blank"),
        ({"city": None}, "city is blank"),
        ({"state": None}, "state is blank"),
        ({"zip": None}, "zip is blank"),
        ({"zip": "ABCDE"}, "not a ZIP code: ABCDE"),
        ({"zip": "123456"}, "not a ZIP code"),
        ({"zip": 62701.5}, "decimals"),
        ({"state": "XX"}, "not a state"),
        ({"state": "Illinois"}, "not a state"),
        ({"name1": "x" * 201}, "longer than 200"),
        ({"phone": "5" * 41}, "longer than 40"),
        ({"name1": "#REF!"}, "error value"),
        ({"city": True}, "TRUE or FALSE"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason(columns: dict[str, Any], reason: str) -> None:
    with pytest.raises(RowError, match=reason):
        read(**columns)


@pytest.mark.parametrize(
    ("given", "expected"),
    [("02134", "02134"), (2134, "02134"), (2134.0, "02134"), ("601", "00601"), ("62701-1234", "62701")],
)
def test_a_zip_has_five_digits(given: object, expected: str) -> None:
    assert read(zip=given).zip == expected


def test_text_is_trimmed_and_holds_no_control_characters() -> None:
    row = read(name1="  Hope\tHouse\x00 ", city="Spring_x000D_field")
    assert (row.name, row.city) == ("Hope House", "Spring field")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("217-555-0101", "217-555-0101"),
        ("217-555-0101 x204", "217-555-0101 x204"),
        ("  217-555-0101   x9 ", "217-555-0101 x9"),
        ("888-PARNEXT", "888-PARNEXT"),
        ("813-630HOPE", "813-630HOPE"),
        ("999-999-9999", ""),
        ("999-999-9999 x9999", ""),
        (" x9999", ""),
        ("x", ""),
        ("", ""),
        ("000-000-0000", ""),
    ],
)
def test_phones_are_kept_readable_and_placeholders_are_blank(given: str, expected: str) -> None:
    assert clean_phone(given) == expected


def test_characters_without_a_shape_are_dropped() -> None:
    row = read(name1="Wil\u200blow \u202eBend\u202c\u2069 Cen\xadter\ufeff", city="Spring\u2028field")
    assert (row.name, row.city) == ("Willow Bend Center", "Spring field")


def test_intake_phones_are_joined_once_each() -> None:
    row = read(
        intake1="217-555-0102", intake2="999-999-9999", intake1a="217-555-0102", intake2a="217-555-0103"
    )
    assert row.intake_phones == "217-555-0102; 217-555-0103"


def test_the_columns_of_a_row_are_those_its_digest_remembers() -> None:
    assert (*read().columns, "facts") == COLUMNS[:8]


@given(
    column=st.sampled_from(sorted(facility())),
    value=st.none() | st.text(max_size=300) | st.integers() | st.floats() | st.booleans(),
)
def test_any_cell_gives_a_row_or_a_reason(column: str, value: object) -> None:
    try:
        row = read(**{column: value})
    except RowError:
        return
    assert len(row.zip) == 5
    assert row.zip.isdigit()
    assert row.name.strip()
    assert "\x00" not in "".join(map(str, row.columns.values()))
