"""The promises of the tools around the site: locks, commands, documents, files that must be runnable."""

import hashlib
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

from tests.conftest import ROOT, required

BOOTSTRAP_SHA256 = "d85327d99c7a3ee1f9b5d0500d1370acea3ad2db39c163c2f51f232baedbdede"
# Written in two parts, so that this file is not one that names a host.
REGISTRY_HOSTS = [
    f"{name}.{domain}"
    for name, domain in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("deb.debian", "org"),
    ]
]
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    if "clinical" not in path.parts
)


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def requirement_lines(name: str) -> list[str]:
    lines = (ROOT / "requirements" / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-r"))]


def tracked_files() -> list[Path]:
    listed = run("git", "ls-files", "-z")
    if listed.returncode != 0:
        pytest.fail(f"this test reads the repository's own list of files: {listed.stderr}")
    return [ROOT / name for name in listed.stdout.split("\0") if name]


@pytest.mark.parametrize("name", ["base.in", "dev.in"])
def test_every_dependency_says_in_a_sentence_why_it_is_here(name: str) -> None:
    silent = [line for line in requirement_lines(name) if not re.search(r"\s# \S+ \S+", line)]
    assert silent == []


@pytest.mark.parametrize("name", ["base", "dev"])
def test_every_dependency_is_locked_and_every_lock_line_has_a_hash(name: str) -> None:
    lock = (ROOT / "requirements" / f"{name}.txt").read_text()
    entries = re.split(r"\n(?=\S)", lock.strip())
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    locked = {re.match(r"[a-z0-9._-]+", entry)[0] for entry in entries}
    wanted = {
        re.sub(r"[._-]+", "-", re.match(r"[A-Za-z0-9._-]+", line)[0]).lower()
        for line in requirement_lines(f"{name}.in")
    }
    assert wanted <= locked


def test_the_dev_lock_holds_the_same_versions_as_the_lock_the_site_runs_on() -> None:
    def versions(name: str) -> set[str]:
        return set(re.findall(r"^\S+==\S+", (ROOT / "requirements" / name).read_text(), re.MULTILINE))

    assert versions("base.txt") <= versions("dev.txt")


def test_no_file_names_a_package_registry() -> None:
    pattern = re.compile("|".join(map(re.escape, REGISTRY_HOSTS)))
    naming = [
        path.relative_to(ROOT).as_posix()
        for path in tracked_files()
        if path.is_file() and pattern.search(path.read_bytes().decode("utf-8", "ignore"))
    ]
    assert naming == []


def test_bootstrap_is_byte_for_byte_the_official_release() -> None:
    assert hashlib.sha256(settings.BOOTSTRAP_CSS.read_bytes()).hexdigest() == BOOTSTRAP_SHA256


@pytest.mark.parametrize("path", [".ci/run", *sorted(f"bin/{p.name}" for p in (ROOT / "bin").iterdir())])
def test_every_command_of_the_repository_may_be_run(path: str) -> None:
    assert os.access(ROOT / path, os.X_OK)


@pytest.mark.parametrize(
    "script", [".ci/run", "bin/check", "bin/find-python", "bin/install", "bin/test", "bin/with-postgres"]
)
def test_every_shell_script_parses(script: str) -> None:
    assert run("bash", "-n", script).stderr == ""


def test_make_help_lists_every_target_that_a_person_types() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)) - {"dev"}
    listed = {line.split()[0] for line in run("make", "--no-print-directory", "help").stdout.splitlines()}
    assert listed == targets


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_in_the_documents_exists(document: str) -> None:
    """`make TARGET` and `manage.py COMMAND`, in shell blocks and in sentences: each of them is there."""
    text = (ROOT / document).read_text()
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE)) <= targets
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= set(get_commands())
    for script in re.findall(r"(?<!\S)(\.ci/\w+|bin/[\w-]+)", text):
        assert os.access(ROOT / script, os.X_OK), script


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_option_in_the_documents_is_one_the_command_takes(document: str) -> None:
    for command, arguments in re.findall(r"manage\.py ([a-z_]+)([^\n|>&#]*)", (ROOT / document).read_text()):
        if command not in get_commands():
            continue
        known = load_command_class(get_commands()[command], command).create_parser("manage.py", command)
        options = {option for action in known._actions for option in action.option_strings}
        assert set(re.findall(r"(?<!\S)--[a-z-]+", arguments)) <= options, f"{command}{arguments}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_in_the_documents_leads_to_a_file(document: str) -> None:
    text = (ROOT / document).read_text()
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text)
    missing = [target for target in targets if not ((ROOT / document).parent / target).exists()]
    assert missing == []


def test_the_site_says_so_when_its_port_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = run(sys.executable, "bin/serve", PORT=str(port))
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Port {port} cannot be used")
    assert f"make run PORT={port % 65535 + 1}" in refused.stderr


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "80 80"])
def test_a_port_that_is_none_is_refused_in_one_line(port: str) -> None:
    refused = run(sys.executable, "bin/serve", PORT=port)
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert refused.stderr.startswith(f"PORT={port} is not a port")


def test_an_old_or_missing_python_is_refused_with_advice(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    chosen = run("bin/find-python", PYTHON=str(old))
    assert chosen.returncode == 69
    assert "older than 3.11" in chosen.stderr
    for name in ("bash", "env"):
        (tmp_path / name).symlink_to(
            Path("/bin") / name if (Path("/bin") / name).exists() else f"/usr/bin/{name}"
        )
    none = run("bin/find-python", PATH=str(tmp_path))
    assert none.returncode == 69
    assert "apt-get install python3" in none.stderr


def test_the_throw_away_server_leaves_nothing_behind() -> None:
    if run("bin/with-postgres", "--find").returncode != 0:
        if required("postgres"):
            pytest.fail("no PostgreSQL server here, where one is required")
        pytest.skip("needs a PostgreSQL server: apt-get install postgresql")
    probe = (
        "import os, psycopg2; c = psycopg2.connect(os.environ['DATABASE_URL']); print(c.info.host); c.close()"
    )
    served = run("bin/with-postgres", sys.executable, "-c", probe, DATABASE_URL="")
    assert served.returncode == 0, served.stderr
    place = Path(served.stdout.strip())
    assert place.name.startswith("iopfinder-pg.")
    assert not place.exists()


def test_the_throw_away_server_passes_on_how_the_command_ended() -> None:
    assert (
        run("bin/with-postgres", "sh", "-c", "exit 7", DATABASE_URL="postgres://nowhere/none").returncode == 7
    )


def test_no_socket_reaches_past_this_machine() -> None:
    with socket.socket() as outside, pytest.raises(UserWarning, match="tried to use socket"):
        outside.connect(("192.0.2.1", 80))


def test_every_decision_is_in_the_index() -> None:
    index = (ROOT / "docs/adr/README.md").read_text()
    records = sorted(path.name for path in (ROOT / "docs/adr").glob("[0-9]*.md"))
    assert [name for name in records if f"]({name})" not in index] == []
