"""The properties of the protocol, proven over whole sub-spaces or thousands of seeded sets of answers."""

from __future__ import annotations

import itertools
import json
import random
from collections import Counter

import pytest
from hypothesis import given, settings

from assessment.domain import LEVELS, AnswerError
from assessment.domain.conditions import Answered, NeedAtLeast, atoms
from assessment.domain.needs import Need, reading_of
from assessment.domain.rules import RANK
from tests.assessment.domain.answering import (
    CONSTRAINTS,
    NEUTRAL,
    PROTOCOL,
    QUESTIONS,
    UNREAD,
    an_answer,
    codes_of,
    is_emergency,
    legal_sets,
    level,
    sets,
    worsenings,
)

KEYS = ["protocol", "level", "then", "range", "iop_fit", "interrupt", "needs", "reasons", "would_change"]
KEYS += ["advice", "supports", "unknown"]
MANY = frozenset(question.id for question in PROTOCOL.questions if question.many)
SIGNS = ("none", "mild", "moderate", "severe")
NAMEABLE = {"home", "support", "readiness", "urges", "daily_function", "care_now"}
# A result never says "if you were hurt at home".
MAY_BECOME = {"care_now": ("none",), "home": ("safe_sober", "mostly_ok", "others_use", "unstable")}


@pytest.mark.no_cover
@given(legal_sets())
@settings(max_examples=100, deadline=None)
def test_any_legal_set_of_answers_gives_a_whole_result(answers: dict[str, object]) -> None:
    result = PROTOCOL.recommend(PROTOCOL.check(answers)).as_dict()
    assert list(result) == KEYS
    assert json.loads(json.dumps(result)) == result
    assert result["reasons"], "every result says why"
    if answers["age"] == "under_13":
        assert (result["level"], result["range"], result["then"], result["iop_fit"]) == (None, [], [], None)
        assert result["would_change"] == []
    else:
        assert result["level"] in LEVELS
        assert result["level"] in result["range"]
        assert all(0 <= number <= 4 for number in result["needs"].values())


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_every_illegal_answer_names_question_and_code(name: str) -> None:
    for code in ("castle", "", "NOT_SURE", "me "):
        with pytest.raises(AnswerError) as caught:
            PROTOCOL.check({**NEUTRAL, name: [code] if name in MANY else code})
        assert (caught.value.question, caught.value.code) == (name, code)
        assert name in str(caught.value)
        assert str(caught.value).count("\n") == 0


@pytest.mark.no_cover  # proofs over large spaces: tracing would only make them slow
@pytest.mark.parametrize("need", PROTOCOL.publication.needs, ids=lambda need: need.id)
def test_each_need_only_grows_as_any_answer_grows_worse(need: Need) -> None:
    """The whole sub-space of each need: every combination of the answers it is read from."""
    read = reading_of(need, MANY)
    axes = [_axis(name) for name in need.questions]
    numbers = [read(dict(zip(need.questions, point, strict=True))) for point in itertools.product(*axes)]
    stride = len(numbers)
    for name, axis in zip(need.questions, axes, strict=True):
        block, stride = stride, stride // len(axis)
        starts = [start + at for start in range(0, len(numbers), block) for at in range(stride)]
        for better, worse in _steps(name, axis):
            low, high = better * stride, worse * stride
            assert all(numbers[at + low] <= numbers[at + high] for at in starts), (
                name,
                axis[better],
                axis[worse],
            )


def _axis(name: str) -> list[object]:
    """Every answer to a question, as sets where several codes may be given."""
    question = QUESTIONS[name]
    if name == "danger_now":
        return [frozenset(), frozenset({"violence_at_home"})]
    if question.many:
        free = [code for code in question.options if code != "none"]
        return [
            frozenset(some) for size in range(len(free) + 1) for some in itertools.combinations(free, size)
        ]
    return list(question.options)


def _steps(name: str, axis: list[object]) -> list[tuple[int, int]]:
    """Pairs of places on an axis, the second one step worse than the first."""
    ranks = QUESTIONS[name].ranks
    pairs = itertools.permutations(range(len(axis)), 2)
    if QUESTIONS[name].many:
        return [(a, b) for a, b in pairs if axis[a] < axis[b] and len(axis[b]) == len(axis[a]) + 1]
    return [(a, b) for a, b in pairs if ranks and ranks[axis[b]] == ranks[axis[a]] + 1]


