"""The sheet for paper and its PDF: complete, the same in both, tagged, small, and deaf to markup."""

import io
import re
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import gettext, override
from pypdf import PdfReader

from assessment import take_along
from assessment.domain import load
from assessment.sheet import QUESTIONS, questions_to_ask, sheet_of
from programs.words import LEVEL_LABELS
from tests.assessment.take_along.conftest import FULLEST, kept, random_answers
from tests.assessment.test_privacy import DISTINCT
from tests.assessment.walking import CALM

TODAY = date(2026, 3, 1)
LIMIT = 200_000
MARKUP = '#panic("no") #read("/etc/passwd") *bold* $x^2$ = Title @ref <label> \\ [open ] "quote" // rest'


def sheet(answers, language="en"):
    answers = kept(answers)
    words = load().words(language, observer=answers.get("who") == "someone_else")
    return sheet_of(load(), words, answers, TODAY)


def made(answers, language="en"):
    with override(language):
        return take_along.pdf(sheet(answers, language), TODAY)


def text_of(pdf):
    """The text of all pages, each run of white space as one space."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    "answers", [CALM, DISTINCT, dict(FULLEST.answers)], ids=["calm", "severe", "fullest"]
)
def test_the_pdf_is_tagged_small_and_has_its_fonts_inside(answers, language):
    pdf = made(answers, language)
    assert len(pdf) < LIMIT
    reader = PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert str(root["/Lang"]).startswith(language)
    assert b"pdfuaid:part>1<" in root["/Metadata"].get_data()
    assert reader.metadata.title
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert "/FontFile3" in descriptor or "/FontFile2" in descriptor


def roles(node, found):
    """Every role in the tree of tags."""
    node = node.get_object()
    if isinstance(node, list):
        for one in node:
            roles(one, found)
    elif isinstance(node, dict):
        if "/S" in node:
            found.append(str(node["/S"]))
        if "/K" in node and not isinstance(node["/K"], int):
            roles(node["/K"], found)
    return found


def test_a_screen_reader_finds_headings_and_lists():
    tree = PdfReader(io.BytesIO(made(CALM))).trailer["/Root"]["/StructTreeRoot"]
    found = roles(tree["/K"], [])
    assert found.count("/H1") == 1
    assert found.count("/H2") >= 5
    assert found.count("/L") >= 3
    assert found.count("/LI") > 15


@pytest.mark.parametrize("language", ["en", "es"])
def test_page_and_pdf_say_all_that_belongs_on_the_sheet(walker, language, db):
    with override(language):
        found = sheet(CALM, language)
        pdf = text_of(take_along.pdf(found, TODAY))
    prefix = "" if language == "en" else "/es"
    page = re.sub(r"\s+", " ", walker.get(f"{prefix}/assessment/print/").content.decode())
    result = found.result
    said = [found.headline, *found.under, str(result.verdict), *(level for level, _text in found.path)]
    said += [item.title for item in (*result.benefits, *result.downsides, *result.trade_offs)]
    for told in found.reasons:
        said += [told.title, told.because, *told.said]
    said += [*found.questions, *(line.name for line in found.help)]
    said += [way for line in found.help for way in line.ways]
    for _name, rows in found.answers.sections:
        for row in rows:
            said += [row.text, *row.said]
    assert len(said) > 60
    for one in said:
        assert escape(one) in page, one
        assert re.sub(r"\s+", "", one) in pdf.replace(" ", ""), one


def test_who_answers_for_another_reads_the_range_first():
    found = sheet({**CALM, "who": "someone_else", "home": "not_sure", "suicidal_thoughts": "not_sure"})
    assert found.result.between
    assert found.headline == found.result.between
    assert str(found.result.verdict) in found.under
    assert any("You answered for someone else" in line for line in found.under)


def test_a_teen_reads_that_it_is_less_certain():
    assert any("13 to 17" in line for line in sheet({**CALM, "age": "13_17"}).under)
    assert not any("13 to 17" in line for line in sheet(CALM).under)


def test_what_stayed_open_is_on_the_sheet():
    answers = {**CALM, "home": "not_sure", "support": "not_sure"}
    found = sheet(answers)
    assert [item.text for item in found.result.unknown]
    for item in found.result.unknown:
        assert item.text in text_of(take_along.pdf(found, TODAY))


def test_accents_arrive():
    text = text_of(made(CALM, "es"))
    assert all(letter in text for letter in "áéíóñ¿")
    assert "\ufffd" not in text


def test_an_emergency_says_first_what_to_do_now():
    found = sheet({**CALM, "danger_now": ["suicide_plan_or_recent_attempt"]})
    text = text_of(take_along.pdf(found, TODAY))
    assert found.emergency
    assert text.index("Whom to call at any time") < text.index("Why we say this")
    assert str(found.result.causes[0].title) in text


def test_nothing_on_the_sheet_is_read_as_markup():
    plain = sheet(CALM)
    hostile = replace(
        plain,
        questions=(MARKUP,) * 10,
        path=((MARKUP, MARKUP),),
        danger=MARKUP,
        headline=MARKUP,
        reasons=tuple(replace(told, title=MARKUP, because=MARKUP, said=(MARKUP,)) for told in plain.reasons),
        result=replace(plain.result, verdict=MARKUP, lead=MARKUP),
    )
    text = text_of(take_along.pdf(hostile, TODAY)).replace(" ", "")
    assert text.count(MARKUP.replace(" ", "")) >= 14
    assert "root:" not in text


def test_the_layout_reads_no_file_and_loads_no_package():
    layout = take_along.LAYOUT.read_text()
    assert not re.search(r"#?(import|include|read|image|csv|toml|yaml|eval|plugin)\b[ (]", layout)
    assert not take_along.NOWHERE.exists()


def test_the_same_sheet_is_the_same_file_and_tells_no_time():
    assert made(CALM) == made(CALM)
    assert "12:00:00" in str(PdfReader(io.BytesIO(made(CALM))).metadata.creation_date)


@pytest.mark.parametrize("seed", range(12))
def test_any_answers_make_a_sheet(seed):
    answers = random_answers(seed)
    pdf = made(answers, ("en", "es")[seed % 2])
    assert 10_000 < len(pdf) < LIMIT


@pytest.mark.parametrize("seed", range(60))
def test_there_are_always_ten_different_questions_to_ask(seed):
    found = sheet(random_answers(seed))
    assert len(found.questions) == len(set(found.questions)) == QUESTIONS


def test_the_questions_follow_the_answers():
    calm = questions_to_ask(kept(CALM), "iop")
    assert any("evening" in one for one in calm)
    assert not any("pregnant" in one for one in calm)
    assert any("pregnant" in one for one in questions_to_ask(kept({**CALM, "pregnant": "yes"}), "iop"))
    assert any("while I stop" in one for one in questions_to_ask(kept(CALM), "detox"))
    assert not any("while I stop" in one for one in calm)


def test_no_answer_is_quoted_twice_as_a_reason():
    for seed in range(20):
        said = [one for told in sheet(random_answers(seed)).reasons for one in told.said]
        assert len(said) == len(set(said))


@pytest.mark.django_db
class TestDoors:
    FILES = ["/assessment/summary.pdf", "/assessment/summary.json", "/assessment/print/"]

    @pytest.mark.parametrize("address", FILES)
    def test_without_a_result_there_is_nothing_to_take(self, client, walker, address):
        assert client.get(address)["Location"] == "/assessment/"
        walker.remember(kept({"who": "me"}))
        assert walker.get(address)["Location"].startswith("/assessment/step-")

    @pytest.mark.parametrize("address", FILES)
    def test_a_safety_page_comes_first(self, walker, address):
        walker.remember(kept(DISTINCT))
        assert walker.get(address)["Location"] == "/assessment/pause/"

    @pytest.mark.parametrize("address", FILES)
    def test_for_a_child_there_is_no_sheet(self, walker, address):
        child = {"age": "under_13", "pregnant": "no"}
        walker.remember(kept({**CALM, **child}))
        assert walker.get(address)["Location"] == "/assessment/result/"

    @pytest.mark.parametrize("address", FILES)
    def test_it_is_made_by_a_visit_and_nothing_else(self, walker, address):
        assert walker.client.post(address).status_code == 405
        assert walker.client.head(address).status_code == 200

    @pytest.mark.parametrize(("address", "name"), [(FILES[0], "summary.pdf"), (FILES[1], "summary.json")])
    def test_a_file_has_a_neutral_name_and_is_kept_by_nobody(self, distinct, address, name):
        response = distinct.get(address)
        assert response["Content-Disposition"] == f'attachment; filename="{name}"'
        assert response["Cache-Control"] == "no-store, private"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "noindex" in response["X-Robots-Tag"]

    def test_what_stands_behind_the_address_changes_nothing(self, walker):
        plain = walker.client.get("/assessment/summary.pdf").content
        assert walker.client.get("/assessment/summary.pdf?level=detox&age=13_17").content == plain

    def test_the_result_leads_to_all_of_them(self, walker):
        page = walker.get("/assessment/result/").content.decode()
        for address in (*self.FILES, "/assessment/save/"):
            assert f'href="{address}"' in page


STUCK = {
    **CALM,
    "urges": "cannot_go_a_day",
    "home": "others_use",
    "daily_function": "cannot",
    "can_step_away": "no",
    "withdrawal_signs": "not_sure",
}


@pytest.mark.parametrize("language", ["en", "es"])
def test_paper_says_the_trade_off_with_the_next_best_and_when_to_call_at_once(language, client):
    with override(language):
        one = sheet(STUCK, language)
        assert one.result.level == "residential"
        (title, text), *_ = one.trade_offs
        level = LEVEL_LABELS[one.result.trade_offs[0].next_best]
        assert text.endswith(gettext("Next best: %(level)s.") % {"level": level})
        pdf = text_of(take_along.pdf(one, TODAY))
        printed = unescape(render_to_string("assessment/print.html", {"sheet": one}))
    said = load().words(language).said("withdrawal_signs", "severe")
    for words in (title, text, f"“{said}”"):
        assert words in printed
        assert words.replace("’", "'") in pdf.replace("’", "'")


def test_the_range_stands_on_paper_with_the_best_guess(client):
    open_ = {q.id: ["not_sure"] if q.many else "not_sure" for q in load().questions if q.allows_not_sure}
    one = sheet({**CALM, **open_})
    assert one.headline.startswith("Too much is open to say")
    assert one.under[0].startswith("Our best guess for now is outpatient.")
    assert "between outpatient and residential" in one.under[1]
    assert "between outpatient and residential" in text_of(take_along.pdf(one, TODAY))
