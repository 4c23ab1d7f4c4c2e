"""A disk after a power cut: what was synced is there, of the rest anything or nothing.

A write that no sync followed may be missing, may be whole, or may have reached the disk in part,
in units of a sector; later ones may have arrived where earlier ones did not.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.disk import Event, Kind

SECTOR = 512


@dataclass
class Image:
    """The files as the disk holds them."""

    files: dict[str, bytearray] = field(default_factory=dict)

    def apply(self, event: Event, data: bytes | None = None) -> None:
        """Carry one event out; ``data`` instead of its own where it tore."""
        content = self.files.setdefault(event.path, bytearray())
        match event.kind:
            case Kind.WRITE:
                whole = event.data if data is None else data
                if len(content) < event.at:
                    content.extend(bytes(event.at - len(content)))
                content[event.at : event.at + len(whole)] = whole
            case Kind.TRUNCATE:
                del content[event.at :]
            case Kind.REPLACE:
                content[:] = event.data
            case Kind.REMOVE:
                del self.files[event.path]

    def write_to(self, folder: Path) -> None:
        """Lay the files out in ``folder``."""
        for path, content in self.files.items():
            (folder / Path(path).name).write_bytes(content)


def cut_at(
    before: Mapping[str, bytes], events: Sequence[Event], moment: int, chance: random.Random
) -> Image:
    """The disk if the power goes just before event number ``moment``."""
    image = Image({path: bytearray(content) for path, content in before.items()})
    past = events[:moment]
    last_sync = {event.path: at for at, event in enumerate(past) if event.kind is Kind.SYNC}
    for at, event in enumerate(past):
        if event.kind in (Kind.SYNC, Kind.TOLD):
            continue
        if at < last_sync.get(event.path, -1):
            image.apply(event)
        else:
            _perhaps(image, event, chance)
    return image


def _perhaps(image: Image, event: Event, chance: random.Random) -> None:
    """An event that no sync followed."""
    luck = chance.random()
    if luck < 0.4:
        return
    if event.kind is Kind.WRITE and luck < 0.7:
        sectors = range(0, len(event.data), SECTOR)
        arrived = [at for at in sectors if chance.random() < 0.5]
        for at in arrived:
            part = Event(Kind.WRITE, event.path, event.at + at, event.data[at : at + SECTOR])
            image.apply(part)
        return
    image.apply(event)


def told_before(events: Sequence[Event], moment: int) -> Iterator[str]:
    """What somebody was told is saved, before that moment."""
    return (event.path for event in events[:moment] if event.kind is Kind.TOLD)
