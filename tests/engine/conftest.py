"""A real server with a worker and a clerk, and their laptops."""

from collections.abc import Iterator

import pytest

from sync.store import records
from tests.support.laptops import TestLaptop, laptop
from tests.support.postgres import postgres
from tests.support.server import RunningServer, server
from tests.support.stores import stores

__all__ = ["postgres", "server", "stores"]


@pytest.fixture
def staffed(server: RunningServer) -> RunningServer:
    """The server, with a grid worker of 第3网格 and a clerk at the desk."""
    server.add_user("chenxiaohe", "grid_worker", "第3网格", "陈晓禾")
    server.add_user("mengxue", "desk_clerk", "fenghe", "孟雪")
    return server


@pytest.fixture
def grid(staffed: RunningServer) -> str:
    """The scope of the worker's grid."""
    return f"grid:{staffed.grids['第3网格']}"


@pytest.fixture
def worker(staffed: RunningServer, tmp_path) -> Iterator[TestLaptop]:
    """The worker's laptop, not synced yet."""
    with laptop(tmp_path / "worker", staffed, "chenxiaohe") as made:
        yield made


@pytest.fixture
def clerk(staffed: RunningServer, tmp_path) -> Iterator[TestLaptop]:
    """The clerk's laptop, not synced yet."""
    with laptop(tmp_path / "clerk", staffed, "mengxue") as made:
        yield made


@pytest.fixture
def household(worker: TestLaptop, clerk: TestLaptop, grid: str) -> str:
    """A household that both laptops hold."""

    worker.sync()
    edit = records.create("household", {"contact": "13800001024"}, scope_id=grid)
    (row_id,) = worker.store.records.write([edit]).row_ids
    worker.sync()
    clerk.sync()
    return row_id
