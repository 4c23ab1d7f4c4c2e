"""Releases of the app that the server hands out: one for each channel and kind of system.

The server only keeps them. What laptops start is decided by the signature, which is made where
the key is, and checked again on each laptop: whoever takes this machine over cannot have them
start anything.
"""

import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response

from sync.errors import DoorstepError
from sync.i18n import N_
from sync.server.deps import ServicesDep
from sync.server.replies import Refused, answer, answer_bytes
from sync.version_order import order_of
from sync.wire.messages import MOST_UPDATE_PART_BYTES, UpdateOffer
from sync.wire.release import CHANNELS, EARLY, STABLE, Manifest, is_platform, opened

FOLDER_NAME: Final = "updates"
update_router: Final = APIRouter()


class OlderRelease(DoorstepError):
    """Laptops would refuse it."""

    code = "release.older"
    message = N_("The server hands out {version} there already. Laptops take only what is newer.")


@dataclass(frozen=True)
class Shelf:
    """The folder of one server in which the releases lie."""

    folder: Path

    def put(self, file: Path, public: str) -> Manifest:
        """Hand out the release in ``file``. Raises ReleaseUnreadable, ReleaseForged,
        :class:`OlderRelease`, OSError; then what is handed out stays."""
        with opened(file, public) as release:
            manifest = release.manifest
        there = self.offer(manifest.channel, manifest.platform, alone=True)
        if there is not None and order_of(manifest.version) <= order_of(there.version):
            raise OlderRelease(version=there.version)
        self.folder.mkdir(exist_ok=True)
        with file.open("rb") as content:
            digest = file_digest(content, "sha256").hexdigest()
        kept = self.folder / f"{manifest.channel}-{manifest.platform}-{digest[:16]}.release"
        draft = kept.with_suffix(".partial")
        shutil.copyfile(file, draft)
        draft.replace(kept)
        told = {
            "version": manifest.version,
            "size": kept.stat().st_size,
            "sha256": digest,
            "until": manifest.until,
        }
        note = self._note(manifest.channel, manifest.platform)
        draft = note.with_suffix(".partial")
        draft.write_text(json.dumps(told | {"file": kept.name}), encoding="utf-8")
        draft.replace(note)
        for former in self.folder.glob(f"{manifest.channel}-{manifest.platform}-*.release"):
            if former != kept:
                former.unlink(missing_ok=True)
        return manifest

    def offer(self, channel: str, platform: str, *, alone: bool = False) -> UpdateOffer | None:
        """The newest for such a computer. Whoever follows ``early`` gets a newer stable one, too,
        unless the channel is asked for ``alone``."""
        found = self._found(channel, platform, alone=alone)
        return found[0] if found else None

    def part(self, channel: str, platform: str, start: int) -> bytes:
        """Some bytes of that release from ``start`` on; none at its end, nor where another one
        takes its place just now."""
        found = self._found(channel, platform)
        if found is None or start >= found[0].size:
            return b""
        with suppress(FileNotFoundError), (self.folder / found[1]).open("rb") as file:
            file.seek(start)
            return file.read(MOST_UPDATE_PART_BYTES)
        return b""

    def _found(
        self, channel: str, platform: str, *, alone: bool = False
    ) -> tuple[UpdateOffer, str] | None:
        channels = (channel,) if alone or channel != EARLY else (EARLY, STABLE)
        notes = (self._read(self._note(one, platform)) for one in channels)
        known = [note for note in notes if note is not None]
        return max(known, key=lambda note: order_of(note[0].version), default=None)

    def _note(self, channel: str, platform: str) -> Path:
        return self.folder / f"{channel}-{platform}.json"

    def _read(self, note: Path) -> tuple[UpdateOffer, str] | None:
        try:
            told = json.loads(note.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        offer = UpdateOffer(told["version"], told["size"], told["sha256"], told.get("until", ""))
        return offer, os.fspath(told["file"])


@update_router.get("/v1/updates/{channel}/{platform}")
def offered(request: Request, channel: str, platform: str, services: ServicesDep) -> Response:
    """What there is for such a computer; 404 where there is nothing."""
    found = _shelf(services.updates, channel, platform).offer(channel, platform)
    if found is None:
        raise Refused(404, "not_found")
    return answer(request, found)


@update_router.get("/v1/updates/{channel}/{platform}/{start}")
def part(channel: str, platform: str, start: int, services: ServicesDep) -> Response:
    """Some bytes of it, as they are."""
    if start < 0:
        raise Refused(404, "not_found")
    return answer_bytes(_shelf(services.updates, channel, platform).part(channel, platform, start))


def _shelf(folder: Path | None, channel: str, platform: str) -> Shelf:
    if folder is None or channel not in CHANNELS or not is_platform(platform):
        raise Refused(404, "not_found")
    return Shelf(folder)
