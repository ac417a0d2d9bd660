"""The tables of a brand file. Look-ups note what is wrong and go on, so that all of it is told at once."""

from collections.abc import Mapping

from assessment.domain.source import Source
from iopfinder.brand.shape import LANGUAGES, Problem, Words, said


class Reader:
    """One brand file while it is read: its problems so far, and the languages its texts are needed in."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.languages: tuple[str, ...] = LANGUAGES


class Table:
    """One table of the file. `within`: words that lead to its line, one after the other."""

    def __init__(self, reader: Reader, values: Mapping[str, object], within: tuple[str, ...]) -> None:
        self.reader = reader
        self.values = values
        self._within = within
        self._taken: set[str] = set()

    def wrong(self, what: str, mend: str, *words: str) -> None:
        """Note a problem at this table, or at the last of these words that is found in it."""
        line = self.reader.source.line(*self._within, *words)
        self.reader.problems.append(Problem(self.reader.source.name, line, what, mend))

    def _take(self, key: str) -> object:
        self._taken.add(key)
        return self.values.get(key)

    def text(self, key: str, *, longest: int = 200, needed: bool = False) -> str:
        """A text on one line without markup; "" where there is none."""
        value = self._take(key)
        if value is None:
            if needed:
                self.wrong(f"{key} is missing.", f'Add {key} = "…".')
            return ""
        if not isinstance(value, str):
            self.wrong(f"{key} is no text.", f'Write it as in {key} = "…".', key)
            return ""
        return self._plain(key, value, longest)

    def words(self, key: str, *, longest: int, needed: bool = False) -> Words:
        """A text in each language of the brand. One text for all of them is fine: a name is often one."""
        value = self._take(key)
        if value is None or isinstance(value, str):
            return self.text(key, longest=longest, needed=needed)
        if not isinstance(value, dict):
            self.wrong(f"{key} is no text.", self._example(key), key)
            return ""
        texts = {}
        for language in self.reader.languages:
            text = value.get(language)
            if not isinstance(text, str) or not text.strip():
                self.wrong(f"{key} has no text in {language!r}.", self._example(key), key)
            else:
                texts[language] = self._plain(key, text, longest)
        for other in value.keys() - set(LANGUAGES):
            self.wrong(f"{key} has a text in {other!r}, which is no language here.", "Take it out.", key)
        return said(texts) if texts else ""

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty where there is none."""
        value = self._take(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
            self.wrong(f"{key} is no list of texts.", f'Write it as in {key} = ["…", "…"].', key)
            return ()
        return tuple(value)

    def table(self, key: str) -> "Table":
        """A table inside of this one; empty where there is none."""
        value = self._take(key)
        if value is not None and not isinstance(value, dict):
            self.wrong(f"{key} is no table.", f"Write it as in [{key}], with its keys below.", key)
            value = None
        heading = ".".join((*(word for word in self._within[-1:]), key))
        return Table(self.reader, value or {}, (heading,) if value else self._within)

    def tables(self, key: str) -> "list[Table]":
        """The tables of a list; empty where there is none."""
        value = self._take(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.wrong(
                f"{key} is no list of tables.", f"Write each as in [[{key}]], with its keys below.", key
            )
            return []
        return [Table(self.reader, one, self._entry(key, one)) for one in value]

    def done(self) -> None:
        """Refuse keys that nobody asked for: a misspelled one must not pass in silence."""
        for key in self.values.keys() - self._taken:
            known = ", ".join(sorted(self._taken))
            self.wrong(f"{key} is not known here.", f"Known are: {known}.", key)

    def _entry(self, key: str, table: Mapping[str, object]) -> tuple[str, ...]:
        """What leads to an entry of a list: its code, its address or its number, whichever it has."""
        named = (table.get(name) for name in ("code", "address", "number"))
        own = next((name for name in named if isinstance(name, str)), key)
        return (*self._within, own)

    def _plain(self, key: str, text: str, longest: int) -> str:
        if not text.strip():
            self.wrong(f"{key} says nothing.", "Write some words, or take the line out.", key)
        if "<" in text or ">" in text or not text.isprintable():
            self.wrong(f"{key} has markup or a line break.", "Write plain words on one line.", key)
        if len(text) > longest:
            self.wrong(f"{key} has {len(text)} characters.", f"Write {longest} at most.", key)
        return text.strip()

    def _example(self, key: str) -> str:
        each = ", ".join(f'{language} = "…"' for language in self.reader.languages)
        return f"Write it as in {key} = {{ {each} }}."
