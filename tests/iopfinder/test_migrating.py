"""Migrations while the site serves: what waits for a table lets others through; rows change in batches."""

import threading
import time
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, migrations, models, transaction
from django.db.migrations.state import ModelState, ProjectState
from django.db.transaction import TransactionManagementError

from iopfinder.management.commands import migrate
from programs import migrating

TABLE = "tried_things"


@pytest.fixture
def things(transactional_db: None) -> Any:
    """A table with seven rows, and the state of migrations that knows it."""
    state = ProjectState()
    fields = [("id", models.BigAutoField(primary_key=True)), ("size", models.IntegerField())]
    state.add_model(ModelState("tried", "Thing", fields, options={"db_table": TABLE, "indexes": []}))
    model = state.apps.get_model("tried", "Thing")
    with connection.schema_editor() as editor:
        editor.create_model(model)
    model.objects.bulk_create(model(size=size) for size in range(7))
    yield state
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")


def run(operation: Any, before: ProjectState, *, back: bool = False) -> ProjectState:
    after = before.clone()
    operation.state_forwards("tried", after)
    with connection.schema_editor(atomic=operation.atomic) as editor:
        if back:
            operation.database_backwards("tried", editor, after, before)
        else:
            operation.database_forwards("tried", editor, before, after)
    return after


def constraints() -> dict[str, Any]:
    with connection.cursor() as cursor:
        return connection.introspection.get_constraints(cursor, TABLE)


def test_an_index_is_built_and_taken_away_again(things: ProjectState) -> None:
    operation = migrating.AddIndexWhileServing("thing", models.Index(fields=["size"], name="tried_size"))
    run(operation, things)
    assert constraints()["tried_size"]["index"]
    run(operation, things, back=True)
    assert "tried_size" not in constraints()


@pytest.mark.postgres_only
def test_an_index_is_built_past_those_who_write(things: ProjectState) -> None:
    """Somebody has written and not committed: a plain index would wait for them and hold up all others."""
    operation = migrating.AddIndexWhileServing("thing", models.Index(fields=["size"], name="tried_size"))
    writing, done = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {TABLE} (size) VALUES (8)")
            writing.set()
            done.wait(20)
        connection.close()

    def build() -> None:
        run(operation, things)
        connection.close()

    threads = [threading.Thread(target=write), threading.Thread(target=build)]
    threads[0].start()
    assert writing.wait(20)
    threads[1].start()
    with connection.cursor() as cursor:
        for _ in range(200):  # Until the index is being built, and waits for the one who writes.
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'virtualxid' AND NOT granted")
            if cursor.fetchone()[0]:
                break
            time.sleep(0.05)
        cursor.execute("SET lock_timeout = '10s'")
        cursor.execute(f"INSERT INTO {TABLE} (size) VALUES (9)")
        cursor.execute("SET lock_timeout = 0")
    done.set()
    for thread in threads:
        thread.join(20)
    assert constraints()["tried_size"]["index"]


@pytest.mark.postgres_only
def test_what_a_killed_run_left_is_built_anew(things: ProjectState) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX tried_size ON {TABLE} (size)")
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'tried_size'::regclass")
    run(migrating.AddIndexWhileServing("thing", models.Index(fields=["size"], name="tried_size")), things)
    with connection.cursor() as cursor:
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = 'tried_size'::regclass")
        assert cursor.fetchone() == (True,)


def test_a_check_holds_new_rows_at_once(things: ProjectState) -> None:
    check = models.CheckConstraint(name="tried_least", condition=models.Q(size__gte=0))
    after = run(migrating.AddConstraintForNewRows("thing", check), things)
    with pytest.raises(connection.Database.IntegrityError), connection.cursor() as cursor:
        cursor.cursor.execute(f"INSERT INTO {TABLE} (size) VALUES (-1)")
    run(migrating.ProveConstraint("thing", "tried_least"), after)
    assert constraints()["tried_least"]["check"]


