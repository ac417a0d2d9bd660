"""Every path through the questions, walked through the real forms."""

from itertools import product

import pytest

from assessment import flow
from assessment.domain import load
from tests.assessment.walking import CALM, Walker, fields, ticked

BRANCHING = ("who", "age", "focus", "substances")
SAFETY_QUESTIONS = (
    "danger_now",
    "substances",
    "withdrawal_signs",
    "withdrawal_history",
    "pregnant",
    "physical_health",
    "suicidal_thoughts",
    "home",
)


def offered(question_id):
    question = load().question(question_id)
    codes = [*question.options, *(["not_sure"] if question.allows_not_sure else [])]
    return [(code,) if question.many else code for code in codes]


def shape(answers):
    """The screens and what each asks, for a person with these answers."""
    protocol = load()
    whole = protocol.check(answers)
    return tuple(tuple(q.id for q in protocol.asked(screen, whole)) for screen in protocol.path(whole))


def every_path():
    """One set of answers for each distinct path. What branches is proven in the next test."""
    found = {}
    for codes in product(*(offered(question) for question in BRANCHING)):
        answers = {**CALM, **dict(zip(BRANCHING, codes, strict=True))}
        found.setdefault((answers["who"], shape(answers)), answers)
    return list(found.values())


PATHS = every_path()


def test_nothing_but_the_branching_questions_changes_the_path():
    for question in load().questions:
        if question.id in BRANCHING:
            continue
        for branch in PATHS:
            shapes = {shape({**branch, question.id: given}) for given in offered(question.id)}
            assert len(shapes) == 1, question.id


def test_the_longest_path_has_at_most_18_screens_and_asks_all_28_questions():
    longest = max((shape(answers) for answers in PATHS), key=len)
    assert len(longest) <= 18
    assert sum(map(len, longest)) == 28


@pytest.mark.django_db
def test_every_path_leads_from_the_first_screen_to_a_result(capsys):
    for answers in PATHS:
        walker = Walker()
        end = walker.walk(answers)
        child = answers["age"] == "under_13"
        assert end == ("/assessment/result/" if child else "/assessment/check/"), answers
        assert tuple(walker.steps) == shape(answers)
        page = walker.get("/assessment/result/")
        assert page.status_code == 200
    with capsys.disabled():
        screens = sum(len(shape(answers)) for answers in PATHS)
        print(  # noqa: T201
            f"\n{len(PATHS)} distinct paths walked, {screens} screens answered, "
            f"{min(len(shape(a)) for a in PATHS)} to {max(len(shape(a)) for a in PATHS)} screens each"
        )


@pytest.mark.django_db
@pytest.mark.parametrize("question", [q.id for q in load().questions])
def test_every_option_can_be_chosen_and_is_kept(question):
    walker = Walker()
    for given in offered(question):
        if question == "danger_now" and given == ("not_sure",):
            continue  # asked once more: see test_safety
        walker.remember(CALM)
        number = flow.number_asking(load(), load().check(CALM), question)
        asked = fields(walker.get(walker.step(number)))
        response = walker.post(walker.step(number), {**{name: CALM[name] for name in asked}, question: given})
        assert response.status_code == 303, given
        if response["Location"].endswith("/pause/"):
            walker.go_on()
        chosen = [given] if isinstance(given, str) else list(given)
        assert ticked(walker.get(walker.step(number)))[question] == chosen


@pytest.mark.django_db
def test_back_shows_what_was_answered_and_loses_nothing():
    walker = Walker()
    walker.walk()
    total = len(shape(CALM))
    for number in range(total, 0, -1):
        page = walker.get(walker.step(number))
        for name in fields(page):
            given = CALM[name]
            assert ticked(page)[name] == ([given] if isinstance(given, str) else given)
    assert walker.get("/assessment/check/").context["page"].open == 0


@pytest.mark.django_db
def test_change_leads_straight_back_to_all_answers():
    walker = Walker()
    walker.walk()
    number = flow.number_asking(load(), load().check(CALM), "support")
    response = walker.post(f"/assessment/change-{number}/", {"support": "several"})
    assert response["Location"] == "/assessment/check/"
    rows = [row for _name, rows in walker.get("/assessment/check/").context["page"].sections for row in rows]
    said = load().words("en").question("support").options["several"].label
    assert any(said in row.said for row in rows)


@pytest.mark.django_db
def test_a_change_that_opens_questions_says_so_and_leads_to_them():
    walker = Walker()
    walker.walk({"substances": ["none"]})
    number = flow.number_asking(load(), load().check(CALM), "substances")
    walker.post(f"/assessment/change-{number}/", {"substances": ["cannabis"]})
    page = walker.get("/assessment/check/").context["page"]
    assert page.open == 5
    assert walker.get("/assessment/result/").status_code == 303
    assert walker.walk_from(page.forward, {**CALM, "substances": ["cannabis"]}) == "/assessment/check/"


@pytest.mark.django_db
def test_a_change_that_closes_questions_drops_their_answers():
    walker = Walker()
    walker.walk()
    number = flow.number_asking(load(), load().check(CALM), "substances")
    walker.post(f"/assessment/change-{number}/", {"substances": ["none"]})
    walker.post(f"/assessment/change-{number}/", {"substances": ["alcohol"]})
    assert walker.get("/assessment/check/").context["page"].open == 5


