"""FHIR R4B: both documents are valid, and the Questionnaire says the same questions, branches and codes."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils.translation import override
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

from assessment import fhir
from assessment.domain import LEVELS, NOT_SURE, load
from assessment.domain.conditions import Answered, Count, NeedAtLeast
from assessment.take_along_views import titles
from tests.assessment.take_along.conftest import kept, random_answers
from tests.assessment.walking import CALM

PROTOCOL = load()


def printed(*arguments):
    out = StringIO()
    call_command("questionnaire", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module", params=["en", "es"])
def document(request):
    return Questionnaire.model_validate_json(printed("--language", request.param))


@pytest.fixture(scope="module")
def english():
    return Questionnaire.model_validate_json(printed())


def groups_of(document):
    return [group for group in document.item if not group.readOnly]


def test_it_is_a_valid_questionnaire(document):
    assert document.version == PROTOCOL.version
    assert document.status == "draft"
    assert document.url.startswith("urn:uuid:")


def test_it_holds_the_same_screens_and_questions_in_order(document):
    found = [(group.linkId, tuple(item.linkId for item in group.item)) for group in groups_of(document)]
    assert found == [(f"screen.{screen.id}", screen.questions) for screen in PROTOCOL.screens]


def test_it_holds_the_same_codes_in_order_and_says_where_several_may_be_given(document):
    items = [item for group in groups_of(document) for item in group.item]
    assert len(items) == len(PROTOCOL.questions)
    for item in items:
        question = PROTOCOL.question(item.linkId)
        codes = tuple(option.valueCoding.code for option in item.answerOption)
        assert codes == (*question.options, *([NOT_SURE] if question.allows_not_sure else []))
        assert (item.repeats, item.required) == (question.many, question.required)
        assert item.type == "choice"
        assert {option.valueCoding.system for option in item.answerOption} == {fhir.system(question.id)}


def test_its_words_are_those_of_the_page():
    words = PROTOCOL.words("es")
    document = Questionnaire.model_validate_json(printed("--language", "es"))
    assert document.language == "es"
    for group in groups_of(document):
        for item in group.item:
            said = words.question(item.linkId)
            assert item.text == said.text
            for option in item.answerOption:
                assert option.valueCoding.display == said.options[option.valueCoding.code].label


def enabled(item, answers):
    """Whether FHIR shows this item: enableWhen as the standard defines its operators."""
    if not item.enableWhen:
        return True
    met = []
    for when in item.enableWhen:
        given = answers.get(when.question, ())
        codes = (given,) if isinstance(given, str) else given
        one_is = when.answerCoding.code in codes
        met.append(one_is if when.operator == "=" else not one_is)
    return all(met) if item.enableBehavior == "all" else any(met)


def shown(document, answers):
    return {
        item.linkId
        for group in groups_of(document)
        if enabled(group, answers)
        for item in group.item
        if enabled(item, answers)
    }


@pytest.mark.parametrize("seed", range(50))
def test_it_branches_as_the_protocol_does(english, seed):
    answers = random_answers(seed)
    for part in range(0, len(answers) + 1, 3):  # midway too: unknown is not no
        given = dict(list(answers.items())[:part])
        asked = {question.id for screen in PROTOCOL.path(given) for question in PROTOCOL.asked(screen, given)}
        assert shown(english, given) == asked


def test_a_child_and_everyone_who_uses_nothing_skip_the_same(english):
    for change in (
        {"age": "under_13"},
        {"substances": ["none"]},
        {"focus": "mental"},
        {"substances": ["not_sure"]},
    ):
        answers = kept({**CALM, **change})
        asked = {q.id for screen in PROTOCOL.path(answers) for q in PROTOCOL.asked(screen, answers)}
        assert shown(english, answers) == asked


def test_every_branch_names_a_code_that_exists(english):
    branches = [
        when for group in groups_of(english) for one in (group, *group.item) for when in one.enableWhen or ()
    ]
    assert len(branches) >= 18
    for when in branches:
        assert when.answerCoding.code in PROTOCOL.question(when.question).options


@pytest.mark.parametrize(
    "condition",
    [
        NeedAtLeast("mind", 2),
        Answered("pregnant", frozenset(), unknown=True),
        Count(2, (Answered("age", frozenset({"a"})),) * 3),
        Count(2, (Answered("age", frozenset({"a", "b"})), Answered("focus", frozenset({"both"})))),
    ],
)
def test_a_branch_that_fhir_cannot_say_is_refused_and_never_bent(condition):
    with pytest.raises(fhir.NotExpressibleError):
        fhir._enabled(condition)


def test_branches_of_several_parts_say_whether_one_or_all_must_hold():
    parts = (Answered("age", frozenset({"65_plus"})), Answered("focus", frozenset({"both"})))
    assert fhir._enabled(Count(2, parts))["enableBehavior"] == "all"
    assert fhir._enabled(Count(1, parts))["enableBehavior"] == "any"


@pytest.mark.django_db
def test_the_page_gives_what_the_command_prints(client):
    assert json.loads(client.get("/assessment/questions.json").content) == json.loads(printed())
    spanish = client.get("/es/assessment/questions.json")
    assert json.loads(spanish.content) == json.loads(printed("--language", "es"))
    assert spanish["Content-Type"] == "application/fhir+json"
    assert "no-store" not in spanish["Cache-Control"]
    assert not spanish.cookies


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(30))
def test_a_response_is_valid_and_fits_the_questionnaire(english, walker, seed):
    answers = random_answers(seed)
    walker.remember(answers, seen=frozenset(PROTOCOL.interrupts(answers)), asked_again=True)
    for question in PROTOCOL.questions:  # what was left open counts as "not sure", so that there is a result
        if question.id not in answers and question.allows_not_sure:
            answers = kept({**answers, question.id: ["not_sure"] if question.many else "not_sure"})
    walker.remember(answers, seen=frozenset({*PROTOCOL.interrupts(answers), "danger_unknown"}))
    sent = walker.get("/assessment/summary.json")
    assert sent.status_code == 200
    document = QuestionnaireResponse.model_validate_json(sent.content)
    assert document.questionnaire == f"{english.url}|{english.version}"
    options = {
        item.linkId: {
            (option.valueCoding.system, option.valueCoding.code) for option in item.answerOption or ()
        }
        for group in english.item
        for item in group.item
    }
    found = {}
    for group in document.item:
        for item in group.item:
            for answer in item.answer:
                if answer.valueCoding:
                    assert (answer.valueCoding.system, answer.valueCoding.code) in options[item.linkId]
                    found.setdefault(item.linkId, []).append(answer.valueCoding.code)
    level = found.pop(fhir.RESULT_LEVEL)
    assert level == [PROTOCOL.recommend(answers).level]
    assert found == {key: [one] if isinstance(one, str) else list(one) for key, one in answers.items()}


@pytest.mark.django_db
def test_a_response_names_nobody_and_tells_no_time(walker):
    document = json.loads(walker.get("/assessment/summary.json").content)
    assert not {"id", "identifier", "subject", "author", "source", "meta"} & set(document)
    assert len(document["authored"]) == len("2026-03-01")
    assert document["status"] == "completed"


@pytest.mark.django_db
def test_the_reasons_are_in_it_for_machine_and_eye(walker):
    document = json.loads(walker.get("/es/assessment/summary.json").content)
    with override("es"):
        reasons = [one.because for one in walker.get("/es/assessment/result/").context["page"].reasons]
    result = next(group for group in document["item"] if group["linkId"] == fhir.RESULT)
    assert [one["valueString"] for one in result["item"][1]["answer"]] == reasons
    assert document["text"]["div"].startswith('<div xmlns="http://www.w3.org/1999/xhtml">')


def test_every_level_has_a_name():
    assert set(LEVELS) <= set(titles())
