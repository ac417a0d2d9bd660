"""The comparison and the call sheet as pages: what they say, what they leave unsaid, what they cost."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.utils.timezone import localdate

from programs import places
from programs.models import Program, Statement
from programs.standard_questions import STANDARD_QUESTIONS
from tests.programs import factories
from tests.programs.factories import ZipCodeFactory

pytestmark = pytest.mark.django_db
COMPARE, CALL = "/programs/compare/", "/programs/call/"


def body(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def text_of(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def ids(*centers):
    return "&".join(f"center={one if isinstance(one, str) else one.short_id}" for one in centers)


def rows(html):
    """{label: [(caption, cell texts, whether it is shown)]}; the label without what all of them share."""
    found = {}
    for table in re.findall(r"<table.*?</table>", html, re.DOTALL):
        caption = re.search(r"<caption>(.*?)</caption>", table)[1]
        for attributes, row in re.findall(r"<tr([^>]*)>(.*?)</tr>", table, re.DOTALL):
            label = re.search(r'role="rowheader">(.*?)(?:<span|</th>)', row, re.DOTALL)
            if label:
                cells = [text_of(one) for one in re.findall(r"<td.*?</td>", row, re.DOTALL)]
                found[unescape(label[1])] = (caption, cells, " hidden" not in attributes)
    return found


@pytest.fixture
def pair():
    first = factories.center(["iop"], name="Alder", yes=["pay_medicaid", "lang_spanish"], no=["pay_va"])
    second = factories.center(["iop", "php"], name="Birch", yes=["pay_va"], no=["pay_medicaid"])
    return first, second


def test_a_yes_beside_a_no_is_a_difference_and_silence_is_a_question(client, pair):
    found = rows(body(client, f"{COMPARE}?{ids(*pair)}"))
    payment = found["Payment"]
    assert payment[0] == "Where they differ"
    assert payment[1] == [
        "Medicaid Not: Veterans Affairs (VA) funds",
        "Veterans Affairs (VA) funds Not: Medicaid",
    ]
    assert found["Languages"][:2] == ("Ask about these", ["Spanish", "Ask them"])
    assert found["Deposit"][:2] == ("Ask about these", ["Ask them", "Ask them"])
    assert found["Level of care"][0] == "The same in both"


def test_unknown_is_never_told_as_no(client):
    silent = [factories.center(["iop"], name=f"Silent {n}") for n in range(4)]
    Statement.objects.all().delete()
    html = body(client, f"{COMPARE}?{ids(*silent)}&pay=pay_medicaid")
    assert "sign-no" not in html
    assert "Where they differ" not in html
    assert rows(html)["Medicaid"][1] == ["Ask them"] * 4


def test_what_all_of_them_have_is_said_once(client):
    one = factories.center(yes=["pay_medicaid", "pay_cash"])
    other = factories.center(yes=["pay_medicaid"], no=["pay_cash"])
    html = body(client, f"{COMPARE}?{ids(one, other)}")
    assert "All of them:</b> Medicaid" in html
    assert rows(html)["Payment"][1] == ["Cash or self-payment", "Not: Cash or self-payment"]


@pytest.mark.parametrize(
    ("show", "labels"),
    [("differences", {"Payment"}), ("unknowns", {"Languages", "Deposit", "Price", "Hours a week"})],
)
def test_only_differences_and_only_unknowns_are_links_that_work_by_themselves(client, pair, show, labels):
    html = body(client, f"{COMPARE}?{ids(*pair)}&show={show}")
    shown = {label for label, (_, _, is_shown) in rows(html).items() if is_shown}
    assert labels <= shown
    assert "Level of care" not in shown
    assert ("Payment" in shown) is (show == "differences")
    assert f'show={show}" aria-current="true"' in html


def test_the_search_is_carried_and_told_line_by_line(client, pair):
    ZipCodeFactory(zip="85004")
    html = body(
        client, f"{COMPARE}?{ids(*pair)}&place=85004&level=iop&pay=pay_medicaid&language=lang_spanish"
    )
    found = rows(html)
    assert found["Medicaid"][:2] == ("Where they differ", ["Yes", "No"])
    assert found["Spanish"][1] == ["Yes", "Ask them"]
    assert found["Distance"][1] == ["under 1 mile, by ZIP code"] * 2
    assert 'href="/programs/?place=85004&amp;radius=25&amp;level=iop&amp;pay=pay_medicaid' in html


def test_the_link_to_share_holds_the_programs_and_nothing_that_was_asked_for(client, pair):
    ZipCodeFactory(zip="85004")
    html = body(client, f"{COMPARE}?{ids(*pair)}&place=85004&pay=pay_medicaid")
    share = unescape(re.search(r'data-copy="([^"]+)"', html)[1])
    assert share == f"http://testserver{COMPARE}?{ids(*pair)}"
    assert "85004" not in re.search(r'href="sms:([^"]+)"', html)[1]
    assert client.get(share).status_code == 200


def test_a_level_can_be_named_for_each_and_changed(client, pair):
    first, second = pair
    found = rows(body(client, f"{COMPARE}?{ids(first, f'{second.short_id}-php')}"))
    assert found["Level of care"][1] == ["Intensive outpatient (IOP)", "Day program (PHP)"]
    html = body(client, f"{COMPARE}?{ids(first, second)}")
    (there,) = re.findall(rf'href="([^"]+center={second.short_id}-php[^"]*)"', html)
    assert client.get(unescape(there)).status_code == 200


def test_a_fifth_is_refused_and_each_can_be_taken_off(client):
    five = [factories.center(name=f"Center {letter}") for letter in "ABCDE"]
    html = body(client, f"{COMPARE}?{ids(*five)}")
    assert "5 programs are too many" in text_of(html)
    assert "Up to 4 fit side by side. Take one off:" in text_of(html)
    for letter in "ABCDE":
        assert f"Take off Center {letter}, 1 Main Street" in html
    without = unescape(re.search(r'<li><a href="([^"]+)">', html)[1])
    assert "4 programs, side by side" in body(client, without)
    assert "<table" not in html
    assert "up to four" in body(client, f"{CALL}?{ids(*five)}")


def test_ids_that_lead_nowhere_are_said_and_the_rest_is_shown(client, pair):
    closed = factories.center(name="Gone Grove", status="closed")
    draft = factories.center(name="Not Yet", status="draft")
    html = body(client, f"{COMPARE}?{ids(pair[0], closed, draft, '0123456789', 'nonsense')}")
    text = text_of(html)
    assert "Gone Grove has closed." in text
    assert "3 programs in this link are not in our list." in text
    assert "Not Yet" not in text
    assert "One program, line by line" in text


def test_one_center_named_twice_is_one(client, pair):
    html = body(client, f"{COMPARE}?{ids(pair[0], pair[0], f'{pair[0].short_id}-iop')}")
    assert "One program, line by line" in html


def test_without_a_program_it_says_how_to_choose(client):
    for address in (COMPARE, f"{COMPARE}?center=", f"{COMPARE}?center=<script>"):
        html = body(client, address)
        assert "Tick “Compare” at up to 4 programs" in html
        assert "<script>alert" not in html


def test_four_centers_take_four_queries_and_a_place_one_more(client, django_assert_num_queries):
    ZipCodeFactory(zip="85004")
    four = [factories.center(["iop", "php"], yes=["pay_medicaid"]) for _ in range(4)]
    for program in Program.objects.all():
        factories.SessionFactory(program=program)
    for page in (COMPARE, CALL):
        with django_assert_num_queries(4):
            body(client, f"{page}?{ids(*four)}")
        places.forget()
        with django_assert_num_queries(5):
            body(client, f"{page}?{ids(*four)}&place=85004&time=time_evening")


def test_each_line_tells_who_said_it_where_several_did(client, pair):
    said = factories.StatementFactory.build(center=pair[0], method="website", said_on=date(2026, 8, 2))
    said.facts = type(said.facts).of(yes=["telehealth"])
    said.save()
    found = rows(body(client, f"{COMPARE}?{ids(*pair)}"))
    assert "Center's website, Aug. 2, 2026" in found["How you take part"][1][0]
    assert "By phone, Sept. 1, 2026" in found["Languages"][1][0]
    assert found["Who said it, and when"][1][1] == "By phone, Sept. 1, 2026."


def test_an_opening_that_has_lapsed_is_asked_again(client, pair):
    program = Program.objects.get(center=pair[0])
    for days, expected in ((1, "2 open places"), (-1, "Ask them")):
        program.openings, program.openings_until = 2, localdate() + timedelta(days=days)
        program.save()
        assert rows(body(client, f"{COMPARE}?{ids(*pair)}"))["Open place"][1][0].startswith(expected)


@pytest.mark.parametrize("page", [COMPARE, CALL])
def test_nobody_finds_them_by_a_search_engine(client, pair, page):
    assert '<meta name="robots" content="noindex">' in body(client, f"{page}?{ids(*pair)}")


# -- The call sheet -----------------------------------------------------------------------------


def questions(html):
    return re.findall(r'data-heard="([^"]+)" data-center="([^"]+)"', html)


def test_a_call_asks_first_what_this_visitor_wants_to_know_then_the_ten(client, pair):
    html = body(client, f"{CALL}?{ids(pair[0])}&pay=pay_cash&language=lang_spanish")
    asked = [question for question, _ in questions(html)]
    assert asked[0] == "wish:payment"
    assert "wish:lang_spanish" not in asked
    assert asked[1:11] == [one.id for one in STANDARD_QUESTIONS]
    assert len(asked) == len(set(asked))
    text = text_of(html)
    for one in STANDARD_QUESTIONS:
        assert str(one.listen_for) in text
        assert str(one.warning) in text
    assert "Do you take cash or self-payment?" in text


def test_what_is_known_is_asked_to_make_sure(client, pair):
    html = body(client, f"{CALL}?{ids(pair[0])}")
    lines = dict(zip([q for q, _ in questions(html)], html.split('<li class="ask-line"')[1:], strict=True))
    told = {question for question, line in lines.items() if "We know something about this" in line}
    assert told == {"insurance"}


def test_the_first_words_fit_who_calls_and_for_whom(client, pair):
    assert "to ask about your IOP program, for myself" in body(client, f"{CALL}?{ids(pair[0])}")
    other = body(client, f"{CALL}?{ids(pair[0])}&caller=other")
    assert "calling for someone close to me" in other
    assert "speak of the person you call for" in other


def test_nothing_that_is_written_down_has_a_name_to_be_sent_by(client, pair):
    html = body(client, f"{CALL}?{ids(*pair)}")
    areas = re.findall(r"<textarea[^>]*>", html)
    assert len(areas) == len(questions(html)) > 20
    assert all(" name=" not in area for area in areas)
    main = html[html.index("<main") : html.index("</main>")]
    assert "<form" not in main


def test_each_heard_answer_has_its_line_in_the_comparison(client, pair):
    html = body(client, f"{COMPARE}?{ids(*pair)}&pay=pay_cash&time=time_evening")
    lines = set(re.findall(r'data-ask="([^"]+)"', html))
    sheet = {
        question
        for question, _ in questions(body(client, f"{CALL}?{ids(*pair)}&pay=pay_cash&time=time_evening"))
    }
    assert sheet <= lines
