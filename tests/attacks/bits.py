"""Bits that turn over on a laptop's disk: nothing that was said to be saved may go unnoticed."""

import random
import shutil
from pathlib import Path
from typing import Any

from sync.errors import StoreDamaged, StoreUnreadable
from sync.identity import Minter
from sync.store import records, vault
from sync.store.database import FILE_NAME as STORE
from sync.store.edit_journal import FILE_NAME as JOURNAL
from sync.store.rebuilding import rebuild
from sync.store.store import Store
from sync.store.vault import Key
from sync.wire.edit_records import records_in
from tests.support.feed import GRID, Feed
from tests.support.laptops import PASSWORD, TickingClock, new_store

SAVINGS = 6
FILES = (STORE, f"{STORE}-wal", JOURNAL)


def flip_often(folder: Path, count: int, chance: random.Random) -> dict[str, Any]:
    """So many flips, each in a fresh copy of one profile that was cut off."""
    whole, told = _cut_off(folder)
    key = vault.unlock(whole, PASSWORD)
    silent: list[str] = []
    mended = 0
    for number in range(count):
        name = FILES[number % len(FILES)]
        place = folder / "flipped"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(whole, place)
        at, bit = chance.randrange(_length(place / name)), chance.randrange(8)
        content = bytearray((place / name).read_bytes())
        content[at] ^= 1 << bit
        (place / name).write_bytes(content)
        missing, was_mended = after(place, key, told)
        mended += was_mended
        if missing:
            silent.append(f"{name}, byte {at}, bit {bit}: {len(missing)} lost")
    return {"flips": count, "mended": mended, "silent": silent}


def after(place: Path, key: Key, told: list[str]) -> tuple[list[str], bool]:
    """What is gone, and whether the store had to be set right first."""
    mended = False
    for _ in range(2):
        try:
            store = _opened(place, key)
        except StoreUnreadable:
            continue  # Met while it opened, and examined by the next opening.
        except StoreDamaged:
            rebuild(place, key, now=TickingClock().now())
            store, mended = _opened(place, key), True
        try:
            kept = {op.op_id for op in store.replica.waiting(GRID)}
            store.reading.rows("note")
        except StoreUnreadable:
            continue  # Met, and examined by the next opening.
        finally:
            store.close()
        return [op_id for op_id in told if op_id not in kept], mended
    return list(told), mended


def _cut_off(folder: Path) -> tuple[Path, list[str]]:
    """A profile as a kill leaves it, and what was told to be saved on it."""
    feed = Feed()
    feed.put("household", "h1", contact="13800001024")
    store = new_store(folder / "profile")
    feed.pull_into(store)
    store.database.checkpoint()
    note = {"household_id": "h1", "text": "说卫生间地滑"}
    told = [
        store.records.write([records.append("note", note, scope_id=GRID)]).op_ids[0]
        for _ in range(SAVINGS)
    ]
    ignored = shutil.ignore_patterns("lock", "*-shm")
    whole = shutil.copytree(folder / "profile", folder / "whole", ignore=ignored)
    store.close()
    return whole, told


def _opened(place: Path, key: Key) -> Store:
    clock = TickingClock()
    return Store.open_with(place, key, clock=clock, minter=Minter(now=clock.now))


def _length(file: Path) -> int:
    """Of a journal without the room for the next record: nothing is in it yet."""
    content = file.read_bytes()
    if file.name != JOURNAL:
        return len(content)
    return max(record.end for record in records_in(content))
