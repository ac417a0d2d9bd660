"""Migrations that would stop a serving site, or the release before, are refused by kind; safe ones pass."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.models.functions import Now
from django.db.models.lookups import GreaterThanOrEqual

from iopfinder.management.commands import lint_migrations
from iopfinder.migration_rules import BASELINE, new_ones, refusals
from programs import migrating

APP = "programs"
NAME = "9999_tried"
CHECK = models.CheckConstraint(name="tried", condition=models.Q(lat__gte=-90))
UNIQUE = models.UniqueConstraint(name="tried", fields=["slug"])
INDEX = models.Index(name="tried", fields=["email"])


def loader_with(*steps: list[Any], **attributes: Any) -> MigrationLoader:
    """The real migrations, and after them these: a list of operations each, all with these attributes."""
    loader = MigrationLoader(None)
    [parent] = loader.graph.leaf_nodes(APP)
    for number, operations in enumerate(steps):
        key = (APP, f"{NAME}_{number}")
        one = type("Migration", (migrations.Migration,), {"operations": operations, **attributes})(
            key[1], APP
        )
        loader.disk_migrations[key] = one
        loader.graph.add_node(key, one)
        loader.graph.add_dependency(one, key, parent)
        parent = key
    return loader


def refused(*operations: Any, **attributes: Any) -> str:
    loader = loader_with(list(operations), **attributes)
    return "\n".join(str(one) for one in refusals(_now(loader), loader))


def _now(loader: MigrationLoader) -> dict[str, str]:
    """Everything that there is counts as released, whatever stands in the real baseline."""
    found = dict(BASELINE)
    for app in BASELINE:
        names = [name for label, name in loader.graph.nodes if label == app and not name.startswith(NAME)]
        found[app] = max(names)
    return found


def column(field: models.Field, name: str = "tried", model: str = "center") -> migrations.AddField:
    return migrations.AddField(model, name, field)


def altered(field: models.Field, name: str, model: str = "center") -> migrations.AlterField:
    return migrations.AlterField(model, name, field)


UNSAFE = {
    "drops a column": (migrations.RemoveField("center", "email"), "drops a column"),
    "drops a table": (migrations.DeleteModel("Snooze"), "drops a table"),
    "renames a column": (migrations.RenameField("center", "email", "mail"), "renames a column"),
    "renames a table": (migrations.RenameModel("Snooze", "Later"), "renames a table"),
    "moves a table": (migrations.AlterModelTable("snooze", "later"), "renames a table"),
    "not null": (column(models.TextField(default="")), "NOT NULL without a default in the database"),
    "volatile": (column(models.DateTimeField(db_default=Now())), "differs from row to row"),
    "generated": (
        column(
            models.GeneratedField(
                expression=models.F("lat"), output_field=models.FloatField(), db_persist=True
            )
        ),
        "writes the whole table anew",
    ),
    "unique column": (column(models.IntegerField(null=True, unique=True)), "builds an index"),
    "indexed column": (column(models.IntegerField(null=True, db_index=True)), "builds an index"),
    "foreign key": (
        column(models.ForeignKey("programs.organization", models.SET_NULL, null=True, related_name="+")),
        "builds an index",
    ),
    "type": (altered(models.IntegerField(null=True), "email"), "changes the type"),
    "narrower": (altered(models.CharField(max_length=3), "name"), "changes the type"),
    "null to not null": (altered(models.FloatField(), "lat"), "NOT NULL looks at every row"),
    "index on a column": (altered(models.EmailField(blank=True, db_index=True), "email"), "builds an index"),
    "default gone": (
        altered(models.CharField(max_length=300), "note", "statement"),
        "takes away the default",
    ),
    "index": (migrations.AddIndex("center", INDEX), "use AddIndexWhileServing"),
    "check": (migrations.AddConstraint("center", CHECK), "use AddConstraintForNewRows"),
    "unique": (migrations.AddConstraint("center", UNIQUE), "builds a unique index"),
    "unique together": (migrations.AlterUniqueTogether("center", {("name", "city")}), "nobody has thought"),
    "python": (
        migrations.RunPython(lambda apps, editor: None, lambda apps, editor: None),
        "ChangeRowsInBatches",
    ),
    "python one way": (migrations.RunPython(lambda apps, editor: None), "has no way back"),
    "sql": (migrations.RunSQL("UPDATE programs_center SET name = ''", "SELECT 1"), "nobody can tell"),
    "sql one way": (migrations.RunSQL("SELECT 1"), "has no way back"),
    "forgets a column that must be filled": (
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("center", "city")]),
        "cannot insert rows",
    ),
    "hides a drop": (
        migrations.SeparateDatabaseAndState(database_operations=[migrations.RemoveField("center", "email")]),
        "drops a column",
    ),
    "drops too early": (
        migrating.DropUnused("programs_center", "email", f"{NAME}_0"),
        "no release has taken",
    ),
    "drops what nothing forgot": (
        migrating.DropUnused("programs_center", "email", "0006_statement_note"),
        "lets the models forget nothing",
    ),
}
SAFE = {
    "a table": migrations.CreateModel("Tried", [("id", models.BigAutoField(primary_key=True))]),
    "nullable": column(models.TextField(null=True)),
    "default in the database": column(models.TextField(db_default="", default="")),
    "many to many": column(models.ManyToManyField("programs.organization", related_name="+")),
    "foreign key without an index": column(
        models.ForeignKey(
            "programs.organization", models.SET_NULL, null=True, related_name="+", db_index=False
        )
    ),
    "wider": altered(models.CharField(max_length=2000), "name"),
    "words alone": altered(models.EmailField(blank=True, verbose_name="another", max_length=254), "email"),
    "a check for new rows": migrating.AddConstraintForNewRows("center", CHECK),
    "forgets a column with a default": migrations.SeparateDatabaseAndState(
        state_operations=[migrations.RemoveField("statement", "note")]
    ),
    "proof": migrating.ProveConstraint("center", "tried"),
}
ALONE = {
    "index": migrating.AddIndexWhileServing("center", INDEX),
    "rows": migrating.ChangeRowsInBatches("center", migrating.nothing, migrating.nothing),
}


@pytest.mark.parametrize(("operation", "why"), UNSAFE.values(), ids=UNSAFE)
def test_what_would_stop_the_site_is_refused(operation: Any, why: str) -> None:
    assert why in refused(operation)


@pytest.mark.parametrize("operation", SAFE.values(), ids=SAFE)
def test_what_is_safe_passes(operation: Any) -> None:
    assert refused(operation) == ""


@pytest.mark.parametrize("operation", ALONE.values(), ids=ALONE)
def test_long_work_stands_alone_and_outside_of_a_transaction(operation: Any) -> None:
    assert refused(operation, atomic=False) == ""
    assert "must be the only operation" in refused(operation)
    assert "must be the only operation" in refused(operation, SAFE["nullable"], atomic=False)


def test_a_table_that_is_new_itself_takes_anything() -> None:
    made = migrations.CreateModel("Tried", [("id", models.BigAutoField(primary_key=True))])
    assert refused(made, column(models.TextField(), model="tried"), migrations.DeleteModel("Tried")) == ""


def test_a_column_is_dropped_one_release_after_the_models_forgot_it() -> None:
    forget = migrations.SeparateDatabaseAndState(
        state_operations=[migrations.RemoveField("statement", "note")]
    )
    drop = migrating.DropUnused("programs_statement", "note", f"{NAME}_0")
    loader = loader_with([forget], [drop])
    assert "wait for one" in str(refusals(_now(loader), loader)[0])
    released = _now(loader) | {APP: f"{NAME}_0"}
    assert refusals(released, loader) == []


def test_somebody_may_answer_for_an_operation_in_words() -> None:
    sql = migrations.RunSQL("SELECT 1", "SELECT 1")
    assert refused(sql, safe={0: "reads one number and locks nothing"}) == ""
    assert refused(sql, safe={0: "trust me"})
    assert refused(SAFE["nullable"], sql, safe={0: "this is about another operation"})


def test_the_baseline_names_migrations_that_there_are() -> None:
    loader = MigrationLoader(None)
    assert not {key[1] for key in new_ones(BASELINE, loader)} & set(BASELINE.values())
    with pytest.raises(LookupError, match="0000_none"):
        new_ones({APP: "0000_none"}, loader)


def test_the_gate_passes_now_and_fails_with_what_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    call_command("lint_migrations")
    monkeypatch.setattr(lint_migrations, "BASELINE", {APP: "0003_program_plans_and_admission"})
    with pytest.raises(CommandError, match=r"programs\.0010_first_copies: Raw Python operation"):
        call_command("lint_migrations")


def test_an_expression_as_a_constant_is_seen_through() -> None:
    default = models.Value("x")
    assert refused(column(models.TextField(db_default=default))) == ""
    flag = GreaterThanOrEqual(models.Value(1), models.Value(0))
    assert "differs from row to row" in refused(column(models.BooleanField(db_default=flag)))
