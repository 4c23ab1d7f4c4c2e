"""The server's app: its services, its routes, and one kind of answer for every failure."""

from fastapi import FastAPI

from sync.identity import Clock, Minter, SystemClock
from sync.server.database import Database
from sync.server.deps import Services, Tries
from sync.server.live import Lookout
from sync.server.live_routes import live_router
from sync.server.replies import answer_refusals
from sync.server.routes import router


def make_app(
    database: Database, clock: Clock | None = None, minter: Minter | None = None
) -> FastAPI:
    """An app on an open store. It documents itself nowhere: ``sync/README.md`` does."""
    clock = clock or SystemClock()
    app = FastAPI(title="doorstep", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.services = Services(
        database=database,
        clock=clock,
        minter=minter or Minter(now=clock.now),
        tries=Tries(clock),
        lookout=Lookout(database, clock),
    )
    app.include_router(router)
    app.include_router(live_router)
    answer_refusals(app)
    return app
