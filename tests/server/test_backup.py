"""The whole server in one file: taken while it serves, and put back."""

import os
import threading

import pytest
from sqlalchemy import select

from sync.errors import StoreTooNew
from sync.identity import Minter
from sync.merge.operation import OpKind
from sync.server.backup import NoBackup, back_up, backups, restore
from sync.server.checking import check_store
from sync.server.database import create_database, open_database
from sync.server.epochs import epoch_of
from sync.server.leases import destroy, lend, next_code
from sync.server.people import disable_user, revoke_device
from sync.server.tables import LEASE, METADATA
from tests.server.bench import SetClock
from tests.support.raw_files import raw
from tests.support.server import running_server

NOT_COMPARED = ("meta", "lane", "backup", "backup_lane", "snapshot", "snapshot_part")


@pytest.fixture
def server(tmp_path, stores):
    """A served store, on either database."""
    folder = tmp_path / "server"
    with running_server(folder, database=stores.make(folder)) as running:
        yield running


@pytest.fixture
def grid(server):
    """The scope of a grid with a worker."""
    server.add_user("chenxiaohe", "grid_worker", "第3网格")
    return f"grid:{server.grids['第3网格']}"


@pytest.fixture
def laptop(server, grid):
    return server.enroll("chenxiaohe")


@pytest.fixture
def keep(server, tmp_path):
    """Takes a backup under a name."""

    def take(name, most=7):
        file = tmp_path / name
        back_up(server.database, file, server.clock, Minter(), most)
        return file

    return take


def contents(database):
    """Every line of every table but what tells of the store itself."""
    with database.read() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in METADATA.sorted_tables
            if table.name
            not in ("meta", "lane", "backup", "backup_lane", "snapshot", "snapshot_part")
        }


def write(laptop, grid, count=1):
    made = [
        laptop.op(grid, OpKind.CREATE, "household", laptop.minter.new_id(), contact=str(number))
        for number in range(count)
    ]
    return laptop.push(grid, *made)


def again(laptop, grid):
    """How far the lane is, asked by a push of nothing."""
    return laptop.push(grid).lane


def test_everything_comes_back_as_it_was(server, laptop, grid, keep, tmp_path):
    """In a folder where there was no server, too."""
    write(laptop, grid, 5)
    before = contents(server.database)
    file = keep("first")
    write(laptop, grid, 3)

    assert restore(tmp_path / "elsewhere", file, server.clock) is None
    restored = open_database(tmp_path / "elsewhere")

    assert contents(restored) == before
    assert check_store(restored).differences == []
    with restored.read() as connection, server.database.read() as here:
        assert epoch_of(connection) != epoch_of(here)
    assert restored.key == server.database.key
    restored.close()


def test_what_was_there_before_is_set_aside(server, laptop, grid, keep, tmp_path):
    """A restore of the wrong file is undone by one of what it set aside."""
    file = keep("first")
    write(laptop, grid, 3)
    before = contents(server.database)

    aside = restore(tmp_path / "server", file, server.clock)
    assert again(laptop, grid).next == 1
    restore(tmp_path / "server", aside, server.clock)

    assert contents(server.database) == before
    assert aside.stat().st_mode & 0o077 == 0


def test_writers_go_on_while_it_is_taken(server, laptop, grid, keep):
    """And what comes meanwhile is whole in it or not in it at all."""
    stop = threading.Event()

    def rush():
        while not stop.is_set():
            write(laptop, grid, 7)

    thread = threading.Thread(target=rush)
    thread.start()
    try:
        files = [keep(f"backup {number}") for number in range(5)]
    finally:
        stop.set()
        thread.join()

    for file in files:
        with raw(file, server.database.column_key.file_key) as found:
            (head,) = found.execute("SELECT head FROM scope WHERE scope_id = ?", (grid,)).fetchone()
            (rows,) = found.execute(
                "SELECT count(*) FROM synced_row WHERE scope_id = ?", (grid,)
            ).fetchone()
            ((lane,),) = found.execute("SELECT next FROM lane").fetchall() or [(1,)]
        assert head == rows == lane - 1
        assert rows % 7 == 0


def test_a_lane_is_durable_up_to_the_oldest_kept_backup(server, laptop, grid, keep):
    """Any that is kept may be restored."""
    write(laptop, grid, 2)
    assert again(laptop, grid).durable == 0
    keep("first", 2)
    assert again(laptop, grid).durable == 2
    write(laptop, grid, 3)
    keep("second", 2)
    assert again(laptop, grid).durable == 2
    write(laptop, grid, 1)
    keep("third", 2)

    assert again(laptop, grid).durable == 5
    assert len(backups(server.database)) == 2


def test_a_clock_that_was_set_back_makes_nothing_durable(tmp_path, stores):
    """The newest backup seems the oldest then: what counts is what all of them hold."""
    clock = SetClock()
    with running_server(tmp_path / "s", clock, stores.make(tmp_path / "s")) as server:
        server.add_user("chenxiaohe", "grid_worker", "第3网格")
        laptop, grid = server.enroll("chenxiaohe"), f"grid:{server.grids['第3网格']}"
        for number, hours in enumerate((0, -2, 1)):
            write(laptop, grid, 2)
            clock.pass_by(hours=hours)
            back_up(server.database, tmp_path / f"{number}", clock, Minter(), 3)

        assert again(laptop, grid).durable == 2


