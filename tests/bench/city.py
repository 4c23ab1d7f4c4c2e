"""Many communities with enrolled laptops on one server, and what such a laptop says to it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Final

import psutil

from sync.errors import DoorstepError
from sync.identity import Minter, SystemClock, stamp
from sync.merge.operation import Op, OpKind
from sync.merge.values import Writer
from sync.server.bulk import bulk_create
from sync.server.checking import check_store
from sync.server.database import Database, open_database
from sync.server.locked import lock_scopes
from sync.server.office import Office
from sync.server.people import enroll, mint_code
from sync.server.signatures import learn_key
from sync.wire.client import Client
from sync.wire.messages import PullReply, PullRequest, PushRequest, ScopeCursor
from sync.wire.signing import Credentials, Signer, new_key, public_of
from sync.wire.transport import HttpTransport, Link

GRIDS: Final = 4
HOUSEHOLDS: Final = 30
VISITS: Final = 5
FULL_PAGES: Final = 20
"""So many pages of news bring anybody up to date."""


@dataclass
class Worker:
    """One enrolled laptop: what it needs to speak to the server, and nothing of a store.

    ``heads`` is how far it has read each scope, ``next_seq`` the next number of its lane.
    """

    client_id: str
    who: Credentials
    grid_scope: str
    households: tuple[str, ...]
    heads: dict[str, int] = field(default_factory=dict)
    next_seq: int = 1


@dataclass(frozen=True)
class Session:
    """How one laptop's session went."""

    seconds: float
    problem: str = ""


def city(database: Database, communities: int, laptops: int) -> Iterator[Worker]:
    """Communities with grids, households and so many enrolled workers in each."""
    clock, minter = SystemClock(), Minter()
    office = Office(database, clock, minter)
    for number in range(communities):
        community = f"community-{number}"
        office.add_community(community, f"第{number}社区")
        names = [{"level": "grid", "name": f"第{at + 1}网格"} for at in range(GRIDS)]
        grids = office.add_areas(community, names)
        homes = [_homes(database, f"grid:{grid}", minter) for grid in grids]
        for at in range(laptops):
            login = f"worker-{number}-{at}"
            office.add_user(community, login, login)
            office.assign(login, "grid_worker", grids[at % GRIDS])
            code = mint_code(database, login, clock).code
            enrolled = enroll(database, code, "city", "", clock, minter)
            key = new_key()
            with database.write() as connection:
                learn_key(connection, enrolled.client_id, public_of(key), clock)
            who = Credentials(enrolled.token, Signer(key, count(1).__next__))
            grid = f"grid:{grids[at % GRIDS]}"
            yield Worker(enrolled.client_id, who, grid, homes[at % GRIDS])


def _homes(database: Database, scope_id: str, minter: Minter) -> tuple[str, ...]:
    homes = tuple(minter.new_id() for _ in range(HOUSEHOLDS))
    rows = [("household", home, {"best_time": "晚上"}) for home in homes]
    with database.write() as connection:
        locked = lock_scopes(connection, [scope_id], stamp(SystemClock().now()))
        bulk_create(locked, scope_id, rows, Writer("city"), "city")
        locked.save()
    return homes


def session(worker: Worker, url: str) -> Session:
    """Hello, news, its visits, and the news again; ``problem`` names what did not work."""
    started = perf_counter()
    transport = HttpTransport(Link(url, worker.who.token, signer=worker.who.signer))
    try:
        _talk(worker, Client(transport))
    except DoorstepError as error:
        return Session(perf_counter() - started, error.code)
    finally:
        transport.close()
    return Session(perf_counter() - started)


def _talk(worker: Worker, client: Client) -> None:
    hello = client.hello()
    _read_news(worker, client, hello.epoch, hello.grants)
    minter = Minter()
    ops = [_visit(worker, minter, worker.next_seq + number) for number in range(VISITS)]
    request = PushRequest(worker.grid_scope, worker.client_id, worker.next_seq, ops)
    reply = client.push(request)
    if [one.outcome for one in reply.outcomes] != ["applied"] * VISITS:
        raise RuntimeError("a visit was not taken")
    worker.next_seq += VISITS
    _read_news(worker, client, hello.epoch, hello.grants)


def _read_news(worker: Worker, client: Client, epoch: str, grants: list[str]) -> None:
    for _ in range(FULL_PAGES):
        cursors = [
            ScopeCursor(scope, epoch if worker.heads.get(scope) else "", worker.heads.get(scope, 0))
            for scope in grants
        ]
        reply: PullReply = client.pull(PullRequest(worker.client_id, cursors))
        worker.heads |= {page.scope: page.to for page in reply.scopes}
        if all(page.done for page in reply.scopes):
            return
    raise RuntimeError("the news never ended")


def _visit(worker: Worker, minter: Minter, seq: int) -> Op:
    return Op(
        op_id=minter.new_id(),
        seq=seq,
        kind=OpKind.APPEND,
        type="visit",
        id=minter.new_id(),
        f={
            "household_id": (None, worker.households[seq % HOUSEHOLDS]),
            "result": (None, "met"),
            "started_at": (None, "2026-11-21T09:30:00Z"),
            "note": (None, "血压138/86，药按时吃。"),
        },
    )


def resident_mb(pid: int) -> float:
    """The memory that a process and its children hold now."""
    process = psutil.Process(pid)
    held = [process, *process.children(recursive=True)]
    return sum(one.memory_info().rss for one in held) / 1e6


def check_of(folder: Path) -> None:
    """Raise where the store's digests, receipts or revisions do not add up."""
    database = open_database(folder)
    try:
        found = check_store(database).differences
    finally:
        database.close()
    if found:
        raise RuntimeError(found[0])
