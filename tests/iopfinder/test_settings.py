"""What an operator sets, and what the site then does."""

import ast
import json
import os
import re
import subprocess
import sys

from django.conf import settings

READERS = {"env", "env_bool", "env_list"}


def variables_read():
    tree = ast.parse((settings.BASE_DIR / "iopfinder" / "settings.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id in READERS
        and isinstance(call.args[0], ast.Constant)
    }


def test_the_example_environment_names_every_variable_that_is_read_and_no_other():
    lines = (settings.BASE_DIR / ".env.example").read_text().splitlines()
    named = {match[1] for line in lines if (match := re.match(r"([A-Z_]+)=", line))}
    assert len(variables_read()) > 10
    assert named == variables_read()


def test_every_variable_of_the_example_is_explained_right_above_it():
    """By a comment for it, or for the few that stand together."""
    above: list[str] = []
    earlier = ""
    for line in (settings.BASE_DIR / ".env.example").read_text().splitlines():
        if line.startswith("# "):
            above = [*(above if earlier.startswith("# ") else []), line.removeprefix("# ")]
        elif "=" in line:
            assert len(" ".join(above).split()) >= 5, line
        else:
            above = []
        earlier = line


USE = r"""(?:["']([A-Z_]+)["'] in )?os\.(?:environ|getenv)(?:\W+(?:\w+\()?["'](\w+))?"""
SEEN_ELSEWHERE = {"DJANGO_SETTINGS_MODULE", "PROMETHEUS_MULTIPROC_DIR"}
"""What says how a process is started, not how the site is set."""


def test_nothing_but_the_settings_reads_the_environment():
    for room in ("assessment", "iopfinder", "programs"):
        for path in (settings.BASE_DIR / room).rglob("*.py"):
            if path == settings.BASE_DIR / "iopfinder/settings.py":
                continue
            used = re.findall(USE, path.read_text())
            assert {one or other for one, other in used} <= SEEN_ELSEWHERE, path


def in_production(**environment):
    """Settings as a fresh process with this environment sees them."""
    code = (
        "import json, django; from django.conf import settings as s; django.setup();"
        "names = ['SESSION_COOKIE_NAME', 'CSRF_COOKIE_NAME', 'ANSWER_COOKIE_NAME', 'SECURE_SSL_REDIRECT',"
        "'SECURE_HSTS_SECONDS', 'SESSION_COOKIE_SECURE', 'CSRF_COOKIE_SECURE', 'ALLOWED_HOSTS', 'STORAGES'];"
        "print(json.dumps({name: getattr(s, name) for name in names}))"
    )
    clean = {key: value for key, value in os.environ.items() if key not in variables_read()}
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=clean | {"DJANGO_SETTINGS_MODULE": "iopfinder.settings"} | environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_without_a_word_the_site_is_set_for_production_over_https():
    found = in_production(SECRET_KEY="k" * 60)
    assert found["SESSION_COOKIE_NAME"] == "__Host-session"
    assert found["CSRF_COOKIE_NAME"] == "__Host-csrf"
    assert found["ANSWER_COOKIE_NAME"] == "__Host-answers"
    assert found["SECURE_SSL_REDIRECT"]
    assert found["SECURE_HSTS_SECONDS"] > 0
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert found["ALLOWED_HOSTS"] == []
    assert found["STORAGES"]["staticfiles"]["BACKEND"].endswith("CompressedManifestStaticFilesStorage")


def test_without_https_no_cookie_has_a_name_that_a_browser_would_refuse():
    found = in_production(SECRET_KEY="k" * 60, HTTPS="0")
    assert found["ANSWER_COOKIE_NAME"] == "answers"
    assert not found["SESSION_COOKIE_SECURE"]
