"""Operations of migrations that run while the site serves. The plain ones of Django lock a table against
everybody for as long as they work; CONTRIBUTING.md tells which to take when.

`iopfinder.migration_rules` knows these, and refuses what would stop the site or the release before.
"""

from collections.abc import Callable
from typing import Any

from django.db import connections, migrations, models, router, transaction
from django.db.migrations.operations.base import Operation, OperationCategory

BATCH = 1000
"""Rows of one transaction."""


class _OutsideTransactions(Operation):
    """PostgreSQL does this outside of transactions alone."""

    atomic = False

    def check(self, schema_editor: Any) -> None:
        if schema_editor.connection.in_atomic_block:
            raise transaction.TransactionManagementError(
                f"{type(self).__name__} needs `atomic = False` on its migration."
            )


class AddIndexWhileServing(_OutsideTransactions, migrations.AddIndex):
    """Builds an index without locking out those who write. One that a killed run left is built anew."""

    category = OperationCategory.ADDITION

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        if schema_editor.connection.vendor != "postgresql":
            schema_editor.add_index(model, self.index)
            return
        self.check(schema_editor)
        _drop(schema_editor, self.index.name)
        with _Patiently(schema_editor):
            schema_editor.add_index(model, self.index, concurrently=True)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        if schema_editor.connection.vendor != "postgresql":
            schema_editor.remove_index(model, self.index)
            return
        self.check(schema_editor)
        _drop(schema_editor, self.index.name)


def _drop(schema_editor: Any, name: str) -> None:
    with _Patiently(schema_editor):
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {schema_editor.quote_name(name)}")


class _Patiently:
    """Without `lock_timeout`: whoever reads is waited for and not held up, and an index that is given up
    halfway stays behind, of no use."""

    def __init__(self, schema_editor: Any) -> None:
        self.connection = schema_editor.connection

    def __enter__(self) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            self.before = cursor.fetchone()[0]
            cursor.execute("SET lock_timeout = 0")

    def __exit__(self, *error: object) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [self.before])


class AddConstraintForNewRows(migrations.AddConstraint):
    """A check that new and changed rows are held to at once; `ProveConstraint`, in a later migration, looks
    at the others. On SQLite, which has one writer anyway, it is the whole check."""

    def __init__(self, model_name: str, constraint: models.CheckConstraint) -> None:
        if not isinstance(constraint, models.CheckConstraint):
            raise TypeError("Only checks can be added for new rows first.")
        super().__init__(model_name, constraint)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        if schema_editor.connection.vendor != "postgresql":
            schema_editor.add_constraint(model, self.constraint)
            return
        statement = self.constraint.create_sql(model, schema_editor)
        if statement:
            schema_editor.execute(f"{statement} NOT VALID", params=None)


class ProveConstraint(Operation):
    """Looks at every row for a check that was added for new rows. Nobody waits meanwhile."""

    reversible = True
    category = OperationCategory.ALTERATION

    def __init__(self, model_name: str, name: str) -> None:
        self.model_name, self.name = model_name, name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models know of the constraint already."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        if schema_editor.connection.vendor == "postgresql" and self.allow_migrate_model(
            schema_editor.connection.alias, model
        ):
            table, name = map(schema_editor.quote_name, (model._meta.db_table, self.name))
            schema_editor.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """A proved constraint does no harm."""

    def describe(self) -> str:
        return f"Prove constraint {self.name} on {self.model_name}"

    @property
    def migration_name_fragment(self) -> str:
        return f"{self.model_name.lower()}_{self.name.lower()}_proved"


class ChangeRowsInBatches(_OutsideTransactions, migrations.RunPython):
    """Changes rows some at a time, each batch in a transaction of its own: killed anywhere, it may run again.

    change: called with the model as it then is and a list of primary keys, in ascending order. It must do no
    harm done twice. back: the same, for going back; `nothing` where there is nothing to do.
    """

    category = OperationCategory.PYTHON

    def __init__(
        self,
        model_name: str,
        change: Callable[[Any, list[Any]], object],
        back: Callable[[Any, list[Any]], object],
        batch: int = BATCH,
    ) -> None:
        self.model_name, self.change, self.back, self.batch = model_name, change, back, batch
        super().__init__(self._forwards, self._backwards, atomic=False)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.model_name, self.change, self.back, self.batch], {}

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self.app_label = app_label
        self.check(schema_editor)
        super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self.app_label = app_label
        super().database_backwards(app_label, schema_editor, from_state, to_state)

    def _forwards(self, apps: Any, schema_editor: Any) -> None:
        self._walk(apps, schema_editor, self.change)

    def _backwards(self, apps: Any, schema_editor: Any) -> None:
        self._walk(apps, schema_editor, self.back)

    def _walk(self, apps: Any, schema_editor: Any, work: Callable[[Any, list[Any]], object]) -> None:
        if work is nothing:
            return
        alias = schema_editor.connection.alias
        model = apps.get_model(self.app_label, self.model_name)
        if not router.allow_migrate_model(alias, model):
            return
        rows, last = model._base_manager.using(alias).order_by("pk"), None
        while True:
            after = rows if last is None else rows.filter(pk__gt=last)
            keys = list(after.values_list("pk", flat=True)[: self.batch])
            if not keys:
                return
            with transaction.atomic(using=alias):
                work(model, keys)
            last = keys[-1]


def nothing(model: Any, keys: list[Any]) -> None:
    """For `back`: what was written may stay."""


class DropUnused(Operation):
    """Takes a column, or with `column` "" a whole table, out of the database, that the models forgot in the
    migration `since`: one release ago, so that no running code asks for it.

    There is no going back past it: the code before the release that forgot it needs a backup.
    """

    reversible = False
    category = OperationCategory.REMOVAL
    reduces_to_sql = True

    def __init__(self, table: str, column: str, since: str) -> None:
        self.table, self.column, self.since = table, column, since

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models forgot it already."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        quote = schema_editor.quote_name
        if self.column:
            if self._is_there(schema_editor):
                schema_editor.execute(f"ALTER TABLE {quote(self.table)} DROP COLUMN {quote(self.column)}")
        else:
            schema_editor.execute(f"DROP TABLE IF EXISTS {quote(self.table)}")

    def _is_there(self, schema_editor: Any) -> bool:
        connection = connections[schema_editor.connection.alias]
        with connection.cursor() as cursor:
            return self.column in {
                one.name for one in connection.introspection.get_table_description(cursor, self.table)
            }

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        raise NotImplementedError

    def describe(self) -> str:
        return f"Drop {'.'.join(filter(None, (self.table, self.column)))}, unused since {self.since}"
