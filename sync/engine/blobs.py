"""Sending and fetching the bytes of attachments, one part a request, after everything else."""

import time
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from sync.engine.line import Line
from sync.errors import AttachmentDamaged, AttachmentNotThere, NetworkError
from sync.i18n import N_
from sync.identity import local_day
from sync.progress import Progress, silent
from sync.schema.attachment import length_of_part, parts_of
from sync.store.attachments import State, Upload
from sync.store.record import Record
from sync.store.store import Store
from sync.wire.client import Client
from sync.wire.messages import BlobStatus

SENDING_PHOTOS: Final = N_("Sending photos")
FETCHING_PHOTO: Final = N_("Fetching a photo")
MOST_ASKED: Final = 500


def fetch_attachment(
    store: Store, client: Client, record: Record, progress: Progress = silent
) -> bytes:
    """The content of one attachment, outside of any session. Raises AttachmentDamaged."""
    return Blobs(store, Line(store, client, time.sleep), progress).fetch(record)


@dataclass(frozen=True)
class Blobs:
    """The engine's side of attachments. It keeps nothing, so it may be killed anywhere."""

    store: Store
    line: Line
    progress: Progress

    def send(self, upload: Upload) -> bool:
        """Send the parts that the server lacks; whether it has all of them now.

        Raises :class:`NetworkError`, or AttachmentDamaged where the file here cannot be read.
        """
        status = self.line.ask(lambda client: client.blob_status(upload.id))
        for number in status.missing:
            self.progress(SENDING_PHOTOS, number, upload.parts)
            status = self._send_part(upload, number)
        if status.durable:
            self.store.attachments.mark(upload.id, State.SAFE)
        elif status.ready:
            self.store.attachments.mark(upload.id, State.SENT)
        elif status.problem:
            self.store.attachments.mark(upload.id, State.REFUSED)
        return status.ready

    def asking_is_due(self) -> bool:
        """Once a day it is asked whether what was sent is beyond every restore."""
        today = local_day(self.store.clock.now()).isoformat()
        return self.store.facts.photos_asked() != today and bool(self.store.attachments.unsafe())

    def ask_durable(self) -> None:
        """Local bytes may go only once no restore of the server loses theirs. What a restored
        server lost waits again."""
        unsafe = self.store.attachments.unsafe()
        # All of them: of others' photos the server says nothing, and they would stand before ours.
        for start in range(0, len(unsafe), MOST_ASKED):
            self._ask_some(unsafe[start : start + MOST_ASKED])
        self.store.facts.set_photos_asked(local_day(self.store.clock.now()).isoformat())

    def doubt(self) -> None:
        """The server was restored: what it called safe before is asked about anew, and soon."""
        self.store.attachments.doubt()
        self.store.facts.set_photos_asked("")

    def _ask_some(self, ids: list[str]) -> None:
        states = self.line.ask(lambda client: client.blob_states(ids))
        for attachment_id in states.durable:
            self.store.attachments.mark(attachment_id, State.SAFE)
        for attachment_id in states.lost:
            self.store.attachments.mark(attachment_id, State.WAITING)

    def fetch(self, record: Record) -> bytes:
        """The whole content of a record that is ready, proven. Raises AttachmentDamaged."""
        if not record.get("ready"):
            raise AttachmentNotThere
        size = int(record.get("size") or 0)
        parts: list[bytes] = []
        for number in range(parts_of(size)):
            self.progress(FETCHING_PHOTO, number, parts_of(size))
            parts.append(self._fetch_part(record.id, number, length_of_part(size, number)))
        content = b"".join(parts)
        if sha256(content).hexdigest() != record.get("sha256"):
            raise AttachmentDamaged
        return content

    def _send_part(self, upload: Upload, number: int) -> BlobStatus:
        part = self.store.attachments.part(upload.id, number)
        return self.line.ask(lambda client: client.send_blob_part(upload.id, number, part))

    def _fetch_part(self, attachment_id: str, number: int, length: int) -> bytes:
        part = self.line.ask(lambda client: client.blob_part(attachment_id, number))
        if len(part) != length:
            raise NetworkError
        return part
