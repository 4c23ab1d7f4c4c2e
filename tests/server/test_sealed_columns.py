"""ID numbers in the server's store: no copy of it tells one, and everybody who may gets them."""

import gzip
import json
import random
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import LargeBinary, inspect, select, text, type_coerce

from sync.errors import StoreBusy
from sync.identity import Minter, SystemClock, stamp
from sync.merge.operation import OpKind
from sync.progress import Progress, silent
from sync.rules.idcard import check_digit
from sync.server import cli, sealing, snapshots
from sync.server.audit import record_events
from sync.server.backup import back_up, restore
from sync.server.checking import check_store
from sync.server.column_key import MARK, ColumnKey, PlainColumns, TokenUnknown, use_key
from sync.server.database import (
    Database,
    StoreOutdated,
    create_database,
    open_database,
    upgrade_database,
)
from sync.server.importing.areas import import_areas
from sync.server.importing.commit import DEFAULT_SOURCE, commit
from sync.server.key_file import (
    FILE_NAME,
    BackupKeyMissing,
    ColumnKeyMissing,
    ColumnKeyUnwritten,
    ColumnKeyWrong,
    check_in,
    claim,
    make_key,
    write_key,
)
from sync.server.place import place_of
from sync.server.roster import read_areas, read_roster
from sync.server.sqlite import compact_sqlite, sqlite_engine, sqlite_snapshots
from sync.server.tables import AUDIT, HELD, HISTORY, IMPORT_CELLS, PART, RECEIPT, ROW
from sync.wire.messages import AuditEvent, ScopeCursor
from tests.server.bench import COMMUNITY, Bench
from tests.support.plaintext import leaks

PLACES = 9
KEY = ColumnKey(bytes(range(64)))


def numbers_of(seed: int, count: int) -> list[str]:
    """Numbers of ID cards of a region that there is not; the last sign of each eleventh is X."""
    chance = random.Random(seed)
    found = []
    while len(found) < count:
        born = (
            f"19{chance.randrange(30, 99)}{chance.randrange(1, 13):02}{chance.randrange(1, 29):02}"
        )
        first = f"99{chance.randrange(10**4):04}{born}{chance.randrange(1000):03}"
        found.append(first + check_digit(first))
    return found


