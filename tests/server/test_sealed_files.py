"""The server's own file and its backups: nothing of a resident stands in them for whoever has them
without the key."""

import os
import resource
import subprocess
import sys
import threading
from contextlib import closing

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DatabaseError
from sqlcipher3 import dbapi2 as sqlite

from sync.errors import DiskFull, DiskRefused, StoreBusy
from sync.identity import Minter, SystemClock
from sync.progress import silent
from sync.server import database
from sync.server.backup import back_up, restore
from sync.server.checking import check_store
from sync.server.cli import run
from sync.server.column_key import ColumnKey
from sync.server.database import (
    ServerDataDamaged,
    StoreOutdated,
    copies_from_before,
    is_trouble,
    open_database,
    upgrade_database,
)
from sync.server.file_key import mark_of
from sync.server.key_file import (
    FILE_NAME,
    ColumnKeyMissing,
    ColumnKeyWrong,
    key_of_file,
    read_key,
    write_key,
)
from sync.server.place import place_of
from sync.server.shutting import shut_file
from sync.server.sqlite import copy_sqlite
from sync.server.tables import ROW
from tests.server.bench import Bench
from tests.support.plaintext import leaks
from tests.support.raw_files import leave_in_plain, raw
from tests.support.stores import empty_store

HOMES = 50
PAGE = 4096
PLAIN = b"SQLite format 3\x00"


def said_in(at: int) -> list[str]:
    """What a household's record tells of the people in it."""
    return [f"欧阳金凤{at:03}", f"139{at:08}", f"第{at:03}次和楼上吵到半夜"]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "server"


@pytest.fixture
def said():
    return [one for at in range(HOMES) for one in said_in(at)]


def key_in(folder) -> ColumnKey:
    found = read_key(folder / FILE_NAME)
    assert found is not None
    return found


def fill(db) -> Bench:
    bench = Bench.make(db)
    worker = bench.worker()
    for at in range(HOMES):
        name, phone, note = said_in(at)
        worker.create("household", f"h{at}", contact=phone)
        worker.create("person", f"p{at}", household_id=f"h{at}", name=name)
        worker.create("note", f"n{at}", household_id=f"h{at}", text=note)
    return bench


@pytest.fixture
def plain(folder):
    """A closed store as the versions before left it: whole, and in plain."""
    with closing(empty_store(folder)) as db:
        fill(db)
    leave_in_plain(folder)
    return place_of(folder).file


def test_no_name_and_no_note_stands_in_the_file_or_its_log(folder, tmp_path, said):
    """In five encodings, while it is open and after it is closed; who has the key reads all."""
    with closing(empty_store(folder)) as db:
        bench = fill(db)
        assert leaks(folder, said) == []
        assert check_store(db).differences == []
        assert (bench.body("person", "p7") or {})["name"] == said_in(7)[0]
    assert leaks(folder, said) == []


def test_no_name_and_no_note_stands_in_a_backup(stores, folder, tmp_path, said):
    """Of a file or of a PostgreSQL; nor in what a restore sets aside, which is one too."""
    with closing(stores.make(folder)) as db:
        bench = fill(db)
        back_up(db, tmp_path / "backup", bench.clock, Minter())
    aside = restore(folder, tmp_path / "backup", bench.clock)
    assert aside is not None
    for file in (tmp_path / "backup", aside):
        (tmp_path / "alone").mkdir(exist_ok=True)
        (tmp_path / "alone" / "one").write_bytes(file.read_bytes())
        assert leaks(tmp_path / "alone", said) == []
        assert mark_of(file) is not None


def test_what_opens_is_the_key_of_this_server_alone(folder, tmp_path):
    """Its absence and another one are told apart, and nothing is made or changed."""
    empty_store(folder).close()
    key, away = folder / FILE_NAME, tmp_path / "away"
    key.rename(away)
    with pytest.raises(ColumnKeyMissing):
        open_database(folder)
    key.write_text("11" * 64)
    with pytest.raises(ColumnKeyWrong):
        open_database(folder)
    away.replace(key)
    open_database(folder).close()


# --- Damage ----------------------------------------------------------------------------------


def flip(file, at) -> None:
    """One bit of a file, as a failing disk does it."""
    with file.open("r+b") as damaged:
        damaged.seek(at)
        (byte,) = damaged.read(1)
        damaged.seek(at)
        damaged.write(bytes([byte ^ 1]))


