"""``python -m sync.server.migrations "what changes"``: write the next revision."""

import sys

from alembic import command
from sqlalchemy import create_engine

from sync.server.upgrading import config_on, revisions, upgrade_tables


def main(message: str) -> None:
    """Compare the tables with the newest revision and write down the difference."""
    with create_engine("sqlite://").begin() as connection:
        if revisions():
            upgrade_tables(connection)
        number = f"{len(revisions()) + 1:04}"
        command.revision(config_on(connection), message, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    main(*sys.argv[1:])
