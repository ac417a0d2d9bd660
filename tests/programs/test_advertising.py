"""Claims nobody may make are found in whatever is written; what is fair is left alone."""

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs import claim_words
from programs.advertising import (
    CODES,
    NAMES,
    RULES,
    check_hours,
    check_hours_in_text,
    check_program,
    check_text,
    check_texts,
    check_week,
)
from programs.importing.reading import read_files
from programs.levels import ADULT_BANDS, LEVELS, TEEN_BANDS, Level, band

CLAIMS = {
    "guaranteed": [
        "We guarantee that you will get better.",
        "Guaranteed sobriety in 30 days",
        "Treatment that is 100% effective",
        "A risk-free stay",
        "Recuperación garantizada",
    ],
    "best": [
        "The #1 rehab in Arizona",
        "Ranked #1 by families",
        "We are the best treatment center in town",
        "The nation's leading facility",
        "Top-rated care",
        "World-class doctors",
        "El mejor centro de la ciudad",
    ],
    "cure": [
        "We cure addiction.",
        "You will be cured",
        "Find permanent sobriety here",
        "You will never relapse",
        "Break addiction for good",
        "Cura definitiva de la adicción",
    ],
    "success_rate": [
        "92% of our clients stay sober",
        "A success rate that others envy",
        "Nine out of ten finish",
        "Success: 85 percent",
    ],
    "lure": [
        "Luxury rooms with an ocean view",
        "A five-star campus",
        "Exclusive and private",
        "Meals by a private chef",
        "Resort-like grounds",
    ],
    "inducement": [
        "We offer free flights to Florida",
        "No copays and no deductible",
        "We pay for your airfare",
        "Gift cards for new clients",
    ],
    "all_insurance": [
        "We take all insurance",
        "We accept all major insurances.",
        "All insurance plans accepted",
        "All major insurance",
        "Aceptamos todos los seguros",
    ],
    "paid_in_full": [
        "Your insurance pays for everything",
        "Treatment at no cost to you",
        "No out-of-pocket",
    ],
    "paid_referral": [
        "Ask about our referral bonus",
        "Earn $500 for each referral",
        "Refer a friend and earn cash",
        "A commission per admission",
    ],
    "person_last": [
        "A home for addicts and alcoholics",
        "We treat substance abuse",
        "Get clean with us",
        "A dirty urine ends the program",
        "Ayuda para adictos",
    ],
}
FAIR = [
    "",
    "No program can guarantee recovery.",
    "Results are not guaranteed.",
    "There is no cure; there is treatment that works.",
    "We cannot cure you, and we will not say that we can.",
    "A secure building with a curfew",
    "Best reached before noon",
    "Ask for the program's number: extension #1",
    "According to a study published in 2019, 60% of participants were sober after a year.",
    "We do not take all insurance: call and ask.",
    "Medicaid, Medicare and most private plans",
    "Nobody pays us.",
    "Meets with Alcoholics Anonymous on Fridays",
    "A group for adult children of alcoholics",
    "The kitchen is kept clean by all of us",
    "9 to 12 hours a week over 8 weeks",
    "A full refund is made where a place is not free",
    "Grupos en español por la noche",
]


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in CLAIMS.items() for text in texts])
def test_a_claim_is_found_with_its_words_and_told_in_a_sentence(code: str, text: str) -> None:
    found = {finding.code: finding for finding in check_text(text, "aftercare")}
    assert code in found
    assert found[code].what.lower() in text.lower()
    told = claim_words.told(found[code])
    assert told.why
    assert told.suggestion
    assert "%(" not in told.why + told.suggestion
    assert "!" not in told.why + told.suggestion


@pytest.mark.parametrize("text", FAIR)
def test_what_is_fair_is_left_alone(text: str) -> None:
    assert check_text(text, "aftercare") == ()


def test_every_code_has_its_examples_and_its_words() -> None:
    assert {rule.code for rule in RULES} == set(CLAIMS)
    assert set(CODES) == set(claim_words.WHY) == set(claim_words.SUGGESTION)


@pytest.mark.parametrize(("code", "text"), [(code, texts[0]) for code, texts in CLAIMS.items()])
def test_letters_quotes_and_what_stands_around_it_hide_nothing(code: str, text: str) -> None:
    for said in (text.upper(), text.lower(), f"Open daily. {text} Call us.", text.replace(" ", "\u00a0")):
        assert code in {finding.code for finding in check_text(said, "intake")}


def test_the_findings_stand_in_the_order_of_the_text_and_each_kind_once() -> None:
    text = "We take all insurance. We guarantee it. All insurance accepted. We cure."
    assert [finding.code for finding in check_text(text, "plans")] == ["all_insurance", "guaranteed", "cure"]


def test_a_not_reaches_no_further_than_its_sentence() -> None:
    assert check_text("We do not wait. We guarantee a place.", "intake")[0].code == "guaranteed"


@pytest.mark.parametrize("where", sorted(NAMES))
def test_a_name_is_what_it_is_called_but_may_not_promise(where: str) -> None:
    for name in ("County Substance Abuse Program", "The Best Center", "House #1", "Project CURE Inc"):
        assert check_text(name, where) == ()
    for name, code in (
        ("Guaranteed Recovery", "guaranteed"),
        ("Luxury Rehab", "lure"),
        ("Cures Clinic", "cure"),
    ):
        assert [finding.code for finding in check_text(name, where)] == [code]


@given(st.text(max_size=400), st.sampled_from(["name", "intake"]))
def test_any_text_can_be_checked_and_every_finding_stands_in_it(text: str, where: str) -> None:
    for finding in check_text(text, where):
        assert finding.code in CODES
        assert finding.where == where
        assert finding.what


