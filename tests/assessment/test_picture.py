"""The path as a picture: complete, within its frame, and the same in words."""

import itertools

import pytest
from django.utils.translation import override

from assessment.domain import load
from assessment.picture import BARS, HEIGHTS, picture_of
from programs.levels import LEVELS
from tests.assessment.test_result import DETOX, SEVERE, result_for, text_of
from tests.assessment.walking import CALM

COURSES = {
    "outpatient": {
        "urges": "manageable",
        "recent_harm": "little",
        "mental_impact": "mild",
        "past_treatment": "none",
    },
    "iop": {},
    "php": {"mental_impact": "severe"},
    "residential": SEVERE,
    "detox": {**SEVERE, **DETOX},
    "emergency": {"danger_now": ("plan_to_harm_others",)},
}
NOW = ("none", "outpatient", "iop", "php", "detox", "residential", "hospital")


def drawn(language="en", **answers):
    whole = load().prune(load().check({**CALM, **answers}))
    observer = whole["who"] == "someone_else"
    with override(language):
        found = load().recommend(whole)
        return picture_of(load(), load().words(language, observer=observer), whole, found), found


def words_of(drawing):
    return " ".join(label.words for label in drawing.labels)


@pytest.mark.parametrize("level", COURSES)
def test_these_answers_lead_to_this_level(level):
    assert drawn(**COURSES[level])[1].level == level


@pytest.mark.parametrize(("level", "now"), tuple(itertools.product(COURSES, NOW)))
def test_both_drawings_show_every_level_of_the_path_in_order(level, now):
    picture, found = drawn(care_now=now, **COURSES[level])
    course = [code for code in found.path if code in LEVELS]
    for drawing in (picture.wide, picture.tall):
        blocks = [box.level for box in drawing.boxes if box.kind == "blk"]
        assert blocks[-len(course) :] == course
        assert blocks[: -len(course)] in ([], [now])
        assert [box.x for box in drawing.boxes if box.kind == "blk"] == sorted(
            box.x for box in drawing.boxes if box.kind == "blk"
        )


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("level", "now"), tuple(itertools.product(COURSES, NOW)))
def test_nothing_is_drawn_outside_the_frame(level, now, language):
    picture, _ = drawn(language, care_now=now, home="others_use", **without_home(COURSES[level]))
    for drawing, letter in ((picture.wide, 8), (picture.tall, 9)):
        for box in drawing.boxes:
            assert 0 <= box.x < box.x + box.width <= drawing.width
            assert 0 <= box.y < box.y + box.height <= drawing.height
            assert min(box.width, box.height) > 0
        for label in drawing.labels:
            wide = int(len(label.words) * letter)
            left = label.x - wide if label.end else label.x
            assert left >= 0, label
            assert left + wide <= drawing.width + 12, label
            assert 0 < label.y <= drawing.height


def without_home(answers):
    return {key: code for key, code in answers.items() if key != "home"}


def test_the_higher_and_the_wider_the_more_care():
    for sizes in (HEIGHTS, BARS):
        steps = [sizes[level] for level in LEVELS]
        assert steps == sorted(steps)
        assert len(set(steps[:4])) == 4


@pytest.mark.parametrize(
    ("now", "level", "said"),
    [
        ("none", "iop", "You start here"),
        ("iop", "iop", "You are here now"),
        ("outpatient", "php", "Now"),
        ("hospital", "iop", "Hospital"),
    ],
)
def test_the_picture_says_where_a_person_is(now, level, said):
    picture, _ = drawn(care_now=now, **COURSES[level])
    assert said in words_of(picture.wide)
    assert said in words_of(picture.tall)
    assert said in picture.title


def test_a_step_down_starts_from_where_a_person_is():
    picture, found = drawn(care_now="residential")
    assert found.level == "iop"
    blocks = [box for box in picture.wide.boxes if box.kind == "blk"]
    assert [box.level for box in blocks] == ["residential", "iop", "outpatient"]
    assert [box.height for box in blocks] == sorted((box.height for box in blocks), reverse=True)
    assert "Next" in words_of(picture.wide)


def test_a_ghost_shows_the_step_up():
    picture, _ = drawn()
    (ghost,) = [box for box in picture.wide.boxes if box.kind == "ghost"]
    (iop, _) = [box for box in picture.wide.boxes if box.kind == "blk"]
    assert (ghost.x, ghost.width) == (iop.x, iop.width)
    assert ghost.y + ghost.height == iop.y
    assert "Up to PHP if things get harder" in picture.title


def test_the_observers_picture_speaks_of_the_other_person():
    picture, _ = drawn(who="someone_else")
    assert "They start here" in picture.title
    assert "You" not in words_of(picture.wide)


def test_hours_are_those_of_the_protocol_and_a_teens_own():
    assert "9–19 hours a week" in words_of(drawn()[0].tall)
    assert "6–19 hours a week" in words_of(drawn(age="13_17")[0].tall)


def test_medicine_and_a_sober_home_go_on_beside_it():
    picture, _ = drawn(home="others_use", urges="some_days", past_treatment="none")
    assert len([box for box in picture.wide.boxes if box.kind == "lane"]) == 2
    assert "Medicine, from any day" in picture.title


def test_the_page_has_both_drawings_a_title_each_and_the_path_as_text(db):
    page = text_of(result_for())
    section = page.split('aria-labelledby="path"', 1)[1].split("</section>", 1)[0]
    assert section.count('role="img"') == section.count("<title ") == 2
    assert "style=" not in section
    assert "Read the path as text" in section
    for level in ("iop", "outpatient"):
        assert load().words("en").stage(level)[1].replace("’", "’") in section
