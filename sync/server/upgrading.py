"""Which revision a store's tables are at, and how they get to the newest one (``migrations``)."""

from enum import Enum, auto
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, column, inspect, select, table, update

from sync.server.tables import META, STORE_VERSION

if TYPE_CHECKING:
    from alembic.config import Config

BASELINE: Final = "0001"
"""The tables of the stores that were made before there were revisions."""

SEALING: Final = "sealing"
"""In ``meta`` until all is sealed and written anew: the table that it is at and the last line of it
that is done."""

SEALING_REST: Final = "sealing_rest"
"""The same of a store in which an older version sealed numbers, and nothing that tells one."""

_FOLDER: Final = Path(__file__).parent / "migrations"
_KEPT: Final = table("alembic_version", column("version_num"))


class Standing(Enum):
    """A store as an opener finds it."""

    NONE = auto()
    OLDER = auto()
    CURRENT = auto()
    NEWER = auto()


def config_on(connection: Connection) -> "Config":
    """Alembic's own idea of where the revisions are and on which connection they run."""
    # Here, because importing Alembic takes a quarter of a second, and few commands need it.
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    # A percent sign means something to Alembic's options, also in the name of a folder.
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("file_template", "r%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    return config


@cache
def revisions() -> tuple[str, ...]:
    """All revisions that this version knows, in their order: they are numbered in their names."""
    return tuple(sorted(file.stem[1:5] for file in _FOLDER.glob("versions/r*.py")))


def standing_of(connection: Connection) -> Standing:
    """Whether there is a store behind ``connection``, and whether it is of this version."""
    if not inspect(connection).has_table(META.name):
        return Standing.NONE
    version = connection.execute(select(META.c.value).where(META.c.name == "version")).scalar_one()
    revision = _revision(connection)
    if int(version) > STORE_VERSION or revision not in revisions():
        return Standing.NEWER
    is_newest = revision == revisions()[-1] and is_sealed(connection)
    return Standing.CURRENT if is_newest else Standing.OLDER


def is_sealed(connection: Connection) -> bool:
    """Whether what an older version stored in plain is all sealed (``sealing``)."""
    left = select(META.c.value).where(META.c.name.in_([SEALING, SEALING_REST]))
    return connection.execute(left).first() is None


def upgrade_tables(connection: Connection) -> None:
    """Make the tables, or bring older ones to the newest revision, in the caller's transaction."""
    from alembic import command

    config = config_on(connection)
    made_before = inspect(connection).has_table(META.name)
    if made_before:
        command.stamp(config, _revision(connection))
    command.upgrade(config, "head")
    if made_before:
        version = update(META).where(META.c.name == "version").values(value=str(STORE_VERSION))
        connection.execute(version)


def _revision(connection: Connection) -> str:
    if not inspect(connection).has_table(_KEPT.name):
        return BASELINE
    return str(connection.execute(select(_KEPT.c.version_num)).scalar_one())
