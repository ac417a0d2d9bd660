"""The ten standard questions: complete, and each answered by what it says answers it."""

import pytest
from django.utils.translation import override

from programs.facts import FactSet
from programs.models import Program
from programs.standard_questions import BY_ID, SESSIONS, SOURCES, STANDARD_QUESTIONS
from programs.taxonomy import BY_CODE

by_id = pytest.mark.parametrize("question", STANDARD_QUESTIONS, ids=lambda one: one.id)


def test_there_are_ten_and_no_two_share_an_id():
    assert len(STANDARD_QUESTIONS) == len(BY_ID) == 10


@by_id
def test_a_question_says_why_what_to_listen_for_and_what_should_warn(question):
    with override("en"):
        told = [str(question.text), str(question.why), str(question.listen_for), str(question.warning)]
    assert all(len(words) > 15 and words[-1] in ".?”" for words in told)
    assert len(set(told)) == 4
    assert "!" not in "".join(told)


@by_id
def test_a_question_rests_on_a_source_and_names_facts_and_fields_that_exist(question):
    assert question.sources
    assert set(question.sources) <= set(SOURCES)
    assert set(question.facts) <= set(BY_CODE)
    assert {field.name for field in Program._meta.get_fields()} >= set(question.fields)
    assert SESSIONS in {field.name for field in Program._meta.get_fields()}


@by_id
def test_nothing_known_leaves_every_question_open(question):
    assert not question.answered(FactSet())
    assert not question.answered(
        FactSet(), [dict.fromkeys(question.fields), dict.fromkeys(question.fields, "")]
    )


@pytest.mark.parametrize(
    ("question", "field"), [(one, field) for one in STANDARD_QUESTIONS for field in one.fields], ids=str
)
def test_any_of_its_fields_answers_a_question_even_when_it_is_zero(question, field):
    assert question.answered(FactSet(), [{}, {field: 0}])


@pytest.mark.parametrize(
    ("question", "fact"), [(one, fact) for one in STANDARD_QUESTIONS for fact in one.facts], ids=str
)
def test_any_of_its_facts_answers_a_question_and_so_does_a_no_to_all(question, fact):
    assert question.answered(FactSet.of(yes=[fact]))
    assert question.answered(FactSet.of(no=question.facts))
    assert question.answered(FactSet.of(no=[fact])) is (len(question.facts) == 1)


def test_who_leads_the_groups_has_to_be_asked_every_time():
    everything = FactSet.of(yes=BY_CODE)
    assert not BY_ID["staff"].answered(everything, [{"intake": "By phone."}])
