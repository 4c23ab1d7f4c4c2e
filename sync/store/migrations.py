"""From an older store to today's tables, one step after the other.

All steps and the number that records them commit together, so a kill or a step that fails leaves
the store as the version before knows it. Steps that once shipped are never changed.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Table,
    create_mock_engine,
    delete,
    func,
    inspect,
    select,
    text,
    update,
)

from sync.errors import StoreTooNew
from sync.schema.canonical import decode_body
from sync.store import rows
from sync.store.database import Database
from sync.store.rows import ServerRow
from sync.store.tables import METADATA, OPERATION, OTHER, TABLES

Step = Callable[[Connection], None]

# Rows in all, rows of one generation, rows of one value in it: SQLite's format of sqlite_stat1.
_BY_ID: Final = "100000 50000 1"
_BY_VALUE: Final = "100000 50000 8"


def _first_tables(connection: Connection) -> None:
    METADATA.create_all(connection)
    _tell_the_planner(connection)


def _tell_the_planner(connection: Connection) -> None:
    """Write down how many rows share a value, once, so that plans never change in the field.

    Every query names the shown generations. Without these figures SQLite takes the primary key
    for the generation alone and reads all of it: saving one visit took 105 ms at 10,000
    households.
    """
    connection.exec_driver_sql("ANALYZE")
    _tell_of(connection, *TABLES.values())
    connection.exec_driver_sql("ANALYZE sqlite_schema")


def _tell_of(connection: Connection, *tables: Table) -> None:
    told: list[dict[str, str | None]] = []
    for table in tables:
        told.append({"tbl": table.name, "idx": table.name, "stat": _BY_ID})
        by_value = [one.name for one in table.indexes if one.columns[0].name == "generation"]
        told += [{"tbl": table.name, "idx": name, "stat": _BY_VALUE} for name in by_value]
    insert = "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (:tbl, :idx, :stat)"
    connection.execute(text(insert), told)


def _lanes_know_their_epoch(connection: Connection) -> None:
    _add_column(connection, "lane", "epoch", "VARCHAR NOT NULL DEFAULT ''")


def _snapshots_and_search_by_copy(connection: Connection) -> None:
    METADATA.tables["filling"].create(connection, checkfirst=True)
    connection.exec_driver_sql("DROP INDEX IF EXISTS person_search")
    people = TABLES["person"]
    (words,) = (index for index in people.indexes if index.name == "person_by_words")
    words.create(connection, checkfirst=True)
    named = {"tbl": people.name, "idx": words.name, "stat": _BY_VALUE}
    connection.execute(text("DELETE FROM sqlite_stat1 WHERE idx = :idx"), named)
    connection.execute(
        text("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (:tbl, :idx, :stat)"), named
    )
    connection.exec_driver_sql("ANALYZE sqlite_schema")


def _waiting_operations_are_indexed(connection: Connection) -> None:
    for index in OPERATION.indexes:
        index.create(connection, checkfirst=True)


def _homes(connection: Connection) -> None:
    """Which rows moved between scopes, and which receipts came from where a row went."""
    METADATA.create_all(connection)
    _add_column(connection, "operation", "home", "VARCHAR NOT NULL DEFAULT ''")
    _add_column(connection, "stage", "home_rev", "INTEGER NOT NULL DEFAULT 0")
    _add_column(connection, "stage", "moved_to", "VARCHAR NOT NULL DEFAULT ''")
    _add_column(connection, "stage", "moved_rev", "INTEGER NOT NULL DEFAULT 0")


def _add_column(connection: Connection, table: str, name: str, kind: str) -> None:
    """Add a column, unless the store was made with it."""
    held = {column["name"] for column in inspect(connection).get_columns(table)}
    if name not in held:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {name} {kind}")


def _attachments(connection: Connection) -> None:
    """Attachments, their files and keys. A new store was made with them."""
    known = connection.exec_driver_sql("SELECT 1 FROM sqlite_stat1 WHERE tbl = 'attachment'")
    METADATA.create_all(connection)
    if known.first() is None:
        _tell_of(connection, TABLES["attachment"])
        connection.exec_driver_sql("ANALYZE sqlite_schema")


def _sealed_scopes(connection: Connection) -> None:
    """Which scopes were taken away, until the server knows that they are purged."""
    METADATA.create_all(connection)


def _one_person_two_records(connection: Connection) -> None:
    """A resident's record may be another name of another one's."""
    _add_column(connection, "person", "alias_of", "VARCHAR")


def _campaigns(connection: Connection) -> None:
    """Question sets, the households they are asked at, and their sheets."""
    _know_entities(connection, ("campaign", "campaign_household", "campaign_sheet"))


def _know_entities(connection: Connection, types: Iterable[str]) -> None:
    """Tables for entities that this version knows for the first time, with what a newer server
    sent of them before. A new store was made with them."""
    METADATA.create_all(connection)
    for type_ in types:
        known = text("SELECT 1 FROM sqlite_stat1 WHERE tbl = :tbl")
        if connection.execute(known, {"tbl": type_}).first() is None:
            _tell_of(connection, TABLES[type_])
        _take_over(connection, type_)
    connection.exec_driver_sql("ANALYZE sqlite_schema")


def _take_over(connection: Connection, type_: str) -> None:
    """Show the rows that were kept whole while nobody here knew what they are."""
    of_type = OTHER.c.type == type_
    for kept in connection.execute(select(OTHER).where(of_type)).all():
        row = ServerRow(kept.rev, kept.root_id, kept.mark, decode_body(kept.body))
        rows.put(connection, type_, kept.generation, kept.id, row)
    connection.execute(delete(OTHER).where(of_type))


def _promises_and_matters(connection: Connection) -> None:
    """What a visit says more, promises, matters, and the day to which a visit was put off."""
    _know_entities(connection, ("promise", "matter"))
    for name in ("changes", "went_with", "left_behind", "asked", "readings"):
        _learn_column(connection, "visit", name, "TEXT")
    _learn_column(connection, "household", "postponed_to", "VARCHAR")
    _learn_column(connection, "attachment", "consent", "BOOLEAN NOT NULL DEFAULT 0")


def _learn_column(connection: Connection, type_: str, name: str, kind: str) -> None:
    """A field that is known from now on, with what a newer app already sent of it."""
    _add_column(connection, type_, name, kind)
    table, path = TABLES[type_], f"$.{name}"
    told = func.json_extract(table.c.extra, path)
    rest = func.nullif(func.json_remove(table.c.extra, path), "{}")
    where = func.json_type(table.c.extra, path).is_not(None)
    connection.execute(update(table).where(where).values({name: told, "extra": rest}))


def _received_photos_are_told_apart(connection: Connection) -> None:
    """Photos of others that were fetched: the server has them, and says nothing of them here."""
    connection.exec_driver_sql(
        "UPDATE blob SET state = 'received' WHERE state = 'sent' AND id IN (SELECT id FROM"
        " attachment WHERE staff_id <> (SELECT json_extract(value, '$.user.staff_id') FROM meta"
        " WHERE key = 'account'))"
    )


def _cases(connection: Connection) -> None:
    """Mediation cases, whose scopes may begin on this computer."""
    _add_column(connection, "generation", "own", "BOOLEAN NOT NULL DEFAULT 0")
    kinds = ("mediation_case", "case_party", "case_talk", "case_agreement", "case_step")
    _know_entities(connection, kinds)
    for name in ("case_id", "paper"):
        _learn_column(connection, "attachment", name, "VARCHAR")


def _changes(connection: Connection) -> None:
    """Who changed what about a home."""
    _know_entities(connection, ("change",))


def _experts(connection: Connection) -> None:
    """The expert pool, and what an oral mediation says more."""
    _know_entities(connection, ("expert",))
    for name in ("visit_id", "place"):
        _learn_column(connection, "oral_mediation", name, "VARCHAR")
    _learn_column(connection, "oral_mediation", "amount", "INTEGER")


_UNASKED: Final = (
    "person_by_py",
    "residency_by_person_id",
    "visit_by_corrects",
    "dwelling_by_building_id",
    "ix_due_due_on",
    "ix_due_seen_on",
)


def _no_unasked_indexes(connection: Connection) -> None:
    """Indexes that no query reads: a fifth of the file, and of the work of a first sync."""
    for name in _UNASKED:
        connection.exec_driver_sql(f"DROP INDEX IF EXISTS {name}")
        connection.execute(text("DELETE FROM sqlite_stat1 WHERE idx = :idx"), {"idx": name})
    connection.exec_driver_sql("ANALYZE sqlite_schema")


_LEARNT_OF_MATTERS: Final = (
    *("deadline", "extended_to", "review_on", "limit_from", "amber_accept", "amber_finish"),
    *("finished_at", "due_answer", "amber_answer"),
)


def _matters_end_to_end(connection: Connection) -> None:
    """Steps, limits and the departments that are called in."""
    _know_entities(connection, ("matter_step", "whistle", "whistle_unit"))
    for name in _LEARNT_OF_MATTERS:
        _learn_column(connection, "matter", name, "VARCHAR")
    _learn_column(connection, "matter", "lines", "TEXT")


def _services(connection: Connection) -> None:
    """What the front desk receives and counts."""
    _know_entities(connection, ("service_case", "service_entry"))


def _desk_grows(connection: Connection) -> None:
    """Appointments, certificates, what was made of held entries, and the end of an ID number."""
    _know_entities(connection, ("appointment", "certificate", "held_verdict"))
    _learn_column(connection, "person", "id_tail", "VARCHAR")


def _roster_of_helpers(connection: Connection) -> None:
    """Who helps in which post, what is to be verified at a door, and areas that change."""
    _know_entities(connection, ("member", "door_check", "regrouping"))
    _learn_column(connection, "household", "micro_grid_id", "VARCHAR")


def _linked_later(connection: Connection) -> None:
    """Parties that are found in the ledger after they were written down."""
    _learn_column(connection, "oral_mediation", "other_person_id", "VARCHAR")
    _learn_column(connection, "case_party", "told", "VARCHAR")


def _counted_by_mistake(connection: Connection) -> None:
    """Consultations and small helps that are taken back."""
    _learn_column(connection, "service_entry", "corrects", "VARCHAR")


def _counts(connection: Connection) -> None:
    """What the server counts for the street."""
    _know_entities(connection, ("matter_count",))


def _who_linked(connection: Connection) -> None:
    """Who found the parties of an oral mediation in the ledger."""
    _learn_column(connection, "oral_mediation", "linked_by", "VARCHAR")


STEPS: Final[Sequence[Step]] = (
    _first_tables,
    _lanes_know_their_epoch,
    _attachments,
    _snapshots_and_search_by_copy,
    _waiting_operations_are_indexed,
    _homes,
    _sealed_scopes,
    _one_person_two_records,
    _campaigns,
    _promises_and_matters,
    _received_photos_are_told_apart,
    _cases,
    _changes,
    _no_unasked_indexes,
    _experts,
    _matters_end_to_end,
    _services,
    _desk_grows,
    _roster_of_helpers,
    _linked_later,
    _counted_by_mistake,
    _counts,
    _who_linked,
)


def create(database: Database) -> None:
    """Today's tables in a new store, at once: what all the steps leave of an empty one."""
    with database.writing() as connection:
        for statement in _making():
            connection.exec_driver_sql(statement)
        _tell_the_planner(connection)
        connection.exec_driver_sql(f"PRAGMA user_version={len(STEPS)}")


@cache
def _making() -> tuple[str, ...]:
    """The statements that make today's tables. To have them written takes longer than to run them,
    which whoever makes many stores need not wait for again."""
    told: list[str] = []

    def tell(statement: Any, *_: object) -> None:
        told.append(str(statement.compile(dialect=engine.dialect)))

    engine = create_mock_engine("sqlite://", tell)
    METADATA.create_all(engine, checkfirst=False)
    return tuple(told)


def upgrade(database: Database, steps: Sequence[Step] = STEPS) -> None:
    """Bring the store to the newest step. Raises :class:`StoreTooNew` for a later app's store."""
    with database.reading() as connection:
        done = _version(connection)
    if done > len(steps):
        raise StoreTooNew
    if done == len(steps):
        return
    with database.writing() as connection:
        for step in steps[done:]:
            step(connection)
        connection.exec_driver_sql(f"PRAGMA user_version={len(steps)}")


def is_behind(database: Database) -> bool:
    """Whether a version of the app before made the store, and it waits for steps."""
    with database.reading() as connection:
        return 0 < _version(connection) < len(STEPS)


def is_ahead(database: Database) -> bool:
    """Whether a later version of the app made the store."""
    with database.reading() as connection:
        return _version(connection) > len(STEPS)


def _version(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