@pytest.mark.parametrize("at", [0, 7, 16, 3_000])
def test_damage_is_told_as_damage(folder, capfd, at):
    """In the mark at its beginning or behind it; in words, with what helps, and nothing is made."""
    empty_store(folder).close()
    file = place_of(folder).file
    flip(file, at)
    before = file.read_bytes()
    assert run(["check", "--data", str(folder)]) == 1
    said = capfd.readouterr().err
    assert "restore" in said or "恢复" in said
    assert len(said.splitlines()) == 1
    with pytest.raises(ServerDataDamaged):
        upgrade_database(folder, SystemClock().now())
    assert file.read_bytes() == before


def test_one_bad_page_costs_what_stands_on_it_alone(folder):
    """SQLCipher refuses everything on a connection that met it: such a one is not used again."""
    with closing(empty_store(folder)) as db:
        fill(db)
    place = place_of(folder)
    key = key_of_file(folder, place.mark).file_key
    with raw(place.file, key) as connection:
        roots = dict(connection.execute("SELECT name, rootpage FROM sqlite_master").fetchall())
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    flip(place.file, (roots["history"] - 1) * int(size) + 100)
    with closing(open_database(folder)) as db:
        for _ in range(3):
            with pytest.raises(DatabaseError) as told, db.read() as connection:
                connection.execute(text("SELECT * FROM history")).all()
            assert is_trouble(told.value)
            with db.read() as connection:
                assert connection.execute(text("SELECT count(*) FROM synced_row")).scalar()


def test_a_check_reads_every_page(folder, capfd):
    """Also those that nothing else in it asks for: a backup would carry the damage on."""
    with closing(empty_store(folder)) as db:
        fill(db)
    place = place_of(folder)
    with raw(place.file, key_of_file(folder, place.mark).file_key) as connection:
        roots = dict(connection.execute("SELECT name, rootpage FROM sqlite_master").fetchall())
    assert run(["check", "--data", str(folder)]) == 0
    capfd.readouterr()

    flip(place.file, (roots["enrollment_code"] - 1) * PAGE + 100)

    assert run(["check", "--data", str(folder)]) == 1
    assert f"page {roots['enrollment_code']}" in capfd.readouterr().out


def test_a_check_beside_a_server_takes_no_page_for_damaged_that_is_in_the_log(folder):
    """Whoever reads keeps a page out of the file that was written again since, but not the next."""
    with closing(empty_store(folder)) as db:
        fill(db)
        place = place_of(folder)
        with db.read() as reader:
            assert reader.execute(select(func.count()).select_from(ROW)).scalar()
            with db.write() as connection:
                connection.execute(update(ROW).where(ROW.c.rev < HOMES).values(home_rev=1))
            with raw(place.file, key_of_file(folder, place.mark).file_key) as connection:
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
                missing = connection.execute("PRAGMA cipher_integrity_check").fetchall()
            assert missing
            assert check_store(db).differences == []


def test_a_check_finds_an_index_that_does_not_fit_its_rows(folder):
    """A row to which no index leads would be taken for new."""
    with closing(empty_store(folder)) as db:
        fill(db)
    place = place_of(folder)
    with raw(place.file, key_of_file(folder, place.mark).file_key) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = replace(sql, '<> ''note''', '= ''note''')"
            " WHERE name = 'synced_row_root'"
        )
        connection.commit()
    with closing(open_database(folder)) as db:
        (first, *_) = check_store(db).differences
    assert "synced_row_root" in first


def test_who_found_the_file_that_an_upgrade_exchanged_tries_again(plain, folder):
    """Between the look at its mark and its opening: it is not damaged."""
    place = place_of(folder)
    with closing(empty_store(folder.with_name("other"))) as other:
        key = other.column_key
    shut_file(plain, key.file_key, silent)
    engine = place.engine(None)
    with pytest.raises(StoreBusy), database._found(place, None), engine.connect():
        pass
    engine.dispose()


# --- Upgrades --------------------------------------------------------------------------------


def test_a_file_in_plain_is_not_served(plain, folder):
    """Whoever is told so types the upgrade; it makes a file that nobody else reads."""
    with pytest.raises(StoreOutdated):
        open_database(folder)
    assert plain.read_bytes().startswith(PLAIN)


