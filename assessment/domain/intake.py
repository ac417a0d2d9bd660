"""questions.toml and path.toml: the questions, the screens they stand on, and the levels as stages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from assessment.domain import conditions
from assessment.domain.conditions import Condition, ConditionError, Vocabulary
from assessment.domain.publication import Stage
from assessment.domain.questionnaire import Question, Readings, Screen
from assessment.domain.rules import LEVELS
from assessment.domain.source import Entry, Source


def condition_of(entry: Entry, vocabulary: Vocabulary, key: str = "when") -> Condition | None:
    table = entry.optional(key, dict, None)
    if table is None:
        return None
    try:
        return vocabulary.parse(table)
    except ConditionError as error:
        entry.refuse(str(error), key, error.word)


def once(entries: Sequence[Entry]) -> None:
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            entry.refuse("stands twice")
        seen.add(entry.id)


# ── questions.toml ──────────────────────────────────────────────────────────────────────────────────────


def questions_of(source: Source) -> tuple[tuple[Question, ...], dict[str, Condition]]:
    """The questions, and when each is asked. Refused: a question with an order and without its readings."""
    source.only("question")
    entries = source.listed("question")
    once(entries)
    questions = tuple(_question(entry) for entry in entries)
    routing = Vocabulary({question.id: question for question in questions}, words=conditions.ROUTING)
    when = {entry.id: condition_of(entry, routing) for entry in entries}
    for entry in entries:
        entry.done()
    return questions, {name: condition for name, condition in when.items() if condition is not None}


def _question(entry: Entry) -> Question:
    name, many = entry.code("id"), entry.optional("many", bool, False)
    options, required = entry.codes("options"), entry.optional("required", bool, False)
    emergency = entry.codes("emergency", default=())
    entry.known("emergency", emergency, options)
    matching = entry.codes("matching", default=())
    entry.known("matching", matching, options)
    ranks = _ranks(entry, options)
    readings = _readings(entry, options, emergency, ranks)
    if many and ranks:
        entry.refuse("a question that takes several codes has no order and no readings", "worse")
    return Question(
        id=name,
        section=entry.code("section"),
        many=many,
        options=options,
        required=required,
        allows_not_sure=not required,
        readings=readings,
        ranks=MappingProxyType(ranks),
        emergency=frozenset(emergency),
        matching=frozenset(matching),
        guessed=_guessed(entry, ranks),
    )


def _guessed(entry: Entry, ranks: Mapping[str, int]) -> bool:
    guessed = entry.optional("guessed", bool, False)
    if guessed and not ranks:
        entry.refuse("what is guessed may be a step off, and this question has no order of worse", "guessed")
    return guessed


def _ranks(entry: Entry, options: tuple[str, ...]) -> dict[str, int]:
    """``worse`` lists the options from best to worst; a list inside it holds options without order."""
    steps = entry.optional("worse", list, [])
    ranks = {
        code: rank for rank, step in enumerate(steps) for code in (step if isinstance(step, list) else [step])
    }
    entry.known("worse", tuple(ranks), options)
    if ranks and set(ranks) != set(options):
        entry.refuse(f"worse leaves out {sorted(set(options) - set(ranks))}", "worse")
    return ranks


def _readings(
    entry: Entry, options: tuple[str, ...], emergency: tuple[str, ...], ranks: Mapping[str, int]
) -> Readings | None:
    """Low, central and high. Required where there is an order, unless the file says ``unread = true``."""
    table = entry.optional("readings", dict, None)
    unread = entry.optional("unread", bool, False)
    if table is None:
        if ranks and not unread:
            entry.refuse("has an order of worse and no readings", "worse")
        return None
    if not ranks:
        entry.refuse("readings need an order of worse", "readings")
    if unread or set(table) != {"low", "central", "high"}:
        entry.refuse("readings must be low, central and high", "readings")
    entry.known("readings", list(table.values()), options)
    low, central, high = table["low"], table["central"], table["high"]
    mild = [ranks[code] for code in ranks if code not in emergency]
    if [ranks[low], ranks[high]] != [min(mild), max(mild)] or not ranks[low] <= ranks[central] <= ranks[high]:
        entry.refuse(
            "readings must run from the least to the most serious option (emergencies apart)", "readings"
        )
    return Readings(low, central, high)


# ── path.toml ───────────────────────────────────────────────────────────────────────────────────────────


def path_of(
    source: Source, questions: Mapping[str, Question]
) -> tuple[tuple[Screen, ...], dict[str, Condition], dict[str, Stage]]:
    """The screens, when each is shown, and the levels as stages. Each question stands on one screen."""
    source.only("screen", "stage")
    routing = Vocabulary(questions, words=conditions.ROUTING)
    entries = source.listed("screen")
    once(entries)
    screens, when = [], {}
    for entry in entries:
        screens.append(_screen(entry, questions))
        condition = condition_of(entry, routing)
        if condition is not None:
            when[entry.id] = condition
        entry.done()
    placed = [name for screen in screens for name in screen.questions]
    for name in questions:
        if placed.count(name) != 1:
            source.refuse(f"question {name} stands on {placed.count(name)} screens, not on one", name)
    stages = {entry.id: _stage(entry) for entry in source.listed("stage")}
    for level in LEVELS:
        if level not in stages:
            source.refuse(f"no [[stage]] for level {level}", "stage")
    return tuple(screens), when, stages


def _screen(entry: Entry, questions: Mapping[str, Question]) -> Screen:
    names = entry.codes("questions")
    entry.known("questions", names, list(questions))
    if not names:
        entry.refuse("has no questions", "questions")
    return Screen(entry.code("id"), entry.code("section"), names)


def _stage(entry: Entry) -> Stage:
    level, then = entry.code("code"), entry.codes("then")
    entry.known("code", [level], LEVELS)
    entry.known("then", then, LEVELS)
    stage = Stage(
        level=level,
        hours=_span(entry, "hours"),
        teen_hours=_span(entry, "teen_hours") if "teen_hours" in entry.table else _span(entry, "hours"),
        weeks=_span(entry, "weeks"),
        then=then,
        source=entry.text("source"),
    )
    entry.done()
    return stage


def _span(entry: Entry, key: str) -> tuple[float | None, float | None]:
    """A table with low, high, both or neither, as numbers."""
    table = entry.optional(key, dict, {})
    low, high = table.get("low"), table.get("high")
    for value in (low, high):
        if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float))):
            entry.refuse(f"{key} must hold numbers", key)
    if not set(table) <= {"low", "high"} or (low is not None and high is not None and low > high):
        entry.refuse(f"{key} must be low and high", key)
    return low, high
