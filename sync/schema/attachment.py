"""Photos and scans: the record travels like any row, the bytes follow when the line is good."""

from typing import ClassVar, Final

from sync.i18n import N_
from sync.schema.fields import SyncedRow, synced
from sync.schema.policy import Kind, Merge, ScopeKind

PART_BYTES: Final = 1024 * 1024
"""Bytes travel in parts of this size, the last one shorter."""

LARGEST_ATTACHMENT_BYTES: Final = 20 * 1024 * 1024

MEDIA: Final = ("image/jpeg", "image/png", "application/pdf")

_BEGINNINGS: Final = {
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "application/pdf": b"%PDF-",
}


class Attachment(SyncedRow):
    """One photo or scan of a household's record, or of a mediation case (``case_id``); there,
    ``paper`` names the paper of the file that it is a scan of.

    ``sha256`` (hex) and ``size`` (bytes) are of the whole content. ``ready`` comes from the
    server, once it holds bytes with exactly that hash. The content never changes: another
    picture is another row.
    """

    TYPE: ClassVar[str] = "attachment"
    ROOT: ClassVar[str] = "household_id"
    ALSO_IN: ClassVar[frozenset[ScopeKind]] = frozenset({ScopeKind.CASE})

    household_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Household"), index=True)
    about_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Belongs to"), index=True)
    case_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Case"))
    paper: str | None = synced(Merge.IMMUTABLE, label=N_("Paper"), most=40)
    staff_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Added by"))
    added_at: str | None = synced(Merge.IMMUTABLE, Kind.MOMENT, label=N_("When"))
    media: str | None = synced(Merge.IMMUTABLE, Kind.CODE, label=N_("Kind of file"), choices=MEDIA)
    size: int | None = synced(Merge.IMMUTABLE, Kind.NUMBER, label=N_("Size in bytes"))
    sha256: str | None = synced(Merge.IMMUTABLE, label=N_("Fingerprint"), most=64)
    consent: bool = synced(Merge.IMMUTABLE, Kind.FLAG, label=N_("The resident agreed"))
    caption: str | None = synced(Merge.ASK, label=N_("Caption"), most=200)
    ready: bool = synced(Merge.SERVER, Kind.FLAG, label=N_("On the server"))


def parts_of(size: int) -> int:
    """How many parts ``size`` bytes travel in; nothing travels in one empty part."""
    return max(1, -(-size // PART_BYTES))


def length_of_part(size: int, number: int) -> int:
    """The bytes of part ``number`` (from 0)."""
    return min(PART_BYTES, size - number * PART_BYTES)


def media_of(beginning: bytes) -> str:
    """The kind of file by its first bytes, whatever its name says; empty for any other."""
    found = (media for media, magic in _BEGINNINGS.items() if beginning.startswith(magic))
    return next(found, "")
