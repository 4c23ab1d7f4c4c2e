"""What happens in a world, step by step. Edits are correlated: few homes, few values, often."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random
from typing import Any

from sync.errors import (
    DiskFull,
    NotFound,
    NothingToResolve,
    ProfileInUse,
    ScopeNotHere,
    StoreBusy,
    ValueRefused,
)
from sync.store import records
from sync.store.records import Edit
from tests.sim.ground import Home
from tests.sim.laptop import SimLaptop
from tests.sim.witness import Violation
from tests.sim.world import World, person_of

HOT = (0, 1, 2, 12)
"""Homes that most edits are about, by their number: three of the first grid, one of the second."""

VALUES: dict[tuple[str, str], tuple[Any, ...]] = {
    ("person", "name"): ("王桂兰", "王桂蓝", "王 桂兰"),
    ("person", "phone"): ("13900000001", "13900000002", None),
    ("person", "work"): ("教师", "护士", None),
    ("person", "tags"): ([], ["veteran"], ["aged_80", "veteran"], ["dibao"], ["aged_80"]),
    ("household", "contact"): ("13800000000", "13800000001", "13800000002"),
    ("household", "best_time"): ("晚上", "周末", None),
    ("dwelling", "address"): ("平安巷3号", "平安巷4号", None),
    ("dwelling", "door_note"): ("敲门要久一点", "从后门进", None),
    ("dwelling", "rental_use"): ("宿舍", "仓库", None),
}
REFUSED = (NotFound, ScopeNotHere, ValueRefused, NothingToResolve)
"""How saving may be refused: nothing of it is kept, and the person knows."""

Step = Callable[[World, Random], str]


@dataclass(frozen=True)
class Weighted:
    """A kind of step and how often it happens."""

    step: Step
    weight: int

    @property
    def name(self) -> str:
        """As the trace calls it."""
        return self.step.__name__


def somebody(world: World, chance: Random) -> SimLaptop:
    """One of the laptops."""
    return chance.choice(list(world.laptops.values()))


def worker(world: World, chance: Random) -> SimLaptop:
    """One of the laptops of the community; any where there is none of it."""
    laptops = list(world.laptops.values())
    inside = [laptop for laptop in laptops if not person_of(laptop).is_outside]
    return chance.choice(inside or laptops)


def some_home(world: World, chance: Random) -> Home:
    """Mostly one of the few that everybody is busy with."""
    homes = world.ground.homes
    return homes[chance.choice(HOT)] if chance.random() < 0.85 else chance.choice(homes)


def save(world: World, laptop: SimLaptop, edits: Iterable[Edit]) -> str:
    """Save as the app does, and look at the laws of saving."""
    try:
        written = laptop.store.records.write(edits)
    except REFUSED as error:
        return type(error).__name__
    world.laptop_laws.after_saving(laptop, written.op_ids)
    return str(sum(map(bool, written.op_ids)))


def change(chance: Random, home: Home) -> Edit:
    """One field, or two of the same row, to one of few values."""
    type_ = chance.choice(["person", "person", "household", "dwelling"])
    row_id = {"household": home.id, "dwelling": home.dwelling}.get(type_)
    row_id = row_id or home.people[0 if chance.random() < 0.8 else 1]
    fields = [field for of, field in VALUES if of == type_]
    named = chance.sample(fields, 1 if chance.random() < 0.8 else 2)
    return records.patch(
        type_, row_id, {field: chance.choice(VALUES[type_, field]) for field in named}
    )


def visit(world: World, chance: Random, home: Home) -> Edit:
    """An entry that is written once."""
    fields = {
        "household_id": home.id,
        "started_at": "2026-06-18T02:00:00Z",
        "result": "met",
        "note": f"第{chance.randint(1, 9999)}次",
    }
    return records.append("visit", fields, scope_id=home.scope)


# --- People at work ----------------------------------------------------------------------------


def edit(world: World, chance: Random) -> str:
    """Somebody changes a field."""
    laptop = worker(world, chance)
    return f"{laptop.name} {save(world, laptop, [change(chance, some_home(world, chance))])}"


def edit_much(world: World, chance: Random) -> str:
    """One saving with several edits."""
    laptop, home = worker(world, chance), some_home(world, chance)
    edits = [change(chance, home) for _ in range(chance.randint(2, 5))]
    return f"{laptop.name} {save(world, laptop, [*edits, visit(world, chance, home)])}"


def append(world: World, chance: Random) -> str:
    """A visit, or a note."""
    laptop, home = worker(world, chance), some_home(world, chance)
    if chance.random() < 0.6:
        return f"{laptop.name} {save(world, laptop, [visit(world, chance, home)])}"
    text = chance.choice(["短", "一\x00二", "😀" * 50, "长" * 3000])
    fields = {"household_id": home.id, "text": f"{text}{chance.random()}"}
    note = records.append("note", fields, scope_id=home.scope)
    return f"{laptop.name} {save(world, laptop, [note])}"


def new_resident(world: World, chance: Random) -> str:
    """Somebody moves in."""
    laptop, home = worker(world, chance), some_home(world, chance)
    fields = {"household_id": home.id, "name": f"李{chance.randint(1, 9)}"}
    person = records.create("person", fields, scope_id=home.scope)
    return f"{laptop.name} {save(world, laptop, [person])}"


def remove(world: World, chance: Random) -> str:
    """A row is removed."""
    laptop, home = worker(world, chance), some_home(world, chance)
    type_, row_id = chance.choice([("person", home.people[1]), ("dwelling", home.dwelling)])
    return f"{laptop.name} {save(world, laptop, [records.delete(type_, row_id)])}"


def restore(world: World, chance: Random) -> str:
    """A removal is taken back while it still waits."""
    laptop, home = worker(world, chance), some_home(world, chance)
    type_, row_id = chance.choice([("person", home.people[1]), ("dwelling", home.dwelling)])
    return f"{laptop.name} {save(world, laptop, [records.restore(type_, row_id)])}"


def resolve(world: World, chance: Random) -> str:
    """Somebody settles a conflict; now and then two do at once."""
    laptop = somebody(world, chance)
    waiting = sorted(laptop.store.reading.conflicts(), key=lambda record: record.id)
    if not waiting:
        return "nothing to settle"
    conflict = chance.choice(waiting)
    said = [save(world, laptop, [_decision(chance, conflict)])]
    if chance.random() < 0.3:
        other = somebody(world, chance)
        if other.store.reading.find("conflict", conflict.id) is not None:
            said.append(save(world, other, [_decision(chance, conflict)]))
    return f"{laptop.name} {' '.join(said)}"


def _decision(chance: Random, conflict: Any) -> Edit:
    if conflict.get("field") == "*":
        return records.resolve(conflict.id, chance.choice(["keep", "delete"]))
    # Not in their order, which is that of times: a trace must not follow from a clock.
    values = sorted((held["value"] for held in conflict.get("candidates", ())), key=repr)
    return records.resolve(conflict.id, chance.choice([*values, conflict.get("current")]))


# --- Sessions ----------------------------------------------------------------------------------


def sync(world: World, chance: Random) -> str:
    """A whole session in fair weather."""
    laptop = somebody(world, chance)
    world.session(laptop)
    return laptop.name


# --- Laptops -----------------------------------------------------------------------------------


def restart(world: World, chance: Random) -> str:
    """The app is closed and opened again."""
    laptop = somebody(world, chance)
    laptop.restart()
    world.laptop_laws.after_anything(laptop)
    return laptop.name


def second_instance(world: World, chance: Random) -> str:
    """The app is opened a second time on the same profile, and refused."""
    laptop = somebody(world, chance)
    try:
        laptop.open_twice().close()
    except ProfileInUse:
        return laptop.name
    raise Violation(0, "two apps have the same profile open")


def full_disk(world: World, chance: Random) -> str:
    """Saving and syncing while the disk is full: refused, or done; never in between."""
    laptop, home = worker(world, chance), some_home(world, chance)
    with laptop.disk_full():
        said = _try_to_save(world, laptop, [visit(world, chance, home), change(chance, home)])
        if chance.random() < 0.5:
            world.session(laptop)
    world.laptop_laws.after_anything(laptop)
    return f"{laptop.name} {said}"


def locked_store(world: World, chance: Random) -> str:
    """Another process keeps the store locked for longer than anybody waits."""
    laptop, home = worker(world, chance), some_home(world, chance)
    with laptop.busy():
        said = _try_to_save(world, laptop, [change(chance, home)])
        if chance.random() < 0.5:
            world.session(laptop)
    world.laptop_laws.after_anything(laptop)
    return f"{laptop.name} {said}"


def _try_to_save(world: World, laptop: SimLaptop, edits: list[Edit]) -> str:
    try:
        return save(world, laptop, edits)
    except (DiskFull, StoreBusy) as error:
        return type(error).__name__
