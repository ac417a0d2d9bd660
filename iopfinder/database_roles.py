"""Two roles for a PostgreSQL: the owner, who migrates and purges, and the site, which can do what it needs.

Whoever takes the site over then cannot change tables, nor rewrite what was written down about changes, nor
read what the site never reads. See docs/operations.md, "Database roles".
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

ALL = ("SELECT", "INSERT", "UPDATE", "DELETE")
KINDS = (*ALL, "TRUNCATE", "REFERENCES", "TRIGGER")
"""What PostgreSQL tells apart; the last three the site never has."""
_HISTORY = "history_id"


@dataclass(frozen=True, slots=True)
class Rights:
    """What the site may do with a table, and the columns it may change where it may not change others."""

    table: str
    kinds: tuple[str, ...]
    columns: tuple[str, ...] = ()


READS = ("SELECT",)
"""Filled when the site is installed, by the owner."""
ADDS = ("SELECT", "INSERT")
"""Written once: who changed what, and who took what out."""
EXCEPTIONS = {
    "django_content_type": Rights("django_content_type", READS),
    "auth_permission": Rights("auth_permission", READS),
    "programs_zipcode": Rights("programs_zipcode", READS),
    "programs_city": Rights("programs_city", READS),
    # The desk keeps sessions of its own.
    "django_session": Rights("django_session", ()),
    # Roles are in a table of ours. What an account has of these goes with the account.
    "auth_group": Rights("auth_group", READS),
    "auth_group_permissions": Rights("auth_group_permissions", ()),
    "auth_user_groups": Rights("auth_user_groups", ("SELECT", "DELETE")),
    "auth_user_user_permissions": Rights("auth_user_user_permissions", ("SELECT", "DELETE")),
    # Its lines go with the account they are about, and name their author no more when that one goes.
    "django_admin_log": Rights("django_admin_log", ("SELECT", "INSERT", "DELETE")),
    "programs_exportlog": Rights("programs_exportlog", ADDS, ("by_id",)),
}


def wanted() -> Iterator[Rights]:
    """What the site needs, table by table. A table that nobody thought of may be read and written."""
    yield Rights(MigrationRecorder.Migration._meta.db_table, READS)
    for model in sorted(apps.get_models(include_auto_created=True), key=lambda one: one._meta.db_table):
        if model._meta.managed and not model._meta.proxy:
            yield _of(model)


def _of(model: type[Model]) -> Rights:
    table = model._meta.db_table
    columns = {field.column for field in model._meta.concrete_fields}
    if _HISTORY in columns:
        # An account that is deleted is named no more; nothing else of a copy ever changes.
        return Rights(table, ADDS, ("history_user_id",) if "history_user_id" in columns else ())
    return EXCEPTIONS.get(table, Rights(table, ALL))


def roles(database: str, owner: str, site: str) -> Iterator[str]:
    """Makes both roles and gives the database to the owner. For a superuser, once; again does no harm."""
    for role in (owner, site):
        yield (
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') "
            f'THEN CREATE ROLE "{role}"; END IF; END $$'
        )
        yield f'ALTER ROLE "{role}" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS'
        # No statement is written into PostgreSQL's log: what people search for stands in it.
        yield f'ALTER ROLE "{role}" SET log_min_error_statement = panic'
        yield f"ALTER ROLE \"{role}\" SET log_statement = 'none'"
        yield f'ALTER ROLE "{role}" SET log_min_duration_statement = -1'
        yield f'ALTER ROLE "{role}" SET log_parameter_max_length_on_error = 0'
    yield f'ALTER DATABASE "{database}" OWNER TO "{owner}"'
    yield f'ALTER SCHEMA public OWNER TO "{owner}"'
    for one in wanted():
        yield _where_there(one.table, f'ALTER TABLE "{one.table}" OWNER TO "{owner}"')
    yield f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC, "{site}"'
    yield f'GRANT CONNECT ON DATABASE "{database}" TO "{owner}", "{site}"'


def grants(site: str) -> Iterator[str]:
    """Gives the site what it needs, and takes what it does not. For the owner, after every migration."""
    yield f'REVOKE ALL ON SCHEMA public FROM PUBLIC, "{site}"'
    yield f'GRANT USAGE ON SCHEMA public TO "{site}"'
    yield f'REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, "{site}"'
    yield f'REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, "{site}"'
    yield f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{site}"'
    for one in wanted():
        if one.kinds:
            yield _where_there(one.table, f'GRANT {", ".join(one.kinds)} ON "{one.table}" TO "{site}"')
        if one.columns:
            named = ", ".join(f'"{column}"' for column in one.columns)
            yield _where_there(one.table, f'GRANT UPDATE ({named}) ON "{one.table}" TO "{site}"')


def _where_there(table: str, statement: str) -> str:
    """A new database has no tables yet: they come with the first migration, and then this is run again."""
    return f"DO $$ BEGIN IF to_regclass('public.\"{table}\"') IS NOT NULL THEN {statement}; END IF; END $$"


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """What the role of this connection lacks of what the site needs: "INSERT on programs_center", … A table
    that is not there yet waits for a migration, not for a right."""
    needed = [(one.table, kind) for one in wanted() for kind in one.kinds]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT asked.kind || ' on ' || asked.name "
            "FROM unnest(%s::text[], %s::text[]) AS asked(name, kind) "
            "WHERE to_regclass(quote_ident(asked.name)) IS NOT NULL "
            "AND NOT has_table_privilege(to_regclass(quote_ident(asked.name)), asked.kind) ORDER BY 1",
            [[table for table, _ in needed], [kind for _, kind in needed]],
        )
        return [row[0] for row in cursor.fetchall()]


def beyond(connection: BaseDatabaseWrapper) -> str:
    """What the role of this connection is beyond what the site needs: "superuser", "owner", or ""."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, EXISTS (SELECT FROM pg_class WHERE relname = ANY(%s) AND relkind = 'r' "
            "AND pg_has_role(relowner, 'USAGE')) FROM pg_roles WHERE rolname = current_user",
            [[one.table for one in wanted()]],
        )
        is_superuser, owns = cursor.fetchone()
    return "superuser" if is_superuser else "owner" if owns else ""
