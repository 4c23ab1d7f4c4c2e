"""All steps and the number that records them commit together."""

import os
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event, insert, inspect, select, text

from sync.errors import StoreTooNew
from sync.schema.canonical import encode_body
from sync.store import rows
from sync.store.database import FILE_NAME, create_database, is_whole, open_database
from sync.store.migrations import STEPS, _campaigns, _no_unasked_indexes, create, upgrade
from sync.store.rows import ServerRow
from sync.store.tables import METADATA, OTHER, TABLES
from sync.store.vault import Key
from tests.support.laptops import TickingClock

KEY = Key(bytes(32))
FORMER = Path(__file__).with_name("store_at_step_21.sql")
KILLED = 9
MADE = text("SELECT name FROM sqlite_master WHERE tbl_name = :name AND sql LIKE 'CREATE I%'")


@pytest.fixture
def database(tmp_path):
    """An empty store."""
    made = create_database(tmp_path, KEY, now=TickingClock().now())
    yield made
    made.close()


def tables(database):
    with database.reading() as connection:
        return set(inspect(connection).get_table_names())


def everything(database):
    """Tables and indexes with their words, what the planner was told, and the step reached."""
    with database.reading() as connection:
        return [
            set(connection.exec_driver_sql(f"SELECT {what}").all())
            for what in (
                "type, name, tbl_name, sql FROM sqlite_master",
                "tbl, idx, stat FROM sqlite_stat1",
                "user_version FROM pragma_user_version",
            )
        ]


def add(name):
    return lambda connection: connection.exec_driver_sql(f"CREATE TABLE {name} (a)")


def test_a_new_store_has_every_table_of_the_models(database):
    """Columns and all."""
    upgrade(database)

    assert tables(database) == set(METADATA.tables)
    with database.reading() as connection:
        found = inspect(connection)
        for name, table in METADATA.tables.items():
            assert [column["name"] for column in found.get_columns(name)] == list(table.c.keys())


def test_a_new_store_is_what_all_steps_make_of_an_empty_one(database, tmp_path):
    """It is made at once; no step may leave more than that, or less."""
    upgrade(database)
    new = tmp_path / "new"
    new.mkdir()
    at_once = create_database(new, KEY, now=TickingClock().now())
    create(at_once)

    assert everything(at_once) == everything(database)
    at_once.close()


def columns(database):
    """The columns of each table; where a column came later, it stands at another place."""
    with database.reading() as connection:
        found = inspect(connection)
        names = found.get_table_names()
        return {table: {one["name"] for one in found.get_columns(table)} for table in names}


def indexes(database):
    with database.reading() as connection:
        found = inspect(connection)
        names = found.get_table_names()
        return {(table, one["name"]) for table in names for one in found.get_indexes(table)}


def test_a_store_from_the_field_gets_what_a_new_one_is_made_with(database, tmp_path):
    """A column without a step of its own is only in new stores, and nobody who builds sees it."""
    with database.writing() as connection:
        for statement in FORMER.read_text("utf-8").splitlines()[1:]:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("ANALYZE")
        connection.exec_driver_sql("PRAGMA user_version=21")
    upgrade(database)
    new = tmp_path / "new"
    new.mkdir()
    at_once = create_database(new, KEY, now=TickingClock().now())
    create(at_once)

    assert columns(database) == columns(at_once)
    assert indexes(database) == indexes(at_once)
    at_once.close()


def test_only_what_is_missing_is_done(database):
    """The second time there is nothing to do."""
    upgrade(database, [add("one")])
    upgrade(database, [add("one"), add("two")])

    assert tables(database) == {"one", "two"}


def test_a_step_that_fails_leaves_the_store_as_it_was(database, tmp_path):
    """The version before can still open it, and the next try begins anew."""

    def half(connection):
        connection.exec_driver_sql("CREATE TABLE half (a)")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        upgrade(database, [add("one"), half])

    assert tables(database) == set()
    upgrade(database, [add("one"), add("two")])
    assert tables(database) == {"one", "two"}


