"""Content files to a :class:`Protocol`, or a :class:`ContentError` that names file and line.

A version is a folder of TOML files. What they may say is closed: an unknown key, code or word is refused,
and so is every file that would break a promise of the protocol (see each function).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType

from assessment.domain import conditions
from assessment.domain.changes import Changeable
from assessment.domain.conditions import Condition, Vocabulary
from assessment.domain.intake import condition_of, once, path_of, questions_of
from assessment.domain.needs import HIGHEST, Need, Step
from assessment.domain.protocol import FITS, Protocol
from assessment.domain.publication import Interrupt, Publication, Spoken
from assessment.domain.questionnaire import NOT_SURE, Question
from assessment.domain.review import review_of
from assessment.domain.rules import LEVELS, RANK, Ladder, Rule
from assessment.domain.source import ContentError, Entry, Source
from assessment.domain.words import FALLBACK

__all__ = ["CONTENT", "CURRENT", "ContentError", "load", "read", "versions"]

CONTENT = Path(__file__).resolve().parent.parent / "content"
CURRENT = "iop-2026.1"
LANGUAGES = (FALLBACK, "es")


@cache
def load(version: str = CURRENT) -> Protocol:
    """The protocol of a published version (the current one unless told), read once per process."""
    return read(CONTENT / version)


def versions() -> tuple[str, ...]:
    """Every version there is, old ones included: results given under them can be explained again."""
    return tuple(sorted(path.parent.name for path in CONTENT.glob("*/questions.toml")))


def read(folder: Path) -> Protocol:
    """The protocol in ``folder``, whose name is its version."""
    review = review_of(folder)
    asked = Source(folder / "questions.toml")
    questions, question_when = questions_of(asked)
    by_id = {question.id: question for question in questions}
    screens, screen_when, stages = path_of(Source(folder / "path.toml"), by_id)
    needs, facts = _needs(Source(folder / "needs.toml"), by_id)
    names = frozenset(need.id for need in needs)
    judged = Vocabulary(by_id, names, facts)
    rules, notes, changeable, under_13 = _rules(Source(folder / "rules.toml"), judged, needs)
    spoken = Source(folder / "advice.toml")
    spoken.only("advice", "support")
    weighed = Source(folder / "weighing.toml")
    weighed.only("tradeoff", "benefit", "downside")
    spoken_words = Vocabulary(by_id, names, facts, conditions.SPEAKING)
    publication = Publication(
        version=folder.name,
        questions=questions,
        question_when=question_when,
        screens=screens,
        screen_when=screen_when,
        interrupts=_interrupts(Source(folder / "interrupts.toml"), Vocabulary(by_id)),
        facts=MappingProxyType(facts),
        needs=needs,
        rules=rules,
        changeable=changeable,
        stages=stages,
        advice=_spoken(spoken, "advice", spoken_words),
        supports=_spoken(spoken, "support", spoken_words),
        tradeoffs=_spoken(weighed, "tradeoff", spoken_words),
        benefits=_spoken(weighed, "benefit", spoken_words),
        downsides=_spoken(weighed, "downside", spoken_words),
        notes=notes,
        under_13=under_13,
        words=_words(folder, [*rules, *(note.note for note in notes if note.note), under_13]),
        review=review,
    )
    protocol = Protocol(publication)
    _say_everything(protocol, _strings(folder, FALLBACK))
    for language, words in publication.words.items():
        _say_it_all(_strings(folder, language), publication.words[FALLBACK], words)
    return protocol


# ── needs.toml ──────────────────────────────────────────────────────────────────────────────────────────


def _needs(
    source: Source, questions: Mapping[str, Question]
) -> tuple[tuple[Need, ...], dict[str, Condition]]:
    """The needs and the named facts. A fact may name the facts before it."""
    source.only("need", "fact")
    facts: dict[str, Condition] = {}
    for entry in source.listed("fact"):
        condition = condition_of(entry, Vocabulary(questions, facts=facts))
        if condition is None or entry.code("id") in facts:
            entry.refuse("a fact needs its own id and a when")
        facts[entry.id] = condition
        entry.done()
    entries = source.listed("need")
    once(entries)
    return tuple(_need(entry, questions, facts) for entry in entries), facts


def _need(entry: Entry, questions: Mapping[str, Question], facts: Mapping[str, Condition]) -> Need:
    steps = entry.optional("step", list, [])
    if not steps or not all(isinstance(step, dict) for step in steps):
        entry.refuse("has no steps", "step")
    made = tuple(_step(entry, step, questions, facts) for step in steps)
    need = Need(entry.code("id"), made, entry.text("source"))
    entry.done()
    return need


def _step(
    need: Entry,
    table: Mapping[str, object],
    questions: Mapping[str, Question],
    facts: Mapping[str, Condition],
) -> Step:
    """One step. Refused: whatever could make the need smaller as an answer grows worse."""
    scale = table.get("scale")
    entry = Entry(need.source, "need", {"id": need.id, **table}, (scale,) if isinstance(scale, str) else ())
    entry.optional("id", str, "")
    verbs = [verb for verb in ("scale", "at_least", "more", "less") if verb in table]
    if len(verbs) != 1:
        entry.refuse(f"a step has one of scale, at_least, more, less; this one has {verbs}", *verbs[:1])
    verb = verbs[0]
    words = conditions.FALLING if verb == "less" else conditions.RISING
    when = condition_of(entry, Vocabulary(questions, facts=None if verb == "less" else facts, words=words))
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
    once([*entries, *notes, under_13])
    rules = tuple(_rule(entry, vocabulary, entry.code("level")) for entry in entries)
    for entry, rule in zip(entries, rules, strict=True):
        entry.known("level", [rule.level], LEVELS)
    for entry, rule, after in zip(entries, rules, [*rules[1:], None], strict=True):
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
    when = condition_of(entry, vocabulary)
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


# ── interrupts.toml, advice.toml, weighing.toml, strings ────────────────────────────────────────────────


def _interrupts(source: Source, vocabulary: Vocabulary) -> tuple[Interrupt, ...]:
    source.only("interrupt")
    entries = source.listed("interrupt")
    once(entries)
    return tuple(_interrupt(entry, vocabulary) for entry in entries)


def _interrupt(entry: Entry, vocabulary: Vocabulary) -> Interrupt:
    when = condition_of(entry, vocabulary)
    if when is None:
        entry.refuse("needs a when")
    interrupt = Interrupt(entry.code("code"), when, entry.optional("may_go_on", bool, False))
    entry.done()
    return interrupt


def _spoken(source: Source, kind: str, vocabulary: Vocabulary) -> tuple[Spoken, ...]:
    entries = source.listed(kind)
    once(entries)
    spoken = []
    for entry in entries:
        when = condition_of(entry, vocabulary)
        if when is None:
            entry.refuse("needs a when")
        spoken.append(
            Spoken(
                entry.code("code"),
                when,
                _levels(entry),
                source=entry.text("source"),
                next_best=_next_best(entry) if kind == "tradeoff" else None,
            )
        )
        entry.done()
    return tuple(spoken)


def _next_best(entry: Entry) -> str | None:
    level = entry.optional("next_best", str, None)
    if level is not None:
        entry.known("next_best", [level], LEVELS)
    return level


def _say_everything(protocol: Protocol, source: Source) -> None:
    """Refuse strings that lack a text: better no start than a page that fails on the one who needs it."""
    publication = protocol.publication
    for words in (protocol.words(FALLBACK), protocol.words(FALLBACK, observer=True)):
        lookups: list[tuple[Callable[[str], object], Iterable[str]]] = [
            (words.question, [question.id for question in protocol.questions]),
            (words.section, [screen.section for screen in protocol.screens]),
            (words.need, [need.id for need in publication.needs]),
            (words.interrupt, [item.code for item in publication.interrupts]),
            (words.advice, [item.code for item in publication.advice]),
            (words.support, [item.code for item in publication.supports]),
            (words.tradeoff, [item.code for item in publication.tradeoffs]),
            (words.benefit, [item.code for item in publication.benefits]),
            (words.downside, [item.code for item in publication.downsides]),
            (words.fit, FITS),
            (words.stage, LEVELS),
        ]
        for look_up, names in lookups:
            for name in names:
                try:
                    look_up(name)
                except KeyError as error:
                    raise _silent(source, str(error.args[0]).split(".")) from error
        for question in protocol.questions:
            if set(words.question(question.id).options) != {*question.options, NOT_SURE}:
                options = f"[question.{question.id}.options"
                source.refuse(f"options of {question.id} are not those asked", options)


def _words(folder: Path, rules: Sequence[Rule]) -> Mapping[str, Mapping[str, object]]:
    """The strings of each language. English reasons stand beside their rules, so that they are said once."""
    words = {language: _strings(folder, language).tables for language in LANGUAGES}
    words[FALLBACK]["because"] = {rule.id: rule.because for rule in rules}
    return MappingProxyType(words)


def _strings(folder: Path, language: str) -> Source:
    return Source(folder / f"strings.{language}.toml")


def _say_it_all(
    source: Source, english: Mapping[str, object], other: Mapping[str, object], above: tuple[str, ...] = ()
) -> None:
    """Refuse a language that lacks a text which English has: nobody should read half of each."""
    for key, value in english.items():
        there = other.get(key)
        if isinstance(value, Mapping):
            _say_it_all(source, value, there if isinstance(there, Mapping) else {}, (*above, key))
        elif not isinstance(there, str) or not there.strip():
            raise _silent(source, (*above, key))


def _silent(source: Source, path: Sequence[str]) -> ContentError:
    """A text that is missing, at the nearest table that should hold it; without one at the first line."""
    tables = (source.line("[" + ".".join(path[:depth])) for depth in range(len(path), 0, -1))
    line = next((line for line in tables if line), 1)
    return ContentError(source.name, line, f"no text for {'.'.join(path)}")
