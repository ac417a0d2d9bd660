"""What is known of a center: every fact with its source, fading by its own day; a no is not a silence."""

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from programs import facts
from programs.facts import DIRECTORY, FactSet, Said
from programs.freshness import Freshness
from programs.known_facts import Known, known_facts
from programs.taxonomy import FACTS, GROUPS

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def said(days_ago: int, *, yes=(), no=(), method="phone", source="coordinator") -> Said:
    return Said(FactSet.of(yes=yes, no=no), source, method, TODAY - timedelta(days=days_ago))


def known(*statements: Said) -> Known:
    return known_facts(facts.merge(statements), facts.provenance(statements), today=TODAY)


def told(groups) -> dict[str, list[tuple[str, str, str]]]:
    return {
        group.label: [
            (chunk.words, *((chunk.source.words, chunk.source.state) if chunk.source else ("", "")))
            for chunk in group.chunks
        ]
        for group in groups
    }


def words(groups) -> dict[str, str]:
    return {group.label: "; ".join(chunk.words for chunk in group.chunks) for group in groups}


def test_each_fact_fades_by_its_own_day_and_says_so_in_words():
    page = known(
        said(20, yes=["pay_medicaid"]),
        said(200, yes=["pay_private"], method="website"),
        said(400, yes=["pay_cash"], method="email"),
    )
    assert page.source is None
    assert told(page.groups)["Payment"] == [
        ("Medicaid", "By phone, Nov. 2, 2026.", Freshness.FRESH),
        ("Private insurance", "Center's website, May 6, 2026. Over half a year old.", Freshness.AGING),
        ("Cash or self-payment", "By email. Not confirmed since October 2025.", Freshness.OLD),
    ]


def test_a_fact_that_was_confirmed_again_is_fresh_though_others_of_its_source_are_old():
    page = known(said(500, yes=["pay_medicaid", "pay_cash"]), said(3, yes=["pay_medicaid"]))
    assert told(page.groups)["Payment"] == [
        ("Medicaid", "By phone, Nov. 19, 2026.", Freshness.FRESH),
        ("Cash or self-payment", "By phone. Not confirmed since July 2025.", Freshness.OLD),
    ]


def test_one_source_for_everything_is_said_once():
    page = known(said(20, yes=["pay_medicaid", "lang_spanish"]))
    assert page.source.words == "By phone, Nov. 2, 2026."
    assert told(page.groups) == {"Payment": [("Medicaid", "", "")], "Languages": [("Spanish", "", "")]}


def test_both_directories_of_one_year_are_one_source():
    edition = [
        Said(FactSet.of(yes=[code]), source, DIRECTORY, date(2023, 1, 1))
        for source, code in (("samhsa_su", "pay_medicaid"), ("samhsa_mh", "pay_cash"))
    ]
    assert known(*edition).source.words == (
        "National directory, mental health, 2023; National directory, substance use, 2023. "
        "Not confirmed since January 2023."
    )
    later = Said(FactSet.of(yes=["pay_cash"]), "samhsa_mh", DIRECTORY, date(2024, 1, 1))
    assert known(edition[0], later).source is None


def test_nothing_known_shows_nothing():
    assert known() == Known((), (), None)


@pytest.mark.parametrize("fact", FACTS, ids=lambda one: one.code)
def test_a_yes_is_told_once_unless_it_is_a_level_told_elsewhere_on_the_page(fact):
    levels = {"offers_outpatient", "offers_iop", "offers_php", "offers_residential", "offers_detox"}
    page = known(said(1, yes=[fact.code]))
    assert len(page.groups) == (fact.code not in levels)
    assert page.refused == ()


@pytest.mark.parametrize("fact", FACTS, ids=lambda one: one.code)
def test_a_no_is_never_told_as_something_the_center_has(fact):
    page = known(said(1, no=[fact.code]))
    if fact.group == "admission":
        assert words(page.groups)["Admission"].startswith(("No need", "Does not"))
    else:
        assert page.groups == ()


def test_what_says_the_same_twice_is_said_once():
    page = known(
        said(
            1,
            yes=[
                *GROUPS["age"],
                "treats_substance_use",
                "treats_mental_health",
                "co_occurring",
                "accepts_women",
                "accepts_men",
            ],
        )
    )
    assert words(page.groups) == {
        "Treats": "Treats substance use and mental health together",
        "Who it is for": "All ages; Women and men",
    }
    only = known(said(1, yes=["accepts_women", "women_only"], no=["accepts_men"]))
    assert words(only.groups) == {"Who it is for": "Women only"}


def test_medicine_given_and_medicine_accepted_are_told_apart():
    page = known(said(1, yes=["med_naltrexone", "accepts_oud_medication"]))
    assert words(page.groups) == {
        "Medicines it gives or prescribes": "Naltrexone",
        "Welcome with medicine from elsewhere": "Medicine for opioid use",
    }


def test_languages_that_are_all_refused_are_not_named_one_by_one():
    others = [code for code in GROUPS["language"] if code != "lang_spanish"]
    with_spanish = known(said(1, yes=["lang_spanish"], no=others))
    assert words(with_spanish.refused) == {"Languages": "Languages not named above"}
    none = known(said(1, no=GROUPS["language"]))
    assert words(none.refused) == {"Languages": "Languages other than English"}
    some = known(said(1, no=["lang_arabic"]))
    assert words(some.refused) == {"Languages": "Arabic"}


def test_what_turns_nobody_away_is_not_told_as_refused():
    page = known(said(1, no=["owner_tribal", "smoke_free", "accred_carf", "pop_women", "women_only"]))
    assert page.refused == ()
