"""SQLite files that the key of a server alone opens: its store, and every backup.

Such a file is SQLCipher's, and begins with a mark in place of its random salt: the salt takes no
part in a key that is random already. So a file says whether it is in plain, and which key it wants.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_BEGINNING: Final = b"Doorstep"
_MARK_BYTES: Final = 8
_SECRET_BYTES: Final = 32
_PURPOSE: Final = b"doorstep server file"
_PLACE: Final = b"\nDoorstep column key: "
_MOST_TAIL: Final = 8_192


@dataclass(frozen=True)
class FileKey:
    """What opens the files of one server. ``mark`` stands at the beginning of each of them."""

    mark: bytes
    secret: bytes = field(repr=False)

    @property
    def phrase(self) -> str:
        """As SQLCipher takes it, salt included."""
        return f"x'{self.secret.hex()}{(_BEGINNING + self.mark).hex()}'"


def file_key_of(secret: bytes) -> FileKey:
    """The key of the files of a server whose columns have this one."""
    length = _SECRET_BYTES + _MARK_BYTES
    derived = HKDF(SHA256(), length, salt=None, info=_PURPOSE).derive(secret)
    return FileKey(mark=derived[_SECRET_BYTES:], secret=derived[:_SECRET_BYTES])


def mark_of(file: Path) -> bytes | None:
    """The mark of the key that opens a file; nothing for one in plain, or another program's."""
    with file.open("rb") as found:
        beginning = found.read(len(_BEGINNING) + _MARK_BYTES)
    return beginning[len(_BEGINNING) :] if beginning.startswith(_BEGINNING) else None


def tell_place(file: Path, place: Path) -> None:
    """Write behind a whole file where its key lies; never the key. SQLite reads no further than
    the pages it counts."""
    with file.open("ab") as kept:
        kept.write(_PLACE + str(place.absolute()).encode())


def told_place(file: Path) -> Path | None:
    """Where the key of a file lay when it was made, if that stands behind it."""
    with file.open("rb") as found:
        found.seek(max(0, file.stat().st_size - _MOST_TAIL))
        _, told, place = found.read().rpartition(_PLACE)
    return Path(place.decode(errors="replace")) if told else None