def test_a_kill_in_the_middle_leaves_what_the_version_before_knows(database, tmp_path):
    """At twelve of the statements of the way from the field to today, the last one included."""
    with database.writing() as connection:
        for statement in FORMER.read_text("utf-8").splitlines()[1:]:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("ANALYZE")
        connection.exec_driver_sql("PRAGMA user_version=21")
    before = everything(database)
    database.close()
    counting = tmp_path / "counting"
    counting.mkdir()
    (counting / FILE_NAME).write_bytes((tmp_path / FILE_NAME).read_bytes())
    in_all = _upgrade_until(counting, None)
    assert in_all > len(STEPS) - 21

    for at in sorted({*range(1, in_all, max(1, in_all // 11)), in_all}):
        child = os.fork()
        if child == 0:
            _upgrade_until(tmp_path, at)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == KILLED
        assert is_whole(tmp_path, KEY)
        with closing(open_database(tmp_path, KEY, now=TickingClock().now())) as left:
            assert everything(left) == before

    with closing(open_database(tmp_path, KEY, now=TickingClock().now())) as found:
        upgrade(found)
        assert tables(found) == set(METADATA.tables)


def _upgrade_until(folder, at):
    """Upgrade a store and die at a statement; how many there were, where none is named."""
    found = open_database(folder, KEY, now=TickingClock().now())
    done = 0

    def count(*_said):
        nonlocal done
        done += 1
        if done == at:
            os._exit(KILLED)

    event.listen(found._writer, "before_cursor_execute", count)
    upgrade(found)
    found.close()
    return done


def test_a_store_of_a_later_app_is_refused(database):
    """Before anything is written."""
    upgrade(database, [add("one"), add("two")])

    with pytest.raises(StoreTooNew):
        upgrade(database, [add("one")])


def test_rows_of_a_kind_that_was_unknown_are_shown_once_it_is_known(database):
    """A newer server sent them while this app kept them whole; the digest counts them still."""
    upgrade(database)
    row = ServerRow(7, "h1", "f" * 32, {"household_id": "h1", "answers": {"gas": ["pipe"]}})
    body = encode_body(row.body | {"mood": "calm"})
    values = {"id": "s1", "rev": row.rev, "root_id": row.root_id, "mark": row.mark, "body": body}
    with database.writing() as connection:
        connection.execute(insert(OTHER).values(generation=3, type="campaign_sheet", **values))
        connection.execute(insert(OTHER).values(generation=3, type="robot", **values))
        _campaigns(connection)

    with database.reading() as connection:
        shown = rows.find(connection, "campaign_sheet", 3, "s1")
        kept = connection.execute(select(OTHER.c.type)).scalars().all()
    assert shown == ServerRow(row.rev, row.root_id, row.mark, row.body | {"mood": "calm"})
    assert kept == ["robot"]


def test_the_steps_bring_an_empty_store_to_todays_tables(database, tmp_path):
    """Also when it is opened again."""
    upgrade(database, STEPS)
    database.close()

    again = open_database(tmp_path, KEY, now=TickingClock().now())
    upgrade(again)
    assert tables(again) == set(METADATA.tables)
    again.close()


def test_what_a_newer_app_sent_becomes_fields_and_rows(database):
    """The server was updated first: this laptop kept what it could not read, and reads it now."""
    before = STEPS[:9]
    upgrade(database, before)
    matter = {"title": "换燃气软管", "stage": "reported", "household_id": "h1"}
    kept = {"generation": 1, "type": "matter", "id": "m1", "rev": 7, "root_id": "h1", "mark": "a"}
    later = {"postponed_to": "2026-06-20", "mood": "calm"}
    with database.writing() as connection:
        for type_, name in (("household", "postponed_to"), ("visit", "changes")):
            connection.exec_driver_sql(f"ALTER TABLE {type_} DROP COLUMN {name}")
        connection.exec_driver_sql("DROP TABLE matter")
        connection.execute(insert(OTHER).values(**kept, body=encode_body(matter)))
        connection.exec_driver_sql(
            "INSERT INTO household (generation, id, rev, root_id, mark, two_people, extra)"
            f" VALUES (1, 'h1', 1, 'h1', '', 0, '{encode_body(later)}')"
        )
        connection.exec_driver_sql(
            "INSERT INTO visit (generation, id, rev, root_id, mark, void, extra)"
            """ VALUES (1, 'v1', 1, 'h1', '', 0, '{"changes":["phone"]}')"""
        )

    upgrade(database)

    home, visit = TABLES["household"], TABLES["visit"]
    with database.reading() as connection:
        found = rows.find(connection, "matter", 1, "m1")
        assert found is not None
        assert (found.body, found.rev, found.mark) == (matter, 7, "a")
        assert connection.execute(select(OTHER)).all() == []
        told = connection.execute(select(home.c.postponed_to, home.c.extra)).one()
        assert told == ("2026-06-20", '{"mood":"calm"}')
        assert connection.execute(select(visit.c.changes, visit.c.extra)).one() == (
            ["phone"],
            None,
        )


def test_indexes_that_no_query_reads_go_from_an_older_store(database):
    """Each costs every row that comes in; today's stores are made without them."""
    upgrade(database)
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE INDEX person_by_py ON person (generation, py)")
        connection.exec_driver_sql("CREATE INDEX ix_due_due_on ON due (due_on)")
        _no_unasked_indexes(connection)

    with database.reading() as connection:
        for name in ("person", "due"):
            # Asked of the schema itself: a connection tells from memory what it saw before.
            held = set(connection.execute(MADE, {"name": name}).scalars())
            assert held == {index.name for index in METADATA.tables[name].indexes}
