"""Nobody computes an ID number from a copy of the store: what would prove one is sealed."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import MetaData, insert

from sync.identity import Minter
from sync.merge.operation import OpKind
from sync.server import sealing, snapshots
from sync.server.backup import back_up, restore
from sync.server.checking import check_store
from sync.server.database import Database, open_database, upgrade_database
from sync.server.key_file import FILE_NAME, note_key
from sync.server.sealed_types import SealedHash
from sync.server.tables import METADATA
from sync.server.upgrading import config_on
from sync.wire.messages import ScopeCursor
from tests.server.bench import Bench, SetClock
from tests.server.sealed_office import (
    AsOf19,
    AsOf20,
    Stopped,
    call_it,
    columns_of,
    numbers_of,
    stop_after,
    take_samples,
    upgrade_in_portions,
    write_as,
)
from tests.server.thief import Copy, Thief, copy_of, copy_of_backup
from tests.support.plaintext import leaks
from tests.support.raw_files import engine_on

WAYS = {
    "the end",
    "the row",
    "the scope",
    "the operation",
    "what is held",
    "the name of what nobody could read",
    "the server's own key",
}
"""All that proved a number in a store of the version before."""


UNREADABLE = ('{{"op_id":"x","seq":{1},"said":["r0","{0}"]}}', '["r1","{0}"]')
"""Operations that nobody can read, and that tell a number: the second says no id of its own."""


class Home:
    """Residents whose birthday and sex are known, some with an operation that is held."""

    def __init__(self, db: Database, count: int = 8) -> None:
        self.numbers = numbers_of(41, count)
        self.bench = Bench.make(db)
        self.worker = self.bench.worker()
        self.ids = f"id:{self.bench.grid}"
        self.worker.create("household", "h1", contact="1")

    def bring(self) -> None:
        """Write down all of them but the last."""
        for at, number in enumerate(self.numbers[:-1]):
            self._bring(at, number)
        for at, said in enumerate(UNREADABLE):
            seq = self.worker.next_seq[self.bench.scope]
            self.worker.next_seq[self.bench.scope] += 1
            raw = said.format(self.numbers[at], seq)
            (outcome,) = self.worker.push_raw([raw.encode()], seq).outcomes
            assert outcome.code == "unreadable"

    def bring_the_last(self) -> None:
        """Write down the last one, by which alone the scope's digest changes."""
        self._bring(len(self.numbers) - 1, self.numbers[-1])

    def _bring(self, at: int, number: str) -> None:
        born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
        sex = "1" if int(number[16]) % 2 else "2"
        self.worker.create("person", f"r{at}", household_id="h1", name="王", birth=born, sex=sex)
        fields = {"person_id": f"r{at}", "household_id": "h1", "id_no": number}
        made = self.worker.op(OpKind.CREATE, "id_number", f"n{at}", self.ids, **fields)
        assert self.worker.send(made, self.ids).outcome == "applied"

    def computed(self, copy: Copy, earlier: Copy | None = None) -> dict[str, set[str]]:
        """What a thief finds by each way, of the numbers that were planted."""
        districts = sorted({number[:6] for number in self.numbers})
        found = Thief(copy, districts, earlier).compute()
        return {what: mine for what, told in found.items() if (mine := told & {*self.numbers})}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "server"


@pytest.fixture
def home(stores, folder) -> Iterator[Home]:
    with closing(stores.make(folder)) as db:
        yield Home(db)


@pytest.fixture
def older(stores, folder) -> Iterator[Home]:
    """A store of the version before."""
    with closing(stores.make(folder)) as db:
        made = Home(write_as(db, AsOf20(db.column_key.secret)))
        made.bring()
        take_samples(db)
        yield made


def test_nobody_computes_a_number_from_a_copy(home, folder, tmp_path):
    """Nor from a backup, nor from what changed between two copies; everybody who may has them."""
    home.bring()
    earlier = copy_of(folder)
    home.bring_the_last()
    for scope in (home.bench.scope, home.ids):
        snapshots._make(home.bench.db, scope)
    back_up(home.bench.db, tmp_path / "backup", home.bench.clock, Minter())

    assert home.computed(copy_of(folder), earlier) == {}
    opened = copy_of_backup(tmp_path / "backup", home.bench.db.column_key.file_key)
    assert home.computed(opened, earlier) == {}
    rows = home.worker.pull(ScopeCursor(home.bench.scope)).scopes[0].rows
    told = [json.loads(bytes(row[4])) for row in rows if row[0] == "person"]
    assert [one["id_tail"] for one in told] == [number[-4:] for number in home.numbers]
    assert home.bench.differences() == []


def test_a_copy_of_the_version_before_proved_every_number(older, folder, tmp_path):
    """Else a thief who finds nothing may just not know how."""
    earlier = copy_of(folder)
    older.bring_the_last()

    found = older.computed(copy_of(folder), earlier)

    assert {*found} == WAYS
    assert found["the end"] == found["the row"] == found["the operation"] == {*older.numbers}


def test_the_same_end_has_another_token_for_everybody(home, folder):
    """Whoever knows how some numbers end learns nobody else's by comparing."""
    home.numbers = [home.numbers[0]] * 3
    home.bring()
    home.bring_the_last()
    bodies = [line["body"] for line, _ in copy_of(folder).rows("person")]
    assert len({json.loads(body)["id_tail"] for body in bodies}) == len(bodies) == 3


