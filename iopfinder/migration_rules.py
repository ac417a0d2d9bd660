"""Which migrations may run while the site serves, and while the release before is still running.

A server takes the new schema minutes before it takes the new code, and goes back to the old code without
going back in the schema. So each migration must leave the old code working, and lock no large table for long.
The migrations up to BASELINE are in use already; each one after it is held to these rules. CONTRIBUTING.md
tells how to do what is refused in two releases.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models.expressions import Value
from django.db.models.fields.related import ForeignKey

from programs import migrating

BASELINE: Mapping[str, str] = {"assessment": "0002_tries_moved", "programs": "0010_first_copies"}
"""The last migration of each app that a release has taken out. Set it when a release is made."""
_DROPS = {
    migrations.RemoveField: "drops a column",
    migrations.DeleteModel: "drops a table",
    migrations.RenameField: "renames a column",
    migrations.RenameModel: "renames a table",
    migrations.AlterModelTable: "renames a table",
}
FINE: tuple[type[Operation], ...] = (
    migrations.CreateModel,
    migrations.AlterModelOptions,
    migrations.AlterModelManagers,
    migrations.AlterModelTableComment,
    migrations.RemoveIndex,
    migrations.RemoveConstraint,
    migrations.AlterConstraint,
    migrations.RenameIndex,
)
"""What may always run."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an operation may not run while the site serves, and what to do instead."""

    migration: str
    operation: str
    why: str

    def __str__(self) -> str:
        return f"{self.migration}: {self.operation}: {self.why}"


def refusals(baseline: Mapping[str, str] = BASELINE, loader: MigrationLoader | None = None) -> list[Refusal]:
    """What is unsafe in the migrations after the baseline, in the order in which they run."""
    loader = loader or MigrationLoader(None)
    return [one for key in new_ones(baseline, loader) for one in _of(key, baseline, loader)]


def new_ones(baseline: Mapping[str, str], loader: MigrationLoader) -> list[tuple[str, str]]:
    """Migrations of our apps that come after the baseline. LookupError where that is not one of them."""
    old: set[tuple[str, str]] = set()
    for key in baseline.items():
        if key not in loader.graph.nodes:
            raise LookupError(f"no such migration: {'.'.join(key)}")
        old.update(loader.graph.forwards_plan(key))
    plan = loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True)
    return [key for key in plan if key[0] in baseline and key not in old]


def _of(key: tuple[str, str], baseline: Mapping[str, str], loader: MigrationLoader) -> Iterator[Refusal]:
    migration = loader.graph.nodes[key]
    assert migration is not None
    state: ProjectState = loader.project_state(key, at_end=False)
    here = _Here(key[0], baseline, loader, migration)
    for number, operation in enumerate(migration.operations):
        promised: str = getattr(migration, "safe", {}).get(number, "")
        before, state = state, state.clone()
        for why in [] if len(promised) >= 20 else here.why(operation, before):
            yield Refusal(".".join(key), operation.describe(), why)
        operation.state_forwards(key[0], state)


