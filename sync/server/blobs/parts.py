"""The names of parts in the store of bytes. They tell nothing about whom a picture shows."""

from hashlib import sha256
from typing import Final

from sync.server.blobs.stores import BlobStore

_BEFORE: Final = ""
"""What stood in the names that older servers gave in place of a content's hash."""


def part_name(blob_id: str, number: int, digest: str) -> str:
    """The name of a part of the content with this hash. Another content of the same attachment
    has other names: what is written anew never takes the place of what was sent."""
    place = f"{blob_id}:{number}" if digest == _BEFORE else f"{blob_id}:{number}:{digest}"
    return sha256(place.encode()).hexdigest()


def is_kept(store: BlobStore, blob_id: str, number: int, digest: str) -> bool:
    """Whether the store has this part. Raises BlobStoreDown."""
    return any(store.has(name) for name in _names(blob_id, number, digest))


def sealed_part(store: BlobStore, blob_id: str, number: int, digest: str) -> bytes | None:
    """The part as it is kept, or nothing. Raises BlobStoreDown."""
    found = (store.get(name) for name in _names(blob_id, number, digest))
    return next((sealed for sealed in found if sealed is not None), None)


def drop_part(store: BlobStore, blob_id: str, number: int, digest: str) -> None:
    """Keep this part no longer. Raises BlobStoreDown."""
    for name in _names(blob_id, number, digest):
        store.drop(name)


def _names(blob_id: str, number: int, digest: str) -> tuple[str, str]:
    return part_name(blob_id, number, digest), part_name(blob_id, number, _BEFORE)
