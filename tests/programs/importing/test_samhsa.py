"""What the codes of the national directories say, and what they cannot say."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.importing.samhsa import MENTAL_HEALTH, NOT_KEPT, SOURCES, SUBSTANCE_USE
from programs.importing.source import Question, Reader, Source, codes_in, told
from programs.taxonomy import FACTS
from tests.conftest import SHARED, required
from tests.programs.importing.workbooks import MH_CODES, SU_CODES

SHEETS = {SUBSTANCE_USE.code: SU_CODES, MENTAL_HEALTH.code: MH_CODES}


def value(source: Source, codes: str, fact: str) -> bool | None:
    return Reader(source, SHEETS[source.code]).facts(codes_in(codes)).value(fact)


@pytest.mark.parametrize(
    ("codes", "fact", "expected"),
    [
        ("OIT", "offers_iop", True),
        ("OP", "offers_iop", False),
        ("", "offers_iop", None),  # no setting at all: nobody answered
        ("ODT", "offers_php", True),
        ("RD", "offers_detox", True),
        ("RD", "offers_residential", False),
        # Where detox is given: a no only beside another place
        ("RD", "detox_residential", True),
        ("RD", "detox_outpatient", False),
        ("OD HID", "detox_outpatient", True),
        ("OD HID", "detox_hospital", True),
        ("OD HID", "detox_residential", False),
        ("DT OP", "detox_outpatient", None),
        ("OP", "detox_residential", None),
        ("HI HIT", "offers_inpatient", True),
        ("HI HIT", "offers_residential", False),
        ("HH OP", "offers_recovery_housing", True),
        # MC is Medicare, MD is Medicaid
        ("MC", "pay_medicare", True),
        ("MC", "pay_medicaid", False),
        ("MD", "pay_medicaid", True),
        ("MD", "pay_medicare", False),
        ("SF", "pay_cash", True),
        ("SS", "pay_sliding_scale", True),
        ("PA", "pay_assistance", True),
        ("NP", "pay_free", True),
        ("OP", "pay_medicaid", None),
        # PW: pregnant women
        ("PW", "pop_pregnant", True),
        ("TA", "wrap_transport", True),
        # Women and men
        ("FEM", "women_only", True),
        ("FEM", "accepts_men", False),
        ("FEM", "men_only", False),
        ("FEM MALE", "women_only", False),
        ("FEM MALE", "accepts_men", True),
        ("MALE", "men_only", True),
        ("OP", "women_only", None),
        ("OP", "accepts_women", None),
        # Ages: absence is no proof, but for one pattern
        ("YAD ADLT", "age_under_18", False),
        ("YAD ADLT AD", "age_under_18", True),
        ("CHLD", "age_under_18", True),
        ("CHLD", "age_adults", None),
        ("ADLT", "age_under_18", None),
        ("YAD ADLT", "age_older_adults", None),
        ("ADLT", "age_young_adults", None),
        ("OP", "age_adults", None),
        # Medicines
        ("MU", "med_methadone", True),
        ("OP", "med_methadone", False),
        ("BERI", "med_buprenorphine_injection", True),
        ("BERI", "med_buprenorphine", True),
        ("BWN", "med_buprenorphine_injection", False),
        ("VTRL", "med_naltrexone_injection", True),
        ("VTRL", "med_naltrexone", False),
        ("OP", "med_disulfiram", None),  # not in this sheet: not asked
        # Side questions
        ("SA", "treats_substance_use", True),
        ("HH", "treats_substance_use", None),
        ("MHS", "treats_mental_health", True),
        ("SA", "treats_mental_health", None),
        ("CO", "co_occurring", True),
        ("SMPD", "smoke_free", False),
        ("OP", "smoke_free", None),
        ("OP", "cond_eating", None),
    ],
)
def test_the_substance_use_directory_says(codes: str, fact: str, expected: bool | None) -> None:
    assert value(SUBSTANCE_USE, codes, fact) is expected


@pytest.mark.parametrize(
    ("codes", "fact", "expected"),
    [
        ("MH OP PHDT", "offers_iop", None),
        ("MH OP PHDT", "offers_php", True),
        ("MH PH", "offers_php", True),
        ("MH OP", "offers_php", False),
        ("MH OMH", "offers_outpatient", True),
        ("MH RTCC", "offers_residential", True),
        ("MH RTCC", "age_under_18", True),
        ("MH OP", "offers_detox", None),
        ("MH OP", "women_only", None),
        ("MH OP", "treats_substance_use", False),
        ("MH SA", "treats_substance_use", True),
        ("OP", "treats_mental_health", None),
        ("MH PED", "cond_eating", True),
        ("MH OP", "cond_eating", False),
        ("MH IDD", "co_occurring", True),
        ("MH ANTPYCH", "med_psychiatric", True),
        ("MH OP", "med_psychiatric", None),
        ("MH CFT", "therapy_family", True),
        ("MH OP", "therapy_couples", None),
        ("MH CHLD", "age_adults", False),
        ("MH", "age_adults", None),
        ("MH VAF", "pay_va", True),
        ("MH MC", "pay_medicaid", False),
    ],
)
def test_the_mental_health_directory_says(codes: str, fact: str, expected: bool | None) -> None:
    assert value(MENTAL_HEALTH, codes, fact) is expected


def test_absence_is_no_only_where_the_edition_asks() -> None:
    asks, asks_not = Reader(SUBSTANCE_USE, ["OIT", "TELE"]), Reader(SUBSTANCE_USE, ["OIT"])
    assert asks.facts({"OIT"}).value("telehealth") is False
    assert asks_not.facts({"OIT"}).value("telehealth") is None


def test_a_code_that_its_own_sheet_does_not_explain_says_nothing() -> None:
    assert Reader(SUBSTANCE_USE, ["OIT"]).facts({"OIT", "TELE"}).value("telehealth") is None


def test_codes_are_parted_by_blanks_and_stars_and_their_place_means_nothing() -> None:
    assert codes_in("SA * OP oit*SF  MD * * ") == {"SA", "OP", "OIT", "SF", "MD"}
    assert codes_in("") == frozenset()


def test_directories_are_told_apart_by_their_code_sheets() -> None:
    assert told(SOURCES, SU_CODES) is SUBSTANCE_USE
    assert told(SOURCES, MH_CODES) is MENTAL_HEALTH
    assert told(SOURCES, ["SA"]) is None
    assert told(SOURCES, [*SU_CODES, *MH_CODES]) is None


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.code)
@given(st.data())
def test_no_row_says_yes_and_no_at_once(source: Source, data: st.DataObject) -> None:
    """FactSet refuses it: reading any row of any edition must not raise."""
    known = sorted(source.known)
    listed = data.draw(st.sets(st.sampled_from(known)))
    codes = data.draw(st.sets(st.sampled_from(known)))
    facts = Reader(source, listed).facts(frozenset(codes))
    assert not any(yes & no for yes, no in zip(facts.yes, facts.no, strict=True))


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.code)
def test_a_fact_is_asked_once(source: Source) -> None:
    facts = [question.fact for question in source.questions]
    assert len(facts) == len(set(facts))


def test_a_question_names_a_fact_that_exists() -> None:
    with pytest.raises(ValueError, match="no such fact"):
        Question("offers_hope", ("OP",))


def test_a_code_is_kept_or_left_out_on_purpose_but_not_both() -> None:
    for source in SOURCES:
        kept = {code for question in source.questions for code in question.yes}
        assert not kept & NOT_KEPT.keys()
    assert all(NOT_KEPT.values()), "each with its reason"


def test_no_directory_speaks_of_facts_it_does_not_ask() -> None:
    """These are for people to find out."""
    silent = {fact.code for fact in FACTS} - {
        question.fact for source in SOURCES for question in source.questions
    }
    assert {"time_evening", "approach_faith", "admission_stable_housing", "cond_depression"} <= silent


@pytest.fixture(scope="module")
def code_book() -> list[dict[str, str]]:
    path: Path = SHARED / "data/samhsa/service_codes_all_editions.csv"
    if not path.is_file():
        reason = f"needs the code book of all editions: {path}"
        if required("shared"):
            pytest.fail(reason)
        pytest.skip(reason)
    with path.open(newline="", encoding="utf-8-sig") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.directory
def test_every_code_of_every_edition_is_mapped_or_left_out_on_purpose(
    code_book: list[dict[str, str]],
) -> None:
    by_directory = {"SU": SUBSTANCE_USE, "MH": MENTAL_HEALTH}
    unknown = {
        (row["directory"], row["edition"], row["service_code"])
        for row in code_book
        if row["service_code"] not in by_directory[row["directory"]].known
    }
    assert not unknown
    assert len({row["service_code"] for row in code_book}) == 317


@pytest.mark.directory
def test_every_code_we_know_is_in_some_edition(code_book: list[dict[str, str]]) -> None:
    """No code is misspelled in the declaration."""
    real = {row["service_code"] for row in code_book}
    assert not (SUBSTANCE_USE.known | MENTAL_HEALTH.known) - real


@pytest.mark.directory
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("MC", "medicare"),
        ("MD", "medicaid"),
        ("SF", "cash"),
        ("SS", "sliding"),
        ("PA", "payment assistance"),
        ("NP", "no payment"),
        ("PED", "eating"),
        ("PW", "pregnant"),
        ("MF", "military families"),
        ("GL", "lesbian"),
        ("OIT", "intensive outpatient"),
        ("ODT", "partial hospitalization"),
        ("PHDT", "partial hospitalization"),
        ("TA", "transportation"),
    ],
)
def test_the_code_book_means_what_we_take_it_for(
    code_book: list[dict[str, str]], code: str, words: str
) -> None:
    names = {row["service_name"].lower() for row in code_book if row["service_code"] == code}
    assert names
    assert all(words in name for name in names)
