"""Pokes over real HTTP: one request that waits, and a stream of events."""

import asyncio
import threading
from contextlib import closing, contextmanager
from http.client import HTTPConnection

import msgspec
import pytest

from sync.identity import Minter
from sync.merge.operation import OpKind
from sync.server import people
from sync.server.database import open_database
from sync.server.live import Lookout
from sync.server.office import Office
from sync.server.people import caller_of, revoke_device
from sync.wire.messages import LiveReply, LiveRequest
from tests.support.server import COMMUNITY, Laptop, running_server

LONG_S = 25.0


@pytest.fixture
def town(server):
    """A worker of each grid and a clerk, each at a computer; the worker's grid."""
    server.add_user("chen", "grid_worker", "第3网格")
    server.add_user("zhao", "grid_worker", "第1网格")
    server.add_user("meng", "desk_clerk", "fenghe")
    return server


def grid_of(server, name="第3网格"):
    return f"grid:{server.grids[name]}"


def write(laptop, scope, row_id):
    """A household that nobody had before."""
    op = laptop.op(scope, OpKind.CREATE, "household", row_id, contact="13800001024")
    assert laptop.push(scope, op).outcomes[0].outcome == "applied"


def known(laptop, **more):
    """A request that names what the server has now, so that nothing is news."""
    told = ask(laptop, LiveRequest(wait_s=0.0))
    seen = ask(laptop, LiveRequest(epoch=told.epoch, grant_rev=told.grant_rev, wait_s=0.0))
    return LiveRequest(
        epoch=told.epoch, grant_rev=told.grant_rev, heads=told.heads | seen.heads, **more
    )


def ask(laptop, request):
    answer = laptop.post("/v1/live", request)
    assert answer.status == 200, answer.body
    assert answer.headers["doorstep-wire"] == "1"
    return answer.read_as(LiveReply)


class Waiting(threading.Thread):
    """One request that waits, on a thread of its own."""

    def __init__(self, laptop, request):
        super().__init__(daemon=True)
        self.laptop, self.request = laptop, request
        self.answer = None
        self.start()

    def run(self):
        self.answer = self.laptop.post("/v1/live", self.request)

    def reply(self):
        self.join(timeout=30)
        assert self.answer is not None, "nobody answered"
        assert self.answer.status == 200, self.answer.body
        return self.answer.read_as(LiveReply)


@contextmanager
def stream(laptop):
    """The stream of a computer, as it comes."""
    with closing(HTTPConnection("127.0.0.1", laptop.server.port, timeout=30)) as connection:
        token = {"Authorization": f"Bearer {laptop.enrolled.token}"}
        connection.request("GET", "/v1/live", headers=token)
        yield connection.getresponse()


def next_poke(reply):
    """The next event: (scope, head), or nothing at the end of the stream."""
    for line in iter(reply.readline, b""):
        if line.startswith(b"data: "):
            told = msgspec.json.decode(line[6:])
            return told["scope"], told["head"]
    return None


def poke_of(reply, scope):
    """The next event of this scope."""
    while (told := next_poke(reply)) is not None:
        if told[0] == scope:
            return told
    raise AssertionError("the stream ended")


def test_one_who_waits_hears_of_a_push_at_once(town):
    """Long before the wait is over, and of nothing but the scope that moved."""
    worker, clerk = town.enroll("chen"), town.enroll("meng")
    waiting = Waiting(clerk, known(clerk, wait_s=LONG_S))

    write(worker, grid_of(town), "h1")

    assert waiting.reply().heads == {grid_of(town): 1}


def test_another_process_is_heard_too(town, tmp_path):
    """Its commit is seen in the store: no process has to tell another."""
    clerk = town.enroll("meng")
    request = known(clerk, wait_s=LONG_S)
    waiting = Waiting(clerk, request)

    with closing(open_database(tmp_path / "server")) as database:
        office = Office(database, town.clock, Minter(now=town.clock.now))
        office.add_user(COMMUNITY, "xu", "许志强")

    scope = f"community:{COMMUNITY}"
    assert waiting.reply().heads[scope] > request.heads[scope]


def test_what_moved_before_is_told_without_waiting(town):
    """Somebody wrote between the laptop's last sync and its question."""
    worker, clerk = town.enroll("chen"), town.enroll("meng")
    request = known(clerk, wait_s=LONG_S)
    write(worker, grid_of(town), "h1")

    assert ask(clerk, request).heads == {grid_of(town): 1}


def test_a_wait_without_news_ends_by_itself(town):
    """Empty: the laptop asks again."""
    clerk = town.enroll("meng")

    assert ask(clerk, known(clerk, wait_s=0.05)).heads == {}


@pytest.mark.parametrize("changed", [{"epoch": "another"}, {"grant_rev": 99}])
def test_another_epoch_or_other_grants_are_news(town, changed):
    """The laptop has to sync before it may wait."""
    clerk = town.enroll("meng")
    request = msgspec.structs.replace(known(clerk, wait_s=LONG_S), **changed)

    told = ask(clerk, request)

    assert (told.epoch, told.grant_rev) != (request.epoch, request.grant_rev)


