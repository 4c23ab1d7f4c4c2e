"""A profile in one file, and back: for a computer that is repaired, exchanged or set up anew.

The file is a plain .zip of what lies on the disk, and as encrypted: the database, sealed photos,
and a key header of its own, which opens by the password alone. Whoever has the file needs that
still, and neither the old computer nor the server: keep it as one keeps a key.
"""

import json
import os
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path, PurePosixPath
from typing import Final

from desktop.services.profiles import Connection, ProfileFolder, Profiles
from sync.disk import sync_folder
from sync.errors import DiskFull, DiskRefused, DoorstepError
from sync.i18n import N_
from sync.identity import Clock, stamp
from sync.progress import Progress, silent
from sync.store import vault
from sync.store.attachments import FOLDER_NAME, NO_SPACE
from sync.store.database import FILE_NAME, is_whole
from sync.store.store import Store

FORMAT: Final = 1
COPYING: Final = N_("Copying")
CHECKING: Final = N_("Checking")
_CONTENTS: Final = "contents.json"
_CONNECTION: Final = "connection.json"


class NoProfileBackup(DoorstepError):
    """The file is not there, is none of ours, or was damaged."""

    code = "profile.no_backup"
    message = N_("{file} is no whole backup of this app. Nothing was changed.")


def back_up(
    store: Store, folder: ProfileFolder, file: Path, clock: Clock, progress: Progress = silent
) -> None:
    """Write the profile into ``file`` as it is now; drafts and what waits are in it.

    A file of that name is replaced once the new one is whole and on the disk. Raises
    :class:`DiskFull` or DiskRefused, and leaves what was there.
    """
    draft = file.with_name(f"{file.name}.partial")
    copy = folder.path / "copy.db"
    try:
        # The database first: a photo that is saved meanwhile is one too many, never one too few.
        copy.unlink(missing_ok=True)
        store.database.copy_to(copy)
        header = store.vault.portable() if store.vault else folder.vault_file.read_text("utf-8")
        whole = _Whole(_files_of(folder, copy), header, folder.connection())
        _pack(draft, whole, stamp(clock.now()), progress)
        draft.replace(file)
        sync_folder(file.parent)
    except OSError as error:
        raise _refused(error) from error
    finally:
        copy.unlink(missing_ok=True)
        draft.unlink(missing_ok=True)


def restore(
    profiles: Profiles,
    name: str | None,
    file: Path,
    password: str,
    progress: Progress = silent,
) -> ProfileFolder:
    """Make a profile of what ``file`` holds, once all of it proved whole and the password right.

    What was saved here since the backup and reached the server comes back with the next sync. The
    server tells by the numbers of its lane that this is a former state, and has the computer go on
    under a new one: nothing is lost or doubled.

    Raises :class:`NoProfileBackup`, WrongPassword, ProfileExists, DiskFull or
    DiskRefused; then nothing was changed.
    """
    with _opened(file) as whole:
        contents = _contents(whole, file)
        folder = profiles.reserve(name)
        try:
            _unpack(whole, contents, folder.path, file, progress)
            if not is_whole(folder.path, vault.unlock(folder.path, password)):
                raise NoProfileBackup(file=file.name)
            # The connection last: with it the profile exists.
            folder.remember(Connection(**json.loads(whole.read(_CONNECTION))))
        except BaseException as error:
            shutil.rmtree(folder.path, ignore_errors=True)
            if isinstance(error, OSError):
                raise _refused(error) from error
            raise
    return folder


def take_store(file: Path, into: Path, progress: Progress = silent) -> None:
    """Take the database and the photos of a backup alone, once all of it proved whole.

    Photos that lie there already stay. Raises :class:`NoProfileBackup`, DiskFull or DiskRefused.
    """
    with _opened(file) as whole:
        contents = _contents(whole, file)
        wanted = {
            name: contents[name]
            for name in contents
            if name not in (vault.FILE_NAME, _CONNECTION) and not (into / name).exists()
        }
        try:
            _unpack(whole, wanted, into, file, progress)
        except OSError as error:
            raise _refused(error) from error


def _refused(error: OSError) -> DoorstepError:
    return DiskFull() if error.errno in NO_SPACE else DiskRefused()


def _files_of(folder: ProfileFolder, copy: Path) -> dict[str, Path]:
    """What goes into a backup, by its name there."""
    files = {FILE_NAME: copy}
    photos = sorted((folder.path / FOLDER_NAME).glob("*"))
    return files | {f"{FOLDER_NAME}/{photo.name}": photo for photo in photos}


@dataclass(frozen=True)
class _Whole:
    """What goes into one backup."""

    files: Mapping[str, Path]
    header: str
    connection: Connection

    def texts(self) -> dict[str, bytes]:
        """What is written down anew, by its name there."""
        connection = json.dumps(vars(self.connection))
        return {vault.FILE_NAME: self.header.encode(), _CONNECTION: connection.encode()}


def _pack(draft: Path, content: _Whole, made_at: str, progress: Progress) -> None:
    sums, files = {}, content.files
    with draft.open("wb") as disk:
        draft.chmod(0o600)
        # Stored as it is: nothing that is encrypted gets smaller.
        with zipfile.ZipFile(disk, "w", zipfile.ZIP_STORED) as whole:
            for number, (name, path) in enumerate(files.items()):
                progress(COPYING, number, len(files))
                whole.write(path, name)
                with path.open("rb") as copied:
                    sums[name] = file_digest(copied, "sha256").hexdigest()
            for name, text in content.texts().items():
                sums[name] = sha256(text).hexdigest()
                whole.writestr(name, text)
            told = {"format": FORMAT, "made_at": made_at, "sha256": sums}
            whole.writestr(_CONTENTS, json.dumps(told, indent=2))
        disk.flush()
        os.fsync(disk.fileno())


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as whole:
            yield whole
    except (FileNotFoundError, IsADirectoryError, zipfile.BadZipFile, EOFError) as error:
        raise NoProfileBackup(file=file.name) from error


def _contents(whole: zipfile.ZipFile, file: Path) -> dict[str, str]:
    """The sum of each file in it. Only names that a profile has: nothing is written elsewhere."""
    try:
        told = json.loads(whole.read(_CONTENTS))
        sums = {str(name): str(digest) for name, digest in told["sha256"].items()}
        is_ours = told["format"] == FORMAT
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NoProfileBackup(file=file.name) from error
    needed = {FILE_NAME, vault.FILE_NAME, _CONNECTION}
    if not is_ours or not needed <= set(sums) or not all(map(_is_expected, sums)):
        raise NoProfileBackup(file=file.name)
    return sums


def _is_expected(name: str) -> bool:
    path = PurePosixPath(name)
    return name in (FILE_NAME, vault.FILE_NAME, _CONNECTION) or (
        path.parts == (FOLDER_NAME, path.name) and path.name.isalnum()
    )


def _unpack(
    whole: zipfile.ZipFile, sums: Mapping[str, str], target: Path, file: Path, progress: Progress
) -> None:
    for number, (name, wanted) in enumerate(sums.items()):
        progress(CHECKING, number, len(sums))
        try:
            with whole.open(name) as content:
                found = file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
        except KeyError as error:
            raise NoProfileBackup(file=file.name) from error
        if found != wanted:
            raise NoProfileBackup(file=file.name)
        if name != _CONNECTION:
            _write(whole, name, target / name)


def _write(whole: zipfile.ZipFile, name: str, path: Path) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with whole.open(name) as content, path.open("wb") as disk:
        path.chmod(0o600)
        shutil.copyfileobj(content, disk)
        disk.flush()
        os.fsync(disk.fileno())
    sync_folder(path.parent)
