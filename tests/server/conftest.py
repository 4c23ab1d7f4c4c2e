"""The server under test: over HTTP (``server``), or its functions on a store of their own."""

from collections.abc import Iterator

import pytest

from tests.server.bench import Bench
from tests.support.server import server

__all__ = ["bench", "server"]


@pytest.fixture
def bench(tmp_path) -> Iterator[Bench]:
    """The server's functions on a store with one grid, a worker and a clerk."""
    made = Bench.make(tmp_path / "server")
    yield made
    made.db.close()


@pytest.fixture
def home(bench):
    """A worker and a clerk who both hold the household ``h1`` with the contact 1."""
    worker, clerk = bench.worker(), bench.clerk()
    worker.create("household", "h1", contact="1", best_time="evening")
    return bench, worker, clerk
