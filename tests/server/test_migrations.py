"""The tables' history, on both databases: where it ends, and how an older store gets there."""

import json
import os
import resource
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, insert, inspect, select, text

from sync.errors import DiskFull, DiskRefused, StoreTooNew
from sync.server.checking import check_store
from sync.server.database import (
    NoStore,
    StoreOutdated,
    open_database,
    upgrade_database,
)
from sync.server.own_secret import SECRET
from sync.server.sqlite import FILE_NAME
from sync.server.tables import METADATA
from sync.server.upgrading import BASELINE, config_on, revisions
from tests.server.bench import SetClock
from tests.support.raw_files import engine_on

NOW = SetClock().now()
_BASELINE = json.loads((Path(__file__).parent / "baseline_store.json").read_text("utf-8"))
"""Every line of a small store as the version before the first revision made it."""


@contextmanager
def connected(folder):
    engine = engine_on(folder)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


@pytest.fixture
def folder(tmp_path, stores, monkeypatch):
    """A server's folder; its PostgreSQL database is empty, its SQLite file not there yet."""
    made = tmp_path / "server"
    made.mkdir()
    monkeypatch.setenv("DOORSTEP_DATABASE", stores.url())
    return made


@pytest.fixture
def old(folder):
    """A store from before the tables had revisions, with people, homes and a conflict in it."""
    with connected(folder) as connection:
        command.upgrade(config_on(connection), BASELINE)
        connection.execute(text("DROP TABLE alembic_version"))
        tables = MetaData()
        tables.reflect(connection)
        for name, lines in _BASELINE.items():
            if lines:
                connection.execute(insert(tables.tables[name]), lines)
    return folder


def test_the_newest_revision_is_the_tables_of_this_version(tmp_path, stores):
    """Somebody who changes the tables adds a revision."""
    database = stores.make(tmp_path)
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    database.close()


def test_text_sorts_by_bytes_on_every_server(tmp_path, stores):
    """The language of a PostgreSQL has no say in the order of ids."""
    database = stores.make(tmp_path)
    with database.read() as connection:
        found = inspect(connection)
        columns = [column for table in METADATA.tables for column in found.get_columns(table)]
    database.close()
    texts = [column["type"] for column in columns if column["type"].python_type is str]
    assert len(texts) > 50
    if stores.kind == "postgresql":
        assert {column.collation for column in texts} == {"C"}


def test_revisions_are_numbered_in_one_line(folder):
    """Two that were added at the same time would both follow the same one."""
    with connected(folder) as connection:
        script = ScriptDirectory.from_config(config_on(connection))
        assert [each.revision for each in script.walk_revisions()] == [*reversed(revisions())]
        assert len(script.get_heads()) == 1


def test_an_old_store_is_not_opened_before_it_is_upgraded(old):
    """Its keeper decides when: other servers may still run on it."""
    with pytest.raises(StoreOutdated) as refused:
        open_database(old)
    assert f"doorstep-server upgrade --data {old}" in refused.value.sentence()


def test_an_old_store_keeps_every_line_when_it_is_upgraded(old):
    """All tables hold what they held, sums included; what is new stands beside it. Read as the
    server reads them: numbers, and what proves one, are sealed."""
    upgrade_database(old, NOW)

    database = open_database(old)
    with database.read() as connection:
        for name, before in _BASELINE.items():
            after = [
                dict(line._mapping) for line in connection.execute(select(METADATA.tables[name]))
            ]
            kept = [line for line in before if line.get("name") not in ("version", SECRET)]
            for line in kept:
                assert any(line.items() <= found.items() for found in after), (name, line)
    assert {"name": SECRET, "value": database.key.hex()} in _BASELINE["meta"]
    assert check_store(database).differences == []
    database.close()


def test_an_upgrade_finds_how_pictures_came_that_were_written_anew(folder):
    """By what the history says that the server changed; of one that was removed before, by its
    row, which could not be told; and of one that is kept as it came there is nothing to find."""
    with connected(folder) as connection:
        command.upgrade(config_on(connection), "0018")
        tables = MetaData()
        tables.reflect(connection)
        blob = {"key_scope": "g", "size": 1, "sha256": "kept", "ready_at": "then"}
        told = ("longer", "as long", "removed", "plain", "on its way")
        blobs = [{**blob, "id": one} for one in told]
        blobs[-1]["ready_at"] = ""
        connection.execute(insert(tables.tables["blob"]), blobs)
        line = {"scope_id": "g", "type": "attachment", "root_id": "r"}
        row = {**line, "home_rev": 0, "moved_to": "", "moved_rev": 0, "body_hash": "x"}
        bodies = dict.fromkeys(told, '{"sha256":"kept","size":1}')
        bodies["removed"] = bodies["on its way"] = '{"sha256":"sent","size":7}'
        rows = [
            {**row, "id": one, "rev": rev, "deleted": one == "removed", "body": bodies[one]}
            for rev, one in enumerate(told)
        ]
        connection.execute(insert(tables.tables["synced_row"]), rows)
        who = {"op_id": "", "client": "", "author": "", "device": ""}
        changes = [
            ("longer", "size", "9"),
            ("longer", "sha256", '"sent"'),
            ("longer", "caption", '"words"'),
            ("as long", "sha256", '"sent"'),
            ("as long", "ready", None),
        ]
        lines = [
            {**line, **who, "id": one, "rev": rev, "n": 0, "field": field, "old": old, "at": "now"}
            for rev, (one, field, old) in enumerate(changes)
        ]
        connection.execute(insert(tables.tables["history"]), lines)
        command.upgrade(config_on(connection), "0019")
        found = connection.execute(text("SELECT id, sent_size, sent_sha256 FROM blob")).all()
    nothing = (0, "")
    assert {one: (size, digest) for one, size, digest in found} == {
        "longer": (9, "sent"),
        "as long": (1, "sent"),
        "removed": (7, "sent"),
        "plain": nothing,
        "on its way": nothing,
    }


