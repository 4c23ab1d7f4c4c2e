"""The laptops of the demo: the worker's with work of her own, and one for each other role."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree
from typing import Final

from desktop.demo.cast import CLERK, PASSWORD, WORKER, Demo, Laptop
from desktop.paths import paths_for
from desktop.services.profiles import Profiles
from desktop.services.workplace import Workplace, open_workplace
from sync.identity import SystemClock
from tests.shots.form import write_form

WORKERS: Final = "worker"
CREW: Final = {
    "desk": CLERK,
    "mediator": "zoudahai",
    "leader": "liujianping",
    "secretary": "hanzhiyuan",
}
"""The other profiles, and whose each is."""

ROOM: Final = "6-2-1602"
OTHER_ROOM: Final = "6-2-1203"
BUILDING: Final = "丰和苑6号楼"
DESK_NOTE: Final = "听力弱，敲门要久一点。腿脚慢，开门要等两三分钟。"
WORKER_NOTE: Final = "听力弱，敲门要久一点，靠近右耳说话。"


def prepare(demo: Demo) -> None:
    """Every laptop synced, some work of the worker, and disagreements with the desk."""
    form = write_form(demo.home / "gas.xlsx")
    days = ("--from", "2026-06-15", "--to", "2026-06-30")
    demo.command_server("campaign", "import", str(form), *days, "--building", BUILDING)
    crew = {name: Laptop(demo.home, name) for name in CREW}
    for laptop, user in ((demo.worker, WORKER), (crew["desk"], CLERK)):
        demo.enroll(laptop, user)
        laptop.must("sync")
    disagree(demo)
    for name, user in CREW.items():
        demo.enroll(crew[name], user)
    for laptop in (crew["desk"], demo.worker, *crew.values()):
        laptop.must("sync")
    doors = [door["household"] for door in demo.worker.must("due", "--json").json()]
    for door, result in zip(doors[-4:], ("met", "met", "not_home", "met_family"), strict=True):
        demo.worker.must("visit", door, "--result", result)


def disagree(demo: Demo) -> None:
    """A phone, a note, a code and another phone, written differently by the desk and the worker."""
    for laptop, phone, other_phone, note, lived_in in (
        (demo.desk, "13800001042", "13800002042", DESK_NOTE, "rented"),
        (demo.worker, "13800001024", "13800002024", WORKER_NOTE, "vacant"),
    ):
        laptop.must("edit", ROOM, f"contact={phone}", f"door_note={note}", f"occupancy={lived_in}")
        laptop.must("edit", OTHER_ROOM, f"contact={other_phone}")


@contextmanager
def own_copy(home: Path, name: str) -> Iterator[Workplace]:
    """One of the laptops, opened, as it was prepared: others may look at theirs meanwhile."""
    with tempfile.TemporaryDirectory() as mine:
        profiles = paths_for(Path(mine)).profiles
        copytree(paths_for(home).profiles / name, profiles / name)
        place = open_workplace(Profiles(profiles).pick(name), PASSWORD, SystemClock())
        try:
            yield place
        finally:
            place.close()