def test_signs_count_the_same_way_where_the_other_questions_on_use_do_not_apply() -> None:
    """Nothing used: the questions on use are put aside, except signs that alone mean an emergency."""
    base = {**NEUTRAL, "substances": ["none"], "use_frequency": "daily", "withdrawal_history": "severe"}
    found = [PROTOCOL.recommend({**base, "withdrawal_signs": code}).needs["withdrawal"] for code in SIGNS]
    assert found == [0, 0, 0, 4]
    with_alcohol = {**base, "substances": ["alcohol"]}
    more = [
        PROTOCOL.recommend({**with_alcohol, "withdrawal_signs": code}).needs["withdrawal"] for code in SIGNS
    ]
    assert more == [3, 3, 3, 4]


def test_rules_can_only_rise_by_construction() -> None:
    ranks = [RANK[rule.level] for rule in PROTOCOL.publication.rules]
    assert ranks == sorted(ranks, reverse=True)
    for rule in PROTOCOL.publication.rules:
        for atom in atoms(rule.when) if rule.when else ():
            if isinstance(atom, Answered):
                assert not atom.inverted
                assert not atom.unknown
                order = QUESTIONS[atom.question].ranks
                least = min((order[code] for code in atom.codes), default=0) if order else None
                assert least is None or atom.codes == {code for code in order if order[code] >= least}


@pytest.mark.no_cover
def test_one_worse_answer_never_gives_less_care() -> None:
    tried = 0
    for answers in sets(900, seed=1):
        before = RANK[level(answers)]
        for name, answer in answers.items():
            for worse in worsenings(QUESTIONS[name], answer):
                tried += 1
                after = RANK[level({**answers, name: worse})]
                assert after >= before, (name, answer, worse, answers)
    assert tried > 15_000


@pytest.mark.no_cover
def test_all_levels_of_the_home_return_daily_mind_readiness_plane_only_rise() -> None:
    """Exhaustive over the five questions that carry most rules, with support beside them."""
    names = ("home", "support", "urges", "daily_function", "mental_impact", "readiness")
    options = [sorted(QUESTIONS[name].options, key=QUESTIONS[name].ranks.__getitem__) for name in names]
    table = {
        point: RANK[level({**NEUTRAL, **dict(zip(names, point, strict=True))})]
        for point in itertools.product(*options)
    }
    for point, rank in table.items():
        for place, (name, code) in enumerate(zip(names, point, strict=True)):
            ranks = QUESTIONS[name].ranks
            for other in options[place]:
                if ranks[other] == ranks[code] + 1:
                    assert table[(*point[:place], other, *point[place + 1 :])] >= rank


@pytest.mark.parametrize(
    ("name", "code"),
    [(question.id, code) for question in PROTOCOL.questions for code in sorted(question.emergency)],
)
def test_nothing_turns_an_emergency_into_anything_else(name: str, code: str) -> None:
    for answers in sets(60, seed=2, calm=False):
        result = PROTOCOL.recommend(PROTOCOL.check({**answers, name: [code] if name in MANY else code}))
        assert result.level == "emergency"
        assert result.range == ("emergency",)
        assert result.iop_fit == "not_now"
        assert result.interrupt
        assert result.would_change == ()
        assert result.supports == ()
        assert len(result.then) == 1
        assert result.then[0] != "emergency"


def test_what_follows_an_emergency_is_the_level_without_what_made_it_one() -> None:
    for answers in sets(600, seed=3, calm=False):
        result = PROTOCOL.recommend(PROTOCOL.check(answers))
        if result.level != "emergency":
            continue
        calm = {}
        for name, answer in answers.items():
            emergency = QUESTIONS[name].emergency
            left = [code for code in answer if code not in emergency] if name in MANY else answer
            if left and (name in MANY or left not in emergency):
                calm[name] = left
        assert result.then == (level(calm),)