@pytest.mark.django_db
def test_nobody_gets_ahead_of_the_first_open_screen():
    walker = Walker()
    walker.answer(walker.step(1), CALM)
    for number in (3, 9, 18, 19, 400):
        for way in ("step", "change"):
            assert walker.get(f"/assessment/{way}-{number}/")["Location"] == "/assessment/step-2/"
    assert walker.get("/assessment/result/")["Location"] == "/assessment/step-2/"
    assert walker.get("/assessment/programs/")["Location"] == "/assessment/step-2/"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["step-2/", "change-5/", "check/", "result/", "programs/", "pause/"])
def test_without_answers_every_page_leads_to_the_start(address):
    assert Walker().get(f"/assessment/{address}")["Location"] == "/assessment/"


@pytest.mark.django_db
def test_an_answer_is_followed_by_a_redirect_and_the_redirect_by_a_page():
    walker = Walker()
    response = walker.post(walker.step(1), {"who": "me"})
    assert response.status_code == 303
    assert response["Location"] == "/assessment/step-2/"
    assert walker.get(response["Location"]).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["step", "change"])
def test_looking_at_the_address_a_form_is_sent_to_shows_its_screen(way):
    walker = Walker()
    walker.remember(CALM)
    assert walker.get(f"/assessment/{way}-4/send/")["Location"] == f"/assessment/{way}-4/"
    number = flow.number_asking(load(), load().check(CALM), "support")
    sent = walker.post(f"/assessment/{way}-{number}/send/", {"support": "several"})
    following = "/assessment/check/" if way == "change" else f"/assessment/step-{number + 1}/"
    assert sent["Location"] == following


@pytest.mark.django_db
def test_the_script_gets_the_next_address_alone():
    response = Walker().client.post(
        "/assessment/step-1/", {"who": "me"}, headers={"accept": "application/json"}
    )
    assert response.json() == {"next": "/assessment/step-2/"}


@pytest.mark.django_db
def test_a_screen_left_empty_says_what_is_missing_at_the_top_and_at_the_field():
    response = Walker().post("/assessment/step-1/", {})
    page = response.content.decode()
    assert response.status_code == 200
    assert 'href="#id_who_0"' in page
    assert 'id="id_who_error"' in page
    assert 'aria-describedby="' in page
    assert "id_who_error" in page.split('aria-describedby="', 1)[1].split('"', 1)[0]
    assert 'aria-invalid="true"' in page


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", ["nobody", "me' OR 1=1", "<script>", "not_sure", "\x00"])
def test_a_code_that_is_not_offered_is_refused(wrong):
    response = Walker().post("/assessment/step-1/", {"who": wrong})
    assert response.status_code == 200
    assert "who" in response.context["form"].errors


@pytest.mark.django_db
def test_none_cannot_stand_beside_another_choice():
    walker = Walker()
    walker.walk(stop="/step-5/")
    page = walker.post(walker.step(5), {"substances": ["none", "alcohol"]})
    assert page.status_code == 200
    assert "substances" in page.context["form"].errors


@pytest.mark.django_db
def test_a_stale_form_for_another_screen_changes_nothing():
    walker = Walker()
    walker.walk()
    page = walker.post(walker.step(3), {"home": "unsafe"})
    assert page.status_code in {200, 303}
    rows = walker.get("/assessment/check/").content.decode()
    assert load().words("en").question("home").options["unsafe"].label not in rows


SAME_FOR_BOTH = {"who"}
"""Asked before it is known for whom."""


@pytest.mark.django_db
@pytest.mark.parametrize(("prefix", "language"), [("", "en"), ("/es", "es")])
def test_the_observer_is_asked_every_question_about_the_other_person(prefix, language):
    walker = Walker(prefix=prefix)
    walker.walk({"who": "someone_else"})
    protocol = load()
    theirs, mine = protocol.words(language, observer=True), protocol.words(language)
    same, asked_in_all = set(), set()
    for number, asked in enumerate(shape({**CALM, "who": "someone_else"}), start=1):
        page = walker.get(walker.step(number)).context["page"]
        for question, fieldset in zip(asked, page.fieldsets, strict=True):
            asked_in_all.add(question)
            assert fieldset.text == theirs.question(question).text
            if theirs.question(question).text == mine.question(question).text:
                same.add(question)
    assert asked_in_all == {question.id for question in protocol.questions}
    assert same <= SAME_FOR_BOTH


@pytest.mark.django_db
def test_the_language_can_change_midway_and_nothing_is_lost():
    walker = Walker()
    walker.walk(stop="/step-6/")
    spanish = Walker(walker.client, prefix="/es")
    assert spanish.walk_from("/es/assessment/step-6/", CALM) == "/es/assessment/check/"
    assert walker.get("/assessment/check/").context["page"].open == 0


@pytest.mark.django_db
def test_start_says_go_on_when_there_is_something_to_go_on_with():
    walker = Walker()
    walker.walk(stop="/step-4/")
    page = walker.get("/assessment/")
    assert page.context["forward"] == "/assessment/step-4/"
    assert page.context["begun"]


@pytest.mark.django_db
def test_forget_leaves_nothing():
    walker = Walker()
    walker.walk()
    response = walker.post("/assessment/forget/", {})
    assert response.status_code == 303
    assert not walker.client.cookies["answers"].value
    assert walker.get("/assessment/result/")["Location"] == "/assessment/"


@pytest.mark.django_db
def test_forget_is_not_done_by_following_a_link():
    walker = Walker()
    walker.walk(stop="/step-2/")
    assert walker.get("/assessment/forget/").status_code == 405
    assert walker.client.cookies["answers"].value
