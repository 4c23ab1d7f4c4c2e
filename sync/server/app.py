"""The server's app: its services, its routes, and one kind of answer for every failure."""

from pathlib import Path

from fastapi import FastAPI

from sync.identity import Clock, Minter, SystemClock
from sync.server.access import check_access
from sync.server.blob_routes import blob_router
from sync.server.blobs.stores import BlobStore, NoBlobStore
from sync.server.channels.api import channel_router
from sync.server.courier_routes import courier_router
from sync.server.database import Database
from sync.server.deps import REPORT_TRIES, Services, Tries
from sync.server.device_routes import device_router
from sync.server.live import Lookout
from sync.server.live_routes import live_router
from sync.server.metrics import metrics_router
from sync.server.people_routes import people_router
from sync.server.replies import answer_refusals
from sync.server.request_book import RequestBook
from sync.server.routes import router
from sync.server.updates import update_router


def make_app(
    database: Database,
    clock: Clock | None = None,
    minter: Minter | None = None,
    blobs: BlobStore | None = None,
    updates: Path | None = None,
) -> FastAPI:
    """An app on an open store. It documents itself nowhere: ``sync/README.md`` does.

    Without a place for ``blobs`` it takes no attachments' bytes, without a folder of ``updates`` it
    hands none out.
    """
    clock = clock or SystemClock()
    app = FastAPI(title="doorstep", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.services = Services(
        database=database,
        clock=clock,
        minter=minter or Minter(now=clock.now),
        tries=Tries(clock),
        reports=Tries(clock, REPORT_TRIES),
        lookout=Lookout(database, clock),
        requests=RequestBook(database, clock),
        blobs=blobs or NoBlobStore(),
        updates=updates,
    )
    routers = (router, live_router, blob_router, courier_router, people_router, channel_router)
    for routes in (*routers, metrics_router, update_router, device_router):
        app.include_router(routes)
    check_access(app)
    answer_refusals(app)
    return app