@pytest.mark.no_cover
def test_constraints_and_preferences_change_neither_level_nor_range() -> None:
    for answers in sets(40, seed=4):
        before = PROTOCOL.recommend(PROTOCOL.check(answers))
        for name in CONSTRAINTS:
            for code in codes_of(QUESTIONS[name]):
                after = PROTOCOL.recommend(PROTOCOL.check({**answers, name: code}))
                assert (after.level, after.range, after.then) == (before.level, before.range, before.then)


@pytest.mark.no_cover
def test_an_answer_taken_away_never_narrows_the_range() -> None:
    for answers in sets(120, seed=5, left_out=0.3):
        with_it = PROTOCOL.recommend(PROTOCOL.check(answers))
        for name in answers:
            if QUESTIONS[name].required or name in UNREAD:
                continue
            for without in (
                {key: value for key, value in answers.items() if key != name},
                {**answers, name: ["not_sure"] if name in MANY else "not_sure"},
            ):
                result = PROTOCOL.recommend(PROTOCOL.check(without))
                assert set(with_it.range) <= set(result.range), (name, answers)
                assert with_it.level in result.range, (name, answers)


def test_the_range_holds_every_level_any_calm_answers_could_lead_to() -> None:
    chance = random.Random(6)
    for answers in sets(150, seed=7, left_out=0.5):
        found = PROTOCOL.recommend(PROTOCOL.check(answers)).range
        assert found == LEVELS[RANK[found[0]] : RANK[found[-1]] + 1]
        open_ = [
            question
            for question in PROTOCOL.questions
            if question.readings and answers.get(question.id, "not_sure") == "not_sure"
        ]
        for _ in range(12):
            filled = {question.id: an_answer(question, chance) for question in open_}
            if not any(is_emergency(QUESTIONS[name], answer) for name, answer in filled.items()):
                assert level({**answers, **filled}) in found


@pytest.mark.parametrize("name", UNREAD)
def test_unknown_is_the_same_left_out_or_not_sure_and_changes_nothing_for_four_questions(name: str) -> None:
    nothing = {"substances": ["none"], "care_now": "none", "pregnant": "no", "danger_now": ["none"]}[name]
    use = ("use_frequency", "last_use", "heavy_days", "withdrawal_signs", "withdrawal_history")
    for answers in sets(200, seed=8):
        answers.pop(name, None)
        if name == "substances":
            answers.update({"use_frequency": "less", "withdrawal_signs": "none"})
        left_out = PROTOCOL.recommend(PROTOCOL.check(answers))
        not_sure = PROTOCOL.recommend({**answers, name: ["not_sure"] if name in MANY else "not_sure"})
        said = PROTOCOL.recommend(PROTOCOL.check({**answers, name: nothing}))
        assert left_out == not_sure
        assert (left_out.level, left_out.range) == (said.level, said.range)
        assert set(left_out.unknown) - set(said.unknown) <= {name, *use}
        assert name in left_out.unknown


def test_every_option_is_used_or_marked_for_matching_only() -> None:
    publication = PROTOCOL.publication
    used: set[tuple[str, str]] = set()
    conditions = [
        *publication.question_when.values(),
        *publication.screen_when.values(),
        *(rule.when for rule in publication.rules if rule.when),
        *(item.when for item in (*publication.interrupts, *publication.advice, *publication.supports)),
        *(note.when for note in publication.notes),
        *(step.when for need in publication.needs for step in need.steps if step.when),
    ]
    named = [atom for condition in conditions for atom in atoms(condition) if isinstance(atom, Answered)]
    used |= {(atom.question, code) for atom in named for code in atom.codes}
    for need in publication.needs:
        used |= {(step.question, code) for step in need.steps for code in step.scale}
    for item in publication.changeable:
        used |= {(item.question.id, code) for code in item.codes}
    for question in PROTOCOL.questions:
        for code in question.options:
            best = question.ranks.get(code) == 0 or code == "none"
            marked = code in question.matching
            assert ((question.id, code) in used) or best or marked, (question.id, code)
            if marked and question.id not in CONSTRAINTS:
                assert (question.id, code) not in used, f"{question.id} {code} is marked and used"


