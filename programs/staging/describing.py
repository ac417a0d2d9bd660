"""A mapping as the rows of a form, and back: which column is what, which words say which fact.

`answers_of` spreads the tables of a document over rows, one fact each; `tables_of_answers` gathers them.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from programs.importing.mapping import INTAKES, PLACE_COLUMNS
from programs.staging.documents import Tables

Answer = dict[str, Any]
SINGLE = tuple(name for name in PLACE_COLUMNS if name != "intake_phones")
PHONES = tuple(f"intake_phone_{number}" for number in range(1, INTAKES + 1))


@dataclass
class Answers:
    """What a form asks: about the list and its file; our columns; facts that are always true; rows of columns
    that say yes or no, of columns of words, of words, and of columns that say which rows to take."""

    about: Answer = field(default_factory=dict)
    columns: Answer = field(default_factory=dict)
    always: list[str] = field(default_factory=list)
    yes_no: list[Answer] = field(default_factory=list)
    word_columns: list[Answer] = field(default_factory=list)
    words: list[Answer] = field(default_factory=list)
    only: list[Answer] = field(default_factory=list)


def answers_of(tables: Mapping[str, Any]) -> Answers:
    """The rows of a form from a document that was found good."""
    about, file = tables.get("list", {}), tables.get("file", {})
    columns = dict(tables.get("columns", {}))
    phones = columns.pop("intake_phones", [])
    return Answers(
        about={
            **{
                name: about.get(key, "")
                for name, key in (("code", "id"), ("title", "title"), ("state", "state"))
            },
            "date": about.get("date"),
            "encoding": file.get("encoding", "utf-8"),
            "delimiter": file.get("delimiter", ","),
            "sheet": file.get("sheet", ""),
        },
        columns=columns | dict(zip(PHONES, phones, strict=False)),
        always=list(tables.get("always", {}).get("yes", [])),
        yes_no=[
            {"column": one["column"], "fact": fact, **{key: listed(one.get(key, [])) for key in _SAYS}}
            for one in tables.get("yes_no", [])
            for fact in one["facts"]
        ],
        word_columns=[
            {
                "column": one["column"],
                "separator": one.get("separator", ""),
                "complete": one.get("complete", False),
                "left_out": listed(one.get("left_out", [])),
            }
            for one in tables.get("words", [])
        ],
        words=[
            {"column": one["column"], "word": word, "fact": fact}
            for one in tables.get("words", [])
            for word, facts in one["says"].items()
            for fact in facts
        ],
        only=[{"column": column, "words": listed(words)} for column, words in tables.get("only", {}).items()],
    )


_SAYS = ("yes", "no", "left_out")


def tables_of_answers(answers: Answers) -> Tables:
    """The tables of a document. Whether they make sense, `parse_mapping` says."""
    about = answers.about
    columns = {name: answers.columns[name] for name in SINGLE if answers.columns.get(name)}
    phones = [answers.columns[name] for name in PHONES if answers.columns.get(name)]
    file = {
        key: about[key]
        for key, usual in (("encoding", "utf-8"), ("delimiter", ","), ("sheet", ""))
        if about.get(key, usual) != usual
    }
    tables: Tables = {
        "list": {"id": about["code"], "title": about["title"], "date": about["date"]}
        | ({"state": about["state"]} if about.get("state") else {}),
        "file": file,
        "columns": columns | ({"intake_phones": phones} if phones else {}),
        "always": {"yes": answers.always} if answers.always else {},
        "only": {one["column"]: words_in(one["words"]) for one in answers.only},
        "yes_no": _yes_no(answers.yes_no),
        "words": _words(answers.word_columns, answers.words),
    }
    return tables


def _yes_no(rows: Iterable[Answer]) -> list[Tables]:
    """Rows of one column with the same words are one table."""
    gathered: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for one in rows:
        gathered[one["column"], one["yes"], one["no"], one["left_out"]].append(one["fact"])
    return [
        {"column": column, "facts": facts, "yes": words_in(yes)}
        | {key: words_in(said) for key, said in (("no", no), ("left_out", left_out)) if said}
        for (column, yes, no, left_out), facts in gathered.items()
    ]


def _words(columns: Iterable[Answer], rows: Sequence[Answer]) -> list[Tables]:
    """A table for each column of words; one that nobody told the separator of holds one word a cell."""
    known = {one["column"]: one for one in columns}
    found = []
    for name in dict.fromkeys((*known, *(one["column"] for one in rows))):
        about = known.get(name, {})
        says: dict[str, list[str]] = defaultdict(list)
        for one in rows:
            if one["column"] == name:
                says[one["word"]].append(one["fact"])
        table: Tables = {"column": name}
        if about.get("separator"):
            table["separator"] = about["separator"]
        if about.get("complete"):
            table["complete"] = True
        if about.get("left_out"):
            table["left_out"] = words_in(about["left_out"])
        found.append(table | {"says": dict(says)})
    return found


def words_in(text: str) -> list[str]:
    """Words parted by commas; one that holds a comma stands in quotes."""
    rows = csv.reader([" ".join(text.split())], skipinitialspace=True)
    return [word.strip() for row in rows for word in row if word.strip()]


def listed(words: Iterable[str]) -> str:
    """What `words_in` reads."""
    doubled = ((word, word.replace('"', '""')) for word in words)
    return ", ".join(f'"{safe}"' if safe != word or "," in word else word for word, safe in doubled)
