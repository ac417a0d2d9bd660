"""The clinical domain: answers in, a level of care and its reasons out. Pure standard library.

>>> protocol = load()
>>> answers = protocol.check({"who": "me", "age": "26_64", "focus": "substance"})
>>> protocol.recommend(answers).level
'iop'
"""

from assessment.domain.changes import Change
from assessment.domain.content import load, read, versions
from assessment.domain.protocol import Point, Protocol, Reason, Recommendation
from assessment.domain.publication import Interrupt, Stage
from assessment.domain.questionnaire import NOT_SURE, Answer, AnswerError, Answers, Question, Screen
from assessment.domain.review import Review
from assessment.domain.rules import LEVELS, Rule
from assessment.domain.source import ContentError
from assessment.domain.words import OptionWords, QuestionWords, Words

__all__ = [
    "LEVELS",
    "NOT_SURE",
    "Answer",
    "AnswerError",
    "Answers",
    "Change",
    "ContentError",
    "Interrupt",
    "OptionWords",
    "Point",
    "Protocol",
    "Question",
    "QuestionWords",
    "Reason",
    "Recommendation",
    "Review",
    "Rule",
    "Screen",
    "Stage",
    "Words",
    "load",
    "read",
    "versions",
]
