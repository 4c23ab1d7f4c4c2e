"""The server under test: over HTTP (``server``), or its functions on a store of their own.

Every test that touches a store runs twice: on a SQLite file and on PostgreSQL.
"""

from collections.abc import Iterator

import pytest

from tests.server.bench import Bench
from tests.support.postgres import postgres
from tests.support.server import RunningServer, running_server
from tests.support.stores import Stores, stores

__all__ = ["postgres", "stores"]


@pytest.fixture
def server(tmp_path, stores: Stores) -> Iterator[RunningServer]:
    """A fresh server for one test."""
    folder = tmp_path / "server"
    with running_server(folder, database=stores.make(folder)) as running:
        yield running


@pytest.fixture
def bench(tmp_path, stores: Stores) -> Iterator[Bench]:
    """The server's functions on a store with one grid, a worker and a clerk."""
    made = Bench.make(stores.make(tmp_path / "server"))
    yield made
    made.db.close()


@pytest.fixture
def home(bench):
    """A worker and a clerk who both hold the household ``h1`` with the contact 1."""
    worker, clerk = bench.worker(), bench.clerk()
    worker.create("household", "h1", contact="1", best_time="evening")
    return bench, worker, clerk
