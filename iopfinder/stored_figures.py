"""Figures for whoever watches the machine that are read from the database when they are asked for.

For the whole site, never for one center or state: see `iopfinder.metrics`.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.core.cache import cache
from django.db import Error
from django.db.models import Count, Max, Q
from django.utils.timezone import localdate
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from programs.models import Center, ImportRun
from programs.queue.waiting import totals

KEPT_SECONDS = 60
"""Counting a large directory costs something, and nothing here changes by the second."""
_KEY = "iopfinder-figures-1"
Figures = dict[str, dict[str, float]]


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0


def _read() -> Figures:
    runs = ImportRun.objects.aggregate(
        applied=Count("pk"), undone=Count("pk", filter=Q(undone_at__isnull=False)), latest=Max("finished_at")
    )
    return {
        "imports": {"applied": runs["applied"], "undone": runs["undone"]},
        "latest": {"": _seconds(runs["latest"])},
        "centers": {"": Center.objects.published().count()},
        "waiting": {kind.value: number for kind, number in totals(today=localdate()).items()},
    }


def figures() -> Figures:
    """As they were at most a minute ago. django.db.Error when the database does not answer."""
    kept: Figures | None = cache.get(_KEY)
    if kept is None:
        kept = _read()
        cache.set(_KEY, kept, KEPT_SECONDS)
    return kept


def _family(name: str, words: str, label: str, values: dict[str, float]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=[label] if label else [])
    for value, number in values.items():
        family.add_metric([value] if label else [], number)
    return family


class StoredFigures(Collector):
    """Reads the figures at each scrape. While the database is away it says that, and nothing else."""

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterator[Metric]:
        try:
            found = figures()
        except Error:
            yield _family("iopfinder_database_up", "Whether the database answers.", "", {"": 0})
            return
        yield _family("iopfinder_database_up", "Whether the database answers.", "", {"": 1})
        yield _family("iopfinder_imports", "Imports by what became of them.", "state", found["imports"])
        yield _family(
            "iopfinder_latest_import_timestamp_seconds",
            "When the directory was last imported; 0 for never.",
            "",
            found["latest"],
        )
        yield _family("iopfinder_centers", "Centers that are published.", "", found["centers"])
        yield _family("iopfinder_waiting", "What waits for staff, by kind.", "kind", found["waiting"])
