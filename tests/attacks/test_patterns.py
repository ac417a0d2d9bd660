"""No regular expression of ours can be made to take forever.

Every pattern of the code is found by its syntax tree, built as Python builds it, and searched for two ways to
read one text that go on and on: then a text that almost matches costs twice as much with each letter. That is
decided on the pattern, not by the clock. Patterns of scripts are read out of static/js and held to the same.
"""

import ast
import builtins
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("assessment", "iopfinder", "programs")
CALLS = {"compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
ALPHABET = [chr(code) for code in range(9, 127)] + ["é", "ß", "中", "\u2028", "\u00a0"]
LITERAL = re.compile(
    r"(?:[(=,:!&|?{};\n\[]|return)\s*/((?:[^/\\\n\[*]|\\.|\[(?:[^\]\\\n]|\\.)*\])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])*)/[a-z]*"
)
"""A regular expression as a script writes it."""
UNBOUNDED = 30
"""A repetition of so many or more counts as without end."""


# -- Which patterns there are -------------------------------------------------------------------
def files() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted(path for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts)


def of_code() -> list[tuple[str, str]]:
    """Where each pattern stands, and the pattern. A pattern made of pieces is taken from its module."""
    found = []
    for path in files():
        tree = ast.parse(path.read_text())
        where = str(path.relative_to(ROOT))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _is_re(node.func) and node.args:
                found.append((f"{where}:{node.lineno}", _text(node.args[0], where)))
            elif isinstance(node, ast.Call) and _name(node.func) in (
                "RegexField",
                "RegexValidator",
                "re_path",
            ):
                given = [one.value for one in node.keywords if one.arg == "regex"] or node.args[:1]
                found += [(f"{where}:{node.lineno}", _text(one, where)) for one in given]
            elif isinstance(node, ast.keyword) and (node.arg or "").endswith("regex"):
                found.append((f"{where}:{node.value.lineno}", _text(node.value, where)))
            elif isinstance(node, ast.Assign) and any(_name(one) == "regex" for one in node.targets):
                found.append((f"{where}:{node.lineno}", _text(node.value, where)))
    return sorted(set(found))


def _is_re(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in CALLS and _name(node.value) == "re"


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def _text(node: ast.expr, where: str) -> str:
    """The pattern that an expression stands for, as the module itself makes it."""
    module = importlib.import_module(where.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    value = eval(compile(ast.Expression(node), where, "eval"), vars(module), Names(vars(module)))
    return value.pattern if isinstance(value, re.Pattern) else str(value)


class Names(dict[str, Any]):
    """What a module knows; a name that only a function knows stands for some word."""

    def __missing__(self, name: str) -> Any:
        return vars(builtins).get(name, "word")


def of_scripts() -> list[tuple[str, str]]:
    """Literals of regular expressions in our own scripts, in Python's spelling."""
    found = []
    for path in sorted((ROOT / "static" / "js").glob("*.js")):
        code = re.sub(r"//[^\n]*|/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        found += [(f"{path.name}: {one[1]}", _as_python(one[1])) for one in LITERAL.finditer(code)]
    return found


def _as_python(pattern: str) -> str:
    return re.sub(r"\\p\{\w+\}", r"\\w", pattern.replace("(?<", "(?P<"))


# -- A pattern as a machine ---------------------------------------------------------------------
class Machine:
    """States and the letters that lead from one to the next. Groups, looks ahead and anchors are let through:
    it reads more than the pattern does, never less. Letters are bits of one number."""

    def __init__(self, pattern: str) -> None:
        self.empty: list[set[int]] = []
        self.steps: list[list[tuple[int, int]]] = []
        self.start = self._state()
        self.end = self._piece(parser.parse(pattern), self.start)

    def _state(self) -> int:
        self.empty.append(set())
        self.steps.append([])
        return len(self.empty) - 1

    def _piece(self, items: Any, at: int) -> int:
        for kind, given in items:
            at = self._item(kind, given, at)
        return at

    def _item(self, kind: Any, given: Any, at: int) -> int:
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            return self._repeat(*given, at)
        if kind is sre.BRANCH:
            after = self._state()
            for one in given[1]:
                self.empty[self._piece(one, at)].add(after)
            return after
        if kind is sre.SUBPATTERN:
            return self._piece(given[3], at)
        if kind is sre.ATOMIC_GROUP:
            return self._piece(given, at)
        if kind in (sre.AT, sre.ASSERT, sre.ASSERT_NOT, sre.GROUPREF):
            return at
        after = self._state()
        self.steps[at].append((letters(kind, given), after))
        return after

    def _repeat(self, least: int, most: Any, items: Any, at: int) -> int:
        for _ in range(min(least, 3)):
            at = self._piece(items, at)
        if most is sre.MAXREPEAT or most >= UNBOUNDED:
            # An entry and an exit of its own, so that what comes around cannot be taken for what goes on.
            inside, after = self._state(), self._state()
            self.empty[at].add(inside)
            self.empty[self._piece(items, inside)].add(inside)
            self.empty[inside].add(after)
            return after
        after = self._state()
        for _ in range(min(int(most) - least, 3)):
            self.empty[at].add(after)
            at = self._piece(items, at)
        self.empty[at].add(after)
        return after

    def reached(self, at: int) -> set[int]:
        seen, left = {at}, [at]
        while left:
            for one in self.empty[left.pop()] - seen:
                seen.add(one)
                left.append(one)
        return seen

    def moves(self) -> list[list[tuple[int, int]]]:
        """From each state: the letters, and a state that has letters of its own or ends."""
        return [
            [(bits, there) for one in self.reached(at) for bits, there in self.steps[one]]
            for at in range(len(self.steps))
        ]


_KNOWN: dict[str, int] = {}


def letters(kind: Any, given: Any) -> int:
    """Which letters of the alphabet an item takes, as bits."""
    key = f"{kind} {given}"
    if key not in _KNOWN:
        state = parser.State()
        state.str = ""
        item = parser.SubPattern(state, [(kind, given)])
        from re import _compiler as compiler  # type: ignore[attr-defined]

        one = compiler.compile(item, re.DOTALL)
        _KNOWN[key] = sum(1 << number for number, letter in enumerate(ALPHABET) if one.fullmatch(letter))
    return _KNOWN[key]


def explodes(pattern: str) -> bool:
    """Whether some state comes back to itself by one text in two ways: their number doubles each time."""
    moves = Machine(pattern).moves()
    return any(_two_ways(moves, home) for home in range(len(moves)))


def _two_ways(moves: list[list[tuple[int, int]]], home: int) -> bool:
    """Two at a time from (home, home): do they come back there after having been apart?"""
    first = (home, home, False)
    seen, left = {first}, [first]
    while left:
        one, two, apart = left.pop()
        for at, (bits, there) in enumerate(moves[one]):
            for other, (others, where) in enumerate(moves[two]):
                if not bits & others:
                    continue
                now = apart or there != where or (one == two and at != other)
                if now and there == where == home:
                    return True
                if (there, where, now) not in seen:
                    seen.add((there, where, now))
                    left.append((there, where, now))
    return False


# -- Tests --------------------------------------------------------------------------------------
EVIL = [
    r"(a+)+$",
    r"(?:a|b|ab)*c",
    r"(a|aa)+$",
    r"([a-z]+)*x",
    r"(\w+\s?)*$",
    r"^(\d+|\d+\.)+$",
    r"(.*a){30,}",
]
FINE = [
    r"a+$",
    r"(ab)+",
    r"[a-z]+(?:-[a-z]+)*",
    r"\d{3}-\d{4}",
    r"(?:a|b)*c",
    r"^(?:[a-z]+ )+[a-z]+$",
    r"a*b*",
]


@pytest.mark.parametrize("pattern", EVIL)
def test_a_pattern_that_explodes_is_found_out(pattern: str) -> None:
    assert explodes(pattern)


@pytest.mark.parametrize("pattern", FINE)
def test_a_pattern_that_does_not_is_let_through(pattern: str) -> None:
    assert not explodes(pattern)


def test_no_pattern_of_the_code_explodes() -> None:
    found = of_code()
    assert len(found) > 60
    assert [(where, pattern) for where, pattern in found if explodes(pattern)] == []


def test_no_pattern_of_a_script_explodes() -> None:
    found = of_scripts()
    assert found
    assert [(where, pattern) for where, pattern in found if explodes(pattern)] == []
