"""The private code: enough randomness, easy to read, and two keys that say nothing about each other."""

import re
from itertools import combinations

import pytest

from assessment import codes

COST = codes.COST  # before the fixture made it cheap


def test_a_code_has_more_than_eighty_random_bits_in_readable_groups():
    code = codes.new()
    assert codes.RANDOM * 5 == 95
    assert len(codes.ALPHABET) == len(set(codes.ALPHABET)) == 32
    assert not set("ILOU") & set(codes.ALPHABET)
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}", code.shown)


def test_every_character_of_the_random_part_can_be_anything():
    drawn = [codes.new().characters for _ in range(600)]
    assert len(set(drawn)) == 600
    for place in range(codes.RANDOM):
        assert {one[place] for one in drawn} == set(codes.ALPHABET)


def test_one_wrong_character_is_always_noticed():
    right = codes.new().characters
    for place, old in enumerate(right):
        for new in codes.ALPHABET.replace(old, ""):
            with pytest.raises(codes.CodeError, match="wrong"):
                codes.read(right[:place] + new + right[place + 1 :])


def test_two_characters_that_changed_places_are_always_noticed():
    right = codes.new().characters
    for one, other in combinations(range(codes.LENGTH), 2):
        swapped = list(right)
        swapped[one], swapped[other] = right[other], right[one]
        if swapped != list(right):
            with pytest.raises(codes.CodeError):
                codes.read("".join(swapped))


def test_a_code_is_read_as_people_type():
    code = codes.new()
    for typed in (
        code.shown,
        code.shown.lower(),
        f"  {code.characters} ",
        code.shown.replace("-", " – "),
        code.shown.replace("0", "O").replace("1", "l"),
    ):
        assert codes.read(typed) == code


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "This has 0"),
        ("7QX2-M0FA", "This has 8"),
        ("A" * 21, "This has 21"),
        ("ÄÄÄÄ-ÄÄÄÄ-ÄÄÄÄ-ÄÄÄÄ-ÄÄÄÄ", "“Ä”"),
        ("UUUU-UUUU-UUUU-UUUU-UUUU", "“U”"),
        ("7QX2-M0FA-ZK3D-9T5H-WC\x00E", "“\x00”"),
        ("٣٣٣٣-٣٣٣٣-٣٣٣٣-٣٣٣٣-٣٣٣٣", "“٣”"),
    ],
)
def test_what_is_no_code_is_refused_with_a_reason(typed, said):
    with pytest.raises(codes.CodeError, match=said):
        codes.read(typed)


def test_a_code_cannot_be_printed_by_accident():
    code = codes.new()
    assert code.characters not in repr(code)
    assert codes.keys_of(code)[0].key.hex() not in repr(codes.keys_of(code))


def test_the_derivation_is_memory_hard_and_takes_the_recommended_cost(monkeypatch):
    """RFC 9106, section 4: 64 MiB, three passes, four lanes."""
    monkeypatch.setattr(codes, "COST", COST)
    assert (COST.memory, COST.passes, COST.lanes) == (64 * 1024, 3, 4)
    code = codes.new()
    real = codes.keys_of(code)[0]
    monkeypatch.setattr(codes, "COST", codes.Cost(memory=32 * 1024, passes=3, lanes=4))
    assert codes.keys_of(code)[0].locator != real.locator


def test_locator_and_key_are_different_and_the_same_each_time():
    code = codes.new()
    first, again = codes.keys_of(code)[0], codes.keys_of(code)[0]
    assert first == again
    assert len(first.key) == 32
    assert first.key.hex() != first.locator
    assert codes.keys_of(codes.new())[0].locator != first.locator


def test_another_installation_has_other_locators_and_keys(settings):
    code = codes.new()
    here = codes.keys_of(code)[0]
    settings.SECRET_KEY = "the key of another installation, of fifty characters"
    there = codes.keys_of(code)[0]
    assert here.locator != there.locator
    assert here.key != there.key


def test_after_a_key_was_rotated_the_old_one_is_tried_too(settings):
    code = codes.new()
    old = codes.keys_of(code)[0]
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new one, long enough", [settings.SECRET_KEY]
    assert codes.keys_of(code)[1] == old
