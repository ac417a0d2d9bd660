import pytest
from django.core.checks import Error
from django.core.management import call_command

from programs import checks, taxonomy, words


def all_checks() -> list[Error]:
    return [
        *checks.facts_have_words(None),
        *checks.facts_fit_their_columns(None),
        *checks.codes_are_the_same_everywhere(None),
    ]


def test_the_directory_keeps_its_promises() -> None:
    assert all_checks() == []
    call_command("check")


@pytest.mark.parametrize(
    ("table", "code", "check"),
    [
        ("FACT_LABELS", "telehealth", "programs.E001"),
        ("GROUP_LABELS", "payment", "programs.E002"),
        ("LEVEL_LABELS", "iop", "programs.E006"),
        ("LEVEL_SHORT", "iop", "programs.E007"),
        ("SOURCE_LABELS", "sample", "programs.E008"),
        ("METHOD_LABELS", "phone", "programs.E009"),
    ],
)
def test_a_code_without_words_is_named(
    monkeypatch: pytest.MonkeyPatch, table: str, code: str, check: str
) -> None:
    monkeypatch.delitem(getattr(words, table), code)
    [error] = all_checks()
    assert error.id == check
    assert code in error.msg
    assert error.hint


def test_words_without_a_code_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(words.FACT_LABELS, "gone", "Gone")
    assert [error.id for error in all_checks()] == ["programs.E001"]


def test_facts_that_do_not_fit_their_columns_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taxonomy, "WORDS", 2)
    assert [error.id for error in all_checks()] == ["programs.E003"]


def test_two_facts_on_one_bit_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    first = taxonomy.FACTS[0]
    twin = taxonomy.Fact("twin", first.group, first.word, first.bit)
    monkeypatch.setattr(taxonomy, "FACTS", (*taxonomy.FACTS, twin))
    assert [error.id for error in all_checks()] == ["programs.E004"]


def test_a_level_the_models_do_not_know_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    from programs import levels

    monkeypatch.setattr(levels, "LEVELS", levels.LEVELS[:-1])
    assert {error.id for error in all_checks()} == {"programs.E005", "programs.E006", "programs.E007"}
