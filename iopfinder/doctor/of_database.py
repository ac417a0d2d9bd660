"""The database: whether it is there, what it may do, and what it writes down."""

import time
from typing import Any

from django.conf import settings
from django.db import Error, connection, connections
from django.db.migrations.executor import MigrationExecutor

from iopfinder.doctor import Checks, Finding, ok, skipped, warning, wrong

OLDEST = 13
SKEW_SECONDS = 5
MANY = 1000
NOT_POSTGRESQL = "Only PostgreSQL has this."


def rows(sql: str, params: list[str] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or [])
        return list(cursor.fetchall())


def _is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def reachable() -> Finding:
    try:
        rows("SELECT 1")
    except Error as error:
        return wrong(
            f"The database does not answer: {type(error).__name__}.",
            "Look whether it runs (systemctl status postgresql), and whether DATABASE_URL names it, an "
            "account it knows, and the right password. Nothing below can be trusted until then.",
        )
    return ok("The database answers.")


def version() -> Finding:
    if not _is_postgresql():
        if settings.DEBUG:
            return ok("SQLite, for trying the site.")
        return warning(
            "SQLite serves one machine, and one who writes at a time.",
            "Set DATABASE_URL to a PostgreSQL before several people work at the desk.",
        )
    major = rows("SHOW server_version_num")[0][0][:2]
    if int(major) < OLDEST:
        return wrong(f"PostgreSQL {major} is too old.", f"Upgrade it to {OLDEST} or newer.")
    return ok(f"PostgreSQL {major}.")


def role() -> Finding:
    if not _is_postgresql():
        return skipped(NOT_POSTGRESQL)
    names = ("superuser", "create roles", "create databases", "replication", "bypass row security")
    sql = (
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls "
        "FROM pg_roles WHERE rolname = current_user"
    )
    found = rows(sql)[0]
    mighty = [name for name, has in zip(names, found, strict=True) if has]
    if mighty:
        return warning(
            f"The site's account may do more than it needs: {', '.join(mighty)}.",
            "ALTER ROLE name NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS: see Database "
            "roles in docs/operations.md.",
        )
    return ok("The site's account may do no more than it needs.")


def writes_down() -> Finding:
    """PostgreSQL logs statements with what somebody searched for in them, unless told not to."""
    if not _is_postgresql():
        return skipped(NOT_POSTGRESQL)
    names = ["log_statement", "log_min_duration_statement", "log_min_error_statement"]
    found: dict[str, str] = dict(
        rows("SELECT name, setting FROM pg_settings WHERE name IN (%s, %s, %s)", names)
    )
    told = []
    if found["log_statement"] != "none":
        told.append("log_statement")
    if found["log_min_duration_statement"] != "-1":
        told.append("log_min_duration_statement")
    if found["log_min_error_statement"] != "panic":
        told.append("log_min_error_statement")
    if told:
        return warning(
            f"PostgreSQL writes statements into its log, searches included: {', '.join(told)}.",
            "ALTER ROLE name SET log_min_error_statement = panic; leave the others as they come.",
        )
    return ok("PostgreSQL writes no statement into its log.")


def text() -> Finding:
    """The encoding, and whether the library that sorts is still the one that the indexes were sorted by."""
    if not _is_postgresql():
        return skipped(NOT_POSTGRESQL)
    encoding = rows("SHOW server_encoding")[0][0]
    if encoding != "UTF8":
        return wrong(
            f"The database keeps text as {encoding}: names in Spanish are lost.",
            "Make a new database with ENCODING 'UTF8', and restore a backup into it.",
        )
    if connection.pg_version >= 150000:  # type: ignore[attr-defined]
        sql = (
            "SELECT datcollversion, pg_database_collation_actual_version(oid) FROM pg_database "
            "WHERE datname = current_database()"
        )
        then, now = rows(sql)[0]
        if then != now:
            return wrong(
                f"Indexes were sorted by version {then} of the system's library, which is {now} now.",
                "REINDEX DATABASE name; then ALTER DATABASE name REFRESH COLLATION VERSION;",
            )
    return ok("Text is UTF-8, sorted as it was when it was stored.")


