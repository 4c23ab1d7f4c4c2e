"""Newer versions of the app: fetched from the office's server or a file, and put beside this one.

Only where the app may write its own folder, as an unpacked tarball or a user's own installation:
what a package manager installed, the package manager updates. Nothing here touches the version
that runs; which one starts next is decided in ``desktop.versions``. A release is taken only if the
organisation signed it and it is newer than every version that ever was here.
"""

import errno
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from desktop.services.platforms import this_platform
from desktop.services.policy import UPDATES_OFF, Policy
from desktop.versions import State, Versions
from sync.disk import sync_folder
from sync.errors import DiskFull, DiskRefused, DoorstepError, ProfileInUse
from sync.i18n import N_
from sync.identity import Clock, SystemClock, local_day
from sync.progress import Progress, silent
from sync.store.attachments import NO_SPACE
from sync.store.lock import ProfileLock
from sync.version_order import order_of
from sync.wire.client import Client
from sync.wire.messages import UpdateOffer
from sync.wire.release import STABLE, Manifest, Release, ReleaseUnreadable, opened

FETCHING: Final = N_("Fetching an update")
UNPACKING: Final = N_("Unpacking an update")
_PART: Final = "fetched.part"
_WORK: Final = ".partial"
_SPARE_BYTES: Final = 64 * 1024 * 1024
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class UpdatedElsewhere(DoorstepError):
    """Runs from its source, or was installed for everybody on this computer."""

    code = "update.elsewhere"
    message = N_("This computer gets its updates as packages, from IT.")


class UpdatesOff(DoorstepError):
    """The policy says so, or names no key: nobody could tell a good update from another."""

    code = "update.off"
    message = N_("IT has set no updates for this computer: update_key is missing in its policy.")


class NotNewer(DoorstepError):
    """An older version, or the same one: whoever offers it may want its gaps back."""

    code = "update.not_newer"
    message = N_("Version {version} is not newer than {highest}, which was here already.")


class OtherComputer(DoorstepError):
    """A release for another system, or of a channel that this computer does not follow."""

    code = "update.other"
    message = N_("This update is for {platform}, channel {channel}; this computer is {here}.")


class UpdateBusy(DoorstepError):
    """The window and a command at once, or two windows."""

    code = "update.busy"
    message = N_("Another update is being put here just now.")


@dataclass(frozen=True)
class Installed:
    """The program that runs: its file, its version, what it runs on."""

    program: Path
    version: str
    platform: str

    @property
    def versions(self) -> Versions:
        """The versions below it."""
        return Versions(self.program)


def this_program(version: str) -> Installed | None:
    """The packaged program that runs; ``None`` where the app runs from its source."""
    if not getattr(sys, "frozen", False):
        return None
    return Installed(Path(sys.executable), version, this_platform())