WORDS = st.sampled_from(
    ["we", "offer", "groups", "on", "Monday", "and", "family", "evenings", "call", "intake", "first", "hours"]
)


@given(
    st.lists(WORDS, max_size=8).map(" ".join),
    st.sampled_from([(code, text) for code, texts in CLAIMS.items() for text in texts]),
    st.lists(WORDS, max_size=8).map(" ".join),
)
def test_fair_words_around_a_claim_do_not_hide_it(before: str, claim: tuple[str, str], after: str) -> None:
    code, text = claim
    said = f"{before}. {text}\n{after}"
    assert code in {finding.code for finding in check_text(said, "admission")}


@given(st.lists(WORDS, max_size=40).map(" ".join))
def test_fair_words_alone_make_no_finding(text: str) -> None:
    assert check_text(text, "admission") == ()


# -- Hours ------------------------------------------------------------------------------------


def test_hours_are_held_against_the_band_of_every_level_for_adults_and_teens() -> None:
    for level, teen, half in product(LEVELS, (False, True), range(2 * 168 + 1)):
        hours = half / 2
        usual = (TEEN_BANDS if teen else ADULT_BANDS).get(level)
        found = [finding.code for finding in check_hours(level, [hours], teen=teen)]
        if usual is None:
            assert found == []
        elif hours < usual.low:
            assert found == ["hours_low"]
        elif usual.high is not None and hours >= usual.high:
            assert found == ["hours_high"]
        else:
            assert found == []


def test_the_numbers_that_matter_most() -> None:
    def codes(level: Level, hours: float, teen: bool = False) -> list[str]:
        return [finding.code for finding in check_hours(level, [hours], teen=teen)]

    assert codes(Level.IOP, 8.5) == ["hours_low"]
    assert codes(Level.IOP, 9) == codes(Level.IOP, 19.5) == []
    assert codes(Level.IOP, 20) == ["hours_high"]
    assert codes(Level.IOP, 6, teen=True) == []
    assert codes(Level.IOP, 5.5, teen=True) == ["hours_low"]
    assert codes(Level.PHP, 19.5) == ["hours_low"]
    assert codes(Level.PHP, 20) == codes(Level.PHP, 60) == []


def test_a_span_may_be_too_short_and_too_long_at_once() -> None:
    found = check_hours(Level.IOP, [6, 25], teen=False)
    assert [(one.code, one.what) for one in found] == [("hours_low", "6"), ("hours_high", "25")]
    assert claim_words.told(found[0]).why.endswith("(IOP): it starts at 9 a week.")
    assert claim_words.told(found[1]).why.endswith("(IOP): it ends below 20 a week.")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("6 hours a week", ["hours_low"]),
        ("9 to 12 hours per week", []),
        ("Expect 25-30 hrs/week", ["hours_high"]),
        ("3 hours a day", []),
        ("within 24 hours", []),
        ("500 hours a week", []),
    ],
)
def test_hours_a_week_that_a_text_tells_are_read(text: str, found: list[str]) -> None:
    told = check_hours_in_text(text, "admission", Level.IOP, teen=False)
    assert [one.code for one in told] == found
    assert {one.where for one in told} <= {"admission"}


@given(st.floats(0, 168), st.floats(0, 168), st.floats(0.5, 168))
def test_a_timetable_agrees_with_the_hours_it_lies_between(one: float, other: float, week: float) -> None:
    low, high = sorted((one, other))
    assert bool(check_week(low, high, week, level=Level.IOP)) is not (low <= week <= high)
    assert check_week(None, None, week, level=Level.IOP) == ()
    assert check_week(low, high, 0, level=Level.IOP) == ()


def test_a_timetable_that_differs_is_told_with_both_numbers() -> None:
    [found] = check_week(9, 12, 6, level=Level.IOP)
    assert claim_words.told(found).why == (
        "The timetable adds up to 6 hours a week, which is not what is stated: 9–12."
    )


def test_a_program_is_checked_as_a_whole() -> None:
    texts = {"aftercare": "Guaranteed", "admission": "5 hours a week"}
    found = check_program(Level.IOP, texts, teen=False, low=9, high=12, timetable=6)
    assert [(one.code, one.where) for one in found] == [
        ("guaranteed", "aftercare"),
        ("hours_low", "admission"),
        ("hours_and_week", "week"),
    ]


def test_without_stated_hours_those_of_the_timetable_count() -> None:
    assert [one.code for one in check_program(Level.PHP, {}, teen=False, timetable=12)] == ["hours_low"]


def test_several_fields_are_checked_by_name() -> None:
    found = check_texts({"name": "Kite", "intake": "We cure", "plans": "All insurance"})
    assert [(one.where, one.code) for one in found] == [("intake", "cure"), ("plans", "all_insurance")]


def test_care_by_day_and_night_has_no_band() -> None:
    assert band(Level.DETOX) is None
    assert check_program(Level.DETOX, {}, teen=False, low=1, high=168) == ()


# -- The real directory -----------------------------------------------------------------------


@pytest.mark.directory
def test_hardly_a_name_of_the_real_directory_raises_a_finding(directory_files: dict[str, Path]) -> None:
    """One of some 18,600 centers does, rightly: it is called luxury."""
    names = {
        (row.name, row.name_detail)
        for edition in read_files(directory_files.values())
        for row in edition.rows
    }
    assert len(names) > 10_000
    found = [
        finding for name, detail in names for finding in check_texts({"name": name, "name_detail": detail})
    ]
    assert [finding.code for finding in found] == ["lure"]
