"""Photos and scans that were chosen in a form and are not saved yet: each beside the form's draft.

That a file was chosen is kept at once and its content once it is read, so that whoever leaves the
form, is locked out of it or loses power meanwhile finds it there again.
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from desktop.services.photos import Photo
from sync.errors import DoorstepError
from sync.store.store import Store

_PDF: Final = "application/pdf"


@dataclass(frozen=True)
class ChosenFile:
    """One of them. ``path`` is where it lies until it was read; then ``media`` and ``size`` (in
    bytes) say what it is."""

    key: str
    path: str = field(default="", repr=False)
    media: str = ""
    size: int = 0

    @property
    def is_ready(self) -> bool:
        """Whether it was read."""
        return bool(self.media)

    @property
    def is_pdf(self) -> bool:
        """Whether it is a document and no picture."""
        return self.media == _PDF


class ChosenFiles:
    """The files of each form, by the key of its draft, in the order in which they were chosen."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def choose(self, draft: str, paths: Sequence[str]) -> list[ChosenFile]:
        """Note that these were chosen: all of them, or none. Raises DiskFull or StoreBusy."""
        made = [
            ChosenFile(_prefix(draft) + self._store.minter.new_id(), path=path) for path in paths
        ]
        try:
            for one in made:
                self._store.drafts.keep(one.key, {"path": one.path})
        except DoorstepError:
            for one in made:
                with suppress(DoorstepError):  # What is in memory alone is gone all the same.
                    self._store.drafts.drop(one.key)
            raise
        return made

    def keep(self, key: str, photo: Photo) -> None:
        """Keep what was read of one. Raises DiskFull; it is found here all the same."""
        self._store.drafts.keep(key, _packed(photo))

    def of(self, draft: str) -> list[ChosenFile]:
        """What was chosen before a lock, a kill or a change of mind."""
        return [_chosen(key, kept) for key, kept in self._found(draft)]

    def photos(self, draft: str) -> list[Photo]:
        """The contents of those that were read, to be saved."""
        return [_unpacked(key, kept) for key, kept in self._found(draft) if "content" in kept]

    def count(self, draft: str) -> int:
        """How many there are."""
        return len(self._store.drafts.keys(_prefix(draft)))

    def drop(self, key: str) -> None:
        """One was taken out again."""
        self._store.drafts.drop(key)

    def _found(self, draft: str) -> list[tuple[str, dict[str, Any]]]:
        drafts = self._store.drafts
        return [(key, drafts.find(key) or {}) for key in sorted(drafts.keys(_prefix(draft)))]


def _prefix(draft: str) -> str:
    """``case_talk:ID`` has its files under ``case_talk_files:ID:``."""
    kind, _colon, about = draft.partition(":")
    return f"{kind}_files:{about}:"


def _chosen(key: str, kept: dict[str, Any]) -> ChosenFile:
    size = len(b64decode(kept["content"])) if "content" in kept else 0
    return ChosenFile(key, str(kept.get("path", "")), str(kept.get("media", "")), size)


def _packed(photo: Photo) -> dict[str, str]:
    return {
        "content": b64encode(photo.content).decode("ascii"),
        "thumb": b64encode(photo.thumb).decode("ascii"),
        "media": photo.media,
    }


def _unpacked(key: str, kept: dict[str, Any]) -> Photo:
    content, thumb = b64decode(kept["content"]), b64decode(kept["thumb"])
    return Photo(content, str(kept["media"]), thumb, draft=key)