class Updates:
    """Updates of one installed program, within what the policy allows."""

    def __init__(
        self, installed: Installed | None, policy: Policy, clock: Clock | None = None
    ) -> None:
        """Raises :class:`UpdatedElsewhere` or UpdatesOff."""
        if installed is None or not os.access(installed.program.parent, os.W_OK):
            raise UpdatedElsewhere
        if not policy.update_key or policy.update_channel == UPDATES_OFF:
            raise UpdatesOff
        self._installed = installed
        self._clock = clock or SystemClock()
        self._versions = installed.versions
        self._key = policy.update_key
        self._channel = policy.update_channel or STABLE

    @property
    def highest(self) -> str:
        """The newest version that ever was here."""
        state = self._versions.state()
        return max(self._installed.version, state.highest or "0", key=order_of)

    def _today(self) -> date:
        return local_day(self._clock.now())

    def take_file(self, file: Path, progress: Progress = silent) -> str:
        """Put the version in ``file`` here, to be tried at the next start; its number.

        Raises ReleaseUnreadable, ReleaseForged, :class:`NotNewer`, OtherComputer, UpdateBusy,
        DiskFull or DiskRefused; then what is here starts as before.
        """
        with self._alone():
            return self._take(file, progress)

    def _take(self, file: Path, progress: Progress) -> str:
        with opened(file, self._key) as release:
            self._check(release.manifest)
            try:
                self._place(release, progress)
            except OSError as error:
                raise (DiskFull() if error.errno in NO_SPACE else DiskRefused()) from error
        return release.manifest.version

    def offered(self, client: Client) -> UpdateOffer | None:
        """The newer version that the server has for this computer, if any. Raises NetworkError."""
        offer = client.update_offered(self._channel, self._installed.platform)
        if offer is None or order_of(offer.version) <= order_of(self.highest):
            return None
        if offer.until < self._today().isoformat():
            return None  # It would be fetched for nothing, every day anew.
        return None if offer.version in self._versions.state().failed else offer

    def fetch(self, client: Client, offer: UpdateOffer, progress: Progress = silent) -> str:
        """Fetch what the server offers, from where an earlier try broke off, and put it here.

        Raises as :meth:`take_file` does, and NetworkError.
        """
        if not _DIGEST.fullmatch(offer.sha256):
            raise ReleaseUnreadable
        part = self._versions.folder / f"{_PART}.{offer.sha256[:16]}"
        with self._alone():
            self._drop_parts(but=part)
            try:
                self._fetch_rest(client, offer, part, progress)
            except OSError as error:
                self._drop_parts()  # What people record needs the room that is left.
                raise (DiskFull() if error.errno in NO_SPACE else DiskRefused()) from error
            try:
                return self._take(part, progress)
            finally:
                self._drop_parts()

    def _fetch_rest(
        self, client: Client, offer: UpdateOffer, part: Path, progress: Progress
    ) -> None:
        with part.open("ab") as disk:
            self._need_room(offer.size - disk.tell())
            while disk.tell() < offer.size:
                progress(FETCHING, disk.tell(), offer.size)
                piece = client.update_part(self._channel, self._installed.platform, disk.tell())
                if not piece:
                    break
                disk.write(piece)

    # --- Putting it here ---------------------------------------------------------------------

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One update at a time: two would take each other's half files away."""
        try:
            self._versions.folder.mkdir(exist_ok=True)
            held = ProfileLock(self._versions.folder)
        except OSError as error:
            raise (DiskFull() if error.errno in NO_SPACE else DiskRefused()) from error
        except ProfileInUse:
            raise UpdateBusy from None
        try:
            yield
        finally:
            held.release()

    def _need_room(self, size: int) -> None:
        """Raises OSError where so many bytes would leave the disk full."""
        if shutil.disk_usage(self._versions.folder).free < size + _SPARE_BYTES:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _check(self, manifest: Manifest) -> None:
        here = self._installed.platform
        channels = {STABLE, self._channel}
        if manifest.platform != here or manifest.channel not in channels:
            told = f"{here}, {self._channel}"
            raise OtherComputer(platform=manifest.platform, channel=manifest.channel, here=told)
        manifest.check_day(self._today())
        if order_of(manifest.version) <= order_of(self.highest):
            raise NotNewer(version=manifest.version, highest=self.highest)

    def _place(self, release: Release, progress: Progress) -> None:
        """Unpack beside the versions, then let the folder and the note of it appear in one step
        each: a kill leaves a folder that nothing names, and the next try begins anew."""
        folder, version = self._versions.folder, release.manifest.version
        work = folder / _WORK
        shutil.rmtree(work, ignore_errors=True)
        self._need_room(release.manifest.size)
        try:
            work.mkdir()
            for number, name in enumerate(release.manifest.files):
                progress(UNPACKING, number, len(release.manifest.files))
                target = work / name
                target.parent.mkdir(parents=True, exist_ok=True)
                release.unpack(name, target)
            shutil.rmtree(folder / version, ignore_errors=True)
            work.replace(folder / version)
            sync_folder(folder)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        state = self._versions.state()
        self._versions.keep(replace(state, trial=version, starts=0, highest=version))
        self._drop_versions(state, version)

    def _drop_versions(self, state: State, version: str) -> None:
        """Keep what starts, what is tried, and nothing else; a full disk frees itself so."""
        running = self._installed.version
        for other in self._versions.folder.glob("[0-9]*"):
            if other.name not in (state.good, version, running):
                shutil.rmtree(other, ignore_errors=True)

    def _drop_parts(self, but: Path | None = None) -> None:
        for part in self._versions.folder.glob(f"{_PART}*"):
            if part != but:
                with suppress(OSError):
                    part.unlink()
