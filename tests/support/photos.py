"""Photos for tests: attached on one laptop, fetched on another, lost on the server."""

from sqlalchemy import delete

from sync.engine.blobs import fetch_attachment
from sync.server.tables import BLOB, BLOB_PART
from sync.store import records
from sync.wire.client import Client

PHOTO = b"\xff\xd8\xff\xda\0\2" + bytes(range(256)) * 9_000 + b"\xff\xd9"
"""Three parts."""


def attach(laptop, grid, household, content=PHOTO, claimed=None):
    """Save a photo without a network, as the services do."""
    store = laptop.store
    sealed = store.attachments.seal(store.minter.new_id(), grid, content, thumb=b"small")
    fields = {
        "household_id": household,
        "about_id": household,
        "staff_id": store.account.user.staff_id,
        "added_at": "2026-11-21T09:30:00+08:00",
        "media": "image/jpeg",
        "size": sealed.size,
        "sha256": claimed or sealed.sha256,
    }
    edit = records.create("attachment", fields, scope_id=grid, row_id=sealed.id)
    store.records.write([edit], contents=[sealed])
    return sealed.id


def fetched(laptop, photo):
    """The bytes as another laptop gets them."""
    record = laptop.store.reading.find("attachment", photo)
    return fetch_attachment(laptop.store, Client(laptop.transport), record)


def forget_bytes(database):
    """As after a restore from a backup that is older than the photos."""
    with database.write() as connection:
        for table in (BLOB, BLOB_PART):
            connection.execute(delete(table))
