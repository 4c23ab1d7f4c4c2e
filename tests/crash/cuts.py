"""Many power cuts: days are recorded once each, and every one is cut at many moments."""

import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from sync.errors import DoorstepError
from sync.identity import Minter
from sync.store import edit_journal, vault
from sync.store.database import FILE_NAME
from sync.store.store import Store
from sync.store.vault import Key
from tests.crash.day import Day, Remembering, begin
from tests.crash.disk import Event, Kind, recording
from tests.crash.journal import journal_recording
from tests.crash.power import cut_at, told_before
from tests.crash.proof import behind, lost, torn, unwritten
from tests.sim.compiled import Compiled
from tests.support.laptops import PASSWORD, TickingClock, new_store

CUTS_A_DAY = 50
_ENDS = (Kind.SYNC, Kind.TOLD)


@dataclass
class Verdict:
    """How many cuts there were, and what was wrong after any of them."""

    cuts: int = 0
    told: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Recorded:
    """A day on disk: the files as they were in the morning, and everything since."""

    folder: Path
    key: Key
    before: dict[str, bytes]
    events: list[Event]
    feed: Remembering
    compiled: Compiled
    """Every cut ends in a store that opens anew, and asks what the one before it asked."""

    def moment(self, chance: random.Random) -> int:
        """When the power goes: as often as not just after something was synced or told."""
        if chance.random() < 0.5:
            return chance.randint(0, len(self.events))
        ends = [at for at, event in enumerate(self.events, 1) if event.kind in _ENDS]
        return chance.choice(ends)


def record(folder: Path, seed: int, compiled: Compiled) -> Recorded:
    """Live one day in ``folder``."""
    feed = Remembering()
    store = new_store(folder)
    begin(store, feed)
    store.close()
    kept = (*folder.glob(f"{FILE_NAME}*"), folder / edit_journal.FILE_NAME)
    before = {str(path): path.read_bytes() for path in kept}
    with recording() as watched, journal_recording(watched):
        key = vault.unlock(folder, PASSWORD)
        store = _opened(folder, key)
        Day(store, feed, random.Random(seed), watched.told).live()
        # The process ends as the power does: nothing is closed in an orderly way.
        events = list(watched.events)
        store.close()
    return Recorded(folder, key, before, events, feed, compiled)


def cut_often(folder: Path, seeds: range, cuts: int = CUTS_A_DAY) -> Verdict:
    """Cut each seed's day at ``cuts`` moments, and look at what is left."""
    verdict, compiled = Verdict(), Compiled()
    for seed in seeds:
        day = record(folder / f"day{seed}", seed, compiled)
        chance = random.Random(f"cuts {seed}")
        for number in range(cuts):
            moment = day.moment(chance)
            place = folder / "cut"
            faults = _after(day, moment, chance, place)
            told = sum(1 for _ in told_before(day.events, moment))
            verdict.cuts += 1
            verdict.told += told
            verdict.faults += [f"seed {seed}, cut {number}, event {moment}: {x}" for x in faults]
        shutil.rmtree(day.folder)
    return verdict


def _after(day: Recorded, moment: int, chance: random.Random, place: Path) -> list[str]:
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    shutil.copy(day.folder / vault.FILE_NAME, place)
    cut_at(day.before, day.events, moment, chance).write_to(place)
    journal = (place / edit_journal.FILE_NAME).read_bytes()
    try:
        store = _opened(place, day.key)
    except DoorstepError as error:
        return [f"does not open: {error.code}"]
    try:
        day.compiled.lend_store(store)
        told = [op_id for op_id in told_before(day.events, moment) if op_id not in day.feed.safe]
        faults = torn(store) + behind(store, day.feed) + unwritten(store, journal, told)
        missing = lost(store, told)
        return faults + ([f"{len(missing)} saved operations lost"] if missing else [])
    except DoorstepError as error:
        return [f"cannot be read: {error.code}"]
    finally:
        store.close()


def _opened(folder: Path, key: Key) -> Store:
    clock = TickingClock()
    return Store.open_with(folder, key, clock=clock, minter=Minter(now=clock.now))
