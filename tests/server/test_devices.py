"""Computers at a glance: what they say of themselves, in which order, and nothing about anybody."""

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import insert, select

from sync.identity import parse_stamp
from sync.server.devices import device_lines
from sync.server.leases import USUAL_DAYS
from sync.server.tables import AUDIT, DEVICE_KEY
from sync.wire.device_messages import DeviceAct, DeviceReply, DeviceRequest, DevicesReply
from sync.wire.messages import DeviceState, LeaseReply
from tests.support.laptops import TickingClock
from tests.support.server import COMMUNITY, running_server

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


# --- Over the network, for whoever looks after the machines ---------------------------------------


@pytest.fixture
def it(server):
    """IT's own computer."""
    server.add_user("it", "it_admin", COMMUNITY, "小吴")
    return server.enroll("it", "it-desk")


def listed(laptop):
    """What the page shows, by login."""
    told = laptop.get("/v1/devices").read_as(DevicesReply)
    return {one.login: one for one in told.devices}


def act(laptop, name, device):
    """One act about one computer."""
    return laptop.post(f"/v1/devices/{name}", DeviceRequest(device))


def test_it_sees_every_computer_of_its_community_alone(server, clock, it):
    """How each is, until when it opens, whose it is; another community's are not there."""
    server.office.add_community("far", "远方社区")
    server.office.add_user("far", "stranger", "远")
    far = server.enroll("stranger")
    lent = server.enroll("chen")
    lent.post("/v1/lease", LeaseReply(b"", 0))
    lent.post("/v1/device-state", STATE)

    told = listed(it)

    assert set(told) == {"it", "chen"}
    assert (told["it"].owner, told["chen"].owner) == ("小吴", "陈晓禾")
    assert (told["it"].own, told["chen"].own) == (True, False)
    lasts = parse_stamp(told["chen"].lease_until) - clock.now()
    assert timedelta(days=USUAL_DAYS - 1) < lasts < timedelta(days=USUAL_DAYS)
    assert (told["chen"].pending, told["chen"].held, told["chen"].error) == (3, 1, "net.portal")
    assert act(it, "revoke", far.client_id).status == 404


def test_it_extends_revokes_and_declares_lost(server, it):
    """Each once over the network, kept in the audit; what is gone has nothing to extend."""
    chen, li = server.enroll("chen"), server.enroll("li")
    chen.post("/v1/lease", LeaseReply(b"", 0))

    first, second = (act(it, "extend", chen.client_id).read_as(DeviceReply) for _ in range(2))
    assert first.code != second.code
    assert act(it, "revoke", li.client_id).status == 200
    assert act(it, "lost", chen.client_id).read_as(DeviceReply).people == 0

    told = listed(it)
    assert (told["li"].revoked, told["li"].lost) == (True, False)
    assert (told["chen"].revoked, told["chen"].lost, told["chen"].lease_until) == (True, True, "")
    assert li.get("/v1/hello").status == chen.get("/v1/hello").status == 401
    refused = act(it, "extend", chen.client_id)
    assert refused.read_as(dict)["code"] == "server.nothing_lent"
    with server.database.read() as connection:
        kept = set(connection.execute(select(AUDIT.c.action)).scalars())
    assert {"lease.extend", "device.revoke", "device.lost"} <= kept


def test_a_suspended_one_goes_on(server, it):
    """And one that is not suspended has nothing to take back."""
    chen = server.enroll("chen")
    key = {"client_id": chen.client_id, "public": "00", "seen": "{}", "serial": 0}
    now = "2026-06-18T02:00:00.000Z"
    with server.database.write() as connection:
        connection.execute(insert(DEVICE_KEY).values(**key, serial_at=now, suspended_at=now))

    assert listed(it)["chen"].suspended
    assert act(it, "resume", chen.client_id).status == 200
    assert not listed(it)["chen"].suspended
    again = act(it, "resume", chen.client_id)
    assert again.read_as(dict)["code"] == "server.not_suspended"


def test_nobody_ends_their_own_computer_and_no_secretary_ends_its(server, it):
    """Who is locked out by a wrong line can take nothing back."""
    server.add_user("han", "secretary", COMMUNITY, "韩")
    han = server.enroll("han")
    for name in ("revoke", "lost"):
        assert act(it, name, it.client_id).read_as(dict)["code"] == "server.own_computer"
        assert act(han, name, it.client_id).status == 403
    assert act(it, "erase", han.client_id).status == 404
    assert act(han, "revoke", server.enroll("wang").client_id).status == 200


def test_a_worker_sees_no_computer(server, it):
    """Nor does anything about one."""
    chen = server.enroll("chen")
    assert chen.get("/v1/devices").status == 403
    for one in DeviceAct:
        assert act(chen, one.value, it.client_id).status == 403
    assert not listed(it)["it"].revoked
