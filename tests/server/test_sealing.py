"""A store of an older version, whose numbers stand in plain, is sealed by the upgrade."""

import json
import shutil
from contextlib import closing, suppress

import pytest
from sqlalchemy import select

from sync.errors import StoreBusy
from sync.identity import SystemClock
from sync.server import cli, sealing, snapshots
from sync.server.checking import check_store
from sync.server.database import (
    create_database,
    open_database,
    upgrade_database,
)
from sync.server.key_file import (
    FILE_NAME,
)
from sync.server.sqlite import compact_sqlite, sqlite_engine, sqlite_snapshots
from sync.server.tables import META, METADATA
from sync.server.upgrading import SEALING
from tests.server.sealed_office import (
    AsOf19,
    Office,
    Stopped,
    columns_of,
    stop_after,
    take_samples,
    upgrade_in_portions,
    write_as,
)
from tests.support.plaintext import leaks
from tests.support.raw_files import engine_on, leave_in_plain

_ORDERS = {"history": ("scope_id", "rev", "n"), "synced_row": ("scope_id", "type", "id")}
_WHERE_IT_IS = select(META.c.value).where(META.c.name == SEALING)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "server"


@pytest.fixture
def older(stores, folder, tmp_path):
    """A store as the version before made it, with numbers in plain, and the office on it."""
    with closing(stores.make(folder)) as db:
        made = Office(write_as(db, AsOf19()), tmp_path, 64)
        made.roster.unlink()
        snapshots._make(db, made.bench.scope)
        take_samples(db)
    leave_in_plain(folder)
    (folder / FILE_NAME).unlink()
    assert leaks(columns_of(folder, tmp_path / "before"), made.numbers)
    shutil.rmtree(tmp_path / "before")
    return made


def test_an_upgrade_seals_what_stands_there(older, folder, tmp_path):
    """Also in what its file freed; the copy that it keeps is the one thing that tells it."""
    copy = upgrade_database(folder, older.bench.clock.now())
    if copy is not None:
        assert leaks(folder, older.numbers)
        copy.unlink()

    columns_of(folder, tmp_path / "columns")
    assert leaks(tmp_path, older.numbers) == []
    with closing(open_database(folder)) as db:
        assert check_store(db).differences == []
        older.bench.db = db
        assert sum(number in older.pulled() for number in older.numbers) >= 30
    assert leaks(tmp_path, older.numbers) == []


def test_sealing_goes_on_where_it_was_stopped(older, folder, tmp_path, monkeypatch):
    """After each portion; nobody serves the store until it is done, and nothing is sealed twice."""
    monkeypatch.setattr(sealing, "PORTION", 7)

    assert upgrade_in_portions(folder, older.bench.clock.now(), 5) > 5
    copies = list(folder.glob("*.before-upgrade"))
    for copy in copies:
        copy.unlink()
    assert len(copies) <= 1
    columns_of(folder, tmp_path / "columns")
    assert leaks(tmp_path, older.numbers) == []
    with closing(open_database(folder)) as db:
        assert check_store(db).differences == []


def test_sealing_goes_on_behind_a_line_that_an_older_version_named(older, folder, monkeypatch):
    """Those before 0024 named rows by scope, kind and id, and the history by scope and revision."""
    monkeypatch.setattr(sealing, "PORTION", 7)
    named = {"history": set(), "synced_row": set()}
    is_done = False
    while not is_done:
        with suppress(Stopped):
            upgrade_database(folder, older.bench.clock.now(), stop_after(1))
            is_done = True
        engine = engine_on(folder)
        with engine.connect() as connection:
            told = connection.execute(_WHERE_IT_IS).scalar()
        engine.dispose()
        if told and told.startswith("["):
            table, *last = json.loads(told)
            named.get(table, set()).add(tuple(last))

    with closing(open_database(folder)) as db, db.read() as connection:
        for name, order in _ORDERS.items():
            columns = [METADATA.tables[name].c[column] for column in order]
            lines = set(map(tuple, connection.execute(select(*columns))))
            assert len(named[name]) > 1
            assert named[name] - {()} <= lines


def test_a_copy_in_plain_is_named_until_it_is_erased(folder, tmp_path, capsys):
    """Whoever was stopped named none, and who goes on makes none."""
    with closing(create_database(folder)) as db:
        write_as(db, AsOf19())
    leave_in_plain(folder)
    with pytest.raises(Stopped):
        upgrade_database(folder, SystemClock().now(), stop_after(0))
    (copy,) = folder.glob("*.before-upgrade")

    for _ in range(2):
        assert cli.run(["upgrade", "--data", str(folder)]) == 0
        assert str(copy) in capsys.readouterr().out
    copy.unlink()
    assert cli.run(["upgrade", "--data", str(folder)]) == 0
    assert str(copy) not in capsys.readouterr().out


def test_an_upgrade_says_which_key_is_to_be_kept(older, folder, capsys):
    """On either database: no backup opens without it from now on."""
    assert cli.run(["upgrade", "--data", str(folder)]) == 0
    assert str(folder / FILE_NAME) in capsys.readouterr().out


def test_two_that_upgrade_at_once_seal_each_number_once(older, folder, tmp_path, monkeypatch):
    """The unit starts again, and somebody types the command: what one did the other leaves be."""
    monkeypatch.setattr(sealing, "PORTION", 7)
    now, calls = older.bench.clock.now(), 0

    def meanwhile(*_: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            with suppress(Stopped):
                upgrade_database(folder, now, stop_after(4))
        if calls == 6:
            with suppress(StoreBusy):  # A file is not exchanged while somebody else is in it.
                upgrade_database(folder, now)

    upgrade_database(folder, now, meanwhile)

    assert calls >= 6
    for copy in folder.glob("*.before-upgrade"):
        copy.unlink()
    columns_of(folder, tmp_path / "columns")
    assert leaks(tmp_path, older.numbers) == []
    with closing(open_database(folder)) as db:
        assert check_store(db).differences == []


def test_a_file_that_somebody_still_reads_is_not_called_clean(tmp_path):
    """What was replaced stands in its log until they are done; then it goes."""
    engine = sqlite_engine(tmp_path / "file", None)
    with engine.connect() as first, engine.connect() as second:
        first.connection.execute("CREATE TABLE t (said)")
        for connection in (first, second):
            connection.connection.execute("PRAGMA busy_timeout=0")
    with sqlite_snapshots(engine).connect() as reader:
        reader.exec_driver_sql("SELECT * FROM t").fetchall()
        with pytest.raises(StoreBusy):
            compact_sqlite(engine, [])
    compact_sqlite(engine, [])
    assert (tmp_path / "file-wal").stat().st_size == 0
    engine.dispose()