def test_an_upgrade_shuts_the_file(plain, folder, said):
    """Nothing of it is left in plain, and nothing is lost."""
    assert leaks(folder, said) != []
    assert upgrade_database(folder, SystemClock().now()) is None
    assert leaks(folder, said) == []
    assert [one.name for one in folder.iterdir() if "encrypted" in one.name] == []
    with closing(open_database(folder)) as db:
        assert check_store(db).differences == []
        with db.read() as connection:
            rows = "SELECT count(*) FROM synced_row WHERE type = 'note'"
            assert connection.execute(text(rows)).scalar() == HOMES


def test_what_the_disk_frees_is_wiped(plain, folder, said):
    """Somebody who holds the old file finds nothing in it but zeros."""
    with plain.open("rb") as held:
        upgrade_database(folder, SystemClock().now())
        assert set(held.read()) == {0}


def test_a_file_that_somebody_has_open_is_left_as_it_is(plain, folder):
    """A server of the version before that was not stopped: what it takes must not be lost."""
    with raw(plain, None) as server:
        server.execute("PRAGMA journal_mode=WAL")
        server.execute("SELECT count(*) FROM meta").fetchall()
        with pytest.raises(StoreBusy):
            upgrade_database(folder, SystemClock().now())
        server.execute("UPDATE meta SET value = 'kept' WHERE name = 'care_day'")
    upgrade_database(folder, SystemClock().now())
    with closing(open_database(folder)) as db, db.read() as connection:
        kept = connection.execute(text("SELECT value FROM meta WHERE name = 'care_day'"))
        assert kept.scalar() == "kept"


def test_who_waits_for_the_old_file_writes_nothing_into_it(plain, folder):
    """An older server that opens it meanwhile has its writes refused, and laptops keep them."""
    refused: list[BaseException] = []
    began = threading.Event()

    def write() -> None:
        with closing(sqlite.connect(str(plain), timeout=30, isolation_level=None)) as late:
            began.set()
            try:
                late.execute("UPDATE meta SET value = 'lost' WHERE name = 'care_day'")
            except sqlite.Error as error:
                refused.append(error)

    thread = threading.Thread(target=write)

    def meanwhile(*_: object) -> None:
        if not began.is_set():
            thread.start()
            began.wait()

    with closing(empty_store(folder.with_name("other"))) as other:
        key = other.column_key
    shut_file(plain, key.file_key, meanwhile)
    thread.join()
    assert len(refused) == 1


def test_of_two_upgrades_at_once_one_shuts_the_file(plain, folder):
    """The other one is told to wait, and takes away nothing of what the first has written."""
    key = key_in(folder).file_key
    refused: list[StoreBusy] = []

    def meanwhile(*_: object) -> None:
        if not refused:
            with pytest.raises(StoreBusy) as told:
                shut_file(plain, key, silent)
            refused.append(told.value)

    shut_file(plain, key, meanwhile)
    assert refused != []
    with closing(open_database(folder)) as db:
        assert check_store(db).differences == []


def test_who_comes_when_it_is_done_finds_it_done(plain, folder):
    """The second of two upgrades had looked at the file before the first one exchanged it."""
    key = key_in(folder).file_key
    shut_file(plain, key, silent)
    before = plain.read_bytes()
    shut_file(plain, key, silent)
    assert plain.read_bytes() == before


def test_a_store_behind_a_link_stays_there(plain, folder, tmp_path, said):
    """An office put the file on another disk: it is not moved off it, nor left there in plain."""
    there = tmp_path / "disk"
    there.mkdir()
    plain.rename(there / plain.name)
    plain.symlink_to(there / plain.name)
    upgrade_database(folder, SystemClock().now())
    assert plain.is_symlink()
    assert mark_of(there / plain.name) is not None
    assert leaks(there, said) == []


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="root alone gives files away")
def test_root_takes_the_store_from_nobody(plain, folder):
    """The administrator types the upgrade as root; the server runs as a user of its own."""
    os.chown(plain, 65_534, 65_534)
    upgrade_database(folder, SystemClock().now())
    assert (plain.stat().st_uid, plain.stat().st_gid) == (65_534, 65_534)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="root alone gives files away")