@pytest.mark.postgres_only
def test_a_check_for_new_rows_looks_at_no_old_one_until_it_is_proved(things: ProjectState) -> None:
    check = models.CheckConstraint(name="tried_least", condition=models.Q(size__gte=3))
    after = run(migrating.AddConstraintForNewRows("thing", check), things)
    with pytest.raises(Exception, match="is violated by some row"):
        run(migrating.ProveConstraint("thing", "tried_least"), after)


def test_rows_are_changed_in_batches_there_and_back(things: ProjectState) -> None:
    seen: list[list[int]] = []

    def change(model: Any, keys: list[int]) -> None:
        seen.append(keys)
        model.objects.filter(pk__in=keys).update(size=models.F("size") * 10)

    def back(model: Any, keys: list[int]) -> None:
        model.objects.filter(pk__in=keys).update(size=models.F("size") / 10)

    operation = migrating.ChangeRowsInBatches("thing", change, back, 3)
    run(operation, things)
    rows = things.apps.get_model("tried", "Thing").objects.order_by("pk")
    assert [row.size for row in rows] == [0, 10, 20, 30, 40, 50, 60]
    assert [len(keys) for keys in seen] == [3, 3, 1]
    run(operation, things, back=True)
    assert [row.size for row in rows.all()] == [0, 1, 2, 3, 4, 5, 6]


def test_a_batch_that_was_done_stays_done(things: ProjectState) -> None:
    def change(model: Any, keys: list[int]) -> None:
        model.objects.filter(pk__in=keys).update(size=-1)
        if len(keys) == 1:
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        run(migrating.ChangeRowsInBatches("thing", change, migrating.nothing, 3), things)
    rows = things.apps.get_model("tried", "Thing").objects.order_by("pk")
    assert [row.size for row in rows] == [-1] * 6 + [6]


def test_batches_need_no_transaction_around_them(things: ProjectState) -> None:
    operation = migrating.ChangeRowsInBatches("thing", migrating.nothing, migrating.nothing)
    with (
        pytest.raises(TransactionManagementError, match="atomic = False"),
        connection.schema_editor(atomic=True) as editor,
    ):
        operation.database_forwards("tried", editor, things, things)


def test_a_column_nobody_uses_is_dropped_and_twice_is_once(things: ProjectState) -> None:
    for _ in range(2):
        run(migrating.DropUnused(TABLE, "size", "0001"), things)
    with connection.cursor() as cursor:
        names = {one.name for one in connection.introspection.get_table_description(cursor, TABLE)}
    assert names == {"id"}
    run(migrating.DropUnused(TABLE, "", "0001"), things)
    assert TABLE not in connection.introspection.table_names()


def test_operations_can_be_written_down_again() -> None:
    index = models.Index(fields=["size"], name="tried_size")
    for operation in (
        migrating.AddIndexWhileServing("thing", index),
        migrating.ProveConstraint("thing", "tried"),
        migrating.ChangeRowsInBatches("thing", migrating.nothing, migrating.nothing, 3),
        migrating.DropUnused(TABLE, "size", "0001"),
    ):
        name, args, kwargs = operation.deconstruct()
        again = getattr(migrating, name)(*args, **kwargs)
        assert again.deconstruct() == (name, args, kwargs)
        assert isinstance(again, migrations.operations.base.Operation)


@pytest.mark.postgres_only
def test_migrate_lets_others_through_and_says_so(
    things: ProjectState, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """The table of migrations is in use: three tries, then an end with the way on. Nothing waits for ever."""
    monkeypatch.setattr(migrate, "TRIES", 3)
    monkeypatch.setattr(migrate, "PAUSE", 0.01)
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE")
            holding.set()
            done.wait(30)
        connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    assert holding.wait(20)
    try:
        with pytest.raises(CommandError, match="in use each of 3 times"):
            call_command("migrate", verbosity=0, lock_seconds=1)
    finally:
        done.set()
        thread.join(20)
    assert capsys.readouterr().err.count("they go first") == 3
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
