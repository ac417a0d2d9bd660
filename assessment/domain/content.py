"""Content files to a :class:`Protocol`, or a :class:`ContentError` that names file and line.

A version is a folder of TOML files. What they may say is closed: an unknown key, code or word is refused,
and so is every file that would break a promise of the protocol (see each function).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType

from assessment.domain import conditions
from assessment.domain.changes import Changeable
from assessment.domain.conditions import Condition, ConditionError, Vocabulary
from assessment.domain.needs import HIGHEST, Need, Step
from assessment.domain.protocol import Protocol
from assessment.domain.publication import Interrupt, Publication, Spoken, Stage
from assessment.domain.questionnaire import Question, Readings, Screen
from assessment.domain.rules import LEVELS, RANK, Ladder, Rule
from assessment.domain.source import ContentError, Entry, Source

__all__ = ["CONTENT", "CURRENT", "ContentError", "load", "read"]

CONTENT = Path(__file__).resolve().parent.parent / "content"
CURRENT = "iop-2026.1"
LANGUAGES = ("en", "es")


@cache
def load(version: str = CURRENT) -> Protocol:
    """The protocol of a published version (the current one unless told), read once per process."""
    return read(CONTENT / version)


def read(folder: Path) -> Protocol:
    """The protocol in ``folder``, whose name is its version."""
    asked = Source(folder / "questions.toml")
    questions, question_when = _questions(asked)
    by_id = {question.id: question for question in questions}
    screens, screen_when, stages = _path(Source(folder / "path.toml"), by_id)
    needs, facts = _needs(Source(folder / "needs.toml"), by_id)
    names = frozenset(need.id for need in needs)
    judged = Vocabulary(by_id, names, facts)
    rules, notes, changeable, under_13 = _rules(Source(folder / "rules.toml"), judged, needs)
    spoken = Source(folder / "advice.toml")
    spoken.only("advice", "support")
    spoken_words = Vocabulary(by_id, names, facts, conditions.SPEAKING)
    publication = Publication(
        version=folder.name,
        questions=questions,
        question_when=question_when,
        screens=screens,
        screen_when=screen_when,
        interrupts=_interrupts(Source(folder / "interrupts.toml"), Vocabulary(by_id)),
        needs=needs,
        rules=rules,
        changeable=changeable,
        stages=stages,
        advice=_spoken(spoken, "advice", spoken_words),
        supports=_spoken(spoken, "support", spoken_words),
        notes=notes,
        under_13=under_13,
        words=_words(folder, [*rules, *(note.note for note in notes if note.note), under_13]),
    )
    return Protocol(publication)


def _condition(entry: Entry, vocabulary: Vocabulary, key: str = "when") -> Condition | None:
    table = entry.optional(key, dict, None)
    if table is None:
        return None
    try:
        return vocabulary.parse(table)
    except ConditionError as error:
        entry.refuse(str(error), key, error.word)


def _once(entries: Sequence[Entry]) -> None:
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            entry.refuse("stands twice")
        seen.add(entry.id)


# ── questions.toml ──────────────────────────────────────────────────────────────────────────────────────


def _questions(source: Source) -> tuple[tuple[Question, ...], dict[str, Condition]]:
    """The questions, and when each is asked. Refused: a question with an order and without its readings."""
    source.only("question")
    entries = source.listed("question")
    _once(entries)
    questions = tuple(_question(entry) for entry in entries)
    routing = Vocabulary({question.id: question for question in questions}, words=conditions.ROUTING)
    when = {entry.id: _condition(entry, routing) for entry in entries}
    for entry in entries:
        entry.done()
    return questions, {name: condition for name, condition in when.items() if condition is not None}


def _question(entry: Entry) -> Question:
    name, many = entry.code("id"), entry.optional("many", bool, False)
    options, required = entry.codes("options"), entry.optional("required", bool, False)
    emergency = entry.codes("emergency", default=())
    entry.known("emergency", emergency, options)
    ranks = _ranks(entry, options)
    readings = _readings(entry, options, emergency, ranks)
    if many and (ranks or readings):
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
        matching_only=entry.optional("matching_only", bool, False),
    )


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


def _path(
    source: Source, questions: Mapping[str, Question]
) -> tuple[tuple[Screen, ...], dict[str, Condition], dict[str, Stage]]:
    """The screens, when each is shown, and the levels as stages. Each question stands on one screen."""
    source.only("screen", "stage")
    routing = Vocabulary(questions, words=conditions.ROUTING)
    entries = source.listed("screen")
    _once(entries)
    screens, when = [], {}
    for entry in entries:
        screens.append(_screen(entry, questions))
        condition = _condition(entry, routing)
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


# ── needs.toml ──────────────────────────────────────────────────────────────────────────────────────────


def _needs(
    source: Source, questions: Mapping[str, Question]
) -> tuple[tuple[Need, ...], dict[str, Condition]]:
    """The needs and the named facts. A fact may name the facts before it."""
    source.only("need", "fact")
    facts: dict[str, Condition] = {}
    for entry in source.listed("fact"):
        condition = _condition(entry, Vocabulary(questions, facts=facts))
        if condition is None or entry.code("id") in facts:
            entry.refuse("a fact needs its own id and a when")
        facts[entry.id] = condition
        entry.done()
    entries = source.listed("need")
    _once(entries)
    return tuple(_need(entry, questions, facts) for entry in entries), facts


def _need(entry: Entry, questions: Mapping[str, Question], facts: Mapping[str, Condition]) -> Need:
    steps = entry.optional("step", list, [])
    if not steps or not all(isinstance(step, dict) for step in steps):
        entry.refuse("has no steps", "step")
    need = Need(entry.code("id"), tuple(_step(entry, step, questions, facts) for step in steps))
    entry.text("source")
    entry.done()
    return need


def _step(
    need: Entry,
    table: Mapping[str, object],
    questions: Mapping[str, Question],
    facts: Mapping[str, Condition],
) -> Step:
    """One step. Refused: whatever could make the need smaller as an answer grows worse."""
    entry = Entry(need.source, "need", {"id": need.id, **table})
    entry.optional("id", str, "")
    verbs = [verb for verb in ("scale", "at_least", "more", "less") if verb in table]
    if len(verbs) != 1:
        entry.refuse(f"a step has one of scale, at_least, more, less; this one has {verbs}", *verbs[:1])
    verb = verbs[0]
    words = conditions.FALLING if verb == "less" else conditions.RISING
    when = _condition(entry, Vocabulary(questions, facts=None if verb == "less" else facts, words=words))
    if verb == "scale":
        step = Step(verb, question=entry.code("scale"), scale=_scale(entry, questions), when=when)
    else:
        amount = entry.optional(verb, int, 0)
        if when is None or not 1 <= amount <= HIGHEST:
            entry.refuse(f"{verb} needs a number from 1 to {HIGHEST} and a when", verb)
        step = Step(verb, amount, when=when)
    entry.done()
    return step


def _scale(entry: Entry, questions: Mapping[str, Question]) -> Mapping[str, int]:
    name, values = entry.code("scale"), entry.optional("values", dict, {})
    entry.known("scale", [name], list(questions))
    question = questions[name]
    entry.known("values", list(values), question.options)
    if set(values) != set(question.ranks):
        entry.refuse(f"values must give every option of {name} a number", "values")
    for code, number in values.items():
        if not isinstance(number, int) or not 0 <= number <= HIGHEST:
            entry.refuse(f"value {number!r} of {code} is not between 0 and {HIGHEST}", "values")
    ranks = question.ranks
    if any(values[a] > values[b] for a in values for b in values if ranks[a] < ranks[b]):
        entry.refuse(f"a worse answer to {name} has a smaller number", "values")
    return MappingProxyType(dict(values))


# ── rules.toml ──────────────────────────────────────────────────────────────────────────────────────────


def _rules(
    source: Source, vocabulary: Vocabulary, needs: tuple[Need, ...]
) -> tuple[tuple[Rule, ...], tuple[Spoken, ...], tuple[Changeable, ...], Rule]:
    """Rules, further reasons (notes), what may change, and what is said under 13.

    Refused: a rule without reason or source, a condition on the last rule, none on another, levels out of
    order, a rule that can never decide.
    """
    source.only("rule", "note", "change", "under_13")
    entries, notes = source.listed("rule"), source.listed("note")
    under_13 = Entry(source, "under_13", {"id": "under_13", **_table(source, "under_13")})
    _once([*entries, *notes, under_13])
    rules = tuple(_rule(entry, vocabulary, entry.code("level")) for entry in entries)
    for entry, rule, after in zip(entries, rules, [*rules[1:], None], strict=True):
        entry.known("level", [rule.level], LEVELS)
        if (rule.when is None) is not (after is None):
            entry.refuse("the last rule, and no other, stands without a condition", "when")
        if after is not None and RANK[after.level] > RANK[rule.level]:
            entry.refuse(f"{rule.level} stands before the more intensive {after.level}", "level")
        entry.done()
    many = frozenset(question.id for question in vocabulary.questions.values() if question.many)
    shadowed = Ladder(needs, rules, many).shadowed()
    if shadowed is not None:
        entries[rules.index(shadowed)].refuse("can never decide: earlier rules match whenever it does")
    changeable = tuple(_changeable(entry, vocabulary.questions) for entry in source.listed("change"))
    return (
        rules,
        tuple(_note(entry, vocabulary) for entry in notes),
        changeable,
        _rule(under_13, vocabulary, ""),
    )


def _table(source: Source, key: str) -> Mapping[str, object]:
    table = source.tables.get(key)
    if not isinstance(table, dict):
        source.refuse(f"needs a [{key}]", key)
    return table


def _rule(entry: Entry, vocabulary: Vocabulary, level: str) -> Rule:
    show = entry.codes("show", default=())
    entry.known("show", show, list(vocabulary.questions))
    when = _condition(entry, vocabulary)
    return Rule(entry.code("id"), level, entry.text("because"), entry.text("source"), when, show)


def _note(entry: Entry, vocabulary: Vocabulary) -> Spoken:
    rule = _rule(entry, vocabulary, "")
    if rule.when is None:
        entry.refuse("needs a when")
    note = Spoken(rule.id, rule.when, _levels(entry), rule)
    entry.done()
    return note


def _levels(entry: Entry) -> frozenset[str]:
    levels = entry.codes("levels", default=LEVELS)
    entry.known("levels", levels, LEVELS)
    return frozenset(levels)


def _changeable(entry: Entry, questions: Mapping[str, Question]) -> Changeable:
    name = entry.code("question")
    entry.known("question", [name], list(questions))
    question = questions[name]
    codes = entry.codes("codes", default=question.options)
    entry.known("codes", codes, question.options)
    if question.many or (not question.ranks and "codes" not in entry.table):
        entry.refuse(f"{name} has no order of worse: name the codes that call for less care", name)
    entry.done()
    return Changeable(question, codes)


# ── interrupts.toml, advice.toml, strings ───────────────────────────────────────────────────────────────


def _interrupts(source: Source, vocabulary: Vocabulary) -> tuple[Interrupt, ...]:
    source.only("interrupt")
    entries = source.listed("interrupt")
    _once(entries)
    return tuple(_interrupt(entry, vocabulary) for entry in entries)


def _interrupt(entry: Entry, vocabulary: Vocabulary) -> Interrupt:
    when = _condition(entry, vocabulary)
    if when is None:
        entry.refuse("needs a when")
    interrupt = Interrupt(entry.code("code"), when, entry.optional("may_go_on", bool, False))
    entry.done()
    return interrupt


def _spoken(source: Source, kind: str, vocabulary: Vocabulary) -> tuple[Spoken, ...]:
    entries = source.listed(kind)
    _once(entries)
    spoken = []
    for entry in entries:
        when = _condition(entry, vocabulary)
        if when is None:
            entry.refuse("needs a when")
        spoken.append(Spoken(entry.code("code"), when, _levels(entry)))
        entry.text("source")
        entry.done()
    return tuple(spoken)


def _words(folder: Path, rules: Sequence[Rule]) -> Mapping[str, Mapping[str, object]]:
    """The strings of each language. English reasons stand beside their rules, so that they are said once."""
    words = {language: Source(folder / f"strings.{language}.toml").tables for language in LANGUAGES}
    words["en"]["because"] = {rule.id: rule.because for rule in rules}
    return MappingProxyType(words)