def test_nobody_hears_of_a_scope_that_is_not_theirs(town):
    """Not even that it moved."""
    worker, neighbour = town.enroll("chen"), town.enroll("zhao")
    other = grid_of(town, "第1网格")
    request = known(worker, wait_s=1.0)
    write(neighbour, other, "h9")

    told = ask(worker, msgspec.structs.replace(request, heads={**request.heads, other: 0}))

    assert told.heads == {}


def test_a_stream_tells_every_head_and_then_each_that_moves(town):
    """As server-sent events, with our header, and never a row."""
    worker, clerk = town.enroll("chen"), town.enroll("meng")
    write(worker, grid_of(town), "h1")
    with stream(clerk) as reply:
        assert reply.status == 200
        assert reply.headers["Content-Type"].startswith("text/event-stream")
        assert reply.headers["Doorstep-Wire"] == "1"
        assert poke_of(reply, grid_of(town)) == (grid_of(town), 1)

        write(worker, grid_of(town), "h2")

        assert next_poke(reply) == (grid_of(town), 2)


def test_a_revoked_computer_s_stream_ends(town):
    """Cleanly: the last chunk comes, and the next request is refused."""
    clerk = town.enroll("meng")
    with stream(clerk) as reply:
        assert next_poke(reply) is not None
        revoke_device(town.database, clerk.client_id, town.clock)

        while next_poke(reply) is not None:
            continue

    assert clerk.post("/v1/live", LiveRequest()).status == 401


def test_other_grants_end_a_stream(town):
    """Who comes back hears of the scopes of the new post."""
    worker = town.enroll("chen")
    with stream(worker) as reply:
        assert next_poke(reply) is not None
        town.office.assign("chen", "grid_worker", "第1网格")
        # What the post may hold is written down by the worker's next request.
        assert worker.get("/v1/hello").status == 200

        while next_poke(reply) is not None:
            continue

    write(town.enroll("zhao"), grid_of(town, "第1网格"), "h9")
    with stream(worker) as reply:
        assert poke_of(reply, grid_of(town, "第1网格"))[1] == 1


def test_a_third_wait_of_one_computer_ends_its_first(town):
    """What a lost line left behind is not kept for ever."""
    clerk = town.enroll("meng")
    with stream(clerk) as first, stream(clerk) as second, stream(clerk) as third:
        for reply in (first, second, third):
            assert next_poke(reply) is not None

        while next_poke(first) is not None:
            continue

        write(town.enroll("chen"), grid_of(town), "h1")
        assert poke_of(third, grid_of(town))[1] == 1


def test_a_server_that_stops_answers_whoever_waits(tmp_path):
    """Nobody holds it up."""
    with running_server(tmp_path / "server") as server:
        server.add_user("meng", "desk_clerk", "fenghe")
        clerk = server.enroll("meng")
        opened = stream(clerk)
        reply = opened.__enter__()
        assert next_poke(reply) is not None
        waiting = Waiting(clerk, known(clerk, wait_s=LONG_S))

    while next_poke(reply) is not None:
        continue
    opened.__exit__(None, None, None)
    waiting.join(timeout=30)
    assert not waiting.is_alive()


def test_those_who_wait_take_no_thread_from_those_who_work(town):
    """More of them than the server has threads."""
    worker = town.enroll("chen")
    clerks = [f"clerk{number}" for number in range(25)]
    for login in clerks:
        town.add_user(login, "desk_clerk", "fenghe")
    computers = [another_computer(town, login, "desk") for login in clerks]
    waiting = [Waiting(one, known(one, wait_s=LONG_S)) for one in computers for _ in range(2)]

    write(worker, grid_of(town), "h1")

    assert [one.reply().heads for one in waiting] == [{grid_of(town): 1}] * len(waiting)


def another_computer(server, login, name):
    """Enrolled without HTTP, which allows few tries a minute."""
    code = server.code_for(login)
    enrolled = people.enroll(server.database, code, name, "", server.clock, Minter())
    return Laptop(server, enrolled)


class TestLookout:
    """Without HTTP, where one can know that somebody waits."""

    def watch(self, bench, then):
        """The watcher of a clerk after ``then`` happened while it waited."""

        async def run():
            lookout = Lookout(bench.db, bench.clock)
            clerk = bench.clerk()
            with bench.db.read() as connection:
                caller = caller_of(connection, clerk.token)
            watcher = await lookout.watch(caller, {})
            watcher.news.clear()
            watcher._bell.clear()
            then(caller)
            told = await watcher.wait(20.0)
            lookout.leave(watcher)
            lookout.close()
            return watcher, told

        return asyncio.run(run())

    def test_a_revoked_computer_is_signed_out_while_it_waits(self, bench):
        """The answer says so."""
        watcher, told = self.watch(
            bench, lambda caller: revoke_device(bench.db, caller.client_id, bench.clock)
        )

        assert (watcher.over, watcher.signed_out, told) == (True, True, {})

    def test_a_user_who_is_disabled_is_signed_out(self, bench):
        """On every computer."""
        watcher, _ = self.watch(
            bench, lambda caller: people.disable_user(bench.db, "meng", bench.clock)
        )

        assert watcher.signed_out
