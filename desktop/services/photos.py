"""Photos and scans of a household's record: attached without a network, fetched with one."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from sync.errors import DiskFull
from sync.identity import Clock, stamp
from sync.store.attachments import Sealed, State
from sync.store.record import Record
from sync.store.records import Edit, create
from sync.store.store import Store

_TYPE: Final = "attachment"

Fetch = Callable[[Record], bytes]
"""Gets the bytes of a photo from the server."""


@dataclass(frozen=True)
class Photo:
    """A photo that was made ready. ``consent`` says that the resident agreed to it, ``draft`` is
    where it was kept until it is saved."""

    content: bytes
    media: str
    thumb: bytes = b""
    caption: str = ""
    consent: bool = False
    draft: str = ""


def photo_edit(
    store: Store,
    clock: Clock,
    household: Record,
    about_id: str,
    photo: Photo,
    *,
    paper: str = "",
) -> tuple[Edit, Sealed]:
    """What saves a photo, for a saving that writes more; its bytes are sealed by then. ``paper``
    names the paper that it is a scan of."""
    row_id = store.minter.new_id()
    sealed = store.attachments.seal(row_id, household.scope_id, photo.content, photo.thumb or None)
    fields = {
        "household_id": household.id,
        "about_id": about_id or household.id,
        "staff_id": store.account.user.staff_id,
        "added_at": stamp(clock.now()),
        "media": photo.media,
        "size": sealed.size,
        "sha256": sealed.sha256,
        "caption": photo.caption,
        "consent": photo.consent,
    } | ({"paper": paper} if paper else {})
    return create(_TYPE, fields, scope_id=household.scope_id, row_id=row_id), sealed


class Photos:
    """The attachments of one profile's households."""

    def __init__(self, store: Store, clock: Clock, fetch: Fetch) -> None:
        self._store = store
        self._clock = clock
        self._fetch = fetch

    def attach(
        self,
        household: Record,
        content: bytes,
        media: str,
        *,
        thumb: bytes = b"",
        about_id: str = "",
        caption: str = "",
    ) -> str:
        """Save a photo that was made ready (``desktop.pictures``); returns its id.

        ``about_id`` is the visit or note it belongs to, the household itself where that is empty.
        Raises DiskFull; then nothing was saved.
        """
        photo = Photo(content, media, thumb, caption)
        edit, sealed = photo_edit(self._store, self._clock, household, about_id, photo)
        self._store.records.write([edit], contents=[sealed])
        return sealed.id

    def attach_scan(self, household: Record, about_id: str, scan: Photo, paper: str) -> str:
        """Save the scan of a paper that was signed by hand; its id. Raises DiskFull."""
        edit, sealed = photo_edit(self._store, self._clock, household, about_id, scan, paper=paper)
        self._store.records.write([edit], contents=[sealed])
        return sealed.id

    def of(self, household: Record) -> list[Record]:
        """The photos of a household, newest first."""
        found = self._store.reading.rows(_TYPE, where={"household_id": household.id})
        return sorted(found, key=lambda row: (row.get("added_at", ""), row.id), reverse=True)

    def content(self, photo: Record) -> bytes:
        """The photo itself: from this computer, else from the server, and then kept here.

        Takes as long as the network does. Raises AttachmentDamaged or a NetworkError.
        """
        attachments = self._store.attachments
        if attachments.has(photo.id):
            return attachments.content(photo.id)
        content = self._fetch(photo)
        with suppress(DiskFull):  # The server has it: nobody has to do without a look at it.
            attachments.keep_received(photo.id, photo.scope_id, content)
        return content

    def refused(self) -> list[Record]:
        """The photos that the server did not take, because other bytes arrived than it was told."""
        ids = self._store.attachments.refused()
        return self._store.reading.rows(_TYPE, ids=ids) if ids else []

    def send_again(self, photo_id: str) -> None:
        """Let a refused photo wait for the network once more. Raises AttachmentDamaged where the
        bytes on this computer are broken, too: then only another photo helps."""
        self._store.attachments.content(photo_id)
        self._store.attachments.mark(photo_id, State.WAITING)

    def waiting(self) -> int:
        """How many photos are on this computer alone."""
        return self._store.attachments.states()[State.WAITING]