class _Here:
    """One migration as it is looked at: its app, what stands beside its operations, which tables are new."""

    def __init__(
        self, app: str, baseline: Mapping[str, str], loader: MigrationLoader, migration: Any
    ) -> None:
        self.app, self.baseline, self.loader, self.migration = app, baseline, loader, migration
        known = loader.project_state([key for key in baseline.items() if key[0] == app])
        self.old_tables = {name for label, name in known.models if label == app}
        """Models whose tables hold rows already, as far as the names they had then tell."""

    def why(self, operation: Operation, before: ProjectState) -> Iterator[str]:
        """Why this may not run here; nothing where it may."""
        for kinds, rule in RULES:
            if isinstance(operation, kinds):
                yield from rule(self, operation, before)
                return
        if not isinstance(operation, FINE):
            yield "nobody has thought about this kind yet: add it to iopfinder.migration_rules, with a test"

    def _gone(self, operation: Operation, before: ProjectState) -> Iterator[str]:
        if self._is_old(operation):
            yield (
                f"{_DROPS[type(operation)]}, which the release before still asks for: let the models forget "
                "it in this release (SeparateDatabaseAndState), and drop it in the next (DropUnused)"
            )

    def _nothing(self, operation: Operation, before: ProjectState) -> Iterator[str]:
        yield from ()

    def _index(self, operation: Operation, before: ProjectState) -> Iterator[str]:
        if self._is_old(operation):
            yield "locks out all who write while the index is built: use AddIndexWhileServing"

    def _is_old(self, operation: Any) -> bool:
        name = (
            getattr(operation, "model_name", None) or getattr(operation, "old_name", None) or operation.name
        )
        return str(name).lower() in self.old_tables

    def _new_column(self, operation: Any, before: ProjectState) -> Iterator[str]:
        field = operation.field
        if field.many_to_many or not self._is_old(operation):
            return
        default: Any = getattr(field, "db_default", models.NOT_PROVIDED)
        if isinstance(field, models.GeneratedField):
            yield "writes the whole table anew under a lock: add a plain column, use ChangeRowsInBatches"
            return
        if not field.null and default is models.NOT_PROVIDED:
            yield (
                "NOT NULL without a default in the database: the release before cannot insert rows any more; "
                "give it db_default, or null=True"
            )
        if default is not models.NOT_PROVIDED and not _is_constant(default):
            yield "a default that differs from row to row writes the table anew under a lock: take a constant"
        if field.unique or field.db_index:
            yield "builds an index under a lock: add it with db_index=False, then AddIndexWhileServing"

    def _changed_column(self, operation: Any, before: ProjectState) -> Iterator[str]:
        if not self._is_old(operation):
            return
        old = before.models[self.app, operation.model_name_lower].fields[operation.name]
        new = operation.field
        was, is_now = _type(old), _type(new)
        if was != is_now and not _is_wider(old, new):
            yield f"changes the type from {was} to {is_now}: add a new column and move over in two releases"
        if old.null and not new.null:
            yield "NOT NULL looks at every row under a lock, and the release before still writes NULL"
        if (new.unique or new.db_index) and not (old.unique or old.db_index):
            yield "builds an index under a lock: use AddIndexWhileServing"
        if _has_default(old) and not _has_default(new) and not new.null:
            yield "takes away the default in the database, which the release before may need to insert rows"
        if getattr(new, "db_constraint", False) and not getattr(old, "db_constraint", False):
            yield "looks at every row under a lock for the foreign key"

    def _constraint(self, operation: Any, before: ProjectState) -> Iterator[str]:
        if not self._is_old(operation):
            return
        if isinstance(operation.constraint, models.CheckConstraint):
            yield (
                "looks at every row under a lock: use AddConstraintForNewRows, then, in a migration of its "
                "own, ProveConstraint"
            )
        else:
            yield "builds a unique index under a lock, and fails on rows that are twice there"

    def _alone(self, operation: Any, before: ProjectState) -> Iterator[str]:
        if self.migration.atomic or len(self.migration.operations) > 1:
            yield "must be the only operation of its migration, which has `atomic = False`"

    def _proof(self, operation: Any, before: ProjectState) -> Iterator[str]:
        if len(self.migration.operations) > 1:
            yield "must be the only operation of its migration: locks from before would last as long"

    def _drop(self, operation: Any, before: ProjectState) -> Iterator[str]:
        last = (self.app, self.baseline[self.app])
        released = {name for label, name in self.loader.graph.forwards_plan(last) if label == self.app}
        forgotten = self.loader.disk_migrations.get((self.app, operation.since))
        if operation.since not in released:
            yield f"the models forgot it in {operation.since}, which no release has taken out: wait for one"
        elif forgotten is None or not any(
            isinstance(one, migrations.SeparateDatabaseAndState) for one in forgotten.operations
        ):
            yield f"{operation.since} lets the models forget nothing"

    def _apart(self, operation: Any, before: ProjectState) -> Iterator[str]:
        for one in operation.database_operations:
            yield from self.why(one, before)
        for one in operation.state_operations:
            if not isinstance(one, migrations.RemoveField) or not self._is_old(one):
                continue
            field = before.models[self.app, one.model_name_lower].fields[one.name]
            if not (field.null or _has_default(field) or field.many_to_many):
                yield (
                    f"{one.name} stays NOT NULL in the database, with no default there: new code that forgot "
                    "it cannot insert rows; give it db_default or null=True first"
                )


def _python(here: _Here, operation: Any, before: ProjectState) -> Iterator[str]:
    if operation.reverse_code is None:
        yield "has no way back: give it reverse_code"
    yield "may hold a lock on every row until it ends: use ChangeRowsInBatches"


def _sql(here: _Here, operation: Any, before: ProjectState) -> Iterator[str]:
    if operation.reverse_sql is None:
        yield "has no way back: give it reverse_sql"
    yield "nobody can tell what it locks: say in `safe` of the migration why it may run while the site serves"


Rule = Callable[[_Here, Any, ProjectState], Iterator[str]]
RULES: tuple[tuple[tuple[type[Operation], ...], Rule], ...] = (
    ((migrations.SeparateDatabaseAndState,), _Here._apart),
    (tuple(_DROPS), _Here._gone),
    ((migrations.AddField,), _Here._new_column),
    ((migrations.AlterField,), _Here._changed_column),
    ((migrating.AddIndexWhileServing, migrating.ChangeRowsInBatches), _Here._alone),
    ((migrating.ProveConstraint,), _Here._proof),
    ((migrating.DropUnused,), _Here._drop),
    ((migrating.AddConstraintForNewRows,), _Here._nothing),
    ((migrations.AddIndex,), _Here._index),
    ((migrations.AddConstraint,), _Here._constraint),
    ((migrations.RunPython,), _python),
    ((migrations.RunSQL,), _sql),
)
"""The first that fits says it. Ours come before those of Django that they are made of."""


def _is_constant(default: Any) -> bool:
    return isinstance(default, Value) or not hasattr(default, "resolve_expression")


def _has_default(field: Any) -> bool:
    return getattr(field, "db_default", models.NOT_PROVIDED) is not models.NOT_PROVIDED


def _type(field: Any) -> str:
    """What the column is in PostgreSQL, whichever database is at hand."""
    from django.db.backends.postgresql.base import DatabaseWrapper

    postgres = DatabaseWrapper(connection.settings_dict | {"ENGINE": "django.db.backends.postgresql"})
    if isinstance(field, ForeignKey):
        return f"key of {field.remote_field.model}"
    return str(field.db_type(postgres))


def _is_wider(old: Any, new: Any) -> bool:
    """From a bounded text to one that holds more: PostgreSQL changes the catalog alone."""
    if not isinstance(old, models.CharField):
        return False
    if isinstance(new, models.TextField):
        return True
    return isinstance(new, models.CharField) and (new.max_length or 10**9) >= (old.max_length or 10**9)
