"""Write pictures of every screen into build/shots. Run: python -m tests.shots [FOLDER]

First each screen as a worker comes to it, at 1366×768; then what she comes to by keys; then, in a
folder for each state, every page in every kind of window (sizes, text sizes, light and dark, both
languages; offline, empty, loading, failed). What is cut, squeezed or overlaps in any of these is
told, and ends in failure.

The demo's server runs as a process of its own; a worker's and a desk's laptop are enrolled and
synced, then both change what the other changes. The clock stands at ten on the sample day.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["DOORSTEP_NOW"] = "2026-06-18T10:00:00+08:00"
os.environ.pop("DOORSTEP_LANG", None)

from PySide6.QtWidgets import QApplication

from desktop.demo.cast import CLERK, PASSWORD, WORKER, Demo, Laptop, demo_in
from desktop.demo.story import DEMO_SEED
from desktop.paths import paths_for
from desktop.services.profiles import Profiles
from desktop.services.workplace import open_workplace
from sync.identity import SystemClock
from tests.shots.camera import Camera, take_all
from tests.shots.form import write_form
from tests.shots.matrix import take_crew, take_matrix
from tests.shots.scenes import take_scenes

FOLDER: Final = Path("build/shots")
MEDIATOR: Final = "zoudahai"
ROOM: Final = "6-2-1602"
OTHER_ROOM: Final = "6-2-1203"
BUILDING: Final = "丰和苑6号楼"
DESK_NOTE: Final = "听力弱，敲门要久一点。腿脚慢，开门要等两三分钟。"
WORKER_NOTE: Final = "听力弱，敲门要久一点，靠近右耳说话。"


def prepare(demo: Demo) -> None:
    """Two synced laptops, some work of the worker, and disagreements with the desk."""
    form = write_form(demo.home / "gas.xlsx")
    days = ("--from", "2026-06-15", "--to", "2026-06-30")
    demo.command_server("campaign", "import", str(form), *days, "--building", BUILDING)
    for laptop, user in ((demo.worker, WORKER), (demo.desk, CLERK)):
        demo.enroll(laptop, user)
        laptop.must("sync")
    disagree(demo)
    demo.enroll(mediator(demo), MEDIATOR)
    for laptop in (demo.desk, demo.worker, mediator(demo)):
        laptop.must("sync")
    doors = [door["household"] for door in demo.worker.must("due", "--json").json()]
    for door, result in zip(doors[-4:], ("met", "met", "not_home", "met_family"), strict=True):
        demo.worker.must("visit", door, "--result", result)


def mediator(demo: Demo) -> Laptop:
    """The laptop on which cases are kept."""
    return Laptop(demo.home, "mediator")


def disagree(demo: Demo) -> None:
    """A phone, a note, a code and another phone, written differently by the desk and the worker."""
    for laptop, phone, other_phone, note, lived_in in (
        (demo.desk, "13800001042", "13800002042", DESK_NOTE, "rented"),
        (demo.worker, "13800001024", "13800002024", WORKER_NOTE, "vacant"),
    ):
        laptop.must("edit", ROOM, f"contact={phone}", f"door_note={note}", f"occupancy={lived_in}")
        laptop.must("edit", OTHER_ROOM, f"contact={other_phone}")


def main() -> int:
    """Prepare the demo in a folder that is thrown away, and take every picture."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    application = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as home:
        demo = demo_in(Path(home))
        demo.found_community(DEMO_SEED)
        with demo.server:
            prepare(demo)
            camera = Camera(application, folder)
            take_all(camera, demo, ROOM)
            found = list(take_states(application, demo, folder))
    taken = len(list(folder.rglob("*.png")))
    print("\n".join(found))
    print(f"{taken} pictures in {folder}, {len(found)} faults")
    return 1 if found else 0


def take_states(application: QApplication, demo: Demo, folder: Path) -> Iterator[str]:
    """The matrix, on the worker's laptop; then what the mediator and the desk see."""
    profiles = Profiles(paths_for(demo.home).profiles)
    place, *others = (
        open_workplace(profiles.pick(laptop.profile), PASSWORD, SystemClock())
        for laptop in (demo.worker, mediator(demo), demo.desk)
    )
    try:
        household = place.references.household(ROOM).id
        yield from take_scenes(application, place, household, folder)
        yield from take_matrix(application, place, household, folder)
        crew = dict(zip(("mediator", "desk"), others, strict=True))
        yield from take_crew(application, crew, folder)
    finally:
        for one in (place, *others):
            one.close()


if __name__ == "__main__":
    sys.exit(main())
