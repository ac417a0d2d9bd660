"""Labels as plain text, made once for each language.

A translation that is looked up when it is shown costs some eight microseconds; a page of results shows more
than a hundred labels.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from django.utils.translation import get_language, override

from programs.words import (
    FACT_LABELS,
    LEVEL_LABELS,
    LEVEL_SHORT,
    ORDER_LABELS,
    PART_LABELS,
    WISH_LABELS,
    Words,
    wish_words,
)

Labels = Mapping[str, str]


class InLanguage:
    """Words in the language that is asked for, else in the active one."""

    def __init__(self, words: Callable[[], Words]) -> None:
        self._words = words
        self._said: dict[str | None, Labels] = {}

    def __call__(self, language: str | None = None) -> Labels:
        language = language or get_language()
        said = self._said.get(language)
        if said is None:
            with override(language):
                said = MappingProxyType({code: str(label) for code, label in self._words().items()})
            self._said[language] = said
        return said


fact_labels = InLanguage(lambda: FACT_LABELS)
level_labels = InLanguage(lambda: LEVEL_LABELS)
level_shorts = InLanguage(lambda: LEVEL_SHORT)
order_labels = InLanguage(lambda: ORDER_LABELS)
part_labels = InLanguage(lambda: PART_LABELS)
field_labels = InLanguage(lambda: WISH_LABELS)
"""Of the fields of the search form that hold wishes."""
wish_labels = InLanguage(lambda: {code: wish_words(code) for code in FACT_LABELS})
"""Every fact as it stands in a sentence."""
