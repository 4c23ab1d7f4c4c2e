"""A version of the app in one signed file, as the office hands it out.

A .zip with the program's folder below ``program/``, a manifest that tells version, platform and the
SHA-256 of every file, and an Ed25519 signature of the manifest. The file may come by any way, a
stick or a server that nobody trusts: only who holds the signing key decides what laptops start.
"""

import base64
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import file_digest
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.errors import DoorstepError
from sync.i18n import N_
from sync.version_order import is_version

FORMAT: Final = 1
FRESH_DAYS: Final = 180
"""For how long a release is taken, unless who signs it says otherwise."""
STABLE, EARLY = "stable", "early"
CHANNELS: Final = (STABLE, EARLY)
PROGRAM: Final = "program/"
MOST_MANIFEST_BYTES: Final = 4_000_000
SIGNATURE_BYTES: Final = 64
_MANIFEST, _SIGNATURE = "manifest.json", "manifest.sig"
_PURPOSE: Final = b"doorstep release 1\n"
_BROKEN: Final = (
    zipfile.BadZipFile,
    LZMAError,
    zlib.error,
    EOFError,
    KeyError,
    ValueError,
    OSError,
    RuntimeError,
)
"""What reading a damaged .zip raises; RuntimeError, where it looks encrypted."""

_PLATFORM: Final = re.compile(r"[a-z0-9]{2,12}-[a-z0-9_]{2,12}")


class ReleaseUnreadable(DoorstepError):
    """No release, or one that was cut off or changed on its way."""

    code = "release.unreadable"
    message = N_("This is no whole update, or it was damaged on its way. Nothing was changed.")


class ReleaseForged(DoorstepError):
    """The signature is of another key."""

    code = "release.forged"
    message = N_("This update is not signed by your organisation. Nothing was changed. Tell IT.")


class ReleaseMisnamed(DoorstepError):
    """A version or platform that sorts nowhere."""

    code = "release.name"
    message = N_("A version is written as 1.2.0, a platform as linux-x86_64.")


class ReleaseOver(DoorstepError):
    """It was signed too long ago: whoever hands it out now may hold back what is newer."""

    code = "release.over"
    message = N_("This update was to be taken until {day}. IT has a newer one, or signs it anew.")


class ReleaseFile(msgspec.Struct, frozen=True):
    """One file of the program. ``link`` is where a symbolic link leads, beside itself."""

    sha256: str = ""
    size: int = 0
    runs: bool = False
    link: str = ""


class Manifest(msgspec.Struct, frozen=True):
    """What is signed. ``until`` is the last day on which it is taken, as 2026-12-31: a file that
    somebody kept is no update for ever."""

    format: int
    version: str
    platform: str
    channel: str
    files: dict[str, ReleaseFile]
    until: str = ""

    def check_day(self, today: date) -> None:
        """Raise :class:`ReleaseOver` where its days are over; one without a day never was fresh."""
        if self.until < today.isoformat():
            raise ReleaseOver(day=self.until or "-")

    @property
    def size(self) -> int:
        """Bytes of the unpacked program."""
        return sum(one.size for one in self.files.values())


def is_platform(text: str) -> bool:
    """Whether this names a kind of computer, as linux-x86_64."""
    return _PLATFORM.fullmatch(text) is not None


# --- Keys -----------------------------------------------------------------------------------------


def new_signing_key() -> tuple[str, str]:
    """A private key to be kept off every server, and the public one for the policy."""
    key = Ed25519PrivateKey.generate()
    return _spelled(key.private_bytes_raw()), _spelled(key.public_key().public_bytes_raw())


def is_public_key(text: object) -> bool:
    """Whether a policy may name this."""
    return isinstance(text, str) and _bytes_of(text) is not None


def _spelled(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes_of(text: str) -> bytes | None:
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return raw if len(raw) == 32 else None


# --- Making one -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Named:
    """What a release is: its version, for which computers and whom, and its last day."""

    version: str
    platform: str
    channel: str
    until: date


def pack(folder: Path, into: Path, named: Named, private: str) -> None:
    """Write the program in ``folder`` into one signed file. Raises :class:`ReleaseMisnamed`,
    ReleaseForged for what is no signing key, OSError."""
    version, platform, channel = named.version, named.platform, named.channel
    if not (is_version(version) and is_platform(platform) and channel in CHANNELS):
        raise ReleaseMisnamed
    raw = _bytes_of(private.strip())
    if raw is None:
        raise ReleaseForged
    files = dict(_files_of(folder))
    until = named.until.isoformat()
    manifest = msgspec.json.encode(Manifest(FORMAT, version, platform, channel, files, until))
    signature = Ed25519PrivateKey.from_private_bytes(raw).sign(_PURPOSE + manifest)
    draft = into.with_name(f"{into.name}.partial")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_LZMA) as whole:
            whole.writestr(_MANIFEST, manifest)
            whole.writestr(_SIGNATURE, signature)
            for name, one in files.items():
                if not one.link:
                    whole.write(folder / name, f"{PROGRAM}{name}")
        draft.replace(into)
    finally:
        draft.unlink(missing_ok=True)


