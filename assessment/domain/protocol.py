"""The protocol: questions, path, needs, rules and words of one published version, and what they recommend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessment.domain import questionnaire
from assessment.domain.changes import Change, Changes
from assessment.domain.conditions import Test, Value, Values, need_key, test_of
from assessment.domain.path import Path, Read
from assessment.domain.publication import Publication, Spoken
from assessment.domain.questionnaire import NONE, Answer, Answers, Question, Screen
from assessment.domain.readings import CENTRAL, Readings
from assessment.domain.rules import LEVELS, RANK, Ladder, Rule, State
from assessment.domain.words import Words

UNDER_13 = "under_13"
SOMEONE_ELSE = "someone_else"

FIT = {
    "outpatient": "less_may_do",
    "php": "more_care_first",
    "residential": "more_care_first",
    "detox": "more_care_first",
    "emergency": "not_now",
}
FITS = ("good", "with_support", *dict.fromkeys(FIT.values()))
"""Codes of the answers to "is an IOP right?"."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: the rule that matched, in one sentence, its source, and the person's own answers behind it."""

    rule: str
    because: str
    source: str
    answers: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Point:
    """Something that counts for or against, or a trade-off: its words are found by ``code``.

    ``next_best`` is the level to look at when the one that fits cannot be had (trade-offs alone), or None.
    """

    code: str
    source: str
    next_best: str | None = None


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The result for one set of answers: the contract of ``manage.py assess`` (:meth:`as_dict`).

    ``level`` is None (and ``range`` empty) under 13. Beside the contract: ``path`` is the likely course, this
    level first; ``call_now`` lists (question, code) that alone would mean an emergency and were left open;
    ``narrowing`` the open questions whose answer could narrow the range, the most telling first;
    ``observer_range`` the range that admits what someone else can only guess (the same as ``range`` when the
    person answered). ``tradeoffs`` say where what fits and what is possible disagree; ``benefits`` and
    ``downsides`` of an IOP are those that what was said calls for: an open question calls for none.
    """

    protocol: str
    level: str | None
    then: tuple[str, ...]
    range: tuple[str, ...]
    iop_fit: str | None
    interrupt: tuple[str, ...]
    needs: Mapping[str, int]
    reasons: tuple[Reason, ...]
    would_change: tuple[Change, ...]
    advice: tuple[str, ...]
    supports: tuple[str, ...]
    unknown: tuple[str, ...]
    path: tuple[str, ...] = ()
    call_now: tuple[tuple[str, str], ...] = ()
    narrowing: tuple[str, ...] = ()
    observer_range: tuple[str, ...] = ()
    tradeoffs: tuple[Point, ...] = ()
    benefits: tuple[Point, ...] = ()
    downsides: tuple[Point, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """Plain dicts, lists, strings and numbers, ready for JSON, in the order of the contract."""
        return {
            "protocol": self.protocol,
            "level": self.level,
            "then": list(self.then),
            "range": list(self.range),
            "iop_fit": self.iop_fit,
            "interrupt": list(self.interrupt),
            "needs": dict(self.needs),
            "reasons": [
                {
                    "rule": reason.rule,
                    "because": reason.because,
                    "source": reason.source,
                    "answers": {
                        name: answer if isinstance(answer, str) else list(answer)
                        for name, answer in reason.answers.items()
                    },
                }
                for reason in self.reasons
            ],
            "would_change": [
                {"answers": dict(change.answers), "level": change.level, "supports": list(change.supports)}
                for change in self.would_change
            ],
            "advice": list(self.advice),
            "supports": list(self.supports),
            "unknown": list(self.unknown),
        }


class Protocol:
    """One published version. Made by :func:`assessment.domain.content.load`; immutable; safe to share."""

    def __init__(self, publication: Publication) -> None:
        self.version = publication.version
        self.questions = publication.questions
        self.screens = publication.screens
        self.stages = publication.stages
        self.review = publication.review
        self.publication = publication
        self._by_id = {question.id: question for question in publication.questions}
        self._many = frozenset(question.id for question in publication.questions if question.many)
        self._path = Path(publication)
        self._ladder = Ladder(publication.needs, publication.rules, self._many)
        self._changes = Changes(self._ladder, publication.changeable)
        self._advice = self._compiled(publication.advice)
        self._supports = self._compiled(publication.supports)
        self._notes = self._compiled(publication.notes)
        self._weighing = [
            self._compiled(items)
            for items in (publication.tradeoffs, publication.benefits, publication.downsides)
        ]
        self._readings = Readings(publication.questions, self._ladder)

    def __repr__(self) -> str:
        return f"Protocol({self.version!r})"

    def question(self, name: str) -> Question:
        """The question with this id; KeyError if there is none."""
        return self._by_id[name]

    def check(self, raw: Mapping[str, object]) -> Answers:
        """The whole set of answers in ``raw``, or :class:`AnswerError` naming question and code."""
        return questionnaire.check(self._by_id, raw)

    def partial(self, raw: Mapping[str, object]) -> Answers:
        """As :meth:`check`, for a set still being given: required questions may be missing."""
        return questionnaire.check(self._by_id, raw, whole=False)

    def path(self, answers: Mapping[str, Answer]) -> tuple[Screen, ...]:
        """The screens that apply to a person with these answers, in order. A part of a set will do."""
        return self._path.screens(answers)

    def asked(self, screen: Screen, answers: Mapping[str, Answer]) -> tuple[Question, ...]:
        """The questions of ``screen`` that apply to a person with these answers, in order."""
        return self._path.asked(screen, answers)

    def prune(self, answers: Mapping[str, Answer]) -> Answers:
        """The answers without those to questions off the path."""
        return self._path.prune(answers)

    def interrupts(self, answers: Mapping[str, Answer]) -> tuple[str, ...]:
        """Codes of the interrupts called for, in the order of the table. A part of a set will do."""
        return self._path.interrupts(answers)

    def may_go_on(self, code: str) -> bool:
        """Whether a person may go on from this interrupt without first saying they are safe."""
        return next(item.may_go_on for item in self.publication.interrupts if item.code == code)

    def words(self, language: str, observer: bool = False) -> Words:
        """The wording in a language, for the person or (``observer``) for someone answering about them."""
        return Words(self.publication.words, language, observer)

    def recommend(self, answers: Mapping[str, Answer]) -> Recommendation:
        """The recommendation for a whole set of answers (AnswerError if a required one is missing)."""
        if not isinstance(answers, Answers):
            answers = self.check(answers)
        questionnaire.require(self.questions, answers)
        read = self._path.read(answers)
        values = self._readings.values(read, CENTRAL)
        state = self._ladder.state(values)
        level = None if answers["age"] == UNDER_13 else LEVELS[self._ladder.level(state)]
        values = values | self._needs(state)
        supports = self._supports_of(values, state, level)
        then = self._then(read, state, level)
        unknown = self._unknown(read, answers)
        said = self._readings.said(read) | self._needs(state)
        tradeoffs, benefits, downsides = (_points(items, said, level) for items in self._weighing)
        return Recommendation(
            protocol=self.version,
            level=level,
            then=then,
            range=self._readings.range(read) if level else (),
            iop_fit=_fit(level, supports),
            interrupt=self.interrupts(answers),
            needs={need.id: number for need, number in zip(self.publication.needs, state, strict=False)},
            reasons=self._reasons(answers, read, values, state, level),
            would_change=self._would_change(values, state, read, level),
            advice=_spoken(self._advice, values, level),
            supports=supports,
            unknown=unknown,
            path=self._stages(level, then),
            call_now=self._call_now(unknown),
            narrowing=self._readings.narrowing(read) if level else (),
            observer_range=self._observer_range(answers, read, level),
            tradeoffs=tradeoffs,
            benefits=benefits,
            downsides=downsides,
        )

    def level(self, answers: Answers) -> str | None:
        """Only the level: what :meth:`recommend` gives, without reasons, range or changes."""
        if answers["age"] == UNDER_13:
            return None
        return LEVELS[
            self._ladder.level(self._ladder.state(self._readings.values(self._path.read(answers), CENTRAL)))
        ]

    def _compiled(self, items: Sequence[Spoken]) -> list[tuple[Spoken, Test]]:
        return [(item, test_of(item.when, self._many)) for item in items]

    def _needs(self, state: State) -> dict[str, Value]:
        return {
            need_key(need.id): number for need, number in zip(self.publication.needs, state, strict=False)
        }

    def _then(self, read: Read, state: State, level: str | None) -> tuple[str, ...]:
        """What usually follows; after detox and an emergency, what the other needs or answers call for."""
        if level is None:
            return ()
        if level == "detox":
            return (LEVELS[self._ladder.level(state, RANK["detox"])],)
        if level != "emergency":
            return self.stages[level].then
        calmer = self._without_emergency(read)
        return (LEVELS[self._ladder.level(self._ladder.state(self._readings.values(calmer, CENTRAL)))],)

    def _without_emergency(self, read: Read) -> Read:
        """The same answers without those that alone mean an emergency: these become unknown."""
        known: dict[str, Value] = {}
        for name, value in read.known.items():
            emergency = self._by_id[name].emergency
            kept = value - emergency if isinstance(value, frozenset) else value
            if kept and kept not in emergency:
                known[name] = kept
        gone = [name for name in read.known if name not in known]
        return Read(known, (*read.unknown, *(name for name in gone if name not in read.aside)), read.aside)

    def _stages(self, level: str | None, then: tuple[str, ...]) -> tuple[str, ...]:
        """The likely course: this level, what follows it, and so on down to outpatient."""
        course: list[str] = []
        following = then[0] if then else None
        while level is not None:
            course.append(level)
            level, after = following, self.stages[following].then if following else ()
            following = after[0] if after else None
        return tuple(course)

    def _supports_of(self, values: Values, state: State, level: str | None) -> tuple[str, ...]:
        return _spoken(self._supports, {**values, **self._needs(state)}, level)

    def _would_change(
        self, values: Values, state: State, read: Read, level: str | None
    ) -> tuple[Change, ...]:
        if level is None or level == "emergency":
            return ()
        return self._changes.find(values, state, read.aside, self._supports_of)

    def _reasons(
        self, answers: Answers, read: Read, values: Values, state: State, level: str | None
    ) -> tuple[Reason, ...]:
        if level is None:
            rule = self.publication.under_13
            return (Reason(rule.id, rule.because, rule.source, {"age": UNDER_13}),)
        reasons = []
        for rule in self._ladder.matching(state, level):
            names = [*self._ladder.evidence(rule, state), *rule.show]
            reasons.append(self._reason(rule, answers, read, names))
        for item, test in self._notes:
            if level in item.levels and test(values) and item.note:
                reasons.append(self._reason(item.note, answers, read, item.note.show))
        return tuple(reasons)

    def _reason(self, rule: Rule, answers: Answers, read: Read, names: Sequence[str]) -> Reason:
        shown = [
            name for name in dict.fromkeys(names) if name in read.known and self._matters(rule, read, name)
        ]
        return Reason(rule.id, rule.because, rule.source, {name: answers[name] for name in shown})

    def _matters(self, rule: Rule, read: Read, name: str) -> bool:
        """An answer is quoted when it is worse than the best one, or when the rule itself asks to show it."""
        if name in rule.show:
            return True
        question, value = self._by_id[name], read.known[name]
        if question.many:
            return value != frozenset({NONE})
        return question.ranks.get(str(value), 0) > 0

    def _unknown(self, read: Read, answers: Answers) -> tuple[str, ...]:
        asked = self._path.all_asked(answers)
        return tuple(name for name in read.unknown if name in asked)

    def _observer_range(self, answers: Answers, read: Read, level: str | None) -> tuple[str, ...]:
        if level is None:
            return ()
        seen_by_another = answers["who"] == SOMEONE_ELSE
        return self._readings.observer_range(read) if seen_by_another else self._readings.range(read)

    def _call_now(self, unknown: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """What the range leaves out: the emergencies among the open questions."""
        open_ = [self._by_id[name] for name in unknown]
        return tuple((one.id, code) for one in open_ for code in one.options if code in one.emergency)


def _spoken(items: Sequence[tuple[Spoken, Test]], values: Values, level: str | None) -> tuple[str, ...]:
    """Codes of what is said for these values at this level; with no level, what is said at any."""
    return tuple(
        item.code
        for item, test in items
        if (level in item.levels or (level is None and item.always)) and test(values)
    )


def _points(items: Sequence[tuple[Spoken, Test]], said: Values, level: str | None) -> tuple[Point, ...]:
    """The points that apply at this level to someone who said this."""
    return tuple(
        Point(item.code, item.source, item.next_best)
        for item, test in items
        if level in item.levels and test(said)
    )


def _fit(level: str | None, supports: tuple[str, ...]) -> str | None:
    """The answer to "is an IOP right for me?"."""
    if level == "iop":
        return "with_support" if supports else "good"
    return None if level is None else FIT[level]
