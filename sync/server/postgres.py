"""Everything that is PostgreSQL's alone: how connections are set up, and what its errors mean."""

from collections.abc import Sequence
from typing import Any, Final

import psycopg
from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from sync.errors import DiskFull, DoorstepError, StoreBusy
from sync.i18n import N_
from sync.server.crossing import Crossed

DRIVER: Final = "postgresql+psycopg"
_SPOKEN: Final = frozenset({DRIVER, "postgresql", "postgres"})

CONNECT_SECONDS: Final = 10
CONNECTIONS: Final = 8
MORE_CONNECTIONS: Final = 8
"""Of each process: as many as are kept, and as many more in a rush."""

# How long a writer waits for another: a whole roster commits in one transaction. A process that
# hangs in mid-transaction would keep its locks for ever.
_SETTINGS: Final = """
    SET lock_timeout = '30s';
    SET statement_timeout = '120s';
    SET idle_in_transaction_session_timeout = '300s';
"""

_CROSSED: Final = ("40001", "40P01")  # serialization_failure, deadlock_detected
_FULL: Final = ("53100",)  # disk_full
# lock_not_available, query_canceled (by the timeout), too_many_connections, out_of_memory
_BUSY: Final = ("55P03", "57014", "53300", "53200")
# Connection trouble, shutdown, starting up, and a standby that was promoted away.
_GONE: Final = ("08", "57P", "25006", "25P03")


class DatabaseUnreachable(StoreBusy):
    """PostgreSQL does not answer, or went away in the middle."""

    code = "store.unreachable"
    message = N_("The database does not answer. See that PostgreSQL runs and try again.")


class DatabaseUnknown(DoorstepError):
    """Not the URL of a PostgreSQL database. The URL is not repeated: it may hold a password."""

    code = "server.database_url"
    message = N_("This is no database: write postgresql://USER@HOST/NAME.")
    exit_code = 2


def postgres_url(text: str) -> URL:
    """The URL with the driver that this server speaks. Raises :class:`DatabaseUnknown`."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise DatabaseUnknown from None
    if url.drivername not in _SPOKEN or not url.database:
        raise DatabaseUnknown
    return url.set(drivername=DRIVER)


def postgres_engine(url: URL) -> Engine:
    """An engine on the database. Connections with the option ``read_only`` share one snapshot.

    Writers see what others commit meanwhile: they lock the scope's row first and read after it.
    """
    engine = create_engine(
        url,
        isolation_level="READ COMMITTED",
        pool_size=CONNECTIONS,
        max_overflow=MORE_CONNECTIONS,
        connect_args={"connect_timeout": CONNECT_SECONDS, "application_name": "doorstep-server"},
        # Without it a failed statement's error text would carry residents' data into the log.
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def connected(connection: psycopg.Connection[Any], _record: object) -> None:
        connection.execute(_SETTINGS)
        connection.commit()

    return engine


def postgres_snapshots(engine: Engine) -> Engine:
    """The same engine for transactions that see one moment and write nothing."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def compact_postgres(engine: Engine, tables: Sequence[str]) -> None:
    """Write these tables anew: nothing of what was replaced is left in their files, nor among the
    samples of it that the planner keeps.

    The engine is of no use for requests afterwards.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET statement_timeout = 0")  # As long as it takes.
        for table in tables:
            connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {table}")
        connection.exec_driver_sql("VACUUM (FULL) pg_catalog.pg_statistic")


class TextRefused(DoorstepError):
    """A NUL, half a character, or a key longer than any index takes."""

    code = "request.unreadable"
    message = N_("The database cannot hold a character of this, or all of its length.")


def postgres_refusal(error: BaseException | None) -> DoorstepError | None:
    """What PostgreSQL can hold nowhere, whoever sent it: SQLite would take it."""
    too_long = isinstance(error, psycopg.OperationalError) and (error.sqlstate or "") == "54000"
    return TextRefused() if too_long or isinstance(error, psycopg.DataError) else None


def postgres_trouble(error: BaseException | None) -> DoorstepError | None:
    """Our error for one of PostgreSQL's, or nothing where it is our own fault."""
    if not isinstance(error, psycopg.OperationalError | psycopg.InternalError):
        return None
    # A connection that broke, or never came about, has no state to tell.
    state = error.sqlstate or _GONE[0]
    if state.startswith(_CROSSED):
        return Crossed()
    if state.startswith(_FULL):
        return DiskFull()
    if state.startswith(_BUSY):
        return StoreBusy()
    return DatabaseUnreachable() if state.startswith(_GONE) else None
