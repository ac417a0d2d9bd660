"""The questions change while somebody answers them: what still counts is kept, what does not is said."""

import time

import pytest

from assessment import codes, saved
from assessment.answers import COOKIE, Draft, unseal
from assessment.domain import load
from tests.assessment.renewing import GONE, SECOND
from tests.assessment.walking import CALM, Walker, ticked

MIDWAY = ("who", "age", "focus", "danger_now", "care_now", "substances")


def answered(**more):
    walker = Walker()
    walker.remember({**CALM, **more})
    return walker


def kept_by(walker):
    return unseal(walker.client.cookies[COOKIE].value, time.time())


def text_of(question, language="en", observer=False, version="iop-2026.1"):
    return load(version).words(language, observer).question(question).text


def test_the_second_version_is_another_one(upgrade):
    before = {question.id for question in load().questions}
    upgrade()
    assert load().version == SECOND
    assert {question.id for question in load().questions} ^ before == {GONE, "hours_free"}


@pytest.mark.parametrize("address", ["", "step-4/", "check/", "result/", "pause/", "save/", "come-back/"])
def test_every_answer_that_still_counts_is_carried_over(upgrade, address):
    walker = answered(home="mostly_ok", substances=["alcohol", "opioids"])
    upgrade()
    page = walker.get(f"/assessment/{address}")
    assert page.status_code == 200
    assert "The questions were renewed" in page.content.decode()
    kept = kept_by(walker)
    assert kept.renewal is None, "the cookie is of the new version now"
    expected = {**CALM, "substances": ["opioids", "alcohol"]}
    del expected["home"], expected[GONE]
    assert {key: list(v) if isinstance(v, tuple) else v for key, v in kept.answers.items()} == expected


def test_the_page_says_what_could_not_be_kept_in_the_words_it_was_asked(upgrade):
    walker = answered(home="mostly_ok")
    upgrade()
    page = walker.get("/assessment/check/")
    assert set(page.context["page"].lost) == {text_of("home"), text_of(GONE)}
    for question in ("home", GONE):
        assert text_of(question) in page.content.decode()
    assert text_of("support") not in page.content.decode()


@pytest.mark.parametrize(("prefix", "language"), [("", "en"), ("/es", "es")])
def test_who_answers_for_someone_else_reads_it_in_that_voice_and_language(upgrade, prefix, language):
    walker = answered(who="someone_else", home="mostly_ok")
    upgrade()
    page = walker.get(f"{prefix}/assessment/step-3/")
    assert text_of("home", language, observer=True) in page.context["page"].lost


def test_the_person_goes_on_at_what_is_open_now_and_reaches_a_result(upgrade):
    walker = answered()
    upgrade()
    forward = walker.get("/assessment/check/").context["page"].forward
    assert forward.startswith("/assessment/step-")
    answers = {**CALM, "hours_free": ["weekend"]}
    assert walker.walk_from(forward, answers) == "/assessment/check/"
    result = walker.get("/assessment/result/").context["page"]
    assert result.protocol == SECOND


def test_an_answer_sent_from_the_older_page_is_kept_too(upgrade):
    walker = Walker()
    walker.remember({name: CALM[name] for name in MIDWAY})
    send = walker.get("/assessment/step-6/").context["page"].send
    upgrade()
    page = walker.post(send, {"use_frequency": "weekly", "last_use": "3_to_7_days", "heavy_days": "no"})
    assert "The questions were renewed" in page.content.decode()
    assert page.context["page"].lost == ()
    assert "All your answers still count" in page.content.decode()
    assert kept_by(walker).answers["use_frequency"] == "weekly"
    assert page.context["page"].forward == "/assessment/step-7/"


def test_the_script_is_told_to_send_plainly_and_nothing_is_changed_until_then(upgrade):
    walker = Walker()
    walker.remember({name: CALM[name] for name in MIDWAY})
    before = walker.client.cookies[COOKIE].value
    upgrade()
    data = {"use_frequency": "weekly", "last_use": "3_to_7_days", "heavy_days": "no"}
    told = walker.client.post("/assessment/step-6/send/", data, headers={"accept": "application/json"})
    assert told.status_code == 409
    assert walker.client.cookies[COOKIE].value == before
    page = walker.client.post("/assessment/step-6/send/", data)
    assert "The questions were renewed" in page.content.decode()
    assert kept_by(walker).answers["use_frequency"] == "weekly"


def test_a_safety_page_comes_first_with_the_notice_below_it(upgrade):
    walker = answered(home="unsafe")
    walker.go_on()
    upgrade()
    page = walker.get("/assessment/check/")
    text = page.content.decode()
    assert page.context["page"].first.code == "violence"
    assert text.index("<h1>") < text.index("The questions were renewed")
    assert text_of(GONE) in text
    assert walker.get("/assessment/check/")["Location"] == "/assessment/pause/"


def test_danger_sent_from_the_older_page_is_answered_at_once(upgrade):
    walker = Walker()
    walker.remember({name: CALM[name] for name in ("who", "age", "focus")})
    upgrade()
    page = walker.post("/assessment/step-3/send/", {"danger_now": ["overdose_or_collapse"]})
    assert page.context["page"].first.code == "overdose"


def test_the_notice_comes_once(upgrade):
    walker = answered()
    upgrade()
    walker.get("/assessment/check/")
    assert walker.get("/assessment/check/").context["page"].open == 1


def test_answers_kept_under_a_code_are_carried_over_too(upgrade, db):
    code = codes.new()
    given = {key: tuple(one) if isinstance(one, list) else one for key, one in CALM.items()}
    saved.save(code, Draft({**given, "home": "mostly_ok"}))
    upgrade()
    walker = Walker()
    page = walker.post("/assessment/come-back/", {"code": code.shown})
    assert page.status_code == 200
    assert set(page.context["page"].lost) == {text_of("home"), text_of(GONE)}
    assert kept_by(walker).answers["support"] == CALM["support"]
    assert walker.get("/assessment/check/").context["page"].open == 2


def test_after_an_upgrade_was_taken_back_the_page_says_so_and_one_can_begin_again(upgrade):
    walker = Walker()
    upgrade()
    walker.remember({"who": "me", "age": "26_64", "hours_free": ["weekend"]})
    upgrade.undo()
    page = walker.get("/assessment/check/").content.decode()
    assert "The questions were renewed" in page
    assert "Begin again" in page


def test_a_code_from_before_an_upgrade_was_taken_back_is_answered_with_a_page_of_its_own(upgrade, db):
    code = codes.new()
    upgrade()
    saved.save(code, Draft({"who": "me", "hours_free": ("weekend",)}))
    upgrade.undo()
    page = Walker().post("/assessment/come-back/", {"code": code.shown})
    assert page.status_code == 200
    assert "The questions were renewed" in page.content.decode()
    assert "we do not open them" in page.content.decode()


def test_what_is_carried_over_is_not_shown_in_a_log(upgrade):
    walker = answered(home="mostly_ok")
    value = walker.client.cookies[COOKIE].value
    upgrade()
    draft = unseal(value, time.time())
    assert draft.renewal
    assert "home" not in repr(draft)
    assert "home" not in repr(draft.renewal)


def test_ticks_on_the_screens_are_those_that_were_kept(upgrade):
    walker = answered(substances=["alcohol"])
    upgrade()
    walker.get("/assessment/")
    assert ticked(walker.get("/assessment/step-5/"))["substances"] == ["alcohol"]
