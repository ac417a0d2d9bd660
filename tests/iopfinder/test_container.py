"""The image and what stands beside it. `python -m ops.container` runs them; here is what can be read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ops.container.image import context, passes, steps
from tests.conftest import ROOT
from tests.iopfinder.test_settings import variables_read

DOCKERFILE = list(steps((ROOT / "Dockerfile").read_text()))
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
OURS = [name for name, one in SERVICES.items() if one["image"] == "iopfinder"]
BIN = Path(sys.executable).parent


def run(*words):
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def last_stage():
    starts = [number for number, step in enumerate(DOCKERFILE) if step.name == "FROM"]
    assert len(starts) == 2
    return DOCKERFILE[starts[-1] :]


def test_the_dockerfile_is_as_its_linter_wants_it():
    assert run(BIN / "hadolint", "Dockerfile") == (0, "")


def test_the_linter_would_complain(tmp_path):
    (tmp_path / "Dockerfile").write_text("FROM python\nRUN cd /srv && sudo pip install django\n")
    code, said = run(BIN / "hadolint", str(tmp_path / "Dockerfile"))
    assert code == 1
    assert "DL3006" in said


def test_compose_holds_to_the_published_schema():
    code, said = run(BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml")
    assert code == 0, said


def test_the_schema_would_refuse_a_word_it_does_not_know(tmp_path):
    (tmp_path / "compose.yaml").write_text("services: {one: {image: x, restarts: always}}\n")
    words = ("--builtin-schema", "vendor.compose-spec", str(tmp_path / "compose.yaml"))
    code, said = run(BIN / "check-jsonschema", *words)
    assert code == 1
    assert "restarts" in said


def test_it_runs_as_a_number_that_is_not_root_and_hides_no_signal_behind_a_shell():
    stage = {step.name: step for step in last_stage()}
    user, group = map(int, stage["USER"].words.split(":"))
    assert user > 1000
    assert group > 1000
    assert stage["CMD"].array[0] == ".venv/bin/gunicorn"
    assert stage["HEALTHCHECK"].array[0] == ".venv/bin/python"
    assert [step.words for step in last_stage() if step.name == "COPY"] == [
        "--from=build /srv/iopfinder /srv/iopfinder"
    ]
    after = [step.name for step in last_stage()]
    assert "RUN" not in after[after.index("USER") :]


def test_no_secret_is_in_a_layer():
    said = " ".join(step.words for step in DOCKERFILE if step.name in {"ARG", "ENV", "RUN"})
    for word in ("SECRET", "PASSWORD", "TOKEN", "KEY=", "DATABASE_URL"):
        assert word not in said


@pytest.mark.parametrize(
    ("path", "goes"),
    [
        ("manage.py", True),
        ("programs/models/centers.py", True),
        ("requirements/base.txt", True),
        ("ops/container/healthy.py", True),
        ("requirements/dev.txt", False),
        (".env", False),
        ("iopfinder/.env", False),
        (".git/config", False),
        ("db.sqlite3", False),
        ("tests/conftest.py", False),
        ("ops/durable/site.py", False),
        ("programs/__pycache__/x.pyc", False),
        ("locale/es/LC_MESSAGES/django.mo", False),
        ("environment", False),
    ],
)
def test_what_goes_into_the_image(path, goes):
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert passes(path, [line for line in lines if line and not line.startswith("#")]) is goes


def test_all_that_the_site_imports_goes_into_the_image():
    there = set(context(ROOT))
    for name in ("assessment", "iopfinder", "programs"):
        wanted = {path.relative_to(ROOT).as_posix() for path in (ROOT / name).rglob("*.py")}
        assert wanted <= there
    assert "gunicorn.conf.py" in there


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_bounded_and_looked_after(name):
    service = SERVICES[name]
    limits = service["deploy"]["resources"]["limits"]
    assert {"cpus", "memory"} <= set(limits)
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["logging"]["options"]["max-size"]
    assert "healthcheck" in service or name in OURS  # theirs is in the image
    assert service["restart"] == ("no" if name == "migrate" else "unless-stopped")


@pytest.mark.parametrize("name", [*OURS, "proxy", "mail"])
def test_whatever_serves_strangers_writes_nowhere(name):
    assert SERVICES[name]["read_only"] is True
    assert SERVICES[name]["cap_drop"] == ["ALL"]


def test_only_the_proxy_is_open_to_strangers():
    ports = {name: service.get("ports", []) for name, service in SERVICES.items()}
    assert [
        name for name, some in ports.items() if some and not all(p.startswith("127.0.0.1:") for p in some)
    ] == ["proxy"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert SERVICES["database"]["networks"] == ["inside"]


def test_the_site_starts_after_its_migrations_and_a_healthy_database():
    assert SERVICES["site"]["depends_on"] == {
        "database": {"condition": "service_healthy"},
        "migrate": {"condition": "service_completed_successfully"},
    }


def test_every_secret_comes_from_the_environment():
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if any(word in name for word in ("PASSWORD", "SECRET", "DATABASE_URL")):
                assert "${" in value, name
                assert ":?" in value, name


def test_what_compose_tells_the_site_is_what_the_site_reads():
    told = set(SERVICES["site"]["environment"])
    assert told <= variables_read()


@pytest.mark.parametrize("name", ["migrate", "nightly"])
def test_what_compose_runs_is_there(name):
    (command,) = SERVICES[name]["command"]
    assert os.access(ROOT / command, os.X_OK)
    assert run("sh", "-n", command) == (0, "")


def test_files_that_compose_mounts_are_there():
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./"):
                assert (ROOT / source).exists(), source
