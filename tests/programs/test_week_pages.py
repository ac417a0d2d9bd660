"""Marking a week, and what it does to a search, a card and a center's page."""

import re
from datetime import date, time
from html import unescape

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from programs import listings, week
from programs.criteria import wish_for
from programs.drawn_week import clock_note, drawn_week
from programs.facts import FactSet
from programs.fit import compare
from programs.forms import SearchForm
from programs.free_hours import free_hours, hours_words
from programs.timetable import Slot, Span
from programs.week import ALL, PARTS, Hours, half_hours
from programs.week_page import CELLS, WeekForm, is_ticked
from programs.week_words import fit_words, line_words
from tests.programs import factories

EVENING = half_hours("mo-fr.17-23")
WINTER = date(2026, 1, 15)


def text(html: str) -> str:
    """The words of a page, one space between them."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def week_form(query: str) -> WeekForm:
    form = WeekForm(QueryDict(query))
    assert form.is_valid(), form.errors
    return form


# -- The form ------------------------------------------------------------------------------------


def test_parts_and_weeks_of_an_address_are_taken_together():
    form = SearchForm(QueryDict("place=85004&free=evenings&free=sa.9-12&work=mo-fr.8-16"))
    assert form.is_valid(), form.errors
    assert form.hours == Hours(EVENING | half_hours("sa.9-12"), half_hours("mo-fr.8-16"))
    assert dict(form.pairs())["free"] == "mo-fr.17-23_sa.9-12"
    bare = SearchForm(QueryDict("place=85004"))
    assert bare.is_valid()
    assert bare.hours is None


@pytest.mark.parametrize("value", ["someday", "mo.25-26", "x" * 201, "mo.1"])
def test_hours_that_cannot_be_read_are_an_error_of_their_field(value):
    form = SearchForm(QueryDict(f"place=85004&free={value}"))
    assert list(form.errors) == ["free"]
    assert list(SearchForm(QueryDict("place=85004" + "&work=mo.1-2" * 9)).errors) == ["work"]


def test_the_search_form_keeps_hours_that_are_no_whole_part():
    form = SearchForm(QueryDict("place=85004&free=evenings&free=sa.9-12&work=mo-fr.8-16"))
    shown = free_hours(form)
    assert [part.value for part in shown.parts if part.is_on] == ["evenings"]
    assert shown.rest == (("free", "sa.9-12"), ("work", "mo-fr.8-16"))


def test_the_way_to_the_week_takes_along_what_is_filled_in_and_not_yet_asked(client: Client):
    """A link would know only the search that was sent: a ZIP code just typed would be lost."""
    html = client.get(reverse("programs:search")).content.decode()
    form = html[html.index('<form class="search-form"') :]
    assert f'formaction="{reverse("programs:week")}"' in form[: form.index("</form>")]
    # htmx sends the form of a page that has it, and is told to open the week as a page of its own.
    there = reverse("programs:week") + "?place=85004&level=iop"
    assert client.get(there, headers={"HX-Request": "true"})["HX-Redirect"] == there


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (Hours(EVENING), "Free: weekday evenings"),
        (Hours(EVENING | PARTS["weekends"]), "Free: weekday evenings, weekends"),
        (Hours(work=EVENING), "Free outside work or class"),
        (Hours(EVENING | 1), "Fits my free hours"),
    ],
)
def test_a_chip_says_in_a_few_words_what_is_marked(hours, words):
    assert hours_words(hours) == words


# -- The week ------------------------------------------------------------------------------------

marks = st.integers(0, ALL) | st.sampled_from([0, ALL, *PARTS.values()])


@given(marks, marks, st.sampled_from(["free", "work"]))
def test_sending_the_table_as_it_was_changes_nothing(free, work, kind):
    free &= ~work
    marked = {"free": free, "work": work}
    ticked = [f"{kind}_hour={code}" for code, cell in CELLS.items() if is_ticked(kind, marked[kind], cell)]
    tokens = [f"{name}={week.token(bits)}" for name, bits in marked.items()]
    form = week_form("&".join([*tokens, f"sent={kind}", *ticked]))
    assert form.marked() == (Hours(free, work) if free | work else None)


@given(st.sets(st.sampled_from(sorted(CELLS))), st.sets(st.sampled_from(sorted(CELLS))))
def test_ticked_hours_are_marked_and_work_wins(free, work):
    boxes = [*(f"free_hour={code}" for code in free), *(f"work_hour={code}" for code in work)]
    marked = week_form("&".join(["sent=free", "sent=work", *boxes])).marked()
    expected_work = sum(CELLS[code] for code in work)
    expected_free = sum(CELLS[code] for code in free - work)
    assert marked == (Hours(expected_free, expected_work) if free | work else None)


def test_an_hour_that_was_not_touched_keeps_its_half():
    form = week_form("free=mo.830-1130&sent=free&free_hour=mo9&free_hour=mo10&free_hour=tu9")
    assert form.marked() == Hours(half_hours("mo.830-1130_tu.9-10"))


def test_boxes_that_were_not_on_the_page_are_not_wiped():
    form = week_form("free=mo.18-20&work=tu.9-12&sent=free")
    assert form.marked() == Hours(0, half_hours("tu.9-12"))


def test_done_leads_into_the_search_with_everything_else_kept(client: Client):
    there = reverse("programs:week")
    query = "place=85004&radius=50&level=iop&pay=pay_medicaid&must=payment&page=3"
    response = client.get(f"{there}?{query}&sent=free&free_hour=mo18&free_hour=mo19&done=1")
    assert response.status_code == 302
    assert response["Location"] == (
        reverse("programs:search")
        + "?place=85004&radius=50&level=iop&pay=pay_medicaid&free=mo.18-20&must=payment"
    )


def test_wiping_the_week_takes_its_must_away(client: Client):
    response = client.get(
        reverse("programs:week") + "?place=85004&free=mo.18-20&must=free_hours&sent=free&done=1"
    )
    assert response["Location"] == reverse("programs:search") + "?place=85004&radius=25"


def test_without_a_script_one_kind_leads_to_the_other_and_nothing_is_lost(client: Client):
    """The buttons of the form alone: evenings free, then a morning of class, then done."""
    there = reverse("programs:week")
    first = client.get(f"{there}?place=85004&sent=free&free_hour=mo18&show=work")
    html = first.content.decode()
    assert '<input type="hidden" name="free" value="mo.18-19">' in html
    assert '<input type="hidden" name="sent" value="work">' in html
    assert html.count('name="work_hour"') == len(CELLS) == 119
    assert "marked as free" in html
    done = client.get(f"{there}?place=85004&free=mo.18-19&sent=work&work_hour=tu9&done=1")
    assert done["Location"].endswith("&free=mo.18-19&work=tu.9-10")


@pytest.mark.parametrize("query", ["", "free=nonsense", "free_hour=mo3", "show=everything", "level=spa"])
def test_a_broken_address_shows_an_empty_week(client: Client, query):
    response = client.get(reverse("programs:week") + f"?{query}")
    assert response.status_code == 200
    assert " checked" not in response.content.decode().split("<table")[1].split("</table")[0]


def test_the_week_has_headers_for_every_hour_and_day_and_a_name_for_every_box(client: Client):
    html = client.get(reverse("programs:week")).content.decode()
    assert html.count('<th scope="col">') == 7
    assert html.count('<th scope="row">') == 17
    assert "Thursday 6 p.m." in html


# -- Words ---------------------------------------------------------------------------------------


def at(day: int, starts: int, ends: int, kind: str = "group") -> Span:
    return Span(day * 1440 + starts * 60, (ends - starts) * 60, kind)


def line(hours: Hours, *spans: Span):
    (found,) = compare([wish_for(hours)], FactSet(), spans).lines
    return found


def test_a_program_that_fits_says_how_many_of_which_sessions():
    three = [at(day, 18, 21) for day in (0, 1, 3)]
    assert line_words(line(Hours(EVENING), *three)) == "3 of 3 evening groups fit your week"
    assert (
        fit_words(week.against(Hours(EVENING), [at(0, 9, 12), at(1, 18, 21)]))
        == "1 of 2 groups fits your week"
    )
    weekend = [at(5, 9, 12), at(6, 13, 14, "individual")]
    assert line_words(line(Hours(ALL), *weekend)) == "2 of 2 weekend sessions fit your week"


def test_a_program_that_clashes_says_which_session_and_with_what():
    asked = Hours(EVENING, half_hours("th.18-19"))
    thursday = line(asked, at(0, 18, 21), at(3, 18, 21))
    assert line_words(thursday) == "your week (Thursday 6 p.m. to 9 p.m. clashes with work or class)"
    noon = line(asked, at(0, 12, 13), at(1, 12, 13), at(3, 18, 21))
    assert line_words(noon) == ("your week (Monday noon to 1 p.m. is outside your free hours, and 2 more)")


def test_a_program_without_a_timetable_is_asked():
    assert line_words(line(Hours(EVENING))) == "which hours its groups meet"


# -- The picture ---------------------------------------------------------------------------------


def test_the_picture_tells_apart_what_fits_and_what_clashes():
    asked = Hours(EVENING, half_hours("th.18-19"))
    drawn = drawn_week([at(0, 18, 21), at(3, 18, 21)], asked)
    assert (len(drawn.sessions), len(drawn.clashing)) == (1, 1)
    assert drawn.fits == "1 of 2 evening groups fits your week."
    assert drawn.clashes == ("Thursday, 6 p.m. to 9 p.m.: clashes with work or class",)
    inside = [*drawn.free, *drawn.work]
    assert len(drawn.work) == 1
    assert all(cell.y >= drawn.days[0].y and cell.height > 0 for cell in inside)
    assert all(cell.y + cell.height <= drawn.days[0].y + drawn.days[0].height for cell in inside)
    assert drawn_week([]) is None


def test_clashes_at_one_time_of_day_are_told_together():
    noon = [at(day, 10, 15) for day in range(3)]
    drawn = drawn_week([*noon, at(4, 10, 12), at(5, 10, 15)], Hours(EVENING, half_hours("mo-we.9-17")))
    assert drawn.clashes == (
        "Monday, Tuesday and Wednesday, 10 a.m. to 3 p.m.: clashes with work or class",
        "Friday, 10 a.m. to noon: not in your free hours",
        "Saturday, 10 a.m. to 3 p.m.: not in your free hours",
    )


def test_without_marked_hours_the_picture_is_the_program_alone():
    drawn = drawn_week([at(0, 18, 21)])
    assert (drawn.free, drawn.work, drawn.clashing, drawn.fits, drawn.note) == ((), (), (), "", "")
    assert drawn_week([at(0, 18, 21)], Hours(work=EVENING)).free == ()


def test_the_clock_is_named_where_zones_differ():
    slots = [Slot(0, time(18), time(20), "group", "America/New_York")]
    assert clock_note(slots, "America/Phoenix") == (
        "Times are on your clock, Arizona. The program keeps Eastern time."
    )
    assert clock_note(slots, "America/New_York") == clock_note(slots, "") == ""


# -- On the pages --------------------------------------------------------------------------------


@pytest.fixture
def evening_center(db):
    """An IOP in Phoenix with two evenings, of which Thursday runs late."""
    factories.ZipCodeFactory()
    center = factories.center(["iop"], yes=["pay_medicaid"])
    program = center.programs.get()
    factories.SessionFactory(program=program, day=0, starts=time(18), ends=time(21))
    factories.SessionFactory(program=program, day=3, starts=time(18), ends=time(21, 30))
    listings.rebuild([center.pk])
    return center


def test_a_card_says_that_all_evenings_fit(client: Client, evening_center):
    html = client.get(reverse("programs:search") + "?place=85004&level=iop&free=evenings").content.decode()
    assert "Meets 1 of 1: 2 of 2 evening groups fit your week" in text(html)


def test_a_clash_moves_a_program_down_and_hides_nothing_until_it_is_a_must(client: Client, evening_center):
    silent = factories.center(["iop"], lat=33.6)
    there = reverse("programs:search") + "?place=85004&level=iop&free=mo-fr.17-21"
    page = client.get(there).context["page"]
    assert [hit.listing.center_id for hit in page.results.hits] == [silent.pk, evening_center.pk]
    assert page.cards[1].not_met == ("your week (Thursday 6 p.m. to 9:30 p.m. is outside your free hours)")
    assert page.cards[0].unknown == "which hours its groups meet"
    must = client.get(f"{there}&must=free_hours").context["page"]
    assert must.results.total == 0
    assert must.results.without_must == {"free_hours": 2}


def test_a_chip_takes_the_hours_off_and_other_chips_leave_them(client: Client, evening_center):
    there = reverse("programs:search") + "?place=85004&level=iop&pay=pay_medicaid&free=evenings"
    chips = {chip.label: chip.off_url for chip in client.get(there).context["page"].chips}
    assert "free=" not in chips["Free: weekday evenings"]
    assert "free=mo-fr.17-23" in chips["Medicaid"]


def test_a_visitor_elsewhere_sees_the_week_on_their_own_clock(client: Client, evening_center):
    """Six in Phoenix is six in Denver in winter, and seven in summer."""
    (row,) = evening_center.listings.all()
    assert [span.clock[0] // 60 for span in row.spans("America/Denver", WINTER)] == [18, 18]
    assert [span.clock[0] // 60 for span in row.spans("America/Denver", date(2026, 7, 1))] == [19, 19]


def test_a_center_shows_its_week_over_the_visitors_and_which_session_clashes(client: Client, evening_center):
    there = evening_center.get_absolute_url()
    page = client.get(f"{there}?place=85004&level=iop&free=mo-fr.17-21&work=mo-fr.8-17")
    shown = text(page.content.decode())
    assert "Does not: your week (Thursday 6 p.m. to 9:30 p.m. is outside your free hours)" in shown
    assert "1 of 2 evening groups fits your week." in shown
    (offer,) = page.context["page"].offers
    assert (len(offer.week.free), len(offer.week.work), len(offer.week.clashing)) == (5, 5, 1)
    bare = client.get(there).context["page"].offers[0].week
    assert (bare.free, bare.fits) == ((), "")


def test_of_several_tracks_the_best_is_named_and_is_the_one_held_against_the_visitor(
    client: Client, evening_center
):
    morning = factories.ProgramFactory(center=evening_center, level="iop", track="Mornings")
    factories.SessionFactory(program=morning, day=1, starts=time(9), ends=time(12))
    listings.rebuild([evening_center.pk])
    page = client.get(evening_center.get_absolute_url() + "?place=85004&level=iop&free=mornings").context[
        "page"
    ]
    assert [(one.track, one.week.is_best) for one in page.offers] == [("", False), ("Mornings", True)]
    assert [one.words for one in page.lines] == ["1 of 1 morning groups fits your week"]
    alone = client.get(evening_center.get_absolute_url()).context["page"].offers
    assert not any(one.week.is_best for one in alone)


def test_a_center_without_a_timetable_is_asked_for_its_hours_once(client: Client, evening_center):
    silent = factories.center(["iop"])
    page = client.get(silent.get_absolute_url() + "?place=85004&level=iop&free=evenings").context["page"]
    assert [one.id for one in page.questions].count("hours") == 1
    assert page.questions[0].id == "hours"


def test_a_session_by_telehealth_in_another_zone_is_drawn_on_the_visitors_clock(client: Client, db):
    factories.ZipCodeFactory(
        zip="10001", city="New York", state="NY", county="New York County", lat=40.7, lon=-74
    )
    center = factories.center(["iop"])
    program = center.programs.get()
    factories.SessionFactory(program=program, starts=time(16), ends=time(18), telehealth=True)
    listings.rebuild([center.pk])
    page = client.get(center.get_absolute_url() + "?place=10001&free=mo.18-21")
    shown = text(page.content.decode())
    week_shown = page.context["page"].offers[0].week
    assert week_shown.note.startswith("Times are on your clock, Eastern. The program keeps Arizona time.")
    hour = {"6 p.m. to 8 p.m.", "7 p.m. to 9 p.m."}  # in winter, in summer
    assert any(f"Monday, {words}: group, by telehealth" in shown for words in hour)
    assert week_shown.fits == "1 of 1 evening groups fits your week."
