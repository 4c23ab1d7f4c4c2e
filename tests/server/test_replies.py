"""How a failure of the server's own is told to a laptop."""

import asyncio
from typing import Any

import pytest
from fastapi import FastAPI

from sync.errors import DiskRefused, DoorstepError, StoreBusy
from sync.server.postgres import DatabaseUnreachable
from sync.server.replies import answer_refusals


@pytest.mark.parametrize(
    ("error", "status"), [(DatabaseUnreachable, 503), (StoreBusy, 503), (DiskRefused, 507)]
)
def test_what_is_no_fault_of_the_laptops_is_tried_again(error: type[DoorstepError], status: int):
    """A kind of a busy store, or of a full disk, is answered as one: 400 would be a refusal."""
    app = FastAPI()
    answer_refusals(app)

    @app.get("/")
    def fail() -> None:
        raise error

    told: list[dict[str, Any]] = []

    async def nothing() -> dict[str, Any]:
        return {"type": "http.request"}

    async def hear(message: Any) -> None:
        told.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
    asyncio.run(app(scope, nothing, hear))
    assert told[0]["status"] == status
