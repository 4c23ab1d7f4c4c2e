"""The contract of the wire, over the real app on a real port."""

from sync.merge.operation import OpKind
from sync.wire.messages import Hello, ScopeCursor
from tests.support.server import COMMUNITY


def test_a_worker_enrols_pushes_and_pulls(server):
    """The whole way of one household, from a code to a row on another computer."""
    server.add_user("chen", "grid_worker", "第3网格", "陈晓禾")
    server.add_user("meng", "desk_clerk", COMMUNITY, "孟雪")
    worker, clerk = server.enroll("chen"), server.enroll("meng")
    grid = f"grid:{server.grids['第3网格']}"

    reply = worker.push(
        grid,
        worker.op(grid, OpKind.CREATE, "dwelling", "d1", room="6-2-1602"),
        worker.op(grid, OpKind.CREATE, "household", "h1", dwelling_id="d1", contact="1"),
        worker.op(
            grid,
            OpKind.CREATE,
            "person",
            "p1",
            household_id="h1",
            name="王桂兰",
            tags=["aged_80", "elder_alone"],
        ),
    )

    assert [outcome.outcome for outcome in reply.outcomes] == ["applied"] * 3
    rows = clerk.rows(grid)
    print(rows)
    print(clerk.get("/v1/hello").read_as(Hello), clerk.pull(ScopeCursor(grid)))
