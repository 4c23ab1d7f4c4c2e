"""闭环 over real processes: said at a door without a line, answered at that door weeks later."""

import json
from contextlib import closing

import pytest

from sync.identity import derived_id
from tests.support.processes import LaptopProcess
from tests.support.scene import Scene
from tests.support.stores import POSTGRESQL
from tests.support.town import COMMUNITY

UNITS = ("市监局", "消防站")
TOLD = {"told": "王女士", "by": "home", "words": "主板换了,电梯能用了。", "satisfaction": 4}


@pytest.fixture
def secretary(scene: Scene, tmp_path) -> LaptopProcess:
    """The secretary's computer."""
    return scene.colleague(tmp_path / "han", "韩志远", "secretary", COMMUNITY)


@pytest.fixture
def departments(scene: Scene, tmp_path) -> dict[str, tuple[LaptopProcess, str]]:
    """A computer of each department, and with its login the scope that it holds."""
    made = {}
    for at, name in enumerate(UNITS):
        scope = f"unit:{scene.department(name)}"
        made[name] = scene.colleague(tmp_path / f"unit{at}", name, "partner", name), scope
    return made


def answer(department: tuple[LaptopProcess, str], line_id: str, *events: str) -> None:
    """What a department does about its part, on its own computer."""
    laptop, scope = department
    laptop.must("sync")
    own = {"do": "unit", "id": derived_id("referral", line_id, scope), "text": "张科长"}
    laptop.apply([own | {"event": event} for event in events])
    laptop.must("sync")


def matter_at(laptop: LaptopProcess, room: str) -> dict:
    """The one matter of a home, as this computer shows it."""
    (matter,) = laptop.must("show", room, "--json").json()["matters"]
    return matter


@pytest.mark.timeout(600)
def test_a_need_at_a_door_is_answered_at_that_door(
    scene: Scene, secretary: LaptopProcess, departments: dict[str, tuple[LaptopProcess, str]]
):
    """Two departments are whistled, one is late, both finish; the resident gives 4 of 5."""
    worker, room = scene.worker, scene.town.homes[0].room
    scene.worker_line.unplug()
    visit = {"do": "visit", "household": room, "result": "met", "went_with": "刘建平"}
    worker.apply([visit | {"note": "说电梯停了两天", "needs": ["repair"]}])
    scene.worker_line.plug_in()
    worker.must("sync")
    secretary.must("sync")

    matter = matter_at(secretary, room)
    assert (matter["stage"], matter["lamp"]) == ("reported", "green")
    step = {"do": "step", "id": matter["id"]}
    secretary.apply(
        [
            step | {"kind": "accept"},
            step | {"kind": "call", "text": "物业修不了", "units": UNITS},
            step | {"kind": "whistle", "text": "停两天了", "until": "2099-01-08", "units": UNITS},
        ]
    )
    secretary.must("sync")
    early, late = matter_at(secretary, room)["units"]
    answer(departments[early["name"]], early["id"], "checked_in", "arrived", "finished")
    secretary.must("sync")
    told = {one["id"]: one for one in matter_at(secretary, room)["units"]}
    assert told[early["id"]]["lamp"] == "", "it has finished"

    later = LaptopProcess(secretary.home, {"DOORSTEP_NOW": "2099-01-20T10:00:00+08:00"})
    shown = matter_at(later, room)
    assert {one["id"]: one["lamp"] for one in shown["units"]}[late["id"]] == "red"
    assert shown["lamp"] == "red"

    close = worker.do("apply", "-", "--json", stdin=_line(step | {"kind": "close"} | TOLD))
    assert close.code != 0, "nothing closes before it is checked"
    answer(departments[late["name"]], late["id"], "checked_in", "finished")
    secretary.must("sync")
    rated = [
        {"do": "unit", "id": one["id"], "event": "rated", "rating": stars}
        for one, stars in ((early, 5), (late, 2))
    ]
    done = [step | {"kind": "finish", "text": "主板换了"}, step | {"kind": "check"}]
    secretary.apply([*rated, *done])
    secretary.must("sync")

    worker.must("sync")
    assert matter_at(worker, room)["stage"] == "verified"
    scene.worker_line.unplug()
    worker.apply([step | {"kind": "close"} | TOLD])
    scene.worker_line.plug_in()
    worker.must("sync")
    secretary.must("sync")
    record = secretary.must("show", matter["id"], "--json", "--reveal").json()["fields"]
    assert (record["stage"], record["satisfaction"]) == ("closed", 4)
    assert record["feedback_text"] == TOLD["words"]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("stores", [POSTGRESQL], indirect=True)
def test_two_clerks_and_one_worker_collide_on_one_matter_and_nothing_is_lost(
    scene: Scene, tmp_path
):
    """Three computers without a line, one matter: two owners and two titles are asked about, her
    step and all notes stand, and every computer tells the same."""
    worker, clerk, room = scene.worker, scene.desk, scene.town.homes[0].room
    second = scene.colleague(tmp_path / "li", "李敏", "desk_clerk", COMMUNITY)
    told = {"do": "matter", "household": room, "text": "楼道灯不亮", "source": "desk"}
    (matter,) = clerk.apply([told])
    step = {"do": "step", "id": matter}
    clerk.apply([step | {"kind": "assign", "owner": "物业"}])
    for laptop in (clerk, second, worker):
        laptop.must("sync")

    does = (
        (clerk, "assign", "安居物业", "三楼的灯"),
        (second, "assign", "供电所", "四楼的灯"),
        (worker, "start", "", ""),
    )
    for number, (laptop, kind, owner, title) in enumerate(does):
        lines = [
            step | {"kind": kind, "owner": owner, "text": f"说明{number}"},
            step | {"kind": "note", "text": f"备注{number}"},
        ]
        lines += [{"do": "edit", "ref": matter, "set": {"title": title}}] if title else []
        laptop.apply(lines)
    for laptop in (second, worker, clerk, worker, second):
        laptop.must("sync")

    shown = [_all_of(laptop, matter) for laptop in (clerk, second, worker)]
    assert shown[0] == shown[1] == shown[2]
    stage, steps, asked = shown[0]
    assert stage == "processing", "her step stays"
    assert sorted(steps)[:1] == [("assign", "")]
    notes = {text for _kind, text in steps}
    assert notes == {"", *(f"{word}{at}" for word in ("说明", "备注") for at in range(3))}
    assert asked == {
        "owner": {"安居物业", "供电所"},
        "title": {"三楼的灯", "四楼的灯"},
    }


def _all_of(
    laptop: LaptopProcess, matter_id: str
) -> tuple[str, list[tuple[str, str]], dict[str, set[str]]]:
    """A matter's stage, what was done about it, and what is asked about it with every value."""
    with closing(laptop.look_inside()) as place:
        reading = place.store.reading
        asked = {
            str(one.get("field")): {
                str(one.get("current")),
                *(str(said["value"]) for said in one.get("candidates")),
            }
            for one in reading.conflicts(open_only=True)
        }
        steps = reading.rows("matter_step", where={"matter_id": matter_id})
        done = sorted((str(one.get("kind")), str(one.get("text") or "")) for one in steps)
        return str(reading.find("matter", matter_id).get("stage")), done, asked


def _line(action: dict) -> str:
    return json.dumps(action, ensure_ascii=False) + "\n"
