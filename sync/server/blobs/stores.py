"""Where sealed parts lie: a folder beside the database, or any store that speaks S3's protocol."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import parse_qs, urlsplit

from sync.disk import sync_folder
from sync.errors import DiskFull, DoorstepError
from sync.i18n import N_

FOLDER_NAME: Final = "blobs"
PLACE_FILE: Final = "blobs.url"
VARIABLE: Final = "DOORSTEP_BLOBS"
_NO_SPACE: Final = 28  # ENOSPC
_OVER_QUOTA: Final = 122  # EDQUOT


class BlobStoreUnknown(DoorstepError):
    """The address of the store of attachments is none."""

    code = "server.blobs"
    message = N_("This is no place for attachments: {place}. Write s3://BUCKET?endpoint=URL.")


class BlobStoreDown(DoorstepError):
    """The object store did not answer."""

    code = "server.blobs_down"
    message = N_("The store of attachments does not answer.")
    retryable = True


class BlobStore(Protocol):
    """Keeps sealed parts under names. Every method may be repeated."""

    def put(self, name: str, sealed: bytes) -> None:
        """Keep durably, in place of what was there. Raises DiskFull or BlobStoreDown."""

    def get(self, name: str) -> bytes | None:
        """What is kept, or nothing. Raises BlobStoreDown."""

    def has(self, name: str) -> bool:
        """Whether something is kept under this name. Raises BlobStoreDown."""

    def drop(self, name: str) -> None:
        """Keep it no longer. Raises BlobStoreDown."""

    @property
    def durable(self) -> bool:
        """Whether what is kept survives the loss of this machine."""


class NoBlobStore:
    """A server that was given no place for attachments: it takes everything else."""

    durable = False

    def put(self, name: str, sealed: bytes) -> None:
        """Refuse: the laptop keeps the bytes and asks again."""
        raise BlobStoreDown

    def get(self, name: str) -> bytes | None:
        """Nothing is here."""
        return None

    def has(self, name: str) -> bool:
        """Nothing is here."""
        return False

    def drop(self, name: str) -> None:
        """Nothing is here."""


class FolderStore:
    """A folder of files, two levels deep so that none holds too many."""

    durable = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, sealed: bytes) -> None:
        """Written apart, synced, then renamed: a kill leaves the old file or the new one."""
        target = self._path(name)
        draft = target.with_name(f"{target.name}.{secrets.token_hex(4)}.new")
        try:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with draft.open("wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
            sync_folder(target.parent)
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            if error.errno in (_NO_SPACE, _OVER_QUOTA):
                raise DiskFull from error
            raise BlobStoreDown from error

    def get(self, name: str) -> bytes | None:
        """The file's bytes."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise BlobStoreDown from error

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        try:
            return self._path(name).is_file()
        except OSError as error:
            raise BlobStoreDown from error

    def drop(self, name: str) -> None:
        """Remove the file."""
        try:
            self._path(name).unlink(missing_ok=True)
        except OSError as error:
            raise BlobStoreDown from error

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name


def keep_place(folder: Path, place: str) -> None:
    """Write down where the attachments of the server in ``folder`` lie."""
    (folder / PLACE_FILE).write_text(place, "utf-8")


def blob_store_of(folder: Path) -> BlobStore:
    """The attachments of the server in ``folder``: where the environment says, else where it was
    written down, else beside the database. Raises :class:`BlobStoreUnknown`."""
    kept = folder / PLACE_FILE
    written = kept.read_text("utf-8").strip() if kept.is_file() else ""
    return open_blob_store(os.environ.get(VARIABLE, "") or written, folder)


def open_blob_store(place: str, folder: Path) -> BlobStore:
    """The store that ``place`` names: nothing for the folder of the server's data.

    ``s3://BUCKET/PREFIX?endpoint=https://…&region=…``; the keys to it come from the environment
    (``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``) and are never stored. Raises
    :class:`BlobStoreUnknown`.
    """
    if not place:
        return FolderStore(folder / FOLDER_NAME)
    address = urlsplit(place)
    if address.scheme != "s3" or not address.hostname:
        raise BlobStoreUnknown(place=address.scheme)
    from sync.server.blobs.s3 import S3Store

    options = {name: values[-1] for name, values in parse_qs(address.query).items()}
    return S3Store(
        bucket=address.hostname,
        prefix=address.path.strip("/"),
        endpoint=options.get("endpoint", ""),
        region=options.get("region", ""),
    )
