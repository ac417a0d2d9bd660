"""The loader refuses every file that would break a promise, and says in which file and on which line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from assessment.domain import ContentError, load, read
from assessment.domain.content import CONTENT, CURRENT, versions


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the published files as a draft, to spoil."""
    ignore = shutil.ignore_patterns("review.toml")
    return Path(shutil.copytree(CONTENT / CURRENT, tmp_path / "iop-test", ignore=ignore))


def refused(folder: Path) -> ContentError:
    with pytest.raises(ContentError) as caught:
        read(folder)
    return caught.value


def spoil(folder: Path, file: str, old: str, new: str, after: str = "") -> str:
    """Replace the first ``old`` after ``after``; the whole new text."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    start = text.index(after) if after else 0
    at = text.index(old, start)
    text = text[:at] + new + text[at + len(old) :]
    path.write_text(text, encoding="utf-8")
    return text


def test_the_published_files_load_and_keep_their_folder_s_name(folder: Path) -> None:
    assert read(folder).version == "iop-test"
    assert load().version == CURRENT
    assert load() is load()
    assert repr(load()) == "Protocol('iop-2026.1')"


Q, P, N, R, T, A, S = (
    "questions.toml",
    "path.toml",
    "needs.toml",
    "rules.toml",
    "interrupts.toml",
    "advice.toml",
    "strings.en.toml",
)
ES = "strings.es.toml"

ALL_TIMES = '["weekday_morning", "weekday_afternoon", "weekday_evening", "weekend"]'
HOME = 'id = "home"'
FIRST_RULE = 'id = "emergency.danger"'
RETURN_3 = 'id = "php.return_3"'

# file, what stands there, what replaces it, after which text, the line's text, a part of the message
SPOILED = {
    "an unknown option in a rule": (
        (R, '"overdose_or_collapse",', '"overdose",', FIRST_RULE),
        ('"overdose",', "question danger_now has no option 'overdose'"),
    ),
    "an unknown option in a reading": (
        (Q, 'central = "mostly_ok"', 'central = "castle"', HOME),
        ("castle", "readings names 'castle', which is not known"),
    ),
    "an unknown question": (
        (R, 'question = "support", at_least', 'question = "friends", at_least', "detox.withdrawal_2_alone"),
        ('"friends"', "unknown question 'friends'"),
    ),
    "an unknown need": (
        (R, 'need = "return_to_use", at_least = 3', 'need = "relapse", at_least = 3', RETURN_3),
        ('"relapse"', "unknown need 'relapse'"),
    ),
    "an unknown fact": (
        (R, 'fact = "depressant_withdrawal"', 'fact = "tremor"', "detox.withdrawal_2_home"),
        ('"tremor"', "unknown fact 'tremor'"),
    ),
    "a need beyond 4": (
        (R, "at_least = 3", "at_least = 5", RETURN_3),
        ("at_least = 5", "at_least 5 is not between 1 and 4"),
    ),
    "a rule without a source": (
        (R, 'source = "SAMHSA Advisory (2021); Witbrodt et al. 2007"', 'source = ""', RETURN_3),
        ('source = ""', "rule php.return_3: source is missing"),
    ),
    "a rule without a reason": (
        (R, "because = ", "reason = ", RETURN_3),
        (RETURN_3, "rule php.return_3: because is missing"),
    ),
    "a rule whose id is not a code": (
        (R, RETURN_3, 'id = "PHP 3"', ""),
        ('"PHP 3"', "'PHP 3' is not a code"),
    ),
    "a rule of a level there is not": (
        (R, 'level = "php"', 'level = "spa"', RETURN_3),
        ('level = "spa"', "level names 'spa', which is not known"),
    ),
    "a conditional last rule": (
        (R, 'level = "outpatient"', 'level = "outpatient"\nwhen = { need = "daily", at_least = 1 }', ""),
        ("when = { need", "the last rule, and no other, stands without a condition"),
    ),
    "an unconditional rule before the last": (
        (R, "when = { need", "if = { need", RETURN_3),
        (RETURN_3, "the last rule, and no other, stands without a condition"),
    ),
    "a rule out of the order of levels": (
        (R, 'level = "php"', 'level = "outpatient"', RETURN_3),
        ('level = "outpatient"', "outpatient stands before the more intensive php"),
    ),
    "a rule that can never decide": (
        (R, 'need = "withdrawal", at_least = 2', 'need = "return_to_use", at_least = 3', "iop.withdrawal_2"),
        ('id = "iop.withdrawal_2"', "can never decide: earlier rules match whenever it does"),
    ),
    "a rule that stands twice": (
        (R, 'id = "php.body_3"', RETURN_3, ""),
        (RETURN_3, "rule php.return_3: stands twice"),
    ),
    "a rule that shows a question there is not": (
        (R, 'show = ["urges",', 'show = ["cravings",', "outpatient.otherwise"),
        ("cravings", "show names 'cravings', which is not known"),
    ),
    "a misspelled key": (
        (R, "source = ", "sources = ['x']\nsource = ", RETURN_3),
        ("sources", "rule php.return_3: sources is not known here"),
    ),
    "a condition outside the vocabulary": (
        (R, 'need = "daily", at_least = 3', 'none_of = "daily"', "php.daily_3"),
        ("none_of", "['none_of'] is not in the vocabulary"),
    ),
    "a condition that could fall as answers grow worse": (
        (R, 'at_least = "none"', 'at_most = "one"', "detox.withdrawal_2_alone"),
        ("at_most", "at_most is not allowed here (question support)"),
    ),
    "an unordered word for a question with an order": (
        (R, 'at_least = "none"', 'is = "none"', "detox.withdrawal_2_alone"),
        ('question = "support"', "question support has an order: use at_least"),
    ),
    "an order word for a question without an order": (
        (R, 'is = ["detox"', 'at_least = ["detox"', "iop.step_down"),
        ("detox", "is not one place in the order of care_now"),
    ),
    "a count beyond its parts": (
        (R, "count = 4", "count = 9", "php.four_needs"),
        ("count = 9", "count 9 is not between 1 and 5"),
    ),
    "an empty list of conditions": (
        (
            R,
            'when = { all_of = [{ fact = "depressant_withdrawal" }, { need = "mind"',
            'when = { all_of = [] }\nx = { any_of = [{ need = "mind"',
            "",
        ),
        ("all_of = []", "all_of needs a list of conditions"),
    ),
    "a condition that is not a table": (
        (R, '{ need = "mind", at_least = 2 },', '"mind",', "residential.return_4"),
        ("when", "a condition must be a table, not 'mind'"),
    ),
    "a condition without a code": (
        (R, 'is = ["detox", "residential", "hospital", "php"]', "is = []", "iop.step_down"),
        ("care_now", "question care_now needs a code or a list of codes"),
    ),
    "unknown that is not true": (
        (A, "unknown = true", "unknown = false", "pregnancy_today"),
        ("unknown = false", "unknown can only be true"),
    ),
    "a when that is not a table": (
        (R, 'when = { need = "return_to_use", at_least = 3 }', 'when = "always"', RETURN_3),
        ('when = "always"', "when must be of type dict"),
    ),
    "a table nobody asked for": (
        (T, "[[interrupt]]", "[[interrup]]", ""),
        ("[[interrup]]", "interrup is not known here"),
    ),
    "nothing said under 13": ((R, "[under_13]", "[note_13]", ""), ("[note_13]", "note_13 is not known here")),
    "a note that is always said": (
        (R, 'when = { need = "readiness", at_least = 2 }', "", "note.readiness"),
        ('id = "note.readiness"', "note note.readiness: needs a when"),
    ),
    "a note for a level there is not": (
        (
            R,
            'levels = ["outpatient", "iop", "php", "residential", "detox"]',
            'levels = ["spa"]',
            "note.readiness",
        ),
        ('levels = ["spa"]', "levels names 'spa', which is not known"),
    ),
    "a change of a question without an order": (
        (R, 'question = "urges"', 'question = "obligations"', "[[change]]"),
        ('question = "obligations"', "has no order of worse"),
    ),
    "a change of care without naming codes": (
        (R, 'codes = ["none"]', "", "[[change]]"),
        ('question = "care_now"', "care_now has no order of worse"),
    ),
    "a missing reading": (
        (Q, "readings = ", "# readings = ", HOME),
        ("worse", "question home: has an order of worse and no readings"),
    ),
    "half a reading": (
        (Q, ', high = "unsafe"', "", HOME),
        ("readings", "readings must be low, central and high"),
    ),
    "a high reading that is not the most serious": (
        (Q, 'high = "unsafe"', 'high = "unstable"', HOME),
        ("readings", "readings must run from the least to the most serious option"),
    ),
    "an order that leaves an option out": (
        (Q, 'worse = ["safe_sober", ', "worse = [", HOME),
        ("worse", "worse leaves out ['safe_sober']"),
    ),
    "an order for a question that takes several codes": (
        (Q, "many = true", 'many = true\nworse = ["a"]', 'id = "free_times"'),
        ("worse", "worse names 'a', which is not known"),
    ),
    "readings for a question that takes several codes": (
        (
            Q,
            "many = true",
            "many = true\nunread = true\nworse = [" + ALL_TIMES + "]",
            'id = "free_times"',
        ),
        ("worse", "a question that takes several codes has no order and no readings"),
    ),
    "an emergency option there is not": (
        (Q, 'emergency = ["severe"]', 'emergency = ["sever"]', 'id = "withdrawal_signs"'),
        ('"sever"', "emergency names 'sever', which is not known"),
    ),
    "a question that stands twice": (
        (Q, 'id = "support"', HOME, ""),
        (HOME, "question home: stands twice"),
    ),
    "a question whose options are not a list": (
        (Q, 'options = ["no", "yes"]', 'options = "no"', 'id = "pregnant"'),
        ('options = "no"', "options must be of type list"),
    ),
    "options that are not codes": (
        (Q, 'options = ["no", "yes"]', "options = [1, 2]", 'id = "pregnant"'),
        ("options = [1, 2]", "options must be a list of codes"),
    ),
    "an option that stands twice": (
        (Q, 'options = ["no", "yes"]', 'options = ["no", "yes", "no"]', 'id = "pregnant"'),
        ('"yes", "no"]', "options names a code twice"),
    ),
    "a number for a truth": (
        (Q, "many = true", "many = 1", 'id = "danger_now"'),
        ("many = 1", "many must be of type bool"),
    ),
    "a screen with a question there is not": (
        (P, 'questions = ["support"]', 'questions = ["friends"]', ""),
        ("friends", "questions names 'friends', which is not known"),
    ),
    "a screen without questions": (
        (P, 'questions = ["support"]', "questions = []", ""),
        ("questions = []", "screen people: has no questions"),
    ),
    "a question on two screens": (
        (P, 'questions = ["support"]', 'questions = ["support", "home"]', ""),
        ('"home"', "question home stands on 2 screens, not on one"),
    ),
    "a level without a stage": (
        (P, 'code = "php"', 'code = "iop"', "[[stage]]"),
        ("stage", "no [[stage]] for level php"),
    ),
    "hours the wrong way round": (
        (P, "hours = { low = 9, high = 19 }", "hours = { low = 19, high = 9 }", 'code = "iop"'),
        ("hours = { low = 19", "hours must be low and high"),
    ),
    "hours that are not numbers": (
        (P, "hours = { low = 9, high = 19 }", 'hours = { low = "9" }', 'code = "iop"'),
        ('low = "9"', "hours must hold numbers"),
    ),
    "a need without steps": (
        (
            N,
            '[[need.step]]\n  scale = "daily_function"',
            '[need.stair]\n  scale = "daily_function"',
            'id = "daily"',
        ),
        ('id = "daily"', "need daily: has no steps"),
    ),
    "a step with two verbs": (
        (N, "less = 1", "less = 1\n  more = 1", 'id = "home"'),
        ("more = 1", "a step has one of scale, at_least, more, less"),
    ),
    "a step that lowers as answers grow worse": (
        (N, 'at_most = "several"', 'at_least = "several"', 'id = "home"'),
        ("at_least", "at_least is not allowed here (question support)"),
    ),
    "a step without a condition": (
        (N, 'when = { question = "support", at_most = "several" }', "", 'id = "home"'),
        ("less = 1", "need home: less needs a number from 1 to 4 and a when"),
    ),
    "a scale that falls as answers grow worse": (
        (N, "hard = 2", "hard = 0", 'scale = "daily_function"'),
        ("hard = 0", "a worse answer to daily_function has a smaller number"),
    ),
    "a scale that leaves an option out": (
        (N, ", hard = 2", "", 'scale = "daily_function"'),
        ("values", "values must give every option of daily_function a number"),
    ),
    "a scale beyond 4": (
        (N, "cannot = 3", "cannot = 7", 'scale = "daily_function"'),
        ("cannot = 7", "value 7 of cannot is not between 0 and 4"),
    ),
    "a fact without a condition": (
        (N, 'when = { question = "last_use", at_least = "3_to_7_days" }', "", ""),
        ('id = "last_week"', "a fact needs its own id and a when"),
    ),
    "an interrupt without a condition": (
        (T, 'when = { question = "danger_now", is = "overdose_or_collapse" }', "", ""),
        ('code = "overdose"', "interrupt overdose: needs a when"),
    ),
    "an interrupt on a word that hides the unknown": (
        (T, 'is = "overdose_or_collapse"', 'unless = "none"', ""),
        ("unless", "unless is not allowed here (question danger_now)"),
    ),
    "advice without a condition": (
        (A, 'when = { question = "age", is = "13_17" }', "", ""),
        ('code = "provisional_teen"', "advice provisional_teen: needs a when"),
    ),
    "both words for a list of conditions at once": (
        (
            R,
            "{ any_of = [{ need",
            "{ all_of = [{ need = 'mind', at_least = 1 }], any_of = [{ need",
            "residential.body_3",
        ),
        ("all_of = [", "['all_of', 'any_of'] is not in the vocabulary"),
    ),
    "a scale over a question there is not": (
        (N, 'scale = "daily_function"', 'scale = "cravings"', ""),
        ('scale = "cravings"', "scale names 'cravings', which is not known"),
    ),
    "a stage that leads to a level there is not": (
        (P, 'then = ["outpatient"]', 'then = ["spa"]', ""),
        ('then = ["spa"]', "then names 'spa', which is not known"),
    ),
    "a table in the weighing nobody asked for": (
        ("weighing.toml", "[[downside]]", "[[drawback]]", ""),
        ("[[drawback]]", "drawback is not known here"),
    ),
    "a guess without an order": (
        (Q, "many = true", "many = true\nguessed = true", 'id = "free_times"'),
        ("guessed = true", "what is guessed may be a step off, and this question has no order of worse"),
    ),
    "a next best level there is not": (
        ("weighing.toml", 'next_best = "php"', 'next_best = "spa"', ""),
        ('next_best = "spa"', "next_best names 'spa', which is not known"),
    ),
    "a next best level for a benefit": (
        ("weighing.toml", "levels", 'next_best = "php"\nlevels', 'code = "keep_work"'),
        ('next_best = "php"', "next_best is not known here"),
    ),
    "a downside without a source": (
        ("weighing.toml", "source = ", "# source = ", 'code = "alone_between"'),
        ('code = "alone_between"', "downside alone_between: source is missing"),
    ),
    "questions beside questions": (
        (Q, "[[question]]", "[[quest]]", ""),
        ("[[quest]]", "quest is not known here"),
    ),
    "a misspelled key of a question": (
        (Q, HOME, HOME + '\nsize = "43"', ""),
        ("size", "question home: size is not known here"),
    ),
    "a matching option there is not": (
        (Q, HOME, HOME + '\nmatching = ["castle"]', ""),
        ("castle", "question home: matching names 'castle', which is not known"),
    ),
    "an order that leaves several out": (
        (Q, 'worse = ["safe_sober", "mostly_ok", ', "worse = [", HOME),
        ("worse", "worse leaves out ['mostly_ok', 'safe_sober']"),
    ),
    "a reading where none is wanted": (
        (Q, "readings = ", "unread = true\nreadings = ", HOME),
        ("readings", "readings must be low, central and high"),
    ),
    "readings without an order": (
        (Q, 'id = "age"', 'id = "age"\nreadings = { low = "26_64", central = "26_64", high = "26_64" }', ""),
        ("readings", "question age: readings need an order of worse"),
    ),
    "a central reading beyond the high one": (
        (Q, 'central = "controlled"', 'central = "urgent"', 'id = "physical_health"'),
        ("readings", "readings must run from the least to the most serious option"),
    ),
    "a table of the path nobody asked for": (
        (P, "[[screen]]", "[[scren]]", ""),
        ("[[scren]]", "scren is not known here"),
    ),
    "a screen that stands twice": (
        (P, 'id = "danger"', 'id = "who"', ""),
        ('id = "who"', "screen who: stands twice"),
    ),
    "a misspelled key of a screen": (
        (P, 'id = "danger"', 'id = "danger"\nwen = { question = "age", unless = ["under_13"] }', ""),
        ("wen", "screen danger: wen is not known here"),
    ),
    "a stage of a level there is not": (
        (P, 'code = "php"', 'code = "spa"', "[[stage]]"),
        ('code = "spa"', "code names 'spa', which is not known"),
    ),
    "a misspelled key of a stage": (
        (P, "weeks = ", "week = ", 'code = "iop"'),
        ("week =", "stage iop: week is not known here"),
    ),
    "hours that are a truth": (
        (P, "hours = { low = 9, high = 19 }", "hours = { low = true, high = 19 }", 'code = "iop"'),
        ("low = true", "hours must hold numbers"),
    ),
    "hours with a third number": (
        (P, "hours = { low = 9, high = 19 }", "hours = { low = 9, high = 19, top = 20 }", 'code = "iop"'),
        ("top = 20", "hours must be low and high"),
    ),
    "a table in the advice nobody asked for": (
        (A, "[[support]]", "[[suport]]", ""),
        ("[[suport]]", "suport is not known here"),
    ),
    "a misspelled key of a fact": (
        (N, 'id = "last_week"', 'id = "last_week"\nsources = "x"', ""),
        ("sources", "fact last_week: sources is not known here"),
    ),
    "facts beside facts": ((N, "[[fact]]", "[[fac]]", ""), ("[[fac]]", "fac is not known here")),
    "a need that stands twice": (
        (N, 'id = "readiness"', 'id = "home"', ""),
        ('id = "home"', "need home: stands twice"),
    ),
    "a step that is no table": (
        (
            N,
            '[[need.step]]\n  scale = "daily_function"',
            'step = [{ scale = "daily_function" }, "more"]\n[need.stair]\n  scale = "daily_function"',
            'id = "daily"',
        ),
        ("step = [", "need daily: has no steps"),
    ),
    "a misspelled key of a need": (
        (N, 'id = "readiness"', 'id = "readiness"\nsize = 3', ""),
        ("size", "need readiness: size is not known here"),
    ),
    "a number too high in the second of two scales": (
        (N, "now = 3", "now = 7", 'scale = "unusual_experiences"'),
        ("now = 7", "value 7 of now is not between 0 and 4"),
    ),
    "a step with two verbs, the other way round": (
        (N, "less = 1", "more = 1\n  less = 1", 'id = "home"'),
        ("more = 1", "a step has one of scale, at_least, more, less"),
    ),
    "a fact where a need is lowered": (
        (
            N,
            'when = { question = "support", at_most = "several" }',
            'when = { fact = "substance_use" }',
            'id = "home"',
        ),
        ("substance_use", "fact"),
    ),
    "a step beyond 4": (
        (N, "at_least = 1", "at_least = 5", 'id = "withdrawal"'),
        ("at_least = 5", "at_least needs a number from 1 to 4 and a when"),
    ),
    "a misspelled key of a step": (
        (N, "less = 1", "less = 1\n  size = 3", 'id = "home"'),
        ("size", "need home: size is not known here"),
    ),
    "a scale over an option there is not": (
        (N, "cannot = 3", "cannot = 3, castle = 3", 'scale = "daily_function"'),
        ("castle", "values names 'castle', which is not known"),
    ),
    "a scale with a broken number": (
        (N, "cannot = 3", "cannot = 2.5", 'scale = "daily_function"'),
        ("cannot = 2.5", "value 2.5 of cannot is not between 0 and 4"),
    ),
    "nothing said about why under 13": (
        (R, 'because = "These levels', 'reason = "These levels', "[under_13]"),
        ("[under_13]", "under_13 under_13: because is missing"),
    ),
    "a misspelled key of a note": (
        (R, 'id = "note.readiness"', 'id = "note.readiness"\nsize = 3', ""),
        ("size", "note note.readiness: size is not known here"),
    ),
    "a change of a question there is not": (
        (R, 'question = "urges"', 'question = "castle"', "[[change]]"),
        ("castle", "question names 'castle', which is not known"),
    ),
    "a change to a code there is not": (
        (R, 'codes = ["none"]', 'codes = ["castle"]', "[[change]]"),
        ("castle", "codes names 'castle', which is not known"),
    ),
    "a change of a question that takes several codes": (
        (R, 'question = "urges"', 'question = "obligations"\ncodes = ["school"]', "[[change]]"),
        ("obligations", "obligations has no order of worse"),
    ),
    "a misspelled key of a change": (
        (R, 'question = "urges"', 'question = "urges"\nsize = 3', "[[change]]"),
        ("size", "size is not known here"),
    ),
    "an interrupt that stands twice": (
        (T, 'code = "delirium"', 'code = "overdose"', ""),
        ('code = "overdose"', "interrupt overdose: stands twice"),
    ),
    "a misspelled key of an interrupt": (
        (T, 'code = "overdose"', 'code = "overdose"\nsize = 3', ""),
        ("size", "interrupt overdose: size is not known here"),
    ),
    "advice that stands twice": (
        (A, 'code = "medicine_today"', 'code = "naloxone"', ""),
        ('code = "naloxone"', "advice naloxone: stands twice"),
    ),
    "broken TOML": ((R, "[[rule]]", "[[rule", ""), ("[[rule", "Expected")),
}


@pytest.mark.parametrize(("edit", "said"), SPOILED.values(), ids=list(SPOILED))
def test_a_spoiled_file_is_refused_with_file_and_line(
    folder: Path, edit: tuple[str, str, str, str], said: tuple[str, str]
) -> None:
    file, old, new, after = edit
    line_text, message = said
    text = spoil(folder, file, old, new, after)
    error = refused(folder)
    assert message in str(error)
    assert error.file == file
    assert error.line, str(error)
    assert line_text in text.splitlines()[error.line - 1], str(error)
    assert str(error).startswith(f"{file}:{error.line}: ")


@pytest.mark.parametrize(
    ("old", "new", "after"),
    [
        ("hard = 2", "hard = 3", 'scale = "daily_function"'),  # as much as the worse answer
        ("unstable = 3", "unstable = 4", 'scale = "home"'),  # more than an answer that is no better
    ],
)
def test_a_worse_answer_may_weigh_the_same_and_an_equal_one_more(
    folder: Path, old: str, new: str, after: str
) -> None:
    spoil(folder, N, old, new, after)
    read(folder)


@pytest.mark.parametrize("span", ["{ low = 9 }", "{ high = 9 }", "{ low = 9, high = 9 }"])
def test_hours_may_have_one_end_or_none_between(folder: Path, span: str) -> None:
    spoil(folder, P, "hours = { low = 9, high = 19 }", f"hours = {span}", 'code = "iop"')
    hours = read(folder).stages["iop"].hours
    assert hours == (9 if "low" in span else None, 9 if "high" in span else None)


def test_versions_come_in_order_in_whatever_order_they_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [tmp_path / name / "questions.toml" for name in ("iop-2027.1", "iop-2026.2", "iop-2026.1")]
    monkeypatch.setattr(Path, "glob", lambda *_: iter(found))
    assert versions() == ("iop-2026.1", "iop-2026.2", "iop-2027.1")


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "needs.toml").unlink()
    error = refused(folder)
    assert (error.file, error.line) == ("needs.toml", None)
    assert str(error) == "needs.toml: cannot be read (FileNotFoundError)"


def test_a_file_that_is_not_text_is_named(folder: Path) -> None:
    (folder / "advice.toml").write_bytes(b"\xff\xfe\x00")
    assert "cannot be read (UnicodeDecodeError)" in str(refused(folder))


def test_a_list_that_is_not_one_is_refused(folder: Path) -> None:
    (folder / "interrupts.toml").write_text("interrupt = 3\n", encoding="utf-8")
    assert "needs one or more [[interrupt]]" in str(refused(folder))


def test_nothing_said_under_thirteen_is_refused(folder: Path) -> None:
    text = (folder / "rules.toml").read_text(encoding="utf-8")
    text = re.sub(r"\[under_13\]\n.*\n.*\n", "", text)
    (folder / "rules.toml").write_text(text, encoding="utf-8")
    assert "needs a [under_13]" in str(refused(folder))


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "message"),
    [
        (S, 'home = "Home and people"', 'house = "Home"', "[section]", "no text for section.home"),
        (S, 'text = "Who is this for?"', "", "[question.who]", "no text for question.who.text"),
        (S, "65_plus = { label", "66 = { label", "[question.age.options]", "options of age are not those"),
        (S, "[fit.good]", "[fit.fine]", "[fit.fine]", "no text for fit.good.title"),
        (ES, 'home = "Casa y gente"', "", "[section]", "no text for section.home"),
        (ES, "[question.home]", "[question.house]", "[question.home.options]", "no text for question.home"),
        (ES, "65_plus = { label", "66 = { label", "[question.age.options]", "age.options.65_plus.label"),
        (ES, 'text = "¿Para quién es?"', 'text = " "', "[question.who]", "no text for question.who.text"),
        (ES, "[observer.fit.good]", "[observer.fit.fine]", "[observer.fit.fine]", "observer.fit.good.title"),
        (ES, '"php.return_3" =', '"php.return_9" =', "[because]", "no text for because.php.return_3"),
    ],
)  # fmt: skip
def test_a_missing_text_is_refused_in_every_language_at_the_table_that_should_hold_it(
    folder: Path, file: str, old: str, new: str, line: str, message: str
) -> None:
    text = spoil(folder, file, old, new)
    error = refused(folder)
    assert message in str(error)
    assert error.file == file
    assert error.line
    assert text.splitlines()[error.line - 1].strip().startswith(line), str(error)


def test_a_language_that_lacks_a_whole_kind_of_text_is_refused_at_its_first_line(folder: Path) -> None:
    path = folder / ES
    tables = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?m)^\[section\]$(\n.+)+", "", tables), encoding="utf-8")
    assert str(refused(folder)) == "strings.es.toml:1: no text for section.about"
