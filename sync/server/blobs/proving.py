"""Whether the bytes that the store says it has are still where they were put."""

from collections.abc import Iterator

from sqlalchemy import or_, select

from sync.schema.attachment import parts_of
from sync.server.blobs.parts import is_kept
from sync.server.blobs.stores import BlobStore
from sync.server.database import Database
from sync.server.tables import BLOB


def lost_contents(db: Database, store: BlobStore) -> Iterator[str]:
    """A line for each content, proven once, of which a part is gone. Whoever took the photo is
    asked for it again, once their computer asks how it stands. Raises BlobStoreDown."""
    columns = (BLOB.c.id, BLOB.c.size, BLOB.c.sha256)
    # A picture that was written anew is not proven any more while it is sent again.
    was_proven = or_(BLOB.c.ready_at != "", BLOB.c.sent_sha256 != "")
    query = select(*columns).where(was_proven).order_by(BLOB.c.id)
    with db.read() as connection:
        proven = connection.execute(query).all()
    for blob_id, size, digest in proven:
        parts = range(parts_of(size))
        gone = [number for number in parts if not is_kept(store, blob_id, number, digest)]
        if gone:
            yield f"attachment {blob_id}: {len(gone)} of {len(parts)} parts are not kept any more"
