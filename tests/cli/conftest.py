"""Terminals of two laptops in a small town, and one of a worker of the demo community."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from sync.identity import SystemClock
from sync.schema.canonical import decode_body
from sync.server.database import Database, open_database
from sync.server.tables import ROW
from tests.support.processes import command_server
from tests.support.scene import enrolled, founded, served_town
from tests.support.server import served
from tests.support.terminal import Terminal, desk, worker

__all__ = ["desk", "founded", "worker"]


@dataclass(frozen=True)
class Demo:
    """The demo community: the server's own rows, the home of 陈晓禾's laptop, and that of 邹大海,
    who mediates."""

    home: Path
    mediator: Path
    rows: dict[tuple[str, str], dict[str, Any]]

    def of(self, type_: str) -> dict[str, dict[str, Any]]:
        """The rows of one kind, by id."""
        return {row_id: body for (kind, row_id), body in self.rows.items() if kind == type_}

    def room_of(self, person: dict[str, Any]) -> str:
        """Where somebody lives."""
        household = self.rows["household", person["household_id"]]
        return str(self.rows["dwelling", household["dwelling_id"]]["room"])


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """``init --demo fenghe`` with the worker of 第3网格 enrolled and synced. Only to be read."""
    folder = tmp_path_factory.mktemp("demo")
    made = command_server(folder / "server", "init", "--demo", "fenghe")
    assert made.code == 0, made.err
    database = open_database(folder / "server")
    with served(database, SystemClock()) as port:
        enrolled(folder / "worker", database, "chenxiaohe", f"http://127.0.0.1:{port}")
        enrolled(folder / "mediator", database, "zoudahai", f"http://127.0.0.1:{port}")
        with database.read() as connection:
            grid = f"grid:{_grid(connection, '第3网格')}"
            lines = connection.execute(select(ROW).where(ROW.c.scope_id == grid)).all()
    homes = folder / "worker", folder / "mediator"
    return Demo(*homes, {(line.type, line.id): decode_body(line.body) for line in lines})


def _grid(connection: Any, name: str) -> str:
    areas = connection.execute(select(ROW.c.id, ROW.c.body).where(ROW.c.type == "area")).all()
    return next(str(area.id) for area in areas if decode_body(area.body).get("name") == name)


@pytest.fixture
def reader(demo: Demo, monkeypatch, capsys) -> Terminal:
    """The demo worker's terminal, for commands that change nothing."""
    return Terminal(demo.home, monkeypatch, capsys)


@pytest.fixture
def mediator(demo: Demo, monkeypatch, capsys) -> Terminal:
    """The terminal of somebody who mediates, for commands that change nothing but the log."""
    return Terminal(demo.mediator, monkeypatch, capsys)


@pytest.fixture
def town_server(founded, tmp_path, worker, desk) -> Iterator[Database]:
    """The town's server, which both terminals now reach."""
    with served_town(founded, tmp_path) as (url, database):
        for terminal in (worker, desk):
            terminal.reach(url)
        yield database
