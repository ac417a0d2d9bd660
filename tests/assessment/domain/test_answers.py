"""Checking answers: what is legal, what is refused, and what the refusal says."""

from __future__ import annotations

import pytest

from assessment.domain import AnswerError, Answers
from tests.assessment.domain.answering import NEUTRAL, PROTOCOL


def refusal(raw: dict) -> AnswerError:
    with pytest.raises(AnswerError) as caught:
        PROTOCOL.check(raw)
    return caught.value


@pytest.mark.parametrize("name", ["who", "age", "focus"])
def test_a_required_question_must_be_answered_and_surely(name: str) -> None:
    left_out = refusal({key: value for key, value in NEUTRAL.items() if key != name})
    assert (left_out.question, left_out.code) == (name, None)
    unsure = refusal({**NEUTRAL, name: "not_sure"})
    assert (unsure.question, unsure.code) == (name, "not_sure")


def test_an_unknown_question_is_named_with_its_answer() -> None:
    error = refusal({**NEUTRAL, "shoe_size": "43"})
    assert (error.question, error.code) == ("shoe_size", "43")
    assert str(error) == "shoe_size: no such question (answer 43)"


@pytest.mark.parametrize("alone", ["none", "not_sure"])
def test_none_and_not_sure_stand_alone(alone: str) -> None:
    for listed in ([alone, "alcohol"], ["alcohol", alone]):
        error = refusal({**NEUTRAL, "substances": listed})
        assert (error.question, error.code) == ("substances", alone)
        assert str(error) == f'substances: "{alone}" cannot stand beside "alcohol"'


@pytest.mark.parametrize("value", [None, 3, 2.5, True, ["mostly_ok"], {"a": 1}, ("mostly_ok",), b"home"])
def test_one_code_is_a_text(value: object) -> None:
    error = refusal({**NEUTRAL, "home": value})
    assert error.question == "home"
    assert "is not one code" in str(error)


@pytest.mark.parametrize("value", [None, 3, {"alcohol": True}, {"alcohol"}])
def test_several_codes_are_a_list(value: object) -> None:
    assert "is not a list of codes" in str(refusal({**NEUTRAL, "substances": value}))


@pytest.mark.parametrize("value", [[None], [["alcohol"]], ["alcohol", 3]])
def test_each_of_several_codes_is_a_text(value: object) -> None:
    assert "is not a code" in str(refusal({**NEUTRAL, "substances": value}))


def test_a_refusal_is_one_short_line_whatever_was_given() -> None:
    for value in ("a\nb\r\u2028c", "x" * 500, {"deep": ["\n"] * 100}, "\x1b[31m"):
        for raw in ({**NEUTRAL, "home": value}, {**NEUTRAL, "wo\nrd": value}):
            text = str(refusal(raw))
            assert len(text.splitlines()) == 1
            assert text.isprintable()
            assert len(text) < 300


def test_codes_come_in_the_order_of_the_options_and_once() -> None:
    answers = PROTOCOL.check({**NEUTRAL, "substances": ["cannabis", "alcohol", "cannabis"]})
    assert answers["substances"] == ("alcohol", "cannabis")


def test_one_code_by_itself_will_do_for_a_question_that_takes_several() -> None:
    assert PROTOCOL.check({**NEUTRAL, "substances": "alcohol"})["substances"] == ("alcohol",)
    assert PROTOCOL.check({**NEUTRAL, "substances": "not_sure"})["substances"] == ("not_sure",)


def test_an_empty_list_is_the_same_as_leaving_it_out() -> None:
    assert dict(PROTOCOL.check({**NEUTRAL, "free_times": []})) == NEUTRAL


def test_a_part_needs_no_required_question_but_legal_codes() -> None:
    assert dict(PROTOCOL.partial({"home": "unsafe"})) == {"home": "unsafe"}
    with pytest.raises(AnswerError):
        PROTOCOL.partial({"home": "castle"})
    with pytest.raises(AnswerError):
        PROTOCOL.recommend(PROTOCOL.partial({"home": "unsafe"}))


def test_answers_cannot_be_changed_and_do_not_show_themselves() -> None:
    given = {"home": "unsafe"}
    answers = Answers(given)
    given["home"] = "safe_sober"
    assert answers["home"] == "unsafe"
    assert len(answers) == 1
    assert list(answers) == ["home"]
    with pytest.raises(TypeError):
        answers["home"] = "mostly_ok"
    assert repr(answers) == "Answers(1 given)"


def test_look_ups_by_id() -> None:
    assert PROTOCOL.question("home").id == "home"
    with pytest.raises(KeyError):
        PROTOCOL.question("castle")


def test_level_is_what_recommend_says() -> None:
    assert PROTOCOL.level(PROTOCOL.check({**NEUTRAL, "age": "under_13"})) is None
    assert PROTOCOL.level(PROTOCOL.check(NEUTRAL)) == PROTOCOL.recommend(NEUTRAL).level


def test_a_required_question_names_its_choices_and_offers_no_way_out() -> None:
    with pytest.raises(AnswerError) as caught:
        PROTOCOL.check({"who": "me", "age": "26_64"})
    assert str(caught.value) == "focus: an answer is required: substance, mental, both"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"a" * 80: "x"}, f"{'a' * 80}: no such question (answer x)"),
        ({"a" * 81: "x"}, f"{'a' * 77}...: no such question (answer x)"),
        ({"home": None}, "home: null is not one code"),
        ({"home": {"a": None}}, "home: {'a': None} is not one code"),
    ],
    ids=["eighty letters", "one more", "nothing", "a table"],
)
def test_whatever_is_refused_is_shown_in_one_short_line(more: dict, said: str) -> None:
    assert str(refusal({**NEUTRAL, **more})) == said


def test_a_refusal_offers_not_sure_only_where_it_may_be_said() -> None:
    assert str(refusal({**NEUTRAL, "home": "castle"})) == (
        "home: castle is not one of safe_sober, mostly_ok, others_use, unstable, unsafe, not_sure"
    )
    assert str(refusal({**NEUTRAL, "focus": "castle"})) == (
        "focus: castle is not one of substance, mental, both"
    )


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        ("two words", "two words", '"two words" is not one of'),
        ("caña", "caña", '"ca\\u00f1a" is not one of'),
        (True, "true", "true is not one code"),
        (2.5, "2.5", "2.5 is not one code"),
    ],
)
def test_a_refused_answer_is_kept_as_given_and_shown_in_ascii(value: object, code: str, shown: str) -> None:
    error = refusal({**NEUTRAL, "home": value})
    assert error.code == code
    assert shown in str(error)


def test_an_unknown_question_keeps_its_answer_as_given() -> None:
    assert refusal({**NEUTRAL, "shoe_size": "two words"}).code == "two words"