class Office:
    """A bench on which numbers were planted in every place where somebody can put one."""

    def __init__(self, db: Database, folder: Path, count: int = 200) -> None:
        self.numbers = numbers_of(7, count)
        self.bench = Bench.make(db)
        self.worker, self.clerk = self.bench.worker(), self.bench.clerk()
        self.mediator = self.bench.desk("zou", "mediator", COMMUNITY)
        self._case = f"case:{Minter().new_id()}"
        self.ids = f"id:{self.bench.grid}"
        self._plant(folder)

    def _plant(self, folder: Path) -> None:
        shares = [self.numbers[at::PLACES] for at in range(PLACES)]
        field, note, party, candidate, typed, raw, roster, swapped, asked = shares
        worker, clerk = self.worker, self.clerk
        worker.create("household", "h1", contact="1")
        worker.create("person", "p1", household_id="h1", name="王桂兰")
        self._send(
            self.ids,
            worker,
            [("id_number", {"person_id": "p1", "household_id": "h1", "id_no": n}) for n in field],
        )
        notes = [("note", {"household_id": "h1", "text": f"他说是{n}，没带证"}) for n in note]
        self._send(self.bench.scope, worker, notes)
        self._parties(party)
        for number, there in enumerate(candidate):
            worker.create("household", f"c{number}", contact="1")
            worker.patch("household", f"c{number}", contact=("1", "2"))
            assert (
                clerk.patch("household", f"c{number}", contact=("1", there)).outcome == "conflict"
            )
        for there in typed:
            assert clerk.create("nothing we know", there[:9], said=[there]).outcome == "held"
        for there in raw:
            self._held_raw(there)
        self._import(folder, roster)
        for there in swapped:
            worker.create("household", there[-5:], contact=there)
            worker.patch("household", there[-5:], contact=(there, "1"))

        now = stamp(self.bench.clock.now())
        looks = [AuditEvent(n[-6:], now, "reveal", "person", "p1", f"为{n}") for n in asked]
        record_events(self.bench.db, worker.caller, looks, self.bench.clock)

    def _send(self, scope, desk, rows):
        for type_, fields in rows:
            made = desk.op(OpKind.CREATE, type_, Minter().new_id(), scope, **fields)
            assert desk.send(made, scope).outcome == "applied"

    def _parties(self, numbers):
        mine = self.bench.accounts()["zou"]
        case = self._case.partition(":")[2]
        fields = {"stage": "accepted", "mediators": [mine], "opened_by": mine}
        opening = self.mediator.op(OpKind.CREATE, "mediation_case", case, self._case, **fields)
        assert self.mediator.send(opening, self._case).outcome == "applied"
        parties = [
            ("case_party", {"case_id": case, "side": "applicant", "id_no": n}) for n in numbers
        ]
        self._send(self._case, self.mediator, parties)

    def _held_raw(self, number):
        """As another program might write it: what stands before it ends in a digit of JSON's."""
        told = self.clerk.op(OpKind.CREATE, "nothing", "n")
        said = json.dumps(f"张{MARK}") + ":" + json.dumps(number)
        line = f'{{"op_id":"{told.op_id}","seq":{told.seq},"kind":"create","type":"nothing",'
        line += f'"id":"n","f":{{"a":[null,"\\u5f20{number}"],{said.replace(":", ":[null,")}]}}}}'
        reply = self.clerk.push_raw([line.encode()], told.seq)
        assert reply.outcomes[0].outcome == "held"

    def _import(self, folder, numbers):
        areas = folder / "areas.csv"
        areas.write_text("小区,楼栋,网格\n丰和苑,6号楼,第3网格\n", "utf-8")
        import_areas(self.bench.office, COMMUNITY, read_areas(areas))
        lines = [f"李建国{at},{n},丰和苑6号楼2单元{1000 + at},户主" for at, n in enumerate(numbers)]
        roster = folder / "roster.csv"
        roster.write_text("\n".join(["姓名,证件号码,现住址,与户主关系", *lines]), "utf-8")
        self.take = lambda: commit(
            self.bench.office, COMMUNITY, read_roster(roster), DEFAULT_SOURCE, silent
        )
        assert self.take().plan.new_people == len(numbers)
        areas.unlink()
        self.roster = roster

    def pulled(self) -> str:
        """Everything that three people get."""
        told = [
            bytes(row[4]).decode()
            for desk, scope in (
                (self.worker, self.bench.scope),
                (self.worker, self.ids),
                (self.mediator, self._case),
            )
            for row in desk.pull(ScopeCursor(scope)).scopes[0].rows
        ]
        return "\n".join(told)


def columns_of(folder: Path, target: Path) -> Path:
    """Every column of every table as the database has it, each in a file of its own."""
    engine = place_of(folder).engine()
    target.mkdir(parents=True, exist_ok=True)
    with engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            for at, line in enumerate(connection.exec_driver_sql(f"SELECT * FROM {table}")):
                for name, value in zip(line._fields, line, strict=True):
                    content = bytes(value) if isinstance(value, bytes | memoryview) else b""
                    if content or isinstance(value, str):
                        with (target / f"{table}.{name}").open("ab") as file:
                            file.write((content or value.encode()) + b"\n")
                assert at < 100_000
    engine.dispose()
    return target


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


# --- The key ---------------------------------------------------------------------------------


def test_its_key_lies_beside_the_store_for_its_owner_alone(stores, folder):
    """And what names it in the database is no key."""
    stores.make(folder).close()
    assert (folder / FILE_NAME).stat().st_mode & 0o077 == 0 or stores.kind == "postgresql"
    secret = (folder / FILE_NAME).read_text("ascii").strip()
    assert len(bytes.fromhex(secret)) == 64
    columns = columns_of(folder, folder.with_name("columns"))
    assert leaks(columns, [secret, secret[:64], secret[64:]]) == []


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (None, ColumnKeyMissing),
        ("", ColumnKeyWrong),
        ("no key at all", ColumnKeyWrong),
        ("00" * 63, ColumnKeyWrong),
        ("00" * 64, ColumnKeyWrong),
    ],
)
def test_without_its_key_nothing_opens_a_store(stores, folder, content, refusal):
    """Nor changes it; the sentence names the file that is looked for."""
    stores.make(folder).close()
    key = folder / FILE_NAME
    kept = key.read_text("ascii")
    key.unlink() if content is None else key.write_text(content)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    for attempt in (open_database, open_database):
        with pytest.raises(refusal) as refused:
            attempt(folder)
        assert str(key) in refused.value.sentence()
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    key.write_text(kept)
    open_database(folder).close()