def test_a_restored_server_counts_from_the_backup_it_came_from(
    server, laptop, grid, keep, tmp_path
):
    """Nothing of its new life is durable because of files from its former one."""
    write(laptop, grid, 2)
    first = keep("first", 2)
    write(laptop, grid, 2)
    keep("second", 2)
    restore(tmp_path / "server", first, server.clock)
    assert (again(laptop, grid).next, again(laptop, grid).durable) == (3, 2)

    laptop.next_seq[grid] = 3
    write(laptop, grid, 4)
    keep("third", 2)
    assert again(laptop, grid).durable == 2
    keep("fourth", 2)
    assert again(laptop, grid).durable == 6


def test_a_failed_backup_counts_for_nothing(server, laptop, grid, keep, tmp_path):
    """The one before stays, and nothing becomes durable."""
    write(laptop, grid, 2)
    good = keep("backup").read_bytes()
    write(laptop, grid, 2)
    (tmp_path / "backup.partial").mkdir()

    with pytest.raises(OSError):  # noqa: PT011
        keep("backup")

    assert (tmp_path / "backup").read_bytes() == good
    assert again(laptop, grid).durable == 2
    assert len(backups(server.database)) == 1


def test_what_was_switched_off_stays_off(server, laptop, grid, keep, tmp_path):
    """A stolen computer does not come back with a backup."""
    server.add_user("mengxue", "desk_clerk", "fenghe")
    stays = server.enroll("mengxue")
    file = keep("first")
    revoke_device(server.database, laptop.client_id, server.clock)
    disable_user(server.database, "mengxue", server.clock)

    restore(tmp_path / "server", file, server.clock)

    assert laptop.get("/v1/hello").status == 401
    assert stays.get("/v1/hello").status == 401


def test_what_laptops_were_lent_stays_theirs(server, laptop, keep, tmp_path):
    """Another secret would close every laptop whose days are over; a lost one stays lost."""
    server.add_user("mengxue", "desk_clerk", "fenghe")
    lost, later = server.enroll("mengxue"), server.enroll("mengxue")
    lend(server.database, lost.client_id, server.clock)
    with server.database.write() as connection:
        connection.execute(LEASE.delete().where(LEASE.c.client_id != lost.client_id))
    file = keep("first")
    ours = [lend(server.database, one.client_id, server.clock) for one in (laptop, later)]
    with server.database.write() as connection:
        next_code(connection, laptop.client_id)
        destroy(connection, lost.client_id, server.clock)

    restore(tmp_path / "server", file, server.clock)

    again = [lend(server.database, one.client_id, server.clock) for one in (laptop, later)]
    assert [one.secret for one in again] == [one.secret for one in ours]
    with server.database.read() as connection:
        lines = {one.client_id: one for one in connection.execute(select(LEASE))}
    assert lines[laptop.client_id].extended == 1
    assert (lines[lost.client_id].secret, bool(lines[lost.client_id].lost_at)) == ("", True)
    assert b"auth.revoked" in lost.get("/v1/hello").body


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "flipped", "another"])
def test_no_damaged_file_is_restored(server, laptop, grid, keep, tmp_path, damage):
    """And nothing is changed by trying."""
    write(laptop, grid, 50)
    file = keep("first")
    before = contents(server.database)
    content = bytearray(file.read_bytes())
    if damage == "missing":
        file.unlink()
    elif damage == "another":
        file.unlink()
        with raw(file, None) as made:
            made.execute("CREATE TABLE something (a)")
    else:
        content = {"empty": b"", "cut": content[: len(content) // 2]}.get(damage, content)
        if damage == "flipped":
            content[4096 + 3] ^= 0xFF
        file.write_bytes(content)

    with pytest.raises(NoBackup):
        restore(tmp_path / "server", file, server.clock)

    assert contents(server.database) == before


def test_a_backup_of_a_newer_version_is_left_alone(server, keep, tmp_path):
    """Its tables are not known here."""
    file = keep("first")
    with raw(file, server.database.column_key.file_key) as newer:
        newer.execute("UPDATE meta SET value = '99' WHERE name = 'version'")

    with pytest.raises(StoreTooNew):
        restore(tmp_path / "elsewhere", file, server.clock)

    assert not (tmp_path / "elsewhere").exists()


def test_the_file_is_its_owners_alone(keep):
    """It holds everything that the server knows."""
    if os.name == "posix":
        assert keep("first").stat().st_mode & 0o077 == 0


def test_a_store_without_anything_is_backed_up_too(tmp_path, server):
    """The day before the first roster."""
    empty = create_database(tmp_path / "empty")
    back_up(empty, tmp_path / "file", server.clock, Minter())
    restore(tmp_path / "empty", tmp_path / "file", server.clock)
    assert check_store(empty).differences == []
    empty.close()
