"""Photos and scans on this computer: sealed files, and how far each has come.

A file is written and synced before the record that names it is saved; a file that no record
names is removed when the store is opened, or set aside where the record may be what was lost. Names
of files are random and tell nothing.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import ColumnElement, Connection, delete, exists, insert, select, update

from sync.disk import sync_folder
from sync.errors import AttachmentDamaged, DiskFull
from sync.schema.attachment import PART_BYTES, length_of_part, parts_of
from sync.store.database import Database, place_aside
from sync.store.tables import BLOB, BLOB_KEY, GENERATION, OPERATION, TABLES

FOLDER_NAME: Final = "attachments"
KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
_SEALED_PART: Final = NONCE_BYTES + PART_BYTES + TAG_BYTES
NO_SPACE: Final = (28, 122)  # ENOSPC, EDQUOT


class State(StrEnum):
    """How far an attachment's bytes have come."""

    WAITING = "waiting"  # Here alone: they must not be lost.
    SENT = "sent"  # The server has them; a restore from backup may lose them again.
    SAFE = "safe"  # No restore loses them: these may be removed here.
    REFUSED = "refused"  # The server found other bytes than the record says: a person looks.
    RECEIVED = "received"  # A copy of what the server handed out: it can be fetched again.


_MAY_GO: Final = (State.SAFE.value, State.RECEIVED.value)
"""What somebody else has for sure. Nothing else of somebody's own is ever removed."""


@dataclass(frozen=True)
class Sealed:
    """A content written to its file, before the record that names it is saved."""

    id: str
    scope_id: str
    size: int
    sha256: str
    file: str
    thumb: bytes | None = None


@dataclass(frozen=True)
class Upload:
    """A content that the server may take now: its record is there."""

    id: str
    size: int

    @property
    def parts(self) -> int:
        """How many parts it travels in."""
        return parts_of(self.size)


