"""Which index leads to an answer that every push asks for, on both databases."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event, inspect, text

from sync.schema.registry import ENTITIES
from sync.server.grants import community_rows
from sync.server.journal import Journal
from sync.server.locked import ASKS_FOR_CARE
from sync.server.openscope import lock
from sync.server.rows import households_that_left, rows_below
from sync.server.tables import HISTORY, METADATA, PILED
from tests.server.bench import Bench


@contextmanager
def asked(bench: Bench):
    """What is executed in here, with its parameters."""
    found = []

    def note(connection, cursor, statement, parameters, *_rest):
        found.append((statement, parameters))

    event.listen(bench.db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(bench.db.engine, "before_cursor_execute", note)


def way(connection, statement, parameters):
    """How the database says that it would answer a statement."""
    if connection.dialect.name == "sqlite":
        lines = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    else:
        # As if the table were large: the few rows of a test are read faster without an index.
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        lines = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
    return " ".join(str(line) for line in lines.all())


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda connection: households_that_left(connection, ["h1"]), "synced_row_moved"),
        (lambda connection: rows_below(connection, ["h1"], ["person"]), "synced_row_root"),
        (lambda connection: community_rows(connection, "c1", "area"), "synced_row_kind"),
    ],
)
def test_an_index_leads_to_what_a_push_asks_about(bench, ask, index):
    """A partial index is passed by without a word where a question says its condition otherwise."""
    with asked(bench) as statements, bench.db.read() as connection:
        ask(connection)
    statement, parameters = next(one for one in statements if "synced_row" in one[0])

    with bench.db.read() as connection:
        assert index in way(connection, statement, parameters)


def test_what_changed_since_a_revision_is_found_by_the_rows_that_did(bench):
    """Nothing leads from a scope to its history, which would be looked through from its beginning,
    under the lock, for each removal."""
    bench.worker().create("household", "h1", contact="1")
    with asked(bench) as statements, bench.db.write() as connection:
        lock(connection, [bench.scope], Journal())[bench.scope].workers("h1", 0)
    statement, parameters = next(one for one in statements if "history" in one[0])

    with bench.db.read() as connection:
        told = way(connection, statement, parameters)
    keys = {
        # SQLite's own names of the second key of the rows, and of the history's only one.
        "sqlite": ("sqlite_autoindex_synced_row_2", "sqlite_autoindex_history_1"),
        "postgresql": ("synced_row_rev", "history_pkey"),
    }
    assert all(key in told for key in keys[connection.dialect.name])


def test_the_keys_are_in_the_order_that_this_version_says(bench):
    """Comparing the tables with the newest revision takes no notice of it."""
    with bench.db.read() as connection:
        found = inspect(connection)
        for table in METADATA.sorted_tables:
            told = found.get_pk_constraint(table.name)["constrained_columns"]
            assert told == [column.name for column in table.primary_key], table.name
    assert [column.name for column in HISTORY.primary_key][:3] == ["id", "type", "scope_id"]


@pytest.mark.parametrize("index", ["synced_row_root", "synced_row_kind"])
def test_what_piles_up_below_a_household_is_no_part_of_the_index(bench, index):
    """Every push would write a page of it for each household that somebody called at, or scope."""
    with bench.db.read() as connection:
        definition = {
            "sqlite": f"SELECT sql FROM sqlite_master WHERE name = '{index}'",
            "postgresql": f"SELECT indexdef FROM pg_indexes WHERE indexname = '{index}'",
        }[connection.dialect.name]
        told = connection.execute(text(definition)).scalar_one()
    condition = told.partition("WHERE")[2]
    assert all(f"'{type_}'" in condition for type_ in PILED)


def test_nothing_asks_for_what_piles_up_by_its_household():
    """Care is worked out, and accounts are summed up, from what the index leads to."""
    ledgers = {type_ for type_, entity in ENTITIES.items() if entity.is_ledger}
    assert not {*ledgers, *ASKS_FOR_CARE, "id_number"} & set(PILED)
