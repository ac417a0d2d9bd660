"""The labels of facts and levels as plain text, made once for each language.

A translation that is looked up when it is shown costs some eight microseconds; a page of results shows more
than a hundred labels.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from django.utils.translation import get_language, override

from programs.words import FACT_LABELS, LEVEL_LABELS, LEVEL_SHORT, Words, wish_words

Labels = Mapping[str, str]


@cache
def _texts(language: str | None) -> tuple[Labels, Labels, Labels, Labels]:
    def said(words: Words) -> Labels:
        return MappingProxyType({code: str(label) for code, label in words.items()})

    with override(language):
        wishes = MappingProxyType({code: wish_words(code) for code in FACT_LABELS})
        return said(FACT_LABELS), said(LEVEL_LABELS), said(LEVEL_SHORT), wishes


def fact_labels() -> Labels:
    """`words.FACT_LABELS` in the active language."""
    return _texts(get_language())[0]


def level_labels() -> Labels:
    """`words.LEVEL_LABELS` in the active language."""
    return _texts(get_language())[1]


def level_shorts(language: str | None = None) -> Labels:
    """`words.LEVEL_SHORT` in this language, else in the active one."""
    return _texts(language or get_language())[2]


def wish_labels(language: str | None = None) -> Labels:
    """`words.wish_words` of every fact in this language, else in the active one."""
    return _texts(language or get_language())[3]