class Attachments:
    """The sealed files of one profile and the table that says what they are."""

    def __init__(
        self, database: Database, folder: Path, random_bytes: Callable[[int], bytes]
    ) -> None:
        self._database = database
        self._folder = folder / FOLDER_NAME
        self._random_bytes = random_bytes

    # --- Putting in ------------------------------------------------------------------------

    def seal(
        self, attachment_id: str, scope_id: str, content: bytes, thumb: bytes | None = None
    ) -> Sealed:
        """Write ``content`` to a new file, durably. Raises :class:`DiskFull`."""
        cipher = AESGCM(self._key(scope_id))
        name = self._random_bytes(16).hex()
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            (self._folder / name).touch(mode=0o600)
            with (self._folder / name).open("wb") as file:
                for number in range(parts_of(len(content))):
                    start = number * PART_BYTES
                    part = content[start : start + PART_BYTES]
                    file.write(self._sealed(cipher, attachment_id, number, part))
                file.flush()
                os.fsync(file.fileno())
            sync_folder(self._folder)
        except OSError as error:
            (self._folder / name).unlink(missing_ok=True)
            if error.errno in NO_SPACE:
                raise DiskFull from error
            raise
        digest = sha256(content).hexdigest()
        return Sealed(attachment_id, scope_id, len(content), digest, name, thumb)

    def keep_received(
        self, attachment_id: str, scope_id: str, content: bytes, thumb: bytes | None = None
    ) -> None:
        """Keep bytes that came from the server, so that they are here without a network."""
        sealed = self.seal(attachment_id, scope_id, content, thumb)
        with self._database.writing() as connection:
            keep(connection, sealed, State.RECEIVED)

    # --- Reading ---------------------------------------------------------------------------

    def has(self, attachment_id: str) -> bool:
        """Whether the bytes are on this computer."""
        with self._database.reading() as connection:
            return self._row(connection, attachment_id) is not None

    def part(self, attachment_id: str, number: int) -> bytes:
        """One part of a content that is here. Raises :class:`AttachmentDamaged`."""
        with self._database.reading() as connection:
            row = self._row(connection, attachment_id)
            key = self._known_key(connection, row.scope_id) if row is not None else None
        if row is None or key is None:
            raise AttachmentDamaged
        length = NONCE_BYTES + length_of_part(row.size, number) + TAG_BYTES
        try:
            with (self._folder / row.file).open("rb") as file:
                file.seek(number * _SEALED_PART)
                sealed = file.read(length)
            place = _place(attachment_id, number)
            return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place)
        except (OSError, InvalidTag, ValueError) as error:
            raise AttachmentDamaged from error

    def content(self, attachment_id: str) -> bytes:
        """All of it. Raises :class:`AttachmentDamaged` where it is not what the record says."""
        with self._database.reading() as connection:
            row = self._row(connection, attachment_id)
        if row is None:
            raise AttachmentDamaged
        whole = b"".join(self.part(attachment_id, number) for number in range(parts_of(row.size)))
        if sha256(whole).hexdigest() != row.sha256:
            raise AttachmentDamaged
        return whole

    def thumb(self, attachment_id: str) -> bytes | None:
        """The small picture for lists, if there is one."""
        with self._database.reading() as connection:
            row = self._row(connection, attachment_id)
            return None if row is None else row.thumb

    def states(self) -> dict[State, int]:
        """How many contents stand at each state."""
        with self._database.reading() as connection:
            found = connection.execute(select(BLOB.c.state)).scalars().all()
        return {state: found.count(state.value) for state in State}

    # --- Sending ---------------------------------------------------------------------------

    def uploads(self) -> list[Upload]:
        """What can be sent now, oldest first: the server has the record, in place or kept aside."""
        unsettled = exists().where(
            OPERATION.c.type == "attachment",
            OPERATION.c.row_id == BLOB.c.id,
            OPERATION.c.outcome == "",
        )
        query = select(BLOB.c.id, BLOB.c.size).where(BLOB.c.state == State.WAITING.value)
        with self._database.reading() as connection:
            found = connection.execute(query.where(~unsettled).order_by(BLOB.c.id)).all()
        return [Upload(row.id, row.size) for row in found]

    def unsafe(self) -> list[str]:
        """What we sent and the server could still lose: asked about now and then."""
        query = select(BLOB.c.id).where(BLOB.c.state == State.SENT.value).order_by(BLOB.c.id)
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())

    def refused(self) -> list[str]:
        """What the server found to be other bytes than the record says, oldest first."""
        query = select(BLOB.c.id).where(BLOB.c.state == State.REFUSED.value).order_by(BLOB.c.id)
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())

    def mark(self, attachment_id: str, state: State) -> None:
        """Write down how far the bytes have come."""
        with self._database.writing() as connection:
            connection.execute(
                update(BLOB).where(BLOB.c.id == attachment_id).values(state=state.value)
            )

    def doubt(self) -> None:
        """Nothing is safe any more by what the server said before."""
        with self._database.writing() as connection:
            safe = update(BLOB).where(BLOB.c.state == State.SAFE.value)
            connection.execute(safe.values(state=State.SENT.value))

    # --- Taking away -----------------------------------------------------------------------

    def release(self, attachment_id: str) -> bool:
        """Remove the bytes of one content from this computer; only what somebody else has."""
        return self._remove(BLOB.c.id == attachment_id) > 0

    def drop_unseen(self) -> int:
        """Remove what nobody here sees any more, except what only this computer has: the record
        was removed, or went where this computer does not follow. How many were removed."""
        table = TABLES["attachment"]
        visible = select(GENERATION.c.no).where(GENERATION.c.shown)
        return self._remove(
            ~exists().where(table.c.generation.in_(visible), table.c.id == BLOB.c.id)
        )

    def purge_scope(self, scope_id: str) -> int:
        """Remove a scope's files, and its key with the last of them. How many were removed.

        What the server could still lose stays, and so does what it refused: only this computer
        has it. Rows and key go first: what a kill leaves behind is noise without a name, and
        removed at the next opening.
        """
        return self._remove(BLOB.c.scope_id == scope_id, ends=scope_id)

    def _remove(self, which: ColumnElement[bool], ends: str = "") -> int:
        """Remove those that may go; the key of the scope ``ends`` once it seals nothing more."""
        may_go = (which, BLOB.c.state.in_(_MAY_GO))
        with self._database.writing() as connection:
            files = connection.execute(select(BLOB.c.file).where(*may_go)).scalars().all()
            connection.execute(delete(BLOB).where(*may_go))
            left = exists().where(BLOB.c.scope_id == ends)
            connection.execute(delete(BLOB_KEY).where(BLOB_KEY.c.scope_id == ends, ~left))
        for name in files:
            (self._folder / name).unlink(missing_ok=True)
        return len(files)

    def sweep(self) -> int:
        """Remove files that no record names: what a kill or a full disk left. How many."""
        orphans = self._orphans()
        for path in orphans:
            path.unlink(missing_ok=True)
        return len(orphans)

    def set_aside(self, now: datetime) -> int:
        """Move files that no record names out of the way: the store was damaged, so one of them
        may be all that is left of a photo. How many."""
        orphans = self._orphans()
        if orphans:
            shelf = place_aside(self._folder.parent, now) / FOLDER_NAME
            shelf.mkdir(mode=0o700)
            for path in orphans:
                path.replace(shelf / path.name)
        return len(orphans)

    def _orphans(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        with self._database.reading() as connection:
            named = set(connection.execute(select(BLOB.c.file)).scalars())
        return [path for path in self._folder.iterdir() if path.name not in named]

    def _row(self, connection: Connection, attachment_id: str) -> "_Kept | None":
        columns = (BLOB.c.scope_id, BLOB.c.size, BLOB.c.sha256, BLOB.c.file, BLOB.c.state)
        query = select(*columns, BLOB.c.thumb).where(BLOB.c.id == attachment_id)
        found = connection.execute(query).first()
        return None if found is None else _Kept(*found)

    def _key(self, scope_id: str) -> bytes:
        with self._database.writing() as connection:
            found = self._known_key(connection, scope_id)
            if found is None:
                found = self._random_bytes(KEY_BYTES)
                connection.execute(insert(BLOB_KEY).values(scope_id=scope_id, key=found))
            return found

    @staticmethod
    def _known_key(connection: Connection, scope_id: str) -> bytes | None:
        query = select(BLOB_KEY.c.key).where(BLOB_KEY.c.scope_id == scope_id)
        found = connection.execute(query).scalar_one_or_none()
        return None if found is None else bytes(found)

    def _sealed(self, cipher: AESGCM, attachment_id: str, number: int, part: bytes) -> bytes:
        nonce = self._random_bytes(NONCE_BYTES)
        return nonce + cipher.encrypt(nonce, part, _place(attachment_id, number))


@dataclass(frozen=True)
class _Kept:
    scope_id: str
    size: int
    sha256: str
    file: str
    state: str
    thumb: bytes | None


def keep(connection: Connection, sealed: Sealed, state: State = State.WAITING) -> None:
    """Name a sealed file in the transaction that saves its record."""
    values = {
        "id": sealed.id,
        "scope_id": sealed.scope_id,
        "size": sealed.size,
        "sha256": sealed.sha256,
        "file": sealed.file,
        "state": state.value,
        "thumb": sealed.thumb,
    }
    connection.execute(insert(BLOB).prefix_with("OR REPLACE").values(values))


def _place(attachment_id: str, number: int) -> bytes:
    return f"{attachment_id}:{number}".encode()
