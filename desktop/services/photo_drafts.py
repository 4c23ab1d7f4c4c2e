"""Photos that were chosen for a visit and are not saved yet, kept beside its draft."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Any

from desktop.services.photos import Photo
from sync.store.store import Store


class PhotoDrafts:
    """The photos of each household's draft, in the encrypted store. Only what the resident agreed
    to is ever given to it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, household_id: str, photos: Sequence[Photo]) -> None:
        """Keep these instead of those before; none leaves nothing behind."""
        if photos:
            kept = [_packed(photo) for photo in photos]
            self._store.drafts.keep(photos_key(household_id), kept)
        else:
            self.drop(household_id)

    def find(self, household_id: str) -> tuple[Photo, ...]:
        """What was chosen before a lock, a kill or a change of mind."""
        kept = self._store.drafts.find(photos_key(household_id)) or []
        return tuple(_unpacked(photo) for photo in kept)

    def drop(self, household_id: str) -> None:
        """The photos were saved, or thrown away."""
        self._store.drafts.drop(photos_key(household_id))


def photos_key(household_id: str) -> str:
    """The draft that holds the photos of one household's visit."""
    return f"photos:{household_id}"


def _packed(photo: Photo) -> dict[str, str]:
    return {
        "content": b64encode(photo.content).decode("ascii"),
        "thumb": b64encode(photo.thumb).decode("ascii"),
        "media": photo.media,
    }


def _unpacked(kept: dict[str, Any]) -> Photo:
    content, thumb = b64decode(kept["content"]), b64decode(kept["thumb"])
    return Photo(content, str(kept["media"]), thumb, consent=True)
