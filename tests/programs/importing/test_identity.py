"""Names and addresses keep their identity when only their writing changes."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.importing import identity

WORD = st.text(string.ascii_letters + string.digits, min_size=1, max_size=10)
NAME = st.lists(WORD, min_size=1, max_size=6).map(" ".join)


def mangled(text: str, draw: st.DataObject) -> str:
    """The same words in other case, with punctuation around them."""
    words = []
    for word in text.split():
        case = draw.draw(st.sampled_from([str.lower, str.upper, str.title, str]))
        mark = draw.draw(st.sampled_from(["", ",", ".", "!", "'"]))
        words.append(case(word) + mark)
    return draw.draw(st.sampled_from([" ", "  ", " - ", " / "])).join(words)


@given(NAME, st.data())
def test_a_name_is_the_same_in_any_case_and_punctuation(name: str, data: st.DataObject) -> None:
    assert identity.name_of(mangled(name, data)) == identity.name_of(name)


@given(NAME, st.data())
def test_a_street_is_the_same_in_any_case_and_punctuation(street: str, data: st.DataObject) -> None:
    assert identity.street_of(mangled(street, data)) == identity.street_of(street)


@given(NAME, st.integers(0, 6))
def test_a_name_may_be_broken_into_two_lines_anywhere(name: str, at: int) -> None:
    words = name.split()
    assert identity.name_of(" ".join(words[:at]), " ".join(words[at:])) == identity.name_of(name)


@given(NAME)
def test_normalizing_twice_changes_nothing(name: str) -> None:
    assert identity.name_of(identity.name_of(name)) == identity.name_of(name)
    assert identity.street_of(identity.street_of(name)) == identity.street_of(name)


@given(st.text(max_size=40))
def test_no_text_breaks_the_normalization(text: str) -> None:
    for normal in (identity.name_of(text), identity.street_of(text), identity.digits_of(text)):
        assert normal.isascii()
        assert normal == normal.lower()


@given(st.tuples(WORD, WORD), st.tuples(WORD, WORD))
def test_different_parts_have_different_keys(a: tuple[str, str], b: tuple[str, str]) -> None:
    assert (identity.key_of(*a) == identity.key_of(*b)) == (a == b)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hope House Inc", "HOPE HOUSE"),
        ("The Salvation Army", "Salvation Army"),
        ("O'Neil Center", "ONeil Ctr"),
        ("Family & Child Servs", "Family and Child Services"),
        ("St Mary Hlth Svcs LLC", "Saint Mary Health Services"),
        ("Clínica San José", "Clinica San Jose"),
    ],
)
def test_the_same_name_in_other_words(one: str, other: str) -> None:
    assert identity.name_of(one) == identity.name_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("750 Highway 31 South", "750 Hwy. 31 S"),
        ("12 North Oak Street", "12 N Oak St, Suite 4"),
        ("4th St East", "4TH STREET E"),
        ("88 Grand Boulevard Building 3", "88 Grand Blvd"),
    ],
)
def test_the_same_street_in_other_words(one: str, other: str) -> None:
    assert identity.street_of(one) == identity.street_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("12 North Oak Street", "12 South Oak Street"), ("12 Oak Street", "14 Oak Street")],
)
def test_other_streets_stay_apart(one: str, other: str) -> None:
    assert identity.street_of(one) != identity.street_of(other)


def test_a_name_of_nothing_but_legal_forms_is_kept() -> None:
    assert identity.name_of("The Co") == "the co"


def test_suite_floor_and_building_are_told_apart() -> None:
    assert identity.unit_of("5 Oak St Suite 200", "") == "suite 200"
    assert identity.unit_of("5 Oak St", "Floor 2") == "floor 2"
    assert identity.unit_of("5 Oak St", "") == ""


def test_public_ids_never_change() -> None:
    """They stand in links and bookmarks: this is a promise to other installations, not a calculation."""
    key = identity.key_of("hope house", "12 oak st", "62701")
    assert key == "b1b0c62fa1149bb2955492b52fe5776a"
    assert str(identity.center_id(key)) == "f9381d94-2ec4-571b-94c5-4f2c9a52cc8b"
    assert str(identity.organization_id("Hope House Inc", "IL")) == "b9b33242-2782-51bb-9668-9d09a57fb403"


def test_a_digest_remembers_each_column() -> None:
    pieces = tuple(identity.piece_of(value) for value in ("a", "b", ("c", "d")))
    assert identity.pieces_of(identity.digest_of(pieces)) == pieces
    assert identity.piece_of("a") != identity.piece_of("b")