# --- Coming from the version before ----------------------------------------------------------


def test_an_upgrade_seals_what_proves_a_number(older, folder):
    """Also in what the file freed; a retry is known by its new name, and nothing is lost."""
    before = older.bench.state()
    copy = upgrade_database(folder, older.bench.clock.now())
    if copy is not None:
        copy.unlink()

    assert older.computed(copy_of(folder)) == {}
    with closing(open_database(folder)) as db:
        older.bench.db = db
        assert older.bench.state() == before
        assert check_store(db).differences == []
        seq = older.worker.next_seq[older.bench.scope]
        raw = f'["r1","{older.numbers[1]}"]'.encode()
        (again,) = older.worker.push_raw([raw], seq - 1).outcomes
        assert (again.code, again.seq) == ("unreadable", seq - 1)
        assert len(older.bench.held_payloads()) == 2
        older.bring_the_last()
        assert check_store(db).differences == []


def test_a_backup_of_the_version_before_is_sealed_on_the_way(older, stores, folder, tmp_path):
    """By its own key, or by that of a server that has another one."""
    file = tmp_path / "file"
    key = (folder / FILE_NAME).read_bytes()
    db = write_as(older.bench.db, AsOf20(older.bench.db.column_key.secret))
    back_up(db, file, older.bench.clock, Minter())
    call_it(file, "0020", db.column_key.file_key)
    assert older.computed(copy_of_backup(file, db.column_key.file_key))
    other = tmp_path / "other"
    stores.make(other).close()
    (tmp_path / "key").write_bytes(key)
    for target in (other, tmp_path / "new"):
        restore(target, file, older.bench.clock, key_file=tmp_path / "key")
        assert older.computed(copy_of(target)) == {}
        with closing(open_database(target)) as db:
            assert check_store(db).differences == []


def test_what_the_version_before_was_stopped_in_is_finished(stores, folder, tmp_path, monkeypatch):
    """It had sealed the numbers of some tables; stopped again and again, all is sealed once."""
    monkeypatch.setattr(sealing, "PORTION", 7)
    with closing(stores.make(folder)) as db:
        before = AsOf20(db.column_key.secret)
        home = Home(write_as(db, AsOf19()))
        home.bring()
        with db.write() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0020'")
            connection.exec_driver_sql("INSERT INTO meta (name, value) VALUES ('sealing', '')")
            note_key(connection, before)
        with pytest.raises(Stopped):
            sealing.seal_all(db.engine, before, stop_after(9))
    assert upgrade_in_portions(folder, home.bench.clock.now(), 3) > 5
    for copy in folder.glob("*.before-upgrade"):
        copy.unlink()
    assert home.computed(copy_of(folder)) == {}
    assert leaks(columns_of(folder, tmp_path / "columns"), home.numbers) == []
    with closing(open_database(folder)) as db:
        assert check_store(db).differences == []


OF_NO_NUMBER = {
    "audit.mark": "is keyed by the server's own secret, which is sealed",
    "blob.sha256": "is of a picture",
    "blob.sent_sha256": "is of a picture",
    "device.token_hash": "is of a token",
    "enrollment_code.code_hash": "is of a code",
}


def test_every_hash_is_sealed_or_is_of_no_number():
    """A new one is a ``SealedHash``, or is named here."""
    names = re.compile("hash|digest|mark|sum|sha")
    bare = {
        f"{table.name}.{column.name}"
        for table in METADATA.sorted_tables
        for column in table.columns
        if names.search(column.name) and not isinstance(column.type, SealedHash)
    }
    assert bare <= {*OF_NO_NUMBER}


RECORDED = json.loads((Path(__file__).parent / "sealed_0020.json").read_text("utf-8"))
"""Every line of a small store as version 0020 made it, and its column key."""


@pytest.fixture
def recorded(folder, stores, monkeypatch) -> Path:
    folder.mkdir()
    monkeypatch.setenv("DOORSTEP_DATABASE", stores.url())
    (folder / FILE_NAME).write_text(RECORDED["column_key"])
    engine = engine_on(folder)
    with engine.begin() as connection:
        command.upgrade(config_on(connection), "0020")
        tables = MetaData()
        tables.reflect(connection)
        for table in reversed(METADATA.sorted_tables):
            connection.execute(tables.tables[table.name].delete())
        for name, lines in RECORDED["tables"].items():
            if name != "alembic_version":
                connection.execute(insert(tables.tables[name]), lines)
    engine.dispose()
    return folder


def test_a_store_that_version_0020_made_is_upgraded(recorded):
    """As it was written then, and not as we write it like then."""
    districts = sorted({number[:6] for number in numbers_of(41, 6)})
    assert len(Thief(copy_of(recorded), districts).compute()["the row"]) == 6

    upgrade_database(recorded, SetClock().now())
    for copy in recorded.glob("*.before-upgrade"):
        copy.unlink()

    assert Thief(copy_of(recorded), districts).compute() == {}
    with closing(open_database(recorded)) as db:
        assert check_store(db).differences == []