def time_zone() -> Finding:
    if not _is_postgresql():
        return skipped(NOT_POSTGRESQL)
    zone = rows("SHOW TimeZone")[0][0]
    if zone != "UTC":
        return wrong(
            f"The connection tells time in {zone}.",
            "Take TIME_ZONE and any pooler's setting of it away: the site reads UTC.",
        )
    return ok("Times are UTC.")


def clock() -> Finding:
    if not _is_postgresql():
        return skipped("The database has this machine's clock.")
    before = time.time()
    there = float(rows("SELECT extract(epoch FROM clock_timestamp())")[0][0])
    off = there - (before + time.time()) / 2
    return _clock(off)


def _clock(off: float) -> Finding:
    if abs(off) > SKEW_SECONDS:
        return wrong(
            f"The database's clock is {abs(off):.0f} s {'ahead of' if off > 0 else 'behind'} ours: codes of "
            "authenticator apps are refused, and sessions end early.",
            "Let both machines set their clocks by NTP (systemctl enable --now systemd-timesyncd).",
        )
    return ok("The database's clock and ours agree.")


def statistics() -> Finding:
    """Whether PostgreSQL knows what is in the table that the search reads."""
    if not _is_postgresql():
        return skipped(NOT_POSTGRESQL)
    sql = (
        "SELECT n_live_tup, n_dead_tup, last_analyze, last_autoanalyze FROM pg_stat_user_tables "
        "WHERE relname = 'programs_listing'"
    )
    found = rows(sql)
    if not found or (found[0][0] < MANY and found[0][1] < MANY):
        return ok("There is little to know yet.")
    live, dead, by_hand, by_itself = found[0]
    mend = "VACUUM ANALYZE; and leave autovacuum on."
    if by_hand is None and by_itself is None:
        return warning("PostgreSQL has never looked at what the search reads: searches are slow.", mend)
    if dead > max(live, MANY):
        return warning(f"{dead} dead rows lie among {live} that the search reads: searches are slow.", mend)
    return ok("PostgreSQL knows what the search reads.")


def migrations() -> Finding:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return wrong(f"{len(missing)} migrations of this release are missing.", "manage.py migrate")
    unknown = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
    if unknown:
        return warning(
            f"{len(unknown)} migrations are of a newer release: this one is older than the database.",
            "Bring the newer code back, or restore the backup made before the upgrade.",
        )
    return ok("The database has every migration of this release, and no other.")


def replica() -> Finding:
    if "replica" not in settings.DATABASES:
        return skipped("No replica is configured.")
    try:
        with connections["replica"].cursor() as cursor:
            cursor.execute(
                "SELECT pg_is_in_recovery(), extract(epoch FROM now() - pg_last_xact_replay_timestamp()), "
                "pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()"
            )
            follows, behind, caught_up = cursor.fetchone()
    except Error as error:
        return warning(
            f"The replica does not answer ({type(error).__name__}): pages are read from the primary.",
            "Start it, or take DATABASE_REPLICA_URL out.",
        )
    if not follows:
        return wrong(
            "What is called the replica follows nobody.", "Make it a standby of the primary, or take it out."
        )
    if not caught_up and (behind is None or behind > settings.REPLICA_LAG_SECONDS):
        return warning(
            f"The replica is {behind or 0:.0f} s behind: pages are read from the primary.",
            "Look at its disk and its network.",
        )
    return ok("The replica follows.")


CHECKS: Checks = {
    "database": reachable,
    "database-version": version,
    "database-role": role,
    "database-log": writes_down,
    "database-text": text,
    "database-time-zone": time_zone,
    "database-clock": clock,
    "database-statistics": statistics,
    "migrations": migrations,
    "replica": replica,
}
