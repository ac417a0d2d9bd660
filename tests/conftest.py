"""What every test shares. The settings are in tests/settings.py; no socket reaches past loopback."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A red test is red for everyone, and a busy machine reddens none. To look for new cases:
# pytest --hypothesis-profile=explore
settings.register_profile(
    "steady", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile("steady")

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
WORKBOOKS = {
    "su": SHARED / "data/samhsa/national-directory-su-facilities-2023.xlsx",
    "mh": SHARED / "data/samhsa/national-directory-mh-facilities-2023.xlsx",
}


def required(name: str) -> bool:
    """True where the environment forbids to skip for want of NAME (browser, postgres, shared)."""
    if name == "shared" and os.environ.get("CI") == "true" and SHARED.is_dir():
        return True
    return os.environ.get(f"REQUIRE_{name.upper()}") == "1"


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile the catalogs once, before any worker reads them: Spanish pages are tested as they are now."""
    from django.core.management import call_command

    if not hasattr(session.config, "workerinput"):
        call_command("compile_catalogs", verbosity=0)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what belongs to the other database.

    Deselected, not skipped: the other phase of `make test` runs it, so nothing is missing.
    """
    from django.db import connection

    other = "sqlite_only" if connection.vendor == "postgresql" else "postgres_only"
    kept, left_out = [], []
    for item in items:
        (left_out if item.get_closest_marker(other) else kept).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[pytest.TestReport]:
    """Where nothing may be skipped (NO_SKIPS=1, as in CI) a skip is a failure that says so."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("NO_SKIPS") == "1":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped where nothing may be: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Every test begins in English: a request for a Spanish page leaves its language in the thread."""
    from django.utils import translation

    translation.activate("en")
    yield
    translation.activate("en")


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """No test begins with what another left in its process, such as how often the API was asked."""
    from django.core.cache import cache, caches

    from programs import asking, places
    from programs.api import services

    cache.clear()
    caches["template_fragments"].clear()
    asking.NOW.forget()
    places.forget()
    services.forget()


@pytest.fixture(scope="session")
def directory_files() -> dict[str, Path]:
    """The real national directory workbooks, `su` and `mh`: read them where they lie, never copy them."""
    absent = [str(path) for path in WORKBOOKS.values() if not path.is_file()]
    if absent:
        reason = f"needs the real workbooks beside the repository: {', '.join(absent)}"
        if required("shared"):
            pytest.fail(reason)
        pytest.skip(reason)
    return WORKBOOKS
