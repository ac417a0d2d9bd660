"""The wording: whole in both voices, plain, person-first, and never a phone number."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from assessment.domain import LEVELS, Words
from assessment.domain.protocol import FITS
from tests.assessment.domain.answering import PROTOCOL
from tests.assessment.domain.reading import ease_es, grade

VOICES = [(language, observer) for language in ("en", "es") for observer in (False, True)]
FORBIDDEN = {
    "en": r"\b(addict\w*|abus\w*|clean|dirty|relaps\w*|alcoholic\w*|junkie|counselling|programme|centre)\b",
    "es": r"\b(adict\w*|abus\w*|limpi\w*|suci\w*|alcohólic\w*|drogadict\w*|recaíd\w*|recaer)\b",
}
OWN_VOICE = {
    "en": r"\b(I|me|my|mine|myself)\b",
    "es": r"\b([Yy]o|[Mm]i|[Mm]is|[Mm]e|[Mm]í|[Cc]onmigo|[Ee]stoy|[Tt]engo|[Ss]oy|[Pp]uedo|[Uu]so|[Bb]ebo)\b",
}


@pytest.fixture(params=VOICES, ids=lambda pair: f"{pair[0]}-{'observer' if pair[1] else 'own'}")
def words(request: pytest.FixtureRequest) -> Words:
    return PROTOCOL.words(*request.param)


in_english = pytest.mark.parametrize("words", [pair for pair in VOICES if pair[0] == "en"], indirect=True)
of_observers = pytest.mark.parametrize("words", [pair for pair in VOICES if pair[1]], indirect=True)


def screens(words: Words) -> Iterator[tuple[str, str]]:
    """Each screen and each page text as (name, what one reads on it)."""
    for screen in PROTOCOL.screens:
        lines = []
        for name in screen.questions:
            question = words.question(name)
            lines += [question.text, question.hint, question.why]
            for option in question.options.values():
                lines += [f"{option.label}.", option.hint]
        yield screen.id, "\n".join(line for line in lines if line)
    publication = PROTOCOL.publication
    for kind, look_up, codes in (
        ("interrupt", words.interrupt, [item.code for item in publication.interrupts]),
        ("advice", words.advice, [item.code for item in publication.advice]),
        ("support", words.support, [item.code for item in publication.supports]),
        ("tradeoff", words.tradeoff, [item.code for item in publication.tradeoffs]),
        ("benefit", words.benefit, [item.code for item in publication.benefits]),
        ("downside", words.downside, [item.code for item in publication.downsides]),
        ("fit", words.fit, FITS),
        ("stage", words.stage, LEVELS),
    ):
        for code in codes:
            title, text = look_up(code)
            yield f"{kind}.{code}", f"{title}.\n{text}"


def texts(words: Words) -> Iterator[tuple[str, str]]:
    """Every text there is in this voice, by name."""
    yield from screens(words)
    publication = PROTOCOL.publication
    notes = [note.note for note in publication.notes if note.note]
    for rule in (*publication.rules, *notes, publication.under_13):
        yield rule.id, words.because(rule.id)
    for question in PROTOCOL.questions:
        for code in (*question.options, "not_sure"):
            yield f"said.{question.id}.{code}", words.said(question.id, code)
    for screen in PROTOCOL.screens:
        yield f"section.{screen.section}", words.section(screen.section)
    for need in publication.needs:
        yield f"need.{need.id}", words.need(need.id)


def test_every_text_is_there(words: Words) -> None:
    assert all(text.strip() for _, text in texts(words))
    for question in PROTOCOL.questions:
        assert list(words.question(question.id).options) == [*question.options, "not_sure"]


def test_a_text_where_a_table_belongs_is_as_good_as_missing() -> None:
    words = Words({"en": {"question": {"hat": {"options": "red"}}}}, "en")
    with pytest.raises(KeyError) as caught:
        words.question("hat")
    assert caught.value.args == ("question.hat",)


def test_words_are_person_first_and_calm(words: Words) -> None:
    for name, text in texts(words):
        assert not re.search(FORBIDDEN[words.language], text, re.IGNORECASE), (name, text)
        assert "!" not in text, name
        assert "¡" not in text, name


def test_no_phone_number_stands_in_a_text(words: Words) -> None:
    """Lines come from settings, so that another region can change them."""
    for name, text in texts(words):
        assert not re.search(r"\b(911|988)\b|\d{3}-\d{3,4}|\b\d{5,}\b", text), (name, text)


@of_observers
def test_an_observer_never_reads_the_other_s_own_voice(words: Words) -> None:
    for question in PROTOCOL.questions:
        for code, option in words.question(question.id).options.items():
            if (question.id, code) == ("who", "me") or code == "not_sure":
                continue
            label = re.sub(
                r"as far as I know|that I know of|or I think so|que yo sepa|o eso creo", "", option.label
            )
            assert not re.search(OWN_VOICE[words.language], label), (question.id, code, label)


@in_english
def test_each_screen_reads_at_grade_eight_or_below(words: Words) -> None:
    hard = {name: round(grade(text), 1) for name, text in screens(words) if grade(text) > 8}
    assert hard == {}


@in_english
def test_each_reason_reads_at_grade_eight_or_below(words: Words) -> None:
    rules = [*PROTOCOL.publication.rules, PROTOCOL.publication.under_13]
    hard = {
        rule.id: round(grade(words.because(rule.id)), 1)
        for rule in rules
        if grade(words.because(rule.id)) > 8
    }
    assert hard == {}


def test_a_language_there_is_not_falls_back_to_english() -> None:
    assert PROTOCOL.words("tlh").question("home") == PROTOCOL.words("en").question("home")
    assert PROTOCOL.words("tlh").language == "en"


def test_what_is_not_known_is_a_key_error(words: Words) -> None:
    for look_up in (words.question, words.section, words.need, words.because, words.advice, words.interrupt):
        with pytest.raises(KeyError):
            look_up("castle")
    with pytest.raises(KeyError):
        words.said("home", "castle")


def test_a_quote_is_a_sentence_of_its_own(words: Words) -> None:
    for name, text in texts(words):
        if name.startswith("said."):
            assert text.endswith("."), (name, text)
            assert len(text) <= 100, (name, len(text))


def test_spanish_reads_plainly() -> None:
    for observer in (False, True):
        hard = {
            name: round(ease_es(text))
            for name, text in screens(PROTOCOL.words("es", observer))
            if ease_es(text) < 70
        }
        assert hard == {}


def test_each_spanish_reason_reads_plainly() -> None:
    spanish = PROTOCOL.words("es")
    hard = {rule.id for rule in PROTOCOL.publication.rules if ease_es(spanish.because(rule.id)) < 70}
    assert hard == set()


def test_the_measures_tell_plain_from_hard() -> None:
    assert grade("We ask you this so that we can help you find the right place.") < 5
    assert grade("Comprehensive psychopharmacological intervention necessitates consideration.") > 15
    assert ease_es("Le preguntamos esto para poder ayudarle a ver qué le sirve.") > 75
    assert ease_es("La intervención psicofarmacológica necesita consideraciones individualizadas.") < 40


def test_spanish_is_complete() -> None:
    """Everything English says, in both voices, Spanish says itself."""
    english, spanish = (PROTOCOL.publication.words[language] for language in ("en", "es"))
    missing = set(_paths(english)) - set(_paths(spanish))
    assert missing == set()


def _paths(table: object, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(table, dict):
        for key, value in table.items():
            yield from _paths(value, (*above, key))
    else:
        yield above


HAT = {"text": "Which hat?", "why": "Because.", "options": {"red": {"label": "Red", "hint": "A warm one."}}}
SURE = {"label": "Not sure", "said": "I am not sure."}
FILES = {
    "en": {
        "not_sure": SURE,
        "question": {"hat": HAT},
        "observer": {"question": {"hat": {"hint": "Theirs."}}},
    },
    "es": {"question": {"hat": {"text": "¿Qué sombrero?", "hint": "El de hoy."}}},
}


def test_hints_are_said_where_there_are_any_and_empty_where_not() -> None:
    spanish, english = Words(FILES, "es").question("hat"), Words(FILES, "en").question("hat")
    assert (spanish.text, spanish.hint, spanish.why) == ("¿Qué sombrero?", "El de hoy.", "Because.")
    assert english.hint == ""
    assert [option.hint for option in english.options.values()] == ["A warm one.", ""]


def test_the_observers_voice_is_for_observers() -> None:
    assert Words(FILES, "en", observer=True).question("hat").hint == "Theirs."
    assert Words(FILES, "en").question("hat").hint == ""
    assert Words(FILES, "es").language == "es"


def test_a_quote_is_the_label_where_no_quote_is_written() -> None:
    options = {"red": {"label": "Red"}, "blue": {"label": "Blue", "said": "It is blue."}}
    words = Words({"en": {"question": {"hat": {"options": options}}}}, "en")
    assert words.said("hat", "red") == "Red"
    assert words.said("hat", "blue") == "It is blue."


def test_what_is_no_text_or_no_table_is_not_taken_for_one() -> None:
    """A table where a text should stand, or a text where a table should, leaves the word to English."""
    english = {"question": {"hat": {"text": "Which hat?", "why": "To know.", "options": {}}}}
    table = {"question": {"hat": {"text": {"nested": "x"}, "why": "Para saber."}}}
    text = {"question": "a hat with text and why"}
    for spanish, why in ((table, "Para saber."), (text, "To know.")):
        found = Words({"en": {**english, "not_sure": {"label": "Not sure"}}, "es": spanish}, "es")
        assert (found.question("hat").text, found.question("hat").why) == ("Which hat?", why)
