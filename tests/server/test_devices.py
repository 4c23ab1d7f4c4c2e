"""Computers at a glance: what they say of themselves, in which order, and nothing about anybody."""

from datetime import timedelta

import msgspec
import pytest

from sync.server.devices import device_lines
from sync.wire.messages import DeviceState
from tests.support.laptops import TickingClock
from tests.support.server import running_server

GRID = "第3网格"
STATE = DeviceState("0.1.0", "linux-x86_64", 3, "2026-06-10T02:00:00.000Z", 1, "net.portal")


@pytest.fixture
def clock():
    """The server's."""
    return TickingClock()


@pytest.fixture
def server(tmp_path, clock):
    """A community with three workers."""
    with running_server(tmp_path / "server", clock) as running:
        for login in ("chen", "li", "wang"):
            running.add_user(login, "grid_worker", GRID, "陈晓禾")
        yield running


def lines_of(server, clock):
    with server.database.read() as connection:
        return device_lines(connection, clock.now())


def test_a_computer_says_how_it_is(server, clock):
    """The latest word counts."""
    laptop = server.enroll("chen")
    for state in (STATE, msgspec.structs.replace(STATE, pending=0, oldest="", error="")):
        assert laptop.post("/v1/device-state", state).status == 200

    (line,) = lines_of(server, clock)
    assert (line.login, line.version, line.system) == ("chen", "0.1.0", "linux-x86_64")
    assert (line.pending, line.held, line.error) == (0, 1, "")


def test_a_silent_one_stands_first(server, clock):
    """Then one with an error; one that never said a word is in the list as well."""
    silent = server.enroll("chen")
    clock.moment += timedelta(days=8)
    server.enroll("wang")
    server.enroll("li").post("/v1/device-state", STATE)

    lines = lines_of(server, clock)

    assert [line.login for line in lines] == ["chen", "li", "wang"]
    assert [line.is_silent(clock.now()) for line in lines] == [True, False, False]
    assert lines[0].device == silent.client_id


def test_words_are_no_place_for_a_name(server, clock):
    """Whatever a changed app sends, nothing but a version, a system and a code is kept."""
    told = DeviceState("王桂兰", "6-2-1602 王", -5, "王桂兰", 10**9, "Wang Guilan")
    server.enroll("chen").post("/v1/device-state", told)

    (line,) = lines_of(server, clock)
    assert (line.version, line.system, line.oldest, line.error) == ("", "", "", "")
    assert (line.pending, line.held) == (0, 10_000_000)