def _files_of(folder: Path) -> Iterator[tuple[str, ReleaseFile]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            yield name, ReleaseFile(link=path.readlink().as_posix())
        elif path.is_file():
            with path.open("rb") as content:
                digest = file_digest(content, "sha256").hexdigest()
            found = path.stat()
            yield name, ReleaseFile(digest, found.st_size, bool(found.st_mode & stat.S_IXUSR))


# --- Reading one ----------------------------------------------------------------------------------


class Release:
    """A release that is open for reading, its manifest checked against a key."""

    def __init__(self, whole: zipfile.ZipFile, manifest: Manifest) -> None:
        self.manifest = manifest
        self._whole = whole

    def unpack(self, name: str, target: Path) -> None:
        """Write one file of the program. Raises :class:`ReleaseUnreadable` where it is not what
        was signed, OSError."""
        wanted = self.manifest.files[name]
        if wanted.link:
            target.symlink_to(wanted.link)
            return
        with target.open("wb") as disk:
            for piece in self._pieces(name, wanted.size):
                disk.write(piece)
            disk.flush()
            os.fsync(disk.fileno())
        with target.open("rb") as written:
            if file_digest(written, "sha256").hexdigest() != wanted.sha256:
                raise ReleaseUnreadable
        target.chmod(0o755 if wanted.runs else 0o644)

    def _pieces(self, name: str, left: int) -> Iterator[bytes]:
        """What is read, apart from what is written: the two fail for different reasons."""
        try:
            with self._whole.open(f"{PROGRAM}{name}") as content:
                while piece := content.read(min(1 << 20, left + 1)):
                    left -= len(piece)
                    if left < 0:
                        raise ReleaseUnreadable
                    yield piece
        except _BROKEN as error:
            raise ReleaseUnreadable from error


@contextmanager
def opened(file: Path, public: str) -> Iterator[Release]:
    """Read a release that was signed with the private part of ``public``.

    Raises :class:`ReleaseUnreadable` or :class:`ReleaseForged`.
    """
    try:
        whole = zipfile.ZipFile(file)
    except _BROKEN as error:
        raise ReleaseUnreadable from error
    with whole:
        yield Release(whole, _manifest(whole, public))


def _manifest(whole: zipfile.ZipFile, public: str) -> Manifest:
    raw = _bytes_of(public)
    if raw is None:
        raise ReleaseForged
    try:
        if whole.getinfo(_MANIFEST).file_size > MOST_MANIFEST_BYTES:
            raise ReleaseUnreadable
        if whole.getinfo(_SIGNATURE).file_size != SIGNATURE_BYTES:
            raise ReleaseUnreadable  # Nobody unpacks what is not signed yet.
        said, signature = whole.read(_MANIFEST), whole.read(_SIGNATURE)
    except _BROKEN as error:
        raise ReleaseUnreadable from error
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, _PURPOSE + said)
    except InvalidSignature as error:
        raise ReleaseForged from error
    try:
        manifest = msgspec.json.decode(said, type=Manifest)
    except msgspec.DecodeError as error:
        raise ReleaseUnreadable from error
    is_ours = manifest.format == FORMAT and is_version(manifest.version)
    if not is_ours or not all(map(_stays_inside, manifest.files.items())):
        raise ReleaseUnreadable
    return manifest


def _stays_inside(entry: tuple[str, ReleaseFile]) -> bool:
    """A signed manifest is believed; that it writes nowhere else is believed of none."""
    name, one = entry
    path = PurePosixPath(name)
    inside = not path.is_absolute() and ".." not in path.parts and "\\" not in name
    inside = inside and ":" not in name
    if not one.link:
        return inside
    depth = len(path.parts) - 1
    up = sum(part == ".." for part in PurePosixPath(one.link).parts)
    return inside and not PurePosixPath(one.link).is_absolute() and up <= depth
