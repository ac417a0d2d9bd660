"""Seals on what lies in a table: they open for their own row alone, or say that they do not."""

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from programs import sealing
from programs.sealing import BLOCK, BrokenSealError, needs_new_seal, seal, unseal

TEXTS = st.text(max_size=3000)
NAMES = st.text(max_size=80)


@given(TEXTS, NAMES, NAMES)
def test_what_was_sealed_opens_for_its_own_row(text, kind, row):
    assert unseal(seal(text, kind=kind, row=row), kind=kind, row=row) == text


@given(TEXTS, st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_one_changed_byte_breaks_the_seal(text, at, change):
    sealed = bytearray(seal(text, kind="inquiry", row="a"))
    sealed[at % len(sealed)] ^= change
    with pytest.raises(BrokenSealError):
        unseal(bytes(sealed), kind="inquiry", row="a")


@given(TEXTS, st.integers(min_value=0))
def test_a_seal_that_was_cut_is_broken(text, keep):
    sealed = seal(text, kind="inquiry", row="a")
    with pytest.raises(BrokenSealError):
        unseal(sealed[: keep % len(sealed)], kind="inquiry", row="a")


@given(st.binary(max_size=4000))
def test_bytes_that_were_never_sealed_are_refused(nonsense):
    for sealed in (nonsense, b"\x01" + nonsense):
        with pytest.raises(BrokenSealError):
            unseal(sealed, kind="inquiry", row="a")


@given(NAMES, NAMES, NAMES, NAMES)
def test_a_seal_opens_for_no_other_row_or_column(kind, row, other_kind, other_row):
    sealed = seal("x", kind=kind, row=row)
    if (kind, row) != (other_kind, other_row):
        with pytest.raises(BrokenSealError):
            unseal(sealed, kind=other_kind, row=other_row)


@pytest.mark.parametrize(("kind", "row"), [("a|b", "c"), ("a", "b|c")])
def test_the_line_between_kind_and_row_cannot_be_moved(kind, row):
    sealed = seal("x", kind=kind, row=row)
    other = ("a", "b|c") if kind == "a|b" else ("a|b", "c")
    with pytest.raises(BrokenSealError):
        unseal(sealed, kind=other[0], row=other[1])


@given(TEXTS, TEXTS)
def test_the_length_tells_only_how_many_blocks_it_takes(one, other):
    lengths = {len(seal(text, kind="k", row="r")) - 1 - 12 - 16 for text in (one, other)}
    assert all(length % BLOCK == 0 for length in lengths)
    assert len(seal("", kind="k", row="r")) == len(seal("x" * (BLOCK - 4), kind="k", row="r"))


def test_sealing_twice_gives_nothing_alike():
    assert seal("x", kind="k", row="r")[1:13] != seal("x", kind="k", row="r")[1:13]


def test_an_older_key_still_opens_and_is_known_to_be_old():
    with override_settings(SECRET_KEY="the old key"):
        sealed = seal("x", kind="k", row="r")
    with override_settings(SECRET_KEY="the new key", SECRET_KEY_FALLBACKS=["another", "the old key"]):
        assert unseal(sealed, kind="k", row="r") == "x"
        assert needs_new_seal(sealed, kind="k", row="r")
        assert not needs_new_seal(seal("x", kind="k", row="r"), kind="k", row="r")
    for call in (unseal, needs_new_seal):
        with override_settings(SECRET_KEY="the new key"), pytest.raises(BrokenSealError):
            call(sealed, kind="k", row="r")


def test_the_key_serves_this_purpose_alone(settings):
    sealed = seal("x", kind="k", row="r")
    for purpose in (b"iopfinder tries 1", b"iopfinder saved key 1", b"iopfinder visitors 1"):
        key = sealing.derived(settings.SECRET_KEY, purpose)
        with pytest.raises(BrokenSealError):
            sealing.unlock(key, sealed[1:], sealing._bound("k", "r"))
