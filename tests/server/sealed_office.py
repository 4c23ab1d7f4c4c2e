"""An office whose store has ID numbers in every place where somebody can put one."""

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from sync.identity import Minter, stamp
from sync.merge.operation import OpKind
from sync.progress import Progress, silent
from sync.rules.idcard import check_digit
from sync.server.audit import record_events
from sync.server.column_key import ColumnKey, PlainColumns
from sync.server.database import Database, StoreOutdated, open_database, upgrade_database
from sync.server.file_key import FileKey
from sync.server.importing.areas import import_areas
from sync.server.importing.commit import DEFAULT_SOURCE, commit
from sync.server.number_shapes import MARK
from sync.server.own_secret import keep_secret
from sync.server.roster import read_areas, read_roster
from sync.server.sealed_types import use_key
from sync.wire.messages import AuditEvent, ScopeCursor
from tests.server.bench import COMMUNITY, Bench
from tests.server.thief import samples_of
from tests.support.raw_files import engine_on, raw

PLACES = 9

KEY = ColumnKey(bytes(range(64)))


class AsOf19(PlainColumns):
    """How the versions up to 0019 stored everything."""

    check = ""


class AsOf20(ColumnKey):
    """How 0020 stored it: numbers alone were sealed, and nothing that tells them."""

    def seal_tails(self, text: str) -> str:
        return text

    def seal_hashes(self, hashes: Sequence[str]) -> list[str]:
        return list(hashes)

    def seal_secret(self, secret: bytes) -> str:
        return secret.hex()


def take_samples(db: Database) -> None:
    """Have PostgreSQL look at its tables now, as it does by itself some time."""
    if db.engine.dialect.name == "postgresql":
        with db.write() as connection:
            connection.exec_driver_sql("ANALYZE")


def write_as(db: Database, sealing: AsOf19 | AsOf20) -> Database:
    """From now on an empty store is written as a version before wrote it."""
    use_key(db.engine, sealing)
    with db.write() as connection:
        keep_secret(connection, sealing, db.key)
        older = {AsOf19: "0019", AsOf20: "0020"}[type(sealing)]
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{older}'"))
        if older == "0019":
            connection.execute(text("DELETE FROM meta WHERE name = 'column_check'"))
    return replace(db, column_key=sealing)


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
    engine = engine_on(folder)
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
        if connection.dialect.name == "postgresql":
            (target / "samples").write_bytes(b"\n".join(samples_of(connection)))
    engine.dispose()
    return target


def call_it(backup: Path, revision: str, key: FileKey | None) -> None:
    """Have a backup that was written in an older way say that an older version made it."""
    with raw(backup, key) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        if revision == "0019":
            connection.execute("DELETE FROM meta WHERE name LIKE 'column_%'")


class Stopped(Exception):
    """Somebody pulled the plug."""


def stop_after(portions: int) -> Progress:
    """Ends what it is called by after so many of them."""
    left = iter(range(portions))

    def progress(*_: object) -> None:
        if next(left, None) is None:
            raise Stopped

    return progress


def upgrade_in_portions(folder: Path, now: datetime, portions: int) -> int:
    """Upgrade a store that is stopped after each few portions and not served meanwhile; how often
    it was stopped."""
    stops = 0
    while True:
        try:
            upgrade_database(folder, now, stop_after(portions))
        except Stopped:
            stops += 1
            with pytest.raises(StoreOutdated):
                open_database(folder)
        else:
            return stops