def test_the_environment_names_another_place(stores, folder, tmp_path, monkeypatch):
    """Where nothing but the service reads, and no copy of the folder has it."""
    place = tmp_path / "elsewhere" / "k"
    place.parent.mkdir()
    stores.make(folder).close()
    (folder / FILE_NAME).rename(place)
    with pytest.raises(ColumnKeyMissing):
        open_database(folder)
    monkeypatch.setenv("DOORSTEP_COLUMN_KEY", str(place))
    open_database(folder).close()
    made = tmp_path / "made"
    create_database(made).close()
    assert not (made / FILE_NAME).exists()


def test_a_place_that_cannot_be_written_is_said_before_anything_is_made(
    stores, folder, tmp_path, monkeypatch
):
    """And the store is made once the place is there."""
    place = tmp_path / "nowhere" / "k"
    monkeypatch.setenv("DOORSTEP_COLUMN_KEY", str(place))
    url = stores.url()
    with pytest.raises(ColumnKeyUnwritten) as refused:
        create_database(folder, url)
    assert str(place) in refused.value.sentence()
    place.parent.mkdir()
    create_database(folder, url).close()


def test_of_two_that_make_a_key_one_comes_first(folder):
    """What one of them sealed with stays where it was put: else nobody ever opened it again."""
    folder.mkdir()
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(make_key, [folder] * 64))
    assert {key.check for key in keys} == {make_key(folder).check}
    write_key(folder / FILE_NAME, bytes(64))
    assert make_key(folder).check == keys[0].check
    assert [file.name for file in folder.iterdir()] == [FILE_NAME]


def test_a_store_that_has_a_key_by_now_takes_no_other(stores, folder, tmp_path):
    """Two machines that upgrade one database each look for theirs before it has any."""
    with closing(stores.make(folder)) as db:
        for _ in range(2):
            db.run(lambda connection: claim(connection, db.column_key, tmp_path / "mine"))
        with pytest.raises(ColumnKeyWrong) as refused, db.write() as connection:
            claim(connection, KEY, tmp_path / "theirs")
        with db.read() as connection:
            assert check_in(connection) == db.column_key.check
    assert "theirs" in refused.value.sentence()


# --- A store of an older version -------------------------------------------------------------


@pytest.fixture
def older(stores, folder, tmp_path):
    """A store as the version before made it, with numbers in plain, and the office on it."""
    with closing(stores.make(folder)) as db:
        use_key(db.engine, PlainColumns())
        made = Office(db, tmp_path, 64)
        made.roster.unlink()
        with db.write() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '0019'"))
            connection.execute(text("DELETE FROM meta WHERE name = 'column_check'"))
        snapshots._make(db, made.bench.scope)
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


class Stopped(Exception):
    """Somebody pulled the plug."""


def stop_after(portions: int) -> Progress:
    """Ends what it is called by after so many of them."""
    left = iter(range(portions))

    def progress(*_: object) -> None:
        if next(left, None) is None:
            raise Stopped

    return progress


def test_sealing_goes_on_where_it_was_stopped(older, folder, tmp_path, monkeypatch):
    """After each portion; nobody serves the store until it is done, and nothing is sealed twice."""
    monkeypatch.setattr(sealing, "PORTION", 7)
    now, stops = older.bench.clock.now(), 0

    while True:
        try:
            upgrade_database(folder, now, stop_after(5))
            break
        except Stopped:
            stops += 1
            with pytest.raises(StoreOutdated):
                open_database(folder)
    assert stops > 5
    copies = list(folder.glob("*.before-upgrade"))
    for copy in copies:
        copy.unlink()
    assert len(copies) <= 1
    columns_of(folder, tmp_path / "columns")
    assert leaks(tmp_path, older.numbers) == []
    with closing(open_database(folder)) as db:
        assert check_store(db).differences == []


