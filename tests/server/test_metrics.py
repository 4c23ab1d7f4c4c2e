"""What monitoring reads: figures that move with the store, and nothing about anybody."""

import re
from datetime import timedelta

import pytest

from sync import __version__
from sync.identity import Minter
from sync.server.backup import back_up
from sync.server.people import revoke_device
from tests.support.laptops import TickingClock
from tests.support.server import running_server

LINE = re.compile(r'(\w+)(?:\{\w+="([^"]+)"\})? (\S+)')
GRID = "第3网格"
NAME = "陈晓禾"


@pytest.fixture
def clock():
    """The server's."""
    return TickingClock()


@pytest.fixture
def server(tmp_path, clock):
    """One community with a worker who has two computers."""
    with running_server(tmp_path / "server", clock) as running:
        running.add_user("chen", "grid_worker", GRID, NAME)
        yield running


def read(server):
    """The text, and the figures of it by name, or name and label."""
    answer = server.request("GET", "/metrics")
    assert answer.status == 200
    text = answer.body.decode()
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            name, label, value = LINE.fullmatch(line).groups()
            found[f"{name} {label}" if label else name] = float(value)
    return text, found


def test_each_figure_moves_with_what_it_counts(server, clock, tmp_path):
    """Computers by what they are, and how old the newest backup is."""
    first, _second = server.enroll("chen"), server.enroll("chen", "spare")
    clock.moment += timedelta(days=8)
    first.get("/v1/hello")
    _text, before = read(server)
    assert before["doorstep_devices active"] == 1
    assert before["doorstep_devices silent"] == 1
    assert (before["doorstep_backups"], "doorstep_backup_age_seconds" in before) == (0, False)

    back_up(server.database, tmp_path / "backup", clock, Minter(now=clock.now))
    revoke_device(server.database, first.client_id, clock)
    clock.moment += timedelta(hours=3)
    _text, after = read(server)

    assert after["doorstep_devices revoked"] == 1
    assert after["doorstep_devices active"] == 0
    assert after["doorstep_backups"] == 1
    assert after["doorstep_backup_age_seconds"] == pytest.approx(3 * 3600, abs=60)
    assert after[f"doorstep_info {__version__}"] == 1


def test_nothing_about_anybody(server):
    """No name, no login, no grid, no computer's name, no id."""
    laptop = server.enroll("chen", "the laptop of Chen")
    text, _figures = read(server)
    for word in (NAME, "chen", GRID, "laptop", laptop.client_id, server.grids[GRID]):
        assert word not in text


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_for_this_machine_alone(server, header):
    """What comes through the proxy comes from outside."""
    answer = server.request("GET", "/metrics", headers={header: "203.0.113.9"})
    assert answer.status == 404
    assert b"doorstep_devices" not in answer.body
