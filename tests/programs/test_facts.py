"""Facts pack without loss, unknown never becomes no, and the numbering that is stored never moves."""

from datetime import date, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.facts import EMPTY, TRUST, FactSet, Said, layers, merge, pack, provenance, unpack
from programs.taxonomy import BITS, BY_CODE, FACTS, GROUPS, WORDS
from programs.words import FACT_LABELS, GROUP_LABELS, WISH_WORDS

CODES = [fact.code for fact in FACTS]
DAY = date(2026, 1, 1)
PUBLISHED = 170
DIGEST = "e8fe4db5f984be7dd2e6e822e8369d0e7eb11828d8fc8fef6863582363fa6834"
code_lists = st.lists(st.sampled_from(CODES), unique=True)


@st.composite
def fact_sets(draw: st.DrawFn) -> FactSet:
    said = draw(code_lists)
    split = draw(st.integers(0, len(said)))
    return FactSet.of(yes=said[:split], no=said[split:])


@st.composite
def said(draw: st.DrawFn) -> Said:
    method = draw(st.sampled_from(["directory", "phone", "website"]))
    on = DAY + timedelta(days=draw(st.integers(0, 900)))
    is_current = method != "directory" or draw(st.booleans())
    return Said(draw(fact_sets()), "any", method, on, is_current=is_current)


@given(fact_sets(), fact_sets())
def test_of_two_statements_of_one_day_the_later_outweighs_in_whatever_order_they_are_read(
    earlier: FactSet, later: FactSet
):
    both = [Said(earlier, "any", "phone", DAY, number=1), Said(later, "any", "website", DAY, number=2)]
    assert merge(both) == merge(reversed(both)) == later.over(earlier)


def test_the_numbering_of_the_published_facts_never_moves():
    """These facts are stored in databases by number. New ones go behind them."""
    published = "\n".join(f"{fact.word}.{fact.bit} {fact.code}" for fact in FACTS[:PUBLISHED])
    assert sha256(published.encode()).hexdigest() == DIGEST


def test_every_fact_has_its_own_bit_within_the_columns():
    places = [(fact.word, fact.bit) for fact in FACTS]
    assert len(set(places)) == len(places) == len(set(CODES))
    assert all(word < WORDS and bit < BITS for word, bit in places)
    assert max(sum(1 << bit for word, bit in places if word == one) for one in range(WORDS)) < 2**63


def test_every_fact_and_group_has_words():
    assert set(FACT_LABELS) == set(CODES)
    assert set(GROUP_LABELS) == set(GROUPS)
    assert all(str(words) for words in WISH_WORDS.values())


@given(code_lists)
def test_packing_loses_nothing(codes):
    assert set(unpack(pack(codes))) == set(codes)
    assert unpack(pack(codes)) == tuple(code for code in CODES if code in codes)


def test_an_unknown_code_is_named():
    with pytest.raises(KeyError, match="pay_gold"):
        pack(["pay_gold"])


@given(st.sampled_from(CODES))
def test_yes_and_no_at_once_is_refused(code):
    with pytest.raises(ValueError, match=code):
        FactSet(pack([code]), pack([code]))


@given(fact_sets(), fact_sets(), fact_sets())
def test_laying_over_is_associative_and_idempotent_and_silence_changes_nothing(a, b, c):
    assert a.over(b).over(c) == a.over(b.over(c))
    assert a.over(a) == a
    assert FactSet().over(a) == a.over(FactSet()) == a


@given(fact_sets(), fact_sets(), st.sampled_from(CODES))
def test_what_is_said_on_top_wins_and_what_is_not_said_stays(upper, lower, code):
    above = upper.value(code)
    assert upper.over(lower).value(code) is (lower.value(code) if above is None else above)


@given(fact_sets(), fact_sets(), st.sampled_from(CODES))
def test_beside_is_symmetric_and_yes_of_a_part_is_yes_of_the_whole(a, b, code):
    both = a.beside(b)
    assert both == b.beside(a)
    values = {a.value(code), b.value(code)}
    assert both.value(code) is (True if True in values else False if False in values else None)


@given(fact_sets(), st.lists(st.sampled_from(CODES), min_size=1, unique=True))
def test_any_of_is_true_by_one_false_only_by_all(facts, codes):
    values = [facts.value(code) for code in codes]
    expected = True if True in values else None if None in values else False
    assert facts.any_of(codes) is expected


@given(st.lists(said(), max_size=5), st.randoms())
def test_merging_does_not_depend_on_the_order_unless_two_people_speak_on_one_day(statements, shuffle):
    days = [one.on for one in statements]
    weights = [layer[0] for layer in layers(statements)]
    if len(set(days)) < len(days) or len(set(weights)) < len(weights):
        return
    mixed = list(statements)
    shuffle.shuffle(mixed)
    assert merge(mixed) == merge(statements)


@given(st.lists(said(), max_size=5))
def test_what_is_known_was_said_by_the_source_that_is_named(statements):
    known = merge(statements)
    origin = provenance(statements)
    assert set(origin) == {*unpack(known.yes), *unpack(known.no)}
    assert all(origin[code].facts.value(code) is known.value(code) for code in origin)


def test_what_a_person_confirmed_outweighs_a_directory_for_a_year():
    yes, no = FactSet.of(yes=["telehealth"]), FactSet.of(no=["telehealth"])
    phone = Said(yes, "coordinator", "phone", DAY)
    soon = Said(no, "samhsa_su", "directory", DAY + TRUST - timedelta(days=1))
    late = Said(no, "samhsa_su", "directory", DAY + TRUST + timedelta(days=1))
    assert merge([phone, soon]).value("telehealth") is True
    assert merge([phone, late]).value("telehealth") is False


@given(st.lists(said(), max_size=6))
def test_a_row_that_its_directory_dropped_is_silent_while_another_speaks(statements):
    speaks = any(one.method == "directory" and one.is_current for one in statements)
    heard = [one for one in statements if one.is_current] if speaks else statements
    assert merge(statements) == merge(heard)
    assert provenance(statements) == provenance(heard)


def test_where_no_directory_lists_a_place_any_more_the_last_word_is_kept():
    dropped = Said(FactSet.of(yes=["telehealth"]), "samhsa_su", "directory", DAY, is_current=False)
    older = Said(
        FactSet.of(yes=["smoke_free"]), "samhsa_mh", "directory", DAY - timedelta(days=9), is_current=False
    )
    listed = Said(FactSet.of(no=["telehealth"]), "samhsa_mh", "directory", DAY - timedelta(days=9))
    assert merge([dropped, older]) == dropped.facts
    assert merge([dropped, listed]) == listed.facts


def test_nothing_said_is_nothing_known():
    assert merge([]) == FactSet(EMPTY, EMPTY)
    assert provenance([]) == {}
    assert all(FactSet().value(code) is None for code in BY_CODE)