def test_a_copy_in_plain_is_named_until_it_is_erased(folder, tmp_path, capsys):
    """Whoever was stopped named none, and who goes on makes none."""
    with closing(create_database(folder)) as db, db.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0019'"))
        connection.execute(text("DELETE FROM meta WHERE name = 'column_check'"))
    with pytest.raises(Stopped):
        upgrade_database(folder, SystemClock().now(), stop_after(0))
    (copy,) = folder.glob("*.before-upgrade")

    for _ in range(2):
        assert cli.run(["upgrade", "--data", str(folder)]) == 0
        assert str(copy) in capsys.readouterr().out
    copy.unlink()
    assert cli.run(["upgrade", "--data", str(folder)]) == 0
    assert str(copy) not in capsys.readouterr().out


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
    engine = sqlite_engine(tmp_path / "file")
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


class AsBefore(PlainColumns):
    """How the version before stored everything."""

    check = ""


def test_a_backup_from_before_is_sealed_on_the_way(stores, folder, tmp_path):
    """It has no key and needs none."""
    with closing(stores.make(folder)) as db:
        use_key(db.engine, AsBefore())
        made = Office(db, tmp_path, 64)
        back_up(replace(db, column_key=AsBefore()), tmp_path / "file", made.bench.clock, Minter())
    with closing(sqlite3.connect(tmp_path / "file")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0019'")
        connection.execute("DELETE FROM meta WHERE name LIKE 'column_%'")
    before = (tmp_path / "file").read_bytes()
    assert any(number.encode() in before for number in made.numbers)

    restore(tmp_path / "target", tmp_path / "file", made.bench.clock)

    assert leaks(tmp_path / "target", made.numbers) == []
    assert (tmp_path / "file").read_bytes() == before
    with closing(open_database(tmp_path / "target")) as db:
        assert check_store(db).differences == []


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


def test_check_tells_of_what_the_key_does_not_open(office):
    """And compares nothing then: there is nothing to read."""
    bench = office.bench
    with bench.db.write() as connection:
        line = text("UPDATE history SET old = :said WHERE rev = 1 AND n = 0")
        connection.execute(line, {"said": f'"{ColumnKey(b"1" * 64).seal(numbers_of(9, 1)[0])}"'})
    (found,) = bench.differences()
    assert "history" in found


# --- What is sealed --------------------------------------------------------------------------

NUMBER = numbers_of(1, 1)[0]
WITH_X = next(number for number in numbers_of(2, 200) if number[-1] == "X")
WRONG = NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10 if NUMBER[-1] != "X" else 0)


@pytest.mark.parametrize(
    "said",
    [
        NUMBER,
        WITH_X,
        WITH_X.lower(),
        f"身份证{NUMBER}。",
        f"ID{NUMBER}",
        f"{NUMBER}年",
        f"\\u5f20{NUMBER}",
        f"{NUMBER} {WITH_X}",
        "".join(chr(ord(sign) + 0xFEE0) for sign in WITH_X),
        f"{WITH_X}7",
    ],
)
def test_a_number_is_sealed_wherever_it_stands(said):
    """Whatever is before or behind it, in whatever width."""
    sealed = KEY.seal(said)
    assert not any(number in sealed for number in (NUMBER, NUMBER.lower(), WITH_X, WITH_X.lower()))
    assert sealed != said
    assert KEY.unseal(sealed) == said
    assert json.loads(json.dumps(sealed)) == sealed


@pytest.mark.parametrize("said", ["", "王桂兰", WRONG, f"1{NUMBER}", NUMBER + "1", NUMBER[:-1]])
def test_nothing_else_is(said):
    """A wrong check digit, a longer run, a part."""
    assert KEY.seal(said) == said


_PIECES = st.one_of(
    st.text(max_size=4),
    st.sampled_from([MARK, MARK * 2, NUMBER, WITH_X, KEY.seal(NUMBER), KEY.seal(WITH_X)[:-1]]),
)


@given(st.lists(_PIECES, max_size=8).map("".join))
def test_what_is_sealed_is_what_comes_back(said):
    """Tokens, halves of tokens and marks in it, too; and the same is always the same."""
    sealed = KEY.seal(said)
    assert KEY.unseal(sealed) == said
    assert KEY.seal(said) == sealed


def test_another_key_opens_nothing():
    """A token is no number to anybody else."""
    with pytest.raises(TokenUnknown):
        ColumnKey(bytes(64)).unseal(KEY.seal(NUMBER))
    with pytest.raises(TokenUnknown):
        ColumnKey(bytes(64)).unseal_bytes(KEY.seal_bytes(b"part"))
