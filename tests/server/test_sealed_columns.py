"""ID numbers in the server's store: no copy of it tells one, and everybody who may gets them."""

import gzip
import json
import shutil
import socket
import subprocess
import sys
from contextlib import closing

import pytest
from sqlalchemy import LargeBinary, select, text, type_coerce

from sync.identity import Minter
from sync.server import cli, snapshots
from sync.server.backup import back_up, restore
from sync.server.checking import check_store
from sync.server.column_key import ColumnKey
from sync.server.database import (
    create_database,
    open_database,
)
from sync.server.key_file import (
    FILE_NAME,
    BackupKeyMissing,
)
from sync.server.number_shapes import MARK
from sync.server.tables import AUDIT, HELD, HISTORY, IMPORT_CELLS, PART, RECEIPT, ROW
from tests.server.sealed_office import (
    PLACES,
    AsOf19,
    Office,
    call_it,
    columns_of,
    numbers_of,
    write_as,
)
from tests.support.plaintext import leaks


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "server"


@pytest.fixture
def office(stores, folder, tmp_path):
    """A store with 200 numbers in it, still open."""
    with closing(stores.make(folder)) as db:
        made = Office(db, tmp_path)
        made.roster.rename(tmp_path.with_name(tmp_path.name + ".csv"))
        yield made


def test_no_number_stands_in_store_log_snapshot_or_backup(office, folder, tmp_path):
    """200 of them, in five encodings: in the files while the store is open and after it is closed,
    in every column as the database has it, and in a backup."""
    bench = office.bench
    for scope in (bench.scope, office.ids):
        snapshots._make(bench.db, scope)
    back_up(bench.db, tmp_path / "backup", bench.clock, Minter())
    columns_of(folder, tmp_path / "columns")

    assert leaks(tmp_path, office.numbers) == []
    with bench.db.read() as connection:
        raw = connection.execute(select(type_coerce(PART.c.packed, LargeBinary))).scalars().all()
        parts = connection.execute(select(PART.c.packed)).scalars().all()
        stored = [
            "\n".join(str(one) for line in connection.execute(select(table)) for one in line)
            for table in (ROW, HISTORY, HELD, RECEIPT, IMPORT_CELLS, AUDIT)
        ]
    # They were there to be found: in plain they are what was planted.
    assert {number for number in office.numbers if number in "".join(stored)} == {*office.numbers}
    told = [gzip.decompress(part).decode() for part in parts]
    assert sum(number in "".join(told) for number in office.numbers) >= 80
    for part in raw:
        with pytest.raises(gzip.BadGzipFile):
            gzip.decompress(bytes(part))
    bench.db.close()
    assert leaks(tmp_path, office.numbers) == []


def test_whoever_may_have_a_number_gets_it_and_all_adds_up(office):
    """Pulled, as history, as what is held, as a conflict; the digests are of what they read."""
    bench, told = office.bench, office.pulled()
    share = [office.numbers[at::PLACES] for at in range(PLACES)]
    for place in (0, 1, 2, 3, 6):
        assert [number for number in share[place] if number not in told] == []
    changed = "\n".join(f"{line.old} {line.new}" for line in bench.history())
    assert [number for number in share[7] if number not in changed] == []
    held = "\n".join(bench.held_payloads())
    assert [number for number in share[4] + share[5] if number not in held] == []
    assert MARK not in told + changed
    assert bench.differences() == []


def test_a_roster_that_says_nothing_new_finds_everybody(office, tmp_path):
    """What it said last and whom it knows is compared as it was."""
    shutil.copy(tmp_path.with_name(tmp_path.name + ".csv"), office.roster)
    plan = office.take().plan
    assert (plan.new_people, plan.changed_cells) == (0, 0)


def test_nobody_can_type_a_token(home):
    """Neither one that is in the store nor one that means nothing: it stays what was typed."""
    bench, worker, _ = home
    number = numbers_of(3, 1)[0]
    worker.create("note", "n1", household_id="h1", text=number)
    engine = bench.db.engine
    with engine.connect() as connection:
        query = text("SELECT body FROM synced_row WHERE id = 'n1'")
        stored = connection.execute(query).scalar_one()
    token = stored[stored.index(MARK) : stored.rindex(MARK) + 1]
    typed = [token, MARK, f"{MARK}{MARK}", f"{MARK}x{MARK}", token[:-1], token[1:]]
    for at, said in enumerate(typed):
        worker.create("household", f"t{at}", contact=said)
        kept = bench.body("household", f"t{at}")
        assert (kept or {}).get("contact") in (said, None)
        raw = json.dumps({"said": said}, ensure_ascii=False)
        assert worker.create("nothing", f"x{at}", said=said).outcome == "held", raw
    held = "\n".join(bench.held_payloads())
    assert [said for said in typed if said not in held] == []
    assert number not in held
    assert bench.differences() == []


# --- Backups ---------------------------------------------------------------------------------


def test_a_backup_comes_back_with_its_key_alone(office, folder, tmp_path):
    """Elsewhere, without it: refused, and nothing made. With it: as it was."""
    bench, target = office.bench, tmp_path / "target"
    back_up(bench.db, tmp_path / "backup", bench.clock, Minter())
    key = folder / FILE_NAME
    away = tmp_path / "away"
    key.rename(away)
    other = tmp_path / "other"
    other.write_text("11" * 64)
    for named in (None, other, tmp_path / "nowhere"):
        with pytest.raises(BackupKeyMissing):
            restore(target, tmp_path / "backup", bench.clock, key_file=named)
        assert not target.exists()

    restore(target, tmp_path / "backup", bench.clock, key_file=away)

    assert (target / FILE_NAME).read_text() == away.read_text()
    with closing(open_database(target)) as db:
        assert check_store(db).differences == []
        bench.db = db
        assert office.numbers[0] in office.pulled()


