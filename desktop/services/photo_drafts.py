"""Photos that were chosen for a visit or its correction and are not saved yet, kept beside its
draft."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Any

from desktop.services.photos import Photo
from sync.store.store import Store


class PhotoDrafts:
    """The photos of each draft, in the encrypted store, by what the draft is ``of``: a household
    that is visited, or a saved visit that is corrected. Only what the resident agreed to is ever
    given to it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, of: str, photos: Sequence[Photo]) -> None:
        """Keep these instead of those before; none leaves nothing behind."""
        if photos:
            kept = [_packed(photo) for photo in photos]
            self._store.drafts.keep(photos_key(of), kept)
        else:
            self.drop(of)

    def find(self, of: str) -> tuple[Photo, ...]:
        """What was chosen before a lock, a kill or a change of mind."""
        kept = self._store.drafts.find(photos_key(of)) or []
        return tuple(_unpacked(photo) for photo in kept)

    def drop(self, of: str) -> None:
        """The photos were saved, or thrown away."""
        self._store.drafts.drop(photos_key(of))


def photos_key(of: str) -> str:
    """The draft that holds the photos of one household's visit, or of one visit's correction."""
    return f"photos:{of}"


def _packed(photo: Photo) -> dict[str, str]:
    return {
        "content": b64encode(photo.content).decode("ascii"),
        "thumb": b64encode(photo.thumb).decode("ascii"),
        "media": photo.media,
    }


def _unpacked(kept: dict[str, Any]) -> Photo:
    content, thumb = b64decode(kept["content"]), b64decode(kept["thumb"])
    return Photo(content, str(kept["media"]), thumb, consent=True)
