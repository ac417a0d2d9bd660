"""The benchmark itself: that it measures what it says, and that its reference pages are what they claim."""

import json
import time

import pytest
from django.test import override_settings

from assessment.domain import load
from bench import assess, queries, report
from bench.measure import race
from bench.questions import SEARCH_URL
from programs import search
from tests.programs import factories
from tests.programs.factories import ZipCodeFactory


def test_a_race_tells_waiting_from_working():
    def work() -> None:
        until = time.process_time() + 0.004
        while time.process_time() < until:
            pass

    timings = race({"wait": lambda: time.sleep(0.004), "work": work}, rounds=5, warm_up=1)
    assert timings["wait"].least >= 4
    assert timings["work"].least >= 4
    assert timings["wait"].processor < 2
    assert timings["work"].processor >= 4
    assert all(one.least <= one.median <= one.p99 for one in timings.values())


@pytest.mark.django_db
def test_the_finished_page_holds_the_searchs_own_html_and_asks_nothing(client, django_assert_num_queries):
    ZipCodeFactory(zip="85004")
    factories.center(["iop"], yes=["pay_medicaid"])
    real = client.get(SEARCH_URL).content.decode()
    list_of = '<ol class="list-unstyled mb-0"'
    with override_settings(ROOT_URLCONF="bench.urls", TEMPLATES=_with_bench_templates()):
        client.get("/bench/literal/")
        with django_assert_num_queries(0):
            finished = client.get("/bench/literal/").content.decode()
            cards = client.get("/bench/cards/").content.decode()
    assert _between(finished, list_of, "</ol>") == _between(real, list_of, "</ol>")
    assert cards.count('class="hit"') == real.count('class="hit"') == 1


@pytest.mark.django_db
def test_the_bare_statements_are_those_of_the_search(monkeypatch):
    monkeypatch.setattr(queries, "ROUNDS", 5)
    ZipCodeFactory(zip="85004")
    factories.center(["iop"])
    timings, total = queries.steps()
    assert total == 1
    assert timings["SQL"].least < timings["search"].least
    sent = queries._sent(lambda: search.Listing.objects.count())
    assert [sql.split()[0] for sql, _ in sent] == ["SELECT"]


def test_the_report_has_a_section_for_each_database_that_was_measured(tmp_path, monkeypatch):
    one = {"least": 2.0, "median": 3.0, "p99": 4.0, "processor": 1.0}
    figures = {
        "version": "1.2",
        "centers": 1234,
        "found": 5,
        "imports": {},
        "pages": dict.fromkeys(("search", "center", "start", "search_api", "services", "cards"), one)
        | {"literal": {**one, "least": 1.0}},
        "steps": {"search": {**one, "least": 6.0}, "SQL": one},
        "assess": {
            "sets": 6000,
            "median": 0.3,
            "p99": 1.1,
            "typical_level": 0.05,
            "not_sure": 1.2,
            "worst": 1.4,
            "worst_level": 0.07,
            "open": 17,
            "ways": 3,
        },
        "weights": {
            f"{page}: {what}": 1.0
            for page in ("home", "search", "center")
            for what in ("HTML", "first visit")
        },
        "desk": {
            "rows": {"centers": 25_000, "history": 60_000},
            "pages": {"index": {**one, "queries": 9}, "queue": {**one, "median": 7.0, "queries": 12}},
        },
    }
    for name in ("sqlite", "postgresql"):
        (tmp_path / f"{name}.json").write_text(json.dumps({**figures, "database": name}))
    monkeypatch.setattr(report, "OUT", tmp_path)
    monkeypatch.setattr(report, "ROOT", tmp_path)
    monkeypatch.setattr(report, "PAGE", tmp_path / "benchmarks.md")
    report.main()
    text = (tmp_path / "benchmarks.md").read_text()
    assert text.count("1,234 centers") == 2
    assert "| 1.00 | 0.50 |" in text
    assert "| 3.0 |" in text
    assert "the sample directory was searched" in text
    assert "2 pages, 12 queries at most (target: 15)" in text
    assert "| queue | 2.0 | 7.0 | 4.0 | 12 |\n| index |" in text
    assert "| worst found | 1.40 | 0.070 | 20 |" in text


def test_the_slowest_recommendation_is_looked_for_among_legal_answers(monkeypatch):
    monkeypatch.setattr(assess, "SETS", 10)
    monkeypatch.setattr(assess, "CLIMBERS", 1)
    took = assess.times()
    protocol = load()
    nothing = protocol.recommend(protocol.check(assess.not_sure(protocol)))
    assert took["sets"] > 200
    assert took["worst"] >= took["worst_level"] > 0
    assert {question.id for question in protocol.questions if question.readings} <= set(nothing.unknown)


def _between(text: str, start: str, end: str) -> str:
    return text[text.index(start) : text.index(end, text.index(start))]


def _with_bench_templates() -> list[dict]:
    from django.conf import settings

    (engine,) = settings.TEMPLATES
    return [{**engine, "DIRS": [*engine["DIRS"], settings.BASE_DIR / "bench" / "templates"]}]
