"""After a large load that a whole module of tests shares."""

from django.db import connection


def settle() -> None:
    """Let the database count what was loaded, and check it once.

    PostgreSQL keeps the checks of a transaction's rows until its end; a test that ends inside it would have
    all of them made, and undone again. And it would make them by plans from when the tables were empty.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    connection.check_constraints()
