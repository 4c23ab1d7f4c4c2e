"""A campaign of 20 households by keys alone, killed twice in the middle of a sheet, and finished.

Each life is a process of its own: it opens the store, the page, types, and dies by SIGKILL.
"""

import os
import signal
import subprocess
import sys
from contextlib import closing

from sync.identity import derived_id
from tests.support.campaigns import bring, news, send_campaign
from tests.support.laptops import open_store
from tests.support.workplaces import GRID, household_id, workplace

DOORS = 20
KILLED_AT = (7, 13)
"""Sheets that are finished when the process dies, in the middle of the next one."""


def test_a_campaign_is_finished_in_three_lives(tmp_path):
    """No sheet is lost or written twice, and each life goes on at the question it stopped at."""
    with workplace(tmp_path) as place:
        grid = news(place, GRID)
        homes = [add_home(grid, f"6-1-{number}01") for number in range(1, DOORS + 1)]
        bring(place, grid)
        send_campaign(place, homes)

    for finished in KILLED_AT:
        assert live(tmp_path, finished, dies=True) == -signal.SIGKILL
        with closing(open_store(tmp_path / "chen")) as store:
            assert len(store.reading.rows("campaign_sheet")) == finished
            (draft,) = [store.drafts.find(key) for key in store.drafts.keys("sheet/")]
            assert draft["answers"] == {"fuel": "pipe", "age": "4"}
    assert live(tmp_path, DOORS, dies=False) == 0

    with closing(open_store(tmp_path / "chen")) as store:
        sheets = store.reading.rows("campaign_sheet")
        assert sorted(sheet.get("household_id") for sheet in sheets) == sorted(homes)
        assert {str(sheet.get("answers")) for sheet in sheets} == {str({"age": 4, "fuel": "pipe"})}
        assert store.drafts.keys("sheet/") == []
        visits = store.reading.rows("visit", where={"household_id": homes})
        assert len(visits) == DOORS


def add_home(grid, room):
    """One more household behind a door of its own."""
    home = household_id(room)
    place = {"building_id": "building 6", "room": room, "floor": int(room.split("-")[2]) // 100}
    grid.put("dwelling", f"dwelling {room}", **place)
    grid.put("household", home, dwelling_id=f"dwelling {room}")
    grid.put("person", derived_id("person", room), household_id=home, name="周一", py="zy zhouyi")
    return home


def live(folder, finished, *, dies):
    """A life until so many sheets are finished; how it ended."""
    how = [sys.executable, "-m", "tests.journeys.campaign_life", str(folder), str(finished)]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "DOORSTEP_LANG": "en"}
    ended = subprocess.run(
        [*how, "dies" if dies else "ends"], env=environment, timeout=120, check=False
    )
    return ended.returncode
