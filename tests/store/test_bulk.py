"""Rows by the part: the same whether somebody counted the fields that occur in them or not."""

import msgspec
import pytest
from sqlalchemy import select

from sync.schema.canonical import encode_body
from sync.store import bulk
from sync.store.database import create_database
from sync.store.migrations import upgrade
from sync.store.tables import TABLES
from sync.store.vault import Key
from tests.support.laptops import TickingClock

PLAIN = {"household_id": "h1", "result": "met", "needs": ["repair"]}
VOID = {"household_id": "h1", "corrects": "v1", "void": True}
LATER = {"household_id": "h1", "mood": "calm"}


@pytest.fixture
def database(tmp_path):
    """An empty store of today."""
    made = create_database(tmp_path, Key(bytes(32)), now=TickingClock().now())
    upgrade(made)
    yield made
    made.close()


def row_of(number, body, rev=1):
    return "visit", f"v{number}", rev, "h1", msgspec.Raw(encode_body(body).encode())


def written(database, generation, bodies, told=()):
    """The visits of these bodies as they stand in the table, without their copy's number."""
    entries = [(f"v{number}", number, "h1", body) for number, body in enumerate(bodies, start=1)]
    part = msgspec.json.encode(("visit", entries))
    marks = b"".join(bytes([number]) * bulk.MARK_BYTES for number in range(len(bodies)))
    with database.writing() as connection:
        bulk.write_part(connection, generation, "visit", part, marks, told)
    return in_table(database, generation)


def in_table(database, generation):
    visit = TABLES["visit"]
    columns = [column for column in visit.c if column.key != "generation"]
    with database.reading() as connection:
        query = select(*columns).where(visit.c.generation == generation).order_by(visit.c.id)
        return [dict(row) for row in connection.execute(query).mappings()]


@pytest.mark.parametrize("bodies", [[PLAIN], [PLAIN, VOID], [PLAIN, LATER], [{}]])
def test_fields_that_are_told_bring_the_rows_that_looking_for_all_brings(database, bodies):
    """What is not told is empty; what this version does not know is kept."""
    told = {name for body in bodies for name in body}

    counted, looked = written(database, 1, bodies, told), written(database, 2, bodies)

    assert counted == looked
    assert [row["mark"] for row in counted] == [f"{n:02x}" * 16 for n in range(len(bodies))]
    assert any(row["extra"] for row in counted) == (LATER in bodies)


@pytest.mark.parametrize("bodies", [[PLAIN], [PLAIN, VOID], [PLAIN, LATER]])
def test_many_rows_are_written_as_few_are(database, bodies, monkeypatch):
    """Over what was there before, too: of many it is found out first which fields they have."""
    for generation, worth in ((1, 1), (2, 100)):
        monkeypatch.setattr(bulk, "_WORTH_COUNTING", worth)
        with database.writing() as connection:
            before = [row_of(number, {**PLAIN, **VOID, **LATER}) for number in range(len(bodies))]
            bulk.write(connection, [(generation, row) for row in before])
            after = [row_of(number, body, rev=2) for number, body in enumerate(bodies)]
            bulk.write(connection, [(generation, row) for row in after])

    many, few = (in_table(database, generation) for generation in (1, 2))
    assert many == few
    assert [row["result"] for row in many] == [body.get("result") for body in bodies]
    assert any(row["extra"] for row in many) == (LATER in bodies)
