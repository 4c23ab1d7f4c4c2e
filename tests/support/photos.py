"""Photos for tests: attached on one laptop, fetched on another, lost on the server."""

from io import BytesIO

from PIL import Image
from sqlalchemy import delete

from sync.engine.blobs import fetch_attachment
from sync.server.tables import BLOB, BLOB_PART
from sync.store import records
from sync.wire.client import Client

PHOTO = b"\xff\xd8\xff\xda\0\2" + bytes(range(256)) * 9_000 + b"\xff\xd9"
"""Three parts."""

PLACE = "34.0522 N"
PHONE = "Zhao's phone"
GPS, GPS_PLACE, MODEL, ORIENTATION = 0x8825, 29, 0x0110, 0x0112


def telling(size: tuple[int, int] = (60, 40), *, turned: bool = False) -> bytes:
    """A JPEG as a phone makes it: with its model, the place and perhaps lying on its side."""
    exif = Image.Exif()
    exif[MODEL] = PHONE
    exif.get_ifd(GPS)[GPS_PLACE] = PLACE
    if turned:
        exif[ORIENTATION] = 6
    made = BytesIO()
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    image.save(made, "JPEG", exif=exif, comment=b"at the door of 6-2-1602")
    return made.getvalue()


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
