"""The questions and a person's answers in HL7 FHIR R4B, for the computer of a clinic.

`questionnaire` is the same for everyone: every question, its codes, and when it is asked. `response` holds
one person's answers, the level and the reasons. Plain dicts, made of the standard library; the tests have
them checked by `fhir.resources`. No name, no identifier, no address: whoever files it adds these.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from html import escape
from uuid import UUID, uuid5

from assessment.answers import NOT_SURE, Given
from assessment.domain import LEVELS, Answers, Protocol, Question, Screen, Words
from assessment.domain.conditions import Answered, Condition, Count
from assessment.sheet import Sheet

Json = dict[str, object]

SPACE = UUID("6f0c1c1e-6f1b-4b43-9d7e-4a4f5a1d0b9c")
"""Names below are drawn from this one, so that every installation uses the same."""
RESULT = "result"
RESULT_LEVEL = "result.level"
RESULT_REASON = "result.reason"


class NotExpressibleError(ValueError):
    """A condition of the protocol that FHIR's enableWhen cannot say."""


def canonical(protocol: Protocol) -> str:
    """The name of this version of the questionnaire."""
    return uuid5(SPACE, f"questionnaire {protocol.version}").urn


def system(question: str) -> str:
    """The code system of one question's answers: the same code may mean another thing elsewhere."""
    return uuid5(SPACE, f"answers {question}").urn


def questionnaire(protocol: Protocol, words: Words, titles: Mapping[str, str]) -> Json:
    """The Questionnaire. `titles` has our own words: title, result, level, reasons, and each level's name."""
    items = [_group(protocol, words, screen) for screen in protocol.screens]
    return {
        "resourceType": "Questionnaire",
        "id": uuid5(SPACE, f"questionnaire {protocol.version}").hex,
        "language": words.language,
        "url": canonical(protocol),
        "version": protocol.version,
        "name": "LevelOfCareSelfAssessment",
        "title": titles["title"],
        "status": "draft",  # provisional until a clinical lead has signed it off
        "subjectType": ["Patient"],
        "item": [*items, _result_group(titles)],
    }


def _group(protocol: Protocol, words: Words, screen: Screen) -> Json:
    publication = protocol.publication
    questions = [
        _item(protocol.question(name), words, publication.question_when.get(name))
        for name in screen.questions
    ]
    group: Json = {"linkId": f"screen.{screen.id}", "type": "group", "text": words.section(screen.section)}
    return group | _enabled(publication.screen_when.get(screen.id)) | {"item": questions}


def _item(question: Question, words: Words, when: Condition | None) -> Json:
    codes = (*question.options, *([NOT_SURE] if question.allows_not_sure else []))
    item: Json = {
        "linkId": question.id,
        "text": words.question(question.id).text,
        "type": "choice",
        "required": question.required,
        "repeats": question.many,
        "answerOption": [{"valueCoding": _coding(question.id, code, words)} for code in codes],
    }
    return item | _enabled(when)


def _coding(question: str, code: str, words: Words | None = None) -> Json:
    coding: Json = {"system": system(question), "code": code}
    if words is not None:
        coding["display"] = words.question(question).options[code].label
    return coding


def _enabled(when: Condition | None) -> Json:
    """The condition as enableWhen. An answer nobody gave never disables: "!=" holds without an answer."""
    if when is None:
        return {}
    behavior, terms = _terms(when)
    enabled: Json = {"enableWhen": terms}
    return enabled | ({"enableBehavior": behavior} if len(terms) > 1 else {})


def _terms(when: Condition) -> tuple[str, list[Json]]:
    if isinstance(when, Answered) and not when.unknown:
        operator = "!=" if when.inverted else "="
        terms: list[Json] = [
            {"question": when.question, "operator": operator, "answerCoding": _coding(when.question, code)}
            for code in sorted(when.codes)
        ]
        return ("all" if when.inverted else "any"), terms
    if isinstance(when, Count) and when.least in (1, len(when.parts)):
        parts = [_terms(part)[1] for part in when.parts]
        if all(len(terms) == 1 for terms in parts):
            return ("any" if when.least == 1 else "all"), [terms[0] for terms in parts]
    raise NotExpressibleError(f"no enableWhen says {when!r}")


def _result_group(titles: Mapping[str, str]) -> Json:
    """What the site worked out: shown, never asked."""
    options = [{"valueCoding": _coding(RESULT_LEVEL, level) | {"display": titles[level]}} for level in LEVELS]
    level = {"linkId": RESULT_LEVEL, "text": titles["level"], "type": "choice", "readOnly": True}
    reason = {"linkId": RESULT_REASON, "text": titles["reasons"], "type": "string", "readOnly": True}
    return {
        "linkId": RESULT,
        "text": titles["result"],
        "type": "group",
        "readOnly": True,
        "item": [level | {"answerOption": options}, reason | {"repeats": True}],
    }


def response(
    protocol: Protocol, words: Words, answers: Answers, sheet: Sheet, titles: Mapping[str, str], today: date
) -> Json:
    """The QuestionnaireResponse: what was asked and answered, the level, the reasons. A date, no time."""
    groups = [
        group for screen in protocol.path(answers) if (group := _answered(protocol, words, screen, answers))
    ]
    return {
        "resourceType": "QuestionnaireResponse",
        "language": words.language,
        "text": {"status": "additional", "div": _narrative(sheet)},
        "questionnaire": f"{canonical(protocol)}|{protocol.version}",
        "status": "completed",
        "authored": today.isoformat(),
        "item": [*groups, _result(sheet, titles)],
    }


def _answered(protocol: Protocol, words: Words, screen: Screen, answers: Answers) -> Json | None:
    items = [
        {
            "linkId": question.id,
            "text": words.question(question.id).text,
            "answer": [
                {"valueCoding": _coding(question.id, code, words)} for code in _codes(answers[question.id])
            ],
        }
        for question in protocol.asked(screen, answers)
        if question.id in answers
    ]
    if not items:
        return None
    return {"linkId": f"screen.{screen.id}", "text": words.section(screen.section), "item": items}


def _codes(given: Given) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given


def _result(sheet: Sheet, titles: Mapping[str, str]) -> Json:
    level = str(sheet.result.level)
    coding = _coding(RESULT_LEVEL, level) | {"display": titles[level]}
    reasons = [{"valueString": reason.because} for reason in sheet.result.reasons]
    items: list[Json] = [
        {"linkId": RESULT_LEVEL, "text": titles["level"], "answer": [{"valueCoding": coding}]}
    ]
    if reasons:
        items.append({"linkId": RESULT_REASON, "text": titles["reasons"], "answer": reasons})
    return {"linkId": RESULT, "text": titles["result"], "item": items}


def _narrative(sheet: Sheet) -> str:
    """The result for a reader's eye, as XHTML."""
    lines = "".join(f"<li>{escape(str(line))}</li>" for line in _lines(sheet))
    verdict = escape(str(sheet.result.verdict))
    return f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{verdict}</p><ul>{lines}</ul></div>'


def _lines(sheet: Sheet) -> Iterator[str]:
    for reason in sheet.result.reasons:
        yield reason.because
