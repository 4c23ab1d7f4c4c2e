"""The laptops of the demo: the worker's with work of her own, and one for each other role."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree
from typing import Final

from desktop.demo.cast import CLERK, PASSWORD, WORKER, Demo, Laptop
from desktop.paths import paths_for
from desktop.services.matter_forms import Step
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
    "department": "zhujian",
    "street": "yunling",
    "it": "it",
}
"""The other profiles, and whose each is."""

_OUTSIDE: Final = (
    ("zhujian", "周建国", "partner", "区住建局"),
    ("yunling", "云霞", "street", "云岭街道"),
)
"""Who is of no community: login, name, post, and what they speak for."""

CALLED: Final = ("区住建局", "云岭派出所")

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
    demo.command_server("area", "add", "department", CALLED[0])
    for login, name, post, area in _OUTSIDE:
        demo.command_server("user", "add", login, "--name", name)
        demo.command_server("assign", login, "--post", post, "--area", area)
    crew = {name: Laptop(demo.home, name) for name in CREW}
    for laptop, user in ((demo.worker, WORKER), (crew["desk"], CLERK)):
        demo.enroll(laptop, user)
        laptop.must("sync")
    disagree(demo)
    for name, user in CREW.items():
        demo.enroll(crew[name], user)
    for laptop in (crew["desk"], demo.worker, *crew.values()):
        laptop.must("sync")
    _call_others(demo)
    for name in ("secretary", "department", "street"):
        crew[name].must("sync")
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


def _call_others(demo: Demo) -> None:
    """The secretary whistles to two departments, and asks the street to whistle on another."""
    folder = Profiles(paths_for(demo.home).profiles).pick("secretary")
    place = open_workplace(folder, PASSWORD, SystemClock())
    try:
        open_ones = (place.matter_list.one(line.id) for line in place.matter_list.listed())
        first, second, *_rest = (one for one in open_ones if one and "whistle" in one.may)
        work = place.matter_work
        whistle = Step("whistle", "几家都推，居民等了两周。", "2026-06-24", units=CALLED)
        work.take(first.line.id, whistle)
        work.take(second.line.id, Step("call", "社区叫不动，要街道出面。", units=CALLED))
    finally:
        place.close()


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