def test_upgrading_a_store_of_this_version_changes_nothing(old):
    """Whoever types it twice does no harm."""
    upgrade_database(old, NOW)
    files = sorted(old.iterdir())
    assert upgrade_database(old, NOW) is None
    assert sorted(old.iterdir()) == files


def test_a_file_is_copied_before_it_is_upgraded(old, stores):
    """The copy is the way back; a PostgreSQL has backups of its own."""
    copy = upgrade_database(old, NOW)
    if stores.kind == "postgresql":
        assert copy is None
        return
    assert copy is not None
    assert copy.stat().st_mode & 0o077 == 0
    copy.rename(old / "doorstep-server.sqlite3")
    with pytest.raises(StoreOutdated):
        open_database(old)


def test_an_upgrade_that_fails_leaves_the_store_as_it_was(old):
    """All of it or nothing: the two rows with one id that cannot be are put in by hand."""
    with connected(old) as connection:
        connection.execute(
            text(
                "INSERT INTO synced_row SELECT 'grid:other', type, id, rev, root_id, home_rev, "
                "deleted, body, body_hash FROM synced_row WHERE type = 'visit'"
            )
        )
    with pytest.raises(Exception, match=r"(?i)unique"):
        upgrade_database(old, NOW)
    with connected(old) as connection:
        assert not inspect(connection).has_table("alembic_version")
        indexes = inspect(connection).get_indexes("synced_row")
        assert {index["name"]: index["unique"] for index in indexes}["synced_row_id"] in (0, False)


def test_an_upgrade_that_fails_leaves_no_copy(folder, stores):
    """One for each try would fill the disk; the store is as it was."""
    if stores.kind == "postgresql":
        return
    stores.make(folder).close()
    with connected(folder) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0023'"))
        connection.execute(text("DROP TABLE receipt"))
    with pytest.raises(Exception, match="receipt"):
        upgrade_database(folder, NOW)
    assert list(folder.glob("*.before-upgrade*")) == []


@pytest.mark.skipif(os.name != "posix", reason="the limit of a file's size is POSIX's")
def test_a_disk_that_fills_up_meanwhile_is_told_as_one(old, stores):
    """SQLite undoes all of it, and Alembic then misses the table that it was writing anew."""
    if stores.kind == "postgresql":
        return
    with connected(old) as connection:
        command.stamp(config_on(connection), BASELINE)
        command.upgrade(config_on(connection), "0023")
        tables = MetaData()
        tables.reflect(connection, only=["history"])
        line = dict(connection.execute(text("SELECT * FROM history")).mappings().first())
        more = [{**line, "rev": rev, "old": "x" * 4_000} for rev in range(100, 8_100)]
        connection.execute(insert(tables.tables["history"]), more)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = (old / FILE_NAME).stat().st_size
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100_000, hard))
        with pytest.raises((DiskFull, DiskRefused)):
            upgrade_database(old, NOW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    upgrade_database(old, NOW)
    open_database(old).close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE alembic_version SET version_num = '9999'",
        "UPDATE meta SET value = '3' WHERE name = 'version'",
    ],
)
def test_a_store_of_a_newer_version_is_refused_untouched(tmp_path, stores, statement):
    """Neither opened nor upgraded: its tables may mean something else."""
    stores.make(tmp_path).close()
    with connected(tmp_path) as connection:
        connection.execute(text(statement))
    for attempt in (open_database, lambda folder: upgrade_database(folder, NOW)):
        with pytest.raises(StoreTooNew):
            attempt(tmp_path)


def test_there_is_nothing_to_open_or_upgrade_in_an_empty_place(folder):
    """And looking makes nothing."""
    for attempt in (open_database, lambda where: upgrade_database(where, NOW)):
        with pytest.raises(NoStore):
            attempt(folder)
    assert list(folder.iterdir()) == []