def test_a_key_that_root_makes_is_the_servers(tmp_path):
    """In the folder of a server that runs as a user of its own."""
    os.chown(tmp_path, 65_534, 65_534)
    write_key(tmp_path / FILE_NAME, bytes(64))
    made = (tmp_path / FILE_NAME).stat()
    assert (made.st_uid, made.st_gid, made.st_mode & 0o777) == (65_534, 65_534, 0o600)


def test_what_an_older_restore_set_aside_in_plain_is_named(plain, folder, tmp_path):
    """An upgrade names what is to be erased; what a restore sets aside now is encrypted."""
    old = folder / "before-restore-20260618T000000Z-1234.backup"
    old.write_bytes(plain.read_bytes())
    upgrade_database(folder, SystemClock().now())
    with closing(open_database(folder)) as db:
        back_up(db, tmp_path / "backup", SystemClock(), Minter())
    assert restore(folder, tmp_path / "backup", SystemClock()) is not None
    assert copies_from_before(folder) == [old]


def test_a_new_file_that_cannot_be_read_takes_no_ones_place(plain, folder):
    """A disk that says it wrote and did not: the old file is neither replaced nor wiped."""
    before = plain.read_bytes()
    key = key_in(folder).file_key
    other = ColumnKey(b"2" * 64).file_key

    class Forgetful:
        """Says one key where it writes and another one where it reads."""

        said = iter([key.phrase, other.phrase])

        @property
        def phrase(self) -> str:
            return next(self.said)

    with pytest.raises(DiskRefused):
        shut_file(plain, Forgetful(), silent)
    assert plain.read_bytes() == before
    assert sorted(one.name for one in folder.iterdir()) == [FILE_NAME, plain.name]


@pytest.mark.parametrize("step", range(4))
def test_a_kill_leaves_one_whole_file(plain, folder, step):
    """Before the new file is there, while it is written, before and after it is put in place."""
    program = f"""
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from sync.server import database, shutting

def killed(*_, **__):
    os._exit(9)

folder = Path(sys.argv[1])
names = ["_write", "_be_alone", "_put", "_wipe"]
setattr(shutting, names[{step}], killed)
database.upgrade_database(folder, datetime.now(UTC))
"""
    ended = subprocess.run([sys.executable, "-c", program, str(folder)], check=False)
    assert ended.returncode == 9
    if step == 3:
        assert mark_of(plain) is not None
    else:
        with pytest.raises(StoreOutdated):
            open_database(folder)
    upgrade_database(folder, SystemClock().now())
    with closing(open_database(folder)) as db:
        assert check_store(db).differences == []
    assert [one.name for one in folder.iterdir() if "encrypted" in one.name] == []


@pytest.mark.skipif(os.name != "posix", reason="the limit of a file's size is POSIX's")
@pytest.mark.parametrize("larger", [0, 8 << 20], ids=["at its end", "in the middle"])
def test_a_full_disk_leaves_the_file_as_it_was(plain, folder, larger):
    """And nothing half-made beside it, whether what is written fits into memory or not."""
    with raw(plain, None) as filled:
        filled.execute("CREATE TABLE filler (bytes BLOB)")
        filled.execute("INSERT INTO filler VALUES (zeroblob(?))", (larger,))
    before = plain.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    key = key_in(folder)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
        with pytest.raises((DiskFull, DiskRefused)):
            shut_file(plain, key.file_key, silent)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert plain.read_bytes() == before
    assert sorted(one.name for one in folder.iterdir()) == [FILE_NAME, plain.name]
    upgrade_database(folder, SystemClock().now())
    open_database(folder).close()


@pytest.mark.skipif(os.name != "posix", reason="the limit of a file's size is POSIX's")
def test_a_copy_that_the_disk_did_not_take_is_none(plain, folder):
    """Nobody is told of half a copy as one to go back to, and what a kill left is taken away."""
    copy = folder / f"{plain.name}.20260618T000000Z.before-upgrade"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
        with pytest.raises((DiskFull, DiskRefused)):
            copy_sqlite(plain, copy, None)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert sorted(one.name for one in folder.iterdir()) == [FILE_NAME, plain.name]

    copy.with_name(f"{copy.name}.partial").write_bytes(plain.read_bytes()[:9_000])
    with raw(plain, None) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0020'")
    made = upgrade_database(folder, SystemClock().now())
    assert copies_from_before(folder) == [made]
    assert [one.name for one in folder.iterdir() if "partial" in one.name] == []
