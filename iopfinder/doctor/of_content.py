"""What the site shows: the questions, the directory, languages and styles."""

import json
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.db.models import Max
from django.utils.timezone import now

from assessment.domain import ContentError, load
from assessment.domain.review import DRAFT, PROVISIONAL, STALE
from iopfinder.doctor import Checks, Finding, ok, skipped, warning, wrong
from iopfinder.scripts import OwnFilesFinder
from programs.models import Center, ImportRun, Listing, ZipCode

PLACES = 30_000
"""There are more ZIP codes than this in the country."""
OLD = timedelta(days=400)
"""A national directory appears once a year."""


def protocol() -> Finding:
    try:
        found = load()
    except ContentError as error:
        return wrong(
            f"The questions cannot be read, or are not as they were published: {error}",
            "Put the files of this release back: git status shows what differs.",
        )
    status, called = found.review.status, f"{found.version} ({found.review.sha256[:12]})"
    if status in {DRAFT, STALE}:
        return wrong(
            f"The questions {called} are {'a draft' if status == DRAFT else 'not what was signed'}.",
            "Have them read: docs/clinical/review-sheet.md, then manage.py review_content --sign-off NAME",
        )
    if status == PROVISIONAL and not settings.ACCEPT_PROVISIONAL_PROTOCOL:
        return wrong(
            f"No clinician has signed the questions {called} off, and nobody took that on themselves.",
            "Have them signed off, or set ACCEPT_PROVISIONAL_PROTOCOL=1: pages say provisional either way.",
        )
    if status == PROVISIONAL:
        return warning(f"The questions {called} are shown as provisional.", "Have a clinician sign them off.")
    return ok(f"The questions {called} are sealed and signed off.")


def places() -> Finding:
    count = ZipCode.objects.count()
    if count < PLACES:
        return wrong(
            f"The site knows {count} ZIP codes: most people hear that theirs does not exist.",
            "manage.py load_places",
        )
    return ok(f"The site knows {count} ZIP codes.")


def directory() -> Finding:
    count = Center.objects.published().count()
    if not count:
        return wrong(
            "No center is published: every search finds nothing.",
            "manage.py import_directory su.xlsx mh.xlsx",
        )
    if not Listing.objects.exists():
        return wrong(
            f"{count} centers are published, and the search knows none.", "manage.py rebuild_listings"
        )
    latest = ImportRun.objects.filter(undone_at=None).aggregate(latest=Max("finished_at"))["latest"]
    if latest is None:
        return ok(f"{count} centers are published; none came from a list.")
    age = now() - latest
    if age > OLD:
        return warning(
            f"{count} centers are published; the last list was imported {age.days} days ago.",
            "Import this year's edition: docs/importing.md",
        )
    return ok(f"{count} centers are published; the last list was imported {age.days} days ago.")


def samples() -> Finding:
    count = Center.objects.published().filter(is_sample=True).count()
    if count and not settings.DEBUG:
        return wrong(
            f"{count} invented centers are shown: somebody in need may call a number that is nobody's.",
            "manage.py remove_sample",
        )
    return ok(f"{count} invented centers, for trying the site." if count else "No invented center is shown.")


def static_files() -> Finding:
    if not isinstance(staticfiles_storage, ManifestFilesMixin):
        return skipped("In development files are served from where they lie.")
    mend = "manage.py collectstatic --no-input, then restart the site"
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    try:
        paths: dict[str, str] = json.loads(manifest.read_text())["paths"]
    except (OSError, ValueError, KeyError):
        return wrong("Static files were not collected: pages have no styles, or do not come at all.", mend)
    missing = [path for path in paths.values() if not (Path(settings.STATIC_ROOT) / path).is_file()]
    if missing:
        return wrong(f"{len(missing)} collected files are gone, as {missing[0]}.", mend)
    old = [path for path, source in sorted(_sources().items()) if not _as_collected(path, source)]
    if old:
        return wrong(f"{len(old)} files have changed since they were collected, as {old[0]}.", mend)
    return ok(f"{len(paths)} files are collected, as this release has them.")


def _sources() -> dict[str, Path]:
    """Our own files by the name they are asked for."""
    return {path: Path(storage.path(path)) for path, storage in OwnFilesFinder().list([])}


def _as_collected(path: str, source: Path) -> bool:
    copy = Path(settings.STATIC_ROOT) / path
    return copy.is_file() and copy.read_bytes() == source.read_bytes()


def catalogs() -> Finding:
    sources = [path for root in settings.LOCALE_PATHS for path in Path(root).glob("*/LC_MESSAGES/*.po")]
    old = [path for path in sources if not _compiled(path)]
    if old:
        return wrong(
            f"{len(old)} languages are not as this release has them.",
            "manage.py compile_catalogs, then restart the site",
        )
    return ok("Every language is compiled.")


def _compiled(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return target.is_file() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns


CHECKS: Checks = {
    "questions": protocol,
    "places": places,
    "directory": directory,
    "samples": samples,
    "static-files": static_files,
    "languages": catalogs,
}
