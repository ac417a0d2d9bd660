"""A center's page says no more than is known: where detox is, when a session starts, who said it."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import unquote

import pytest
from django.utils.timezone import localdate
from django.utils.translation import override

from programs.criteria import Wish
from programs.models import Program, Statement
from programs.questions import about
from tests.programs import factories

pytestmark = pytest.mark.django_db

DAY_AND_NIGHT = "Day and night. You live there."
EITHER = "Some detox is day and night, some is by daily visits. Ask which."


def text_of(client, center) -> str:
    body = client.get(center.get_absolute_url()).content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize(
    ("yes", "no", "shown"),
    [
        ((), (), EITHER),
        (("offers_residential", "offers_inpatient"), (), EITHER),
        ((), ("detox_residential", "detox_hospital"), EITHER),
        (("detox_residential",), ("detox_outpatient",), "Here: day and night, you stay there."),
        (("detox_hospital", "detox_outpatient"), (), "Here: day and night in a hospital; by daily visits."),
    ],
)
def test_where_detox_is_given_is_said_only_where_that_is_known(client, yes, no, shown):
    text = text_of(client, factories.center(["detox"], yes=yes, no=no))
    assert shown in text
    assert (EITHER in text) is (shown == EITHER)
    assert DAY_AND_NIGHT not in text


def test_residential_care_is_day_and_night_whatever_is_known(client):
    assert DAY_AND_NIGHT in text_of(client, factories.center(["residential"]))


@pytest.mark.parametrize("level", ["outpatient", "iop", "php", "residential", "detox"])
def test_what_is_usual_ends_with_one_full_stop(client, level):
    body = client.get(factories.center([level]).get_absolute_url()).content.decode()
    usual = re.search(r'<span class="soft num">(.*?)</span>', body)[1]
    assert usual.endswith(".")
    assert not usual.endswith("..")


def test_a_session_on_the_grid_tells_its_minutes(client):
    center = factories.center(["php"])
    factories.SessionFactory(program=Program.objects.get(), starts="08:30", ends="14:30")
    factories.SessionFactory(program=Program.objects.get(), day=2, starts="13:00", ends="16:00")
    body = client.get(center.get_absolute_url()).content.decode()
    assert re.findall(r'<text class="on b"[^>]*>(.*?)</text>', body) == ["8:30", "1:00"]


def test_a_page_with_everything_on_it_takes_at_most_eight_queries(client, django_assert_max_num_queries):
    factories.CityFactory()
    factories.ZipCodeFactory()
    said = ["treats_substance_use", "med_naltrexone"]
    center = factories.center(["outpatient", "iop", "php"], yes=said, location="exact")
    for program in Program.objects.all():
        for day in (0, 2, 4):
            factories.SessionFactory(program=program, day=day)
    for number in range(12):
        factories.center(["residential", "detox"], organization=center.organization, lat=33.5 + number / 100)
        factories.center(yes=["offers_otp", "med_buprenorphine"], lat=33.4 - number / 100)
    address = f"{center.get_absolute_url()}?place=Phoenix&level=iop&pay=pay_medicaid&language=lang_spanish"
    client.get(address)
    with django_assert_max_num_queries(8):
        body = client.get(address).content.decode()
    for part in ("What you asked for", "week-grid", "ladder", "Medicine for opioid use", "miles"):
        assert part in body


def test_the_title_says_the_level_and_the_place(client):
    body = client.get(factories.center(["iop", "outpatient"], name="Plain Door").get_absolute_url())
    assert "<title>Plain Door: Outpatient, IOP in Phoenix, AZ · IOPFinder</title>" in body.content.decode()
    none = client.get(factories.center([], name="Plain Door").get_absolute_url())
    assert "<title>Plain Door, Phoenix, AZ · IOPFinder</title>" in none.content.decode()


@pytest.mark.parametrize(("days", "shown"), [(0, True), (1, True), (-1, False)])
def test_an_opening_lapses_to_nothing_and_is_asked_for_again(client, days, shown):
    center = factories.center()
    Program.objects.update(openings=3, openings_until=localdate() + timedelta(days=days))
    text = text_of(client, center)
    assert ("3 open places" in text) is shown
    assert ("Do you have an open place?" in text) is not shown
    assert "No open place" not in text


def test_a_text_message_names_the_center_its_number_and_its_page_and_no_more(client):
    center = factories.center(["detox"], name="Plain Door & Sons", yes=["treats_substance_use"])
    body = client.get(f"{center.get_absolute_url()}?place=85004&pay=pay_medicaid").content.decode()
    link = unescape(re.search(r'href="(sms:\?[^"]*)"', body)[1])
    assert link.startswith("sms:?&body=")
    assert unquote(link.removeprefix("sms:?&body=")) == (
        f"Plain Door & Sons 602-555-0142 http://testserver{center.get_absolute_url()}"
    )
    assert " " not in link


@pytest.mark.parametrize("address", ["map_url", "website"])
def test_a_link_to_someone_else_tells_them_nothing_of_the_visitor(client, address):
    center = factories.center(website="https://center.example/")
    body = client.get(f"{center.get_absolute_url()}?place=85004&pay=pay_medicaid").content.decode()
    start = {"map_url": "https://www.openstreetmap.org", "website": "https://center.example/"}[address]
    link = re.search(rf'<a [^>]*href="{re.escape(start)}[^>]*>', body)[0]
    assert 'rel="noreferrer"' in link
    assert "85004" not in link or "1+Main+Street" in link
    assert "medicaid" not in link


def test_a_number_that_only_filled_a_field_is_not_shown(client):
    center = factories.center(phone="888-888-8888", intake_phones="888-888-8888; 615-555-0100 x3")
    body = client.get(center.get_absolute_url()).content.decode()
    assert "888-888" not in body
    assert 'href="tel:+16155550100,3"' in body
    none = text_of(client, factories.center(phone="999-999-9999"))
    assert "No phone number is known." in none


def test_a_number_in_letters_can_be_dialed_and_is_shown_as_it_is_written(client):
    body = client.get(factories.center(phone="888-PARNEXT").get_absolute_url()).content.decode()
    assert 'href="tel:+18887276398"' in body
    assert "888-PARNEXT" in body


def test_admission_rules_are_told_as_rules_yes_or_no(client):
    strict = text_of(client, factories.center(yes=["admission_detox_first"], no=["admission_stable_housing"]))
    assert "Asks for detox first; No need for stable housing" in strict
    assert "What it says it does not offer" not in strict


def test_medicine_for_opioid_use_is_told_where_it_is_known_here_and_looked_for_where_it_is_not(client):
    center = factories.center(yes=["treats_substance_use", "med_buprenorphine"])
    factories.center(name="Old Mill Clinic", yes=["offers_otp", "med_methadone"], lat=33.6)
    factories.center(name="Nearer House", yes=["med_buprenorphine"], lat=33.5)
    lane = text_of(client, center).partition("Medicine for opioid use")[2]
    assert "Here: buprenorphine." in lane
    assert "Old Mill Clinic Phoenix, AZ · about 10 miles, by ZIP code Opioid treatment program" in lane
    assert "Nearer House" not in lane


def test_a_center_not_known_to_treat_substance_use_has_no_medicine_lane(client):
    assert "Medicine for opioid use" not in text_of(client, factories.center(yes=["treats_mental_health"]))


def test_a_program_for_teens_is_followed_by_places_known_to_take_teens(client):
    center = factories.center(yes=["treats_substance_use", "age_under_18"], no=["age_adults"])
    factories.center(name="Grown Clinic", yes=["med_buprenorphine"])
    factories.center(name="Young Clinic", yes=["med_buprenorphine", "age_under_18"], lat=33.7)
    lane = text_of(client, center).partition("Medicine for opioid use")[2]
    assert "Young Clinic" in lane
    assert "Grown Clinic" not in lane


def test_the_ladder_leads_to_the_nearest_sister_within_reach_and_calls_a_branch_by_its_own_name(client):
    center = factories.center(["iop"], name="River House", name_detail="Main Street")
    home = center.organization
    factories.center(["detox"], name="River House", name_detail="Hill", organization=home, lat=34.2)
    factories.center(["detox"], name="River House", name_detail="Valley", organization=home, lat=33.6)
    factories.center(["residential"], name="River House", organization=home, lat=36.9)
    factories.center(["php"], name="Other House", lat=33.46)
    steps = text_of(client, center).partition("If you need more or less care")[2]
    assert "Detox Valley Phoenix, AZ · about 10 miles" in steps
    for other in ("Hill", "Residential River House", "Other House"):
        assert other not in steps
    assert "Not known, so ask: Outpatient; Day program (PHP); Residential." in steps


def test_half_a_name_is_not_told_as_the_name_of_an_organization(client):
    center = factories.center(["iop"], name="Counseling and", name_detail="Hill Clinic")
    type(center.organization).objects.update(name="Counseling and")
    factories.center(
        ["php"], name="Counseling and", name_detail="Valley Clinic", organization=center.organization
    )
    text = text_of(client, center)
    assert "Counseling and Hill Clinic Phoenix, AZ" in text
    assert "Levels inside the same organization." in text
    assert "Day program (PHP) Counseling and Valley Clinic" in text


def test_a_center_without_a_level_says_what_is_known_instead(client):
    none = text_of(client, factories.center([], no=["offers_iop"]))
    assert "We know of no level of care here, so ask. " in none
    hospital = text_of(client, factories.center([], yes=["offers_inpatient"]))
    assert "Hospital inpatient care. We know of no other level here, so ask." in hospital


def test_what_others_see_of_a_link_says_the_level_and_the_place(client):
    body = client.get(factories.center(["iop"], name="Plain Door").get_absolute_url()).content.decode()
    assert '<meta property="og:title" content="Plain Door: IOP in Phoenix, AZ · IOPFinder">' in body


def test_a_center_whose_place_is_not_known_still_leads_to_its_sisters(client):
    nowhere = {"lat": None, "lon": None, "location": "unknown"}
    center = factories.center(["iop"], yes=["treats_substance_use"], **nowhere)
    factories.center(["detox"], name="Sister House", organization=center.organization)
    assert "Detox Sister House Phoenix, AZ" in text_of(client, center)


def test_there_are_at_most_ten_questions_and_what_was_asked_for_comes_first(client):
    center = factories.center(["iop"])
    body = client.get(f"{center.get_absolute_url()}?place=85004&language=lang_spanish").content.decode()
    asked = re.findall(r'<li data-question="([^"]+)">', body)
    assert asked[0] == "wish:lang_spanish"
    assert len(asked) == len(set(asked)) == 10


def test_a_center_known_to_treat_mental_health_only_is_not_asked_about_drinking(client):
    center = factories.center(["iop"], yes=["treats_mental_health"], no=["treats_substance_use"])
    text = text_of(client, center)
    assert "Who leads the groups" in text
    assert "What happens if I drink" not in text


def test_levels_here_come_before_more_or_less_care(client):
    text = text_of(client, factories.center())
    assert text.index("Levels of care here") < text.index("If you need more or less care")


def test_a_sample_says_in_a_whole_sentence_that_its_facts_are_invented(client):
    center = factories.center(yes=["pay_medicaid"], is_sample=True)
    Statement.objects.update(source="sample")
    text = text_of(client, center)
    assert "Sample: this center, its number and all facts here are invented." in text


@pytest.mark.parametrize(
    ("codes", "question"),
    [
        (("pay_free",), "Is care here free of charge?"),
        (("pay_medicaid", "pay_free"), "Do you take Medicaid? Is care here free of charge?"),
    ],
)
def test_free_care_is_asked_for_as_people_ask(codes, question):
    with override("en"):
        assert about(Wish("payment", codes)) == question
