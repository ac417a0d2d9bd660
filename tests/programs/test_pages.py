"""The directory's pages: what they say, how many queries they take, and that every link leads on."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.utils.timezone import localdate

from programs import listings
from programs.cards import distance, freshness_words, hours_words
from programs.criteria import WISH_FIELDS
from programs.facts import FactSet
from programs.freshness import freshness
from programs.models import Center, Listing, Program, Statement
from programs.taxonomy import AGES, FACTS
from tests.programs import factories
from tests.programs.factories import CityFactory, ZipCodeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def phoenix():
    ZipCodeFactory(zip="85004")


def text_of(response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def links_of(response) -> list[str]:
    return [unescape(url) for url in re.findall(r'href="([^"]+)"', response.content.decode())]


def heading(response) -> str:
    return unescape(re.search(r"<h1[^>]*>(.*?)</h1>", response.content.decode())[1])


# -- Search -------------------------------------------------------------------------------------


def test_the_start_asks_for_a_place_without_touching_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/programs/")
    assert heading(response) == "Find a program"
    assert 'name="place"' in response.content.decode()


def test_a_full_page_of_results_takes_three_queries(client, django_assert_num_queries):
    for _ in range(25):
        factories.center(yes=["pay_medicaid"], no=["lang_spanish"])
    address = "/programs/?place=85004&level=iop&pay=pay_medicaid&language=lang_spanish&time=time_evening"
    with django_assert_num_queries(3):
        response = client.get(address)
    with django_assert_num_queries(2):  # the ZIP code is remembered
        assert client.get(address).content == response.content
    assert heading(response) == "25 IOP programs within 25 miles of 85004, Phoenix, AZ"
    assert response.content.decode().count('class="hit"') == 20
    text = text_of(response)
    assert "Meets 1 of 3: Medicaid" in text
    assert "Does not: Spanish" in text
    assert "Unknown, so ask: evenings" in text
    assert "Medicaid (25)" in text
    assert "Page 1 of 2" in text


def test_every_link_of_a_result_page_leads_somewhere(client):
    factories.center(["iop", "outpatient"], yes=["pay_medicaid", "treats_mental_health"])
    for _ in range(22):
        factories.center()
    address = "/programs/?place=85004&level=iop&pay=pay_medicaid&pay=pay_cash&age=age_adults&must=payment"
    first = client.get(address)
    second = client.get("/programs/?place=85004&page=2")
    links = {url for url in (*links_of(first), *links_of(second)) if url.startswith("/programs/")}
    assert len(links) > 8
    for url in links:
        assert client.get(url).status_code == 200, url


def test_taking_off_a_chip_takes_off_that_one_thing(client):
    factories.center()
    address = (
        "/programs/?place=85004&radius=25&level=iop&level=php&pay=pay_medicaid&pay=pay_cash&must=payment"
    )
    off = [url for url in links_of(client.get(address)) if url.startswith("/programs/?place")]
    assert address.replace("&level=iop", "") in off
    assert address.replace("&pay=pay_cash", "") in off
    assert address.replace("&must=payment", "") in off


def test_htmx_gets_only_the_part_that_changes_and_caches_keep_both_apart(client):
    factories.center()
    whole = client.get("/programs/?place=85004")
    part = client.get("/programs/?place=85004", headers={"HX-Request": "true"})
    again = client.get(
        "/programs/?place=85004", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    )
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert heading(part) == heading(whole)
    assert "<html" in again.content.decode()
    for one in (whole, part):
        assert {"HX-Request", "HX-History-Restore-Request"} <= set(one.headers["Vary"].split(", "))


def test_too_many_boxes_are_said_on_the_page(client):
    page = client.get("/programs/", {"place": "85004", **WISH_FIELDS})
    assert page.status_code == 200
    assert "Please tick 30 boxes at most" in page.content.decode()


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_a_page_that_has_not_changed_is_not_sent_again(client, encoding):
    center = factories.center()
    for address in ("/programs/?place=85004", center.get_absolute_url()):
        first = client.get(address, headers={"accept-encoding": encoding})
        again = {"accept-encoding": encoding, "if-none-match": first.headers["ETag"]}
        assert "no-cache" in first.headers["Cache-Control"]
        assert client.get(address, headers=again).status_code == 304
        assert client.get(address, headers=again).content == b""
    assert client.get("/programs/?place=85004", headers={**again, "HX-Request": "true"}).status_code == 200
    Center.objects.update(name="Another name")
    assert client.get(address, headers=again).status_code == 200


def test_a_wrong_value_is_named_at_its_field_and_at_the_top(client):
    body = client.get("/programs/?place=85004&radius=30").content.decode()
    assert 'role="alert"' in body
    assert 'href="#id_radius"' in body


def test_a_wrong_zip_code_is_explained_at_the_field_and_keeps_the_filters(client):
    response = client.get("/programs/?place=8500&pay=pay_medicaid")
    body = response.content.decode()
    assert "five digits" in body
    assert 'aria-invalid="true"' in body
    assert re.search(r'value="pay_medicaid"\s+checked', body)
    assert "noindex" in body


def test_a_city_of_many_states_is_a_choice_that_keeps_the_filters(client):
    for state in ("IL", "MO", "MA", "OH", "OR", "TN", "VT", "NJ", "PA"):
        CityFactory(name="Springfield", state=state, zip_count=3)
    response = client.get("/programs/?place=springfield&pay=pay_medicaid&must=payment&level=php")
    assert heading(response) == "Which Springfield do you mean?"
    choices = [url for url in links_of(response) if "Springfield" in url]
    assert len(choices) == 9
    assert all("pay=pay_medicaid" in url and "must=payment" in url and "level=php" in url for url in choices)
    assert "Springfield, OH" in heading(client.get(choices[4]))


def test_an_empty_result_offers_ways_out_whose_counts_are_true(client, django_assert_max_num_queries):
    factories.center(["php"], lat=33.46)
    factories.center(["iop"], lat=34.0, yes=["lang_spanish"])
    factories.center(["iop"], lat=34.2)
    address = "/programs/?place=85004&radius=25&level=iop&language=lang_spanish"
    with django_assert_max_num_queries(3):
        response = client.get(address)
    assert heading(response) == "No IOP program within 25 miles of 85004, Phoenix, AZ"
    body = response.content.decode()
    ways = re.findall(
        r'<li><a class="tap" href="([^"]+)">[^<]+</a> <span class="soft num">(\d+) program', body
    )
    assert len(ways) == 3
    for url, count in ways:
        assert heading(client.get(unescape(url))).split()[0] == count, url
    assert "1-800-662-4357" in text_of(response)


def test_a_must_nobody_meets_can_be_made_a_wish_again(client):
    factories.center()
    response = client.get("/programs/?place=85004&language=lang_spanish&must=lang_spanish")
    assert "instead of making it a must" in text_of(response)
    assert "1 center" in text_of(response)


def test_nothing_within_a_hundred_miles_still_names_the_helpline(client):
    response = client.get("/programs/?place=85004")
    assert "none within 100 miles" in text_of(response)
    assert "1-800-662-4357" in text_of(response)


def test_an_iop_search_tells_of_mental_health_centers_that_have_not_said(client):
    factories.center(["outpatient"], yes=["treats_mental_health"])
    response = client.get("/programs/?place=85004&level=iop")
    (there,) = [url for url in links_of(response) if "unsaid=offers_iop" in url]
    assert "One outpatient program for mental health here has not said" in text_of(response)
    assert heading(client.get(there)).startswith("1 outpatient program ")


def test_teens_are_told_that_only_adolescent_programs_are_shown(client):
    factories.center(yes=["age_under_18"])
    factories.center()
    text = text_of(client.get("/programs/?place=85004&age=age_under_18"))
    assert "Adolescent programs only. One more has not said whether it takes teens." in text
    assert heading(client.get("/programs/?place=85004&age=age_under_18")).startswith("1 center ")


def test_several_ages_are_ticked_counted_and_taken_off_one_by_one(client, django_assert_num_queries):
    factories.center(yes=["age_under_18"], no=["age_adults"])
    factories.center(yes=["age_adults"])
    factories.center()
    address = "/programs/?place=85004&radius=25"
    with django_assert_num_queries(3):
        response = client.get(f"{address}&age=age_under_18&age=age_adults")
    assert heading(response).startswith("3 centers ")
    (ages,) = [group for group in response.context["page"].groups if group.field == "age"]
    assert [(one.value, one.count) for one in ages.options if one.is_on] == [
        ("age_under_18", 1),
        ("age_adults", 1),
    ]
    assert response.content.decode().count('type="checkbox" id="id_age_') == len(AGES)
    assert "Adolescent programs only." not in text_of(response)
    off = {chip.label: chip.off_url for chip in response.context["page"].chips}
    assert set(off.values()) == {f"{address}&age=age_adults", f"{address}&age=age_under_18"}
    assert sorted(heading(client.get(url))[:10] for url in off.values()) == ["1 center w", "2 centers "]


def test_a_program_that_has_not_said_its_ages_says_so(client):
    factories.center()
    assert "Unknown, so ask: which ages it takes" in text_of(
        client.get("/programs/?place=85004&age=age_adults")
    )


def test_samples_and_vanished_centers_are_marked_on_their_cards(client):
    factories.center(is_sample=True)
    factories.center(in_latest_edition=False)
    text = text_of(client.get("/programs/?place=85004"))
    assert "Sample: this center and its number are invented." in text
    assert "Not in the latest edition of the national directory." in text


def test_openings_show_until_their_day_and_not_after(client):
    factories.center()
    Listing.objects.update(openings=2, openings_until=localdate())
    assert "2 open places" in text_of(client.get("/programs/?place=85004"))
    Listing.objects.update(openings_until=localdate() - timedelta(days=1))
    assert "open place" not in text_of(client.get("/programs/?place=85004"))


def test_only_reading_is_allowed(client):
    for path in ("/programs/", "/programs/why-this-order/", "/guide/levels/"):
        assert client.post(path).status_code == 405


# -- A center -----------------------------------------------------------------------------------


def test_an_address_with_an_old_name_leads_to_the_new_one_with_its_filters(client):
    center = factories.center()
    old = center.get_absolute_url().replace(center.slug, "some-old-name")
    response = client.get(f"{old}?place=85004")
    assert response.status_code == 301
    assert response.headers["Location"] == f"{center.get_absolute_url()}?place=85004"


def test_unknown_and_unpublished_centers_are_not_found(client):
    assert client.get("/programs/centers/anything-0123456789/").status_code == 404
    draft = factories.center(status="draft")
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_a_closed_center_is_gone_and_others_near_it_are_shown(client, django_assert_max_num_queries):
    open_one = factories.center(["php"], name="Still Open")
    closed = factories.center(["php"], name="Long Gone", status="closed")
    with django_assert_max_num_queries(5):
        response = client.get(closed.get_absolute_url())
    assert response.status_code == 410
    assert heading(response) == "Long Gone has closed"
    assert open_one.get_absolute_url() in links_of(response)


def test_a_center_of_which_nothing_is_known_is_a_good_page_of_questions(client):
    center = factories.center(phone="")
    Statement.objects.all().delete()
    listings.rebuild([center.pk])
    text = text_of(client.get(center.get_absolute_url()))
    assert "No phone number is known." in text
    assert "Only its name and how to reach it." in text
    assert "What would I pay with my plan? Is there a deposit?" in text
    assert "Usual: 9 to under 20 hours a week" in text


def test_a_center_shows_facts_with_source_and_date_and_unknowns_as_questions(
    client, django_assert_max_num_queries
):
    center = factories.center(
        ["iop", "outpatient"], yes=["pay_medicaid", "telehealth"], no=["wrap_child_care", "offers_detox"]
    )
    with django_assert_max_num_queries(7):
        response = client.get(center.get_absolute_url())
    text = text_of(response)
    assert "All from: By phone, Sept. 1, 2026." in text
    assert "Payment Medicaid" in text
    assert "What it says it does not offer" in text
    assert "Child care" in text
    assert "Do you have an open place? When could I start?" in text
    assert response.content.decode().count('class="sign sign-ask"') == 10


def test_two_sources_are_told_apart_at_each_group(client):
    center = factories.center(yes=["pay_medicaid"])
    listed = Statement(
        center=center, source="samhsa_su", method="directory", edition=2023, said_on=date(2023, 1, 1)
    )
    listed.facts = FactSet.of(yes=["lang_spanish"])
    listed.save()
    text = text_of(client.get(center.get_absolute_url()))
    assert "Payment Medicaid By phone, Sept. 1, 2026" in text
    assert "Languages Spanish National directory, substance use, 2023" in text


def test_the_visitor_sees_the_lines_of_their_own_search(client):
    center = factories.center(yes=["pay_medicaid"], no=["lang_spanish"])
    address = (
        f"{center.get_absolute_url()}?place=85004&pay=pay_medicaid&language=lang_spanish&time=time_evening"
    )
    response = client.get(address)
    text = text_of(response)
    assert "Meets: Medicaid" in text
    assert "Does not: Spanish" in text
    assert "Unknown, so ask: evenings" in text
    assert "Do you have groups at this time: evenings?" in text
    assert "under 1 mile, by ZIP code" in text
    assert any(url.startswith("/programs/?place=85004") for url in links_of(response))


def test_a_week_is_drawn_and_told_and_hours_stand_beside_what_is_usual(client):
    center = factories.center(["iop"])
    program = Program.objects.get()
    for day in (0, 1, 3):
        factories.SessionFactory(program=program, day=day)
    Program.objects.update(hours_per_week_min=40, hours_per_week_max=40, price_min=300, price_max=1250)
    response = client.get(center.get_absolute_url())
    text = text_of(response)
    assert "Monday, Tuesday and Thursday, 6 p.m. to 9 p.m.: group" in text
    assert "40 hours a week. Usual: 9 to under 20 hours a week" in text
    assert "Most programs with 40 hours a week are called PHP." in text
    assert "$300 to $1,250 a week" in text
    assert response.content.decode().count('class="blk"') == 3
    assert "Which days and hours" not in text
    assert "Do you run an intensive outpatient program" not in text


def test_what_one_program_has_is_not_asked_of_the_center(client):
    center = factories.center(["iop"])
    own = Statement(
        center=center,
        program=Program.objects.get(),
        source="center",
        method="center",
        said_on=date(2026, 9, 1),
    )
    own.facts = FactSet.of(yes=["time_evening"])
    own.save()
    text = text_of(client.get(center.get_absolute_url()))
    assert "In this program: Evenings." in text
    assert "Do you have groups in the evening" not in text


def test_a_mental_health_center_is_asked_first_whether_it_runs_an_iop(client):
    center = factories.center(["outpatient"], yes=["treats_mental_health"])
    body = client.get(center.get_absolute_url()).content.decode()
    first = re.search(r'class="sign sign-ask".*?<span>(.*?)</span>', body, re.DOTALL)[1]
    assert first.startswith("Do you run an intensive outpatient program (IOP)?")


def test_the_ladder_tells_here_elsewhere_refused_and_unknown_apart(client):
    center = factories.center(["iop"], no=["offers_detox"])
    factories.center(["residential"], name="Sister House", organization=center.organization, lat=33.6)
    body = client.get(center.get_absolute_url()).content.decode()
    ladder = unescape(re.search(r'<ol class="ladder">(.*?)</ol>', body, re.DOTALL)[1])
    rungs = [" ".join(re.sub(r"<[^>]+>", " ", rung).split()) for rung in ladder.split("</li>")[:-1]]
    assert rungs == [
        "Intensive outpatient (IOP) At this center",
        "Residential Sister House Phoenix, AZ · about 10 miles, by ZIP code",
    ]
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())
    assert "Not here: Detox. Ask where they send people." in text
    assert "Not known, so ask: Outpatient; Day program (PHP)." in text


def test_a_broken_query_does_not_break_a_center(client):
    center = factories.center()
    assert client.get(f"{center.get_absolute_url()}?radius=30&pay=gold&place=%00").status_code == 200


def test_every_fact_can_be_shown(client):
    codes = [fact.code for fact in FACTS]
    yes = factories.center(yes=codes)
    no = factories.center(no=codes)
    assert client.get(yes.get_absolute_url()).status_code == 200
    assert client.get(no.get_absolute_url()).status_code == 200
    both = client.get(
        "/programs/?place=85004&" + "&".join(f"people={c}" for c in codes if c.startswith("pop_"))
    )
    assert Center.objects.count() == 2
    assert heading(both).startswith("2 centers")


# -- Guide and order ----------------------------------------------------------------------------


def test_the_guide_shows_five_levels_with_a_source_at_every_line(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        body = client.get("/guide/levels/").content.decode()
    table = re.search(r"<table.*?</table>", body, re.DOTALL)[0]
    cells = re.findall(r"<td>(.+?)</td>", table, re.DOTALL)
    assert len(cells) == 25
    assert all('href="#source-' in cell for cell in cells)
    numbers = set(re.findall(r'href="#(source-\d)"', body))
    assert numbers == set(re.findall(r'id="(source-\d)"', body))


def test_the_page_about_the_order_shows_the_points_of_the_code(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        text = text_of(client.get("/programs/why-this-order/"))
    assert "Meets a wish +1 Does not meet it -1 Nobody has told us 0" in text
    assert text.index("Program B") < text.index("Program D") < text.index("Program A")
    assert "3 of 3 evening groups fit your week" in text
    assert "Monday 9 a.m. to noon" in text


def test_the_page_about_the_order_ranks_its_example_by_every_order_of_the_code(client):
    text = text_of(client.get("/programs/why-this-order/"))
    assert "Nearest first Program A, Program C, Program E, Program B, Program D" in text
    assert "Most recently confirmed first Program D, Program A, Program E, Program B, Program C" in text
    assert "By name, A to Z Program A, Program B, Program C, Program D, Program E" in text


# -- Words --------------------------------------------------------------------------------------


def test_distances_admit_how_well_they_are_known():
    assert distance(0.0, approximate=True) == "under 1 mile, by ZIP code"
    assert distance(1.2, approximate=True) == "about 1 mile, by ZIP code"
    assert distance(3.4, approximate=True) == "about 3 miles, by ZIP code"
    assert distance(3.44, approximate=False) == "3.4 miles"
    assert distance(17.6, approximate=False) == "18 miles"


def test_what_was_said_fades_to_not_confirmed_since():
    said_on, today = date(2025, 1, 1), date(2026, 6, 1)
    old = freshness(said_on, today=today)
    assert freshness_words(said_on, "directory", old) == (
        "From the national directory. Not confirmed since January 2025"
    )
    assert freshness_words(said_on, "phone", old) == "Not confirmed since January 2025"
    new = freshness(said_on, today=said_on)
    assert freshness_words(said_on, "phone", new) == "Confirmed by phone, Jan. 1, 2025"
    assert freshness_words(None, "", None) == ""


def test_hours_are_told_without_needless_digits():
    assert hours_words(9.0, 9.0) == "9 hours a week"
    assert hours_words(9, 12.5) == "9 to 12.5 hours a week"
    assert hours_words(None, None) == ""
