"""Makes text that is all capitals readable: names, streets and cities of lists that shout. Pure."""

import re

_KEPT = frozenset(
    """
    AIDS AK AZ CA DUI IA IHS II III IL IOP IV OH OTP PA PO SE SUD UCLA US USA VA VI YMCA YWCA
    """.split()  # noqa: SIM905 - a table, easier to read so
)
"""Words that are read letter by letter, or as a sign, though they have vowels."""
_WRITTEN_OUT = frozenset(
    "BLVD CT CTR DR FT GRP HTS JR LN MR MRS MS MT PKWY PL PLZ PT RD SQ SR ST STE SVC SVCS TRL TRT".split()  # noqa: SIM905
)
"""Short forms without vowels that are words all the same."""
_SMALL = frozenset("AND AT BY DE DEL FOR FROM IN OF ON OR THE TO WITH".split())  # noqa: SIM905
_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")
_ORDINAL = re.compile(r"\d+(?:ST|ND|RD|TH)")
_LETTERS = 5
"""Words without a vowel of up to so many letters are initials: CSB, BHG."""


def readable(text: str, *, initials: bool = False) -> str:
    """Text without any small letter as a person would write it; other text as it is.

    initials: a single short word may be somebody's initials and stays.
    """
    if not text.isupper() or (initials and text.isalpha() and len(text) <= _LETTERS):
        return text
    first = _WORD.search(text)
    start = first.start() if first else 0
    return _WORD.sub(lambda match: _word(match[0], is_first=match.start() == start), text)


def _word(word: str, *, is_first: bool) -> str:
    if word in _SMALL and not is_first:
        return word.lower()
    if word in _KEPT or re.fullmatch(r"(?:\w\.)+\w", word):
        return word
    if _ORDINAL.fullmatch(word):
        return word.lower()
    if any(sign.isdigit() for sign in word):
        return word
    if (
        word not in _WRITTEN_OUT
        and len(word) <= _LETTERS
        and word.isascii()
        and not re.search("[AEIOUY]", word)
    ):
        return word
    if re.fullmatch(r"MC[A-Z]{3,}", word):
        return f"Mc{word[2:].capitalize()}"
    head, mark, tail = word.partition("'")
    if mark and len(head) == 1:
        return f"{head}'{tail.capitalize()}"
    return word.capitalize()