def test_on_the_machine_that_made_it_a_backup_finds_its_key(office, tmp_path):
    """So that a restore is tried beside the running server by the command of always."""
    back_up(office.bench.db, tmp_path / "backup", office.bench.clock, Minter())
    restore(tmp_path / "target", tmp_path / "backup", office.bench.clock)
    with closing(open_database(tmp_path / "target")) as db:
        assert check_store(db).differences == []


def test_a_server_with_a_key_of_its_own_goes_on_with_it(office, stores, tmp_path):
    """Another server's backup is sealed anew on the way; what was there before is set aside."""
    bench, target = office.bench, tmp_path / "target"
    back_up(bench.db, tmp_path / "backup", bench.clock, Minter())
    create_database(target).close()
    own = (target / FILE_NAME).read_text()

    restore(target, tmp_path / "backup", bench.clock)

    assert (target / FILE_NAME).read_text() == own
    with closing(open_database(target)) as db:
        assert check_store(db).differences == []
    assert leaks(target, office.numbers) == []


def test_a_backup_from_before_is_sealed_on_the_way(stores, folder, tmp_path):
    """It has no key and needs none."""
    with closing(stores.make(folder)) as db:
        made = Office(older := write_as(db, AsOf19()), tmp_path, 64)
        back_up(older, tmp_path / "file", made.bench.clock, Minter())
    call_it(tmp_path / "file", "0019", None)
    before = (tmp_path / "file").read_bytes()
    assert any(number.encode() in before for number in made.numbers)

    restore(tmp_path / "target", tmp_path / "file", made.bench.clock)

    assert leaks(tmp_path / "target", made.numbers) == []
    assert (tmp_path / "file").read_bytes() == before
    with closing(open_database(tmp_path / "target")) as db:
        assert check_store(db).differences == []


KILLED = """
import os, sys
from pathlib import Path
from sync.identity import SystemClock
from sync.server import backup
backup._replace_all = lambda *_: os._exit(9)
backup.restore(Path(sys.argv[1]), Path(sys.argv[2]), SystemClock())
"""


def test_what_a_killed_restore_left_in_plain_goes_at_the_next_start(stores, folder, tmp_path):
    """Whatever is started: it is the copy of a backup in which numbers are in plain."""
    with closing(stores.make(folder)) as db:
        made = Office(older := write_as(db, AsOf19()), tmp_path, 16)
        back_up(older, tmp_path / "file", made.bench.clock, Minter())
    call_it(tmp_path / "file", "0019", None)
    target = tmp_path / "target"
    restoring = [sys.executable, "-c", KILLED, str(target), str(tmp_path / "file")]
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        for command in (
            ["upgrade", "--data", str(target)],
            ["serve", "--data", str(target), "--port", port],
            ["restore", str(tmp_path / "file"), "--data", str(target)],
        ):
            assert subprocess.run(restoring, check=False).returncode == 9
            assert leaks(target, made.numbers)
            cli.run(command)
            assert leaks(target, made.numbers) == []


# --- Proving it ------------------------------------------------------------------------------


def test_check_tells_of_a_number_in_plain(office):
    """By its table; the number is not told."""
    bench, number = office.bench, numbers_of(9, 1)[0]
    with bench.db.write() as connection:
        line = text("UPDATE history SET old = :said WHERE rev = 1 AND n = 0")
        connection.execute(line, {"said": f'"{number}"'})
    found = bench.differences()
    assert found
    assert all("history" in line and number not in line for line in found)


BARE = "00" * 32


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        ("receipt", f"UPDATE receipt SET op_hash = '{BARE}' WHERE seq = 1"),
        ("scope", f"UPDATE scope SET digest = '{BARE[:32]}' WHERE head = 0"),
        ("synced_row", """UPDATE synced_row SET body = '{"id_tail":"003X"}' WHERE id = 'p1'"""),
        ("meta", f"UPDATE meta SET value = '{BARE}' WHERE name = 'key'"),
        ("held", f"UPDATE held SET op_id = 'unreadable-{BARE[:32]}', op_hash = '{BARE}'"),
    ],
)
def test_check_tells_of_what_would_prove_a_number(home, table, statement):
    """A bare hash, its last signs, the server's own secret: by the table."""
    bench, worker, _ = home
    worker.create("person", "p1", household_id="h1", name="王桂兰")
    worker.create("nothing", "x", said=1)
    assert bench.differences() == []
    with bench.db.write() as connection:
        connection.exec_driver_sql(statement)
    found = [line for line in bench.differences() if line.startswith(f"{table}: ")]
    assert len(found) == (2 if table == "held" else 1)
    assert "003X" not in "".join(found)


def test_check_tells_of_what_the_key_does_not_open(office):
    """And compares nothing then: there is nothing to read."""
    bench = office.bench
    with bench.db.write() as connection:
        line = text("UPDATE history SET old = :said WHERE rev = 1 AND n = 0")
        connection.execute(line, {"said": f'"{ColumnKey(b"1" * 64).seal(numbers_of(9, 1)[0])}"'})
    (found,) = bench.differences()
    assert "history" in found
