"""Secrets come from the environment: no file of ours holds one, and the one everybody knows serves nobody."""

import ast
import math
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from iopfinder import settings as site

ROOT = Path(__file__).resolve().parent.parent
SHAPES = re.compile(
    r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_\w{22,}\b|\bglpat-[\w-]{20}\b"
    r"|\bxox[abprs]-[\w-]{10,}|\bsk_live_\w{16,}|\bSG\.[\w-]{16,}\.[\w-]{16,}|\bpypi-\w{32,}"
    r"|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"
    r"|[a-z+]+://[^\s:/@\"'{}<>$]+:[^\s:/@\"'{}<>$%]{8,}@(?!example|mail\.example|127\.|host[:/]|localhost)"
)
"""Keys and tokens that are known by how they look, and addresses with a password in them."""
NAMED = re.compile(r"secret|passw|token|api_?key|credential", re.IGNORECASE)
KNOWN = {
    site.INSECURE_DEVELOPMENT_KEY,
    # Invented by tests: tokens of links that open nothing, and a password of nobody's.
    "7qx2-m0fa-zk3d-9t5h-wcre-4b8n-j6vp",
    "0123-4567-89ab-cdef-ghjk-mnpq-rstv",
    "kettle-harbor-92-lantern",
}
LEAST = 16
TELLING = 3.4
"""Bits a character; English words have fewer, drawn letters and numbers more."""


def tracked() -> list[Path]:
    said = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in said.split("\0") if name and (ROOT / name).is_file()]


def bits(text: str) -> float:
    counts = Counter(text)
    return -sum(one / len(text) * math.log2(one / len(text)) for one in counts.values())


def looks_drawn(text: str) -> bool:
    """Long, in one word, of letters and digits in no order that a person would write."""
    is_word = re.fullmatch(r"[A-Za-z0-9+/=_-]+", text) is not None
    mixed = re.search(r"\d", text) and re.search(r"[A-Za-z]", text)
    in_order = sum(ord(after) - ord(one) == 1 for one, after in pairwise(text))  # an alphabet, not a secret
    drawn = is_word and bool(mixed) and bits(text) > TELLING and in_order < len(text) / 2
    return drawn and len(text) >= LEAST and text not in KNOWN


def named_literals(source: str) -> Iterator[str]:
    """Texts that a name like `password` stands before: assigned, passed or in a dictionary."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign):
            pairs = [(ast.unparse(target), node.value) for target in node.targets]
        elif isinstance(node, ast.AnnAssign):
            pairs = [(ast.unparse(node.target), node.value)]
        elif isinstance(node, ast.keyword):
            pairs = [(node.arg or "", node.value)]
        elif isinstance(node, ast.Dict):
            pairs = [
                (ast.unparse(key), value) for key, value in zip(node.keys, node.values, strict=True) if key
            ]
        else:
            continue
        for name, value in pairs:
            if NAMED.search(name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value.value


def found_in(path: Path, text: str) -> list[str]:
    found = [match[0] for match in SHAPES.finditer(text)]
    if path.suffix == ".py":
        found += [one for one in named_literals(text) if looks_drawn(one)]
    elif path.suffix != ".txt":
        assigned = re.findall(
            r"(?i)(\w*(?:secret|passw|token|api_?key)\w*)[\"']?\s*[=:]\s*[\"']?([^\s\"'#,]+)", text
        )
        found += [value for _name, value in assigned if looks_drawn(value)]
    return [f"{path.relative_to(ROOT)}: {one[:12]}…" for one in found]


def test_no_file_holds_a_secret() -> None:
    found, read = [], 0
    for path in tracked():
        if path == Path(__file__).resolve():
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        read += 1
        found += found_in(path, text)
    assert found == []
    assert read > 500


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.pem", "-----BEGIN EC PRIVATE KEY-----"),
        ("a.py", 'SECRET_KEY = "q8Zr2vYx7Lm4Tn6Wb1Hd9Kc3Ps5Jf0Ga"'),
        ("a.py", 'connect(password="hunter2Correct7Horse9")'),
        ("a.py", 'x = {"api_key": "q8Zr2vYx7Lm4Tn6Wb1Hd9Kc3"}'),
        ("a.env", "SECRET_KEY=q8Zr2vYx7Lm4Tn6Wb1Hd9Kc3Ps5Jf0Ga"),
        ("a.yaml", "password: q8Zr2vYx7Lm4Tn6Wb1Hd9Kc3"),
        ("a.md", "postgres://iopfinder:q8Zr2vYx7Lm4@db.internal/iopfinder"),
        ("a.sh", "export TOKEN=ghp_" + "a1B2" * 9),
    ],
)
def test_a_secret_would_be_found(name: str, text: str) -> None:
    assert found_in(ROOT / name, text)


@pytest.mark.parametrize(
    "more",
    [
        {"SECRET_KEY": site.INSECURE_DEVELOPMENT_KEY},
        {"SECRET_KEY": "k" * 60, "SECRET_KEY_FALLBACKS": f"old, {site.INSECURE_DEVELOPMENT_KEY}"},
        {},
    ],
    ids=["as the key", "as an older key", "no key at all"],
)
def test_the_key_that_everybody_knows_serves_nobody(more: dict[str, str]) -> None:
    environment = {key: one for key, one in os.environ.items() if key not in {"DEBUG", "SECRET_KEY"}}
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "import django; django.setup(); from django.conf import settings; settings.SECRET_KEY",
        ],
        cwd=ROOT,
        env=environment | {"DJANGO_SETTINGS_MODULE": "iopfinder.settings"} | more,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode != 0
    assert "ImproperlyConfigured" in run.stderr
    assert "SECRET_KEY" in run.stderr
    assert site.INSECURE_DEVELOPMENT_KEY not in run.stderr
