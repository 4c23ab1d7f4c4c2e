"""Law 3 under load: many computers push while one pulls page after page."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from sync.merge.operation import OpKind
from sync.server.checking import check_store
from sync.server.tables import SCOPE
from sync.wire.messages import ScopeCursor
from tests.support.server import COMMUNITY, RunningServer

WRITERS = 4
PUSHES = 10
OPS_IN_PUSH = 3


def rush(server: RunningServer) -> None:
    """Four computers push at once while a fifth pulls, and never steps over a revision."""
    grid = f"grid:{server.grids['第3网格']}"
    for number in range(WRITERS):
        server.add_user(f"clerk{number}", "desk_clerk", COMMUNITY)
    writers = [server.enroll(f"clerk{number}") for number in range(WRITERS)]
    reader = server.enroll("clerk0", "reader")

    def write(number: int) -> None:
        laptop = writers[number]
        for turn in range(PUSHES):
            ids = [f"h{number}-{turn}-{each}" for each in range(OPS_IN_PUSH)]
            ops = [laptop.op(grid, OpKind.CREATE, "household", row_id) for row_id in ids]
            reply = laptop.push(grid, *ops)
            assert [each.outcome for each in reply.outcomes] == ["applied"] * OPS_IN_PUSH

    seen: dict[str, int] = {}
    cursor = ScopeCursor(grid)
    with ThreadPoolExecutor(WRITERS) as pool:
        running = [pool.submit(write, number) for number in range(WRITERS)]
        while not (all(each.done() for each in running) and cursor.cursor == _head(server, grid)):
            page = reader.pull(cursor, limit=7).scopes[0]
            assert page.problem == ""
            seen |= {row[1]: row[2] for row in page.rows}
            # Nobody writes a row twice here, so no revision may be missing below the cursor.
            assert sorted(seen.values()) == list(range(1, page.to + 1))
            cursor = ScopeCursor(grid, server.database.epoch, page.to)
        for each in running:
            each.result()

    assert len(seen) == WRITERS * PUSHES * OPS_IN_PUSH
    assert check_store(server.database).differences == []


def _head(server: RunningServer, grid: str) -> int:
    with server.database.read() as connection:
        found = connection.execute(select(SCOPE.c.head).where(SCOPE.c.scope_id == grid))
        return found.scalar() or 0
