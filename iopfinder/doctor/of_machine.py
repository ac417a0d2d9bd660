"""The machine, what must happen on it every night, and the way people reach it."""

import shutil
import tempfile
import time
import urllib.error
import urllib.request
from datetime import timedelta
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection
from django.utils.timezone import localdate, now

from assessment.models import SavedAnswers
from iopfinder.doctor import Checks, Finding, ok, skipped, warning, wrong
from programs.models import DeskSession, DoNotCall, Inquiry, Report

FREE_SHARE, FREE_BYTES = 0.05, 500 * 2**20
BACKUP_HOURS = 26
"""A night and a little."""
LATE = timedelta(days=2)
"""What went yesterday may still be there until last night's work was done."""
REACH_SECONDS = 10


def _folders() -> list[Path]:
    """Where something is written: for the time of a request, and by SQLite for good."""
    found = [Path(tempfile.gettempdir())]
    if (
        connection.vendor == "sqlite"
        and (name := str(connection.settings_dict["NAME"]))
        and "memory" not in name
    ):
        found.append(Path(name).resolve().parent)
    return found


def writable() -> Finding:
    refused = []
    for folder in _folders():
        try:
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError:
            refused.append(str(folder))
    if refused:
        return wrong(
            f"The site may not write into {', '.join(refused)}: imports in the browser and PDFs fail.",
            "Give this account a /tmp of its own (PrivateTmp=yes, or tmpfs in a container).",
        )
    return ok("The site may write where it must.")


def disk() -> Finding:
    places = [*_folders(), Path(settings.BASE_DIR), *([Path(settings.BACKUPS)] if settings.BACKUPS else [])]
    short = []
    for place in dict.fromkeys(places):
        if not place.exists():
            continue
        use = shutil.disk_usage(place)
        if use.free < min(FREE_BYTES, use.total) or use.free < FREE_SHARE * use.total:
            short.append(f"{place} ({use.free // 2**20} MB)")
    if short:
        return wrong(
            f"The disk is nearly full: {', '.join(short)}.",
            "Delete old backups and logs (journalctl --vacuum-size=200M), or make it larger: a database on a "
            "full disk stops.",
        )
    return ok("There is room on the disk.")


def backups() -> Finding:
    if not settings.BACKUPS:
        return skipped("BACKUPS does not say where they are.")
    mend = "Look at what ops/backup said last night: docs/operations.md, Back up"
    folder = Path(settings.BACKUPS)
    whole = [path for path in folder.iterdir() if path.suffix != ".part"] if folder.is_dir() else []
    files = [path.stat() for path in whole if path.is_file()]
    if not files:
        return wrong(f"There is no backup in {folder}.", mend)
    newest = max(files, key=lambda file: file.st_mtime)
    hours = (time.time() - newest.st_mtime) / 3600
    if hours > BACKUP_HOURS:
        return wrong(f"The newest backup is {hours:.0f} hours old.", mend)
    if not newest.st_size:
        return wrong("The newest backup is empty.", mend)
    return ok(f"The newest backup is {hours:.0f} hours old.")


def nightly() -> Finding:
    """Whether what had to go went: nothing is found of it but by its day."""
    late = localdate() - LATE
    left = {
        "forget_saved": SavedAnswers.objects.filter(gone_on__lte=late).count(),
        "purge_visitors": sum(
            model._default_manager.filter(purge_on__lte=late).count()
            for model in (Report, Inquiry, DoNotCall)
        ),
    }
    overdue = [name for name, count in left.items() if count]
    if overdue:
        return wrong(
            f"{sum(left.values())} rows about people should be gone: {' and '.join(overdue)} did not run.",
            f"Run {' and '.join(f'manage.py {name}' for name in overdue)}, and every night: "
            "docs/operations.md, Every night",
        )
    return ok("Nothing is kept longer than it may be.")


def sessions() -> Finding:
    ended = DeskSession.objects.filter(expire_date__lt=now() - LATE).count()
    if ended > 100:
        return warning(
            f"{ended} rows are left of sessions that are over.", "manage.py forget_saved, every night"
        )
    return ok("Sessions that are over are gone.")


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        return None


def way_here() -> Finding:
    """Asks the site as a visitor does: by its name, through whatever stands in front of it."""
    address = f"{settings.SITE_URL}/crisis/"
    try:
        with urllib.request.build_opener(_StayHere).open(address, timeout=REACH_SECONDS) as answer:
            headers = answer.headers
    except urllib.error.HTTPError as error:
        return _refused(address, error)
    except (OSError, HTTPException) as error:
        return wrong(
            f"{settings.SITE_URL} cannot be reached from here: {type(error).__name__}.",
            "Look at the name's DNS, the proxy, its certificate and the firewall.",
        )
    if settings.HTTPS and "Strict-Transport-Security" not in headers:
        return wrong(
            "The site answers, but does not know that it is asked over HTTPS.",
            "Let the proxy send X-Forwarded-Proto: https; if it is on another machine set BEHIND_PROXY=1.",
        )
    return ok(f"{settings.SITE_URL} leads here.")


def _refused(address: str, error: urllib.error.HTTPError) -> Finding:
    if error.code in {301, 302, 307, 308} and error.headers.get("Location", "").rstrip("/") == address.rstrip(
        "/"
    ):
        return wrong(
            "The site sends whoever asks over HTTPS to HTTPS, for ever.",
            "Let the proxy send X-Forwarded-Proto: https; if it is on another machine set BEHIND_PROXY=1.",
        )
    if error.code == 400:
        return wrong(
            f"The site does not take the name in {settings.SITE_URL}.",
            "Add it to ALLOWED_HOSTS, or put SITE_URL right.",
        )
    return wrong(f"{address} answers {error.code}.", "Look into the log of the site, and of the proxy.")


CHECKS: Checks = {
    "writable": writable,
    "disk": disk,
    "backups": backups,
    "nightly": nightly,
    "sessions": sessions,
}
THROUGH: Checks = {"way-here": way_here}
"""What is looked at only when it is asked for: it makes a request."""