@pytest.mark.no_cover
def test_every_need_reaches_each_of_its_values() -> None:
    seen = {need.id: set() for need in PROTOCOL.publication.needs}
    for answers in sets(1000, seed=9, calm=False):
        for name, number in PROTOCOL.recommend(PROTOCOL.check(answers)).needs.items():
            seen[name].add(number)
    highest = {"readiness": 3, "daily": 3}
    for name, found in seen.items():
        assert found == set(range(highest.get(name, 4) + 1)), name


def test_the_level_is_the_first_of_its_rules_and_each_reason_has_a_source() -> None:
    order = {rule.id: place for place, rule in enumerate(PROTOCOL.publication.rules)}
    levels = {rule.id: rule.level for rule in PROTOCOL.publication.rules}
    for answers in sets(400, seed=10, calm=False):
        result = PROTOCOL.recommend(PROTOCOL.check(answers))
        deciding = [reason.rule for reason in result.reasons if reason.rule in order]
        assert deciding == sorted(deciding, key=order.__getitem__)
        assert {levels[name] for name in deciding} == {result.level}
        for reason in result.reasons:
            assert reason.because
            assert reason.source
            checked = PROTOCOL.check(answers)
            assert all(checked[name] == answer for name, answer in reason.answers.items())
            assert "not_sure" not in str(dict(reason.answers))


def test_iop_fit_follows_level_and_supports() -> None:
    expected = {"outpatient": "less_may_do", "emergency": "not_now"}
    seen = Counter()
    for answers in sets(400, seed=11, calm=False):
        result = PROTOCOL.recommend(PROTOCOL.check(answers))
        seen[result.iop_fit] += 1
        if result.level == "iop":
            assert result.iop_fit == ("with_support" if result.supports else "good")
        else:
            assert result.iop_fit == expected.get(result.level, "more_care_first")
    assert set(seen) >= {"with_support", "more_care_first", "not_now"}


@pytest.mark.no_cover
def test_changes_lead_where_they_say_and_are_the_nearest() -> None:
    """Against brute force: no single change is missed, and two are named only where one is not enough."""
    seen = Counter()
    for answers in sets(100, seed=12, left_out=0.2):
        result = PROTOCOL.recommend(PROTOCOL.check(answers))
        here = RANK[result.level]
        ways: dict[int, list[int]] = {1: [], -1: []}
        for change in result.would_change:
            assert set(change.answers) <= NAMEABLE
            again = PROTOCOL.recommend(PROTOCOL.check({**answers, **change.answers}))
            assert (again.level, again.supports) == (change.level, change.supports)
            if again.level == result.level:
                assert set(change.answers) == {"home"}
                assert change.supports != result.supports
            else:
                ways[1 if RANK[change.level] > here else -1].append(len(change.answers))
        for way, sizes in ways.items():
            nearest = _nearest(answers, here, way)
            assert (set(sizes) or {0}) == {nearest or 0}, (way, answers)
            seen[nearest] += 1
    assert seen[1]
    assert seen[2]


def _nearest(answers: dict[str, object], here: int, way: int) -> int | None:
    """How many changed answers it takes, by trying all of them: 1, 2 or (more) None."""
    names = [name for name in sorted(NAMEABLE) if name != "urges" or answers["focus"] != "mental"]
    care = answers.get("care_now", "not_sure")
    known = [name for name in names if name != "care_now" or care not in ("not_sure", "none")]
    for size in (1, 2):
        for chosen in itertools.combinations(known, size):
            codes = [MAY_BECOME.get(name, QUESTIONS[name].options) for name in chosen]
            for point in itertools.product(*codes):
                if (RANK[level({**answers, **dict(zip(chosen, point, strict=True))})] - here) * way > 0:
                    return size
    return None


def test_needs_in_rules_are_never_asked_for_more_than_they_can_reach() -> None:
    most = {"readiness": 3, "daily": 3}
    for rule in PROTOCOL.publication.rules:
        for atom in atoms(rule.when) if rule.when else ():
            if isinstance(atom, NeedAtLeast):
                assert atom.value <= most.get(atom.need, 4)
