"""A laptop with 12,000 invented people, for what is looked up among them."""

import random
from typing import Final

from desktop.services.workplace import Workplace
from sync.rules.pinyin import py
from tests.support.campaigns import bring, news
from tests.support.feed import Feed
from tests.support.workplaces import GRID, household_id

HOUSEHOLDS: Final = 4_000
PEOPLE: Final = 3
AT_ONCE: Final = 40
"""Households that one page brings."""
_SURNAMES: Final = "王李张刘陈杨黄赵吴周单曾仇解查区盖"
_GIVEN: Final = "桂兰英华伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚花"
_NOTES: Final = (
    "血压138/86,药按时吃。说卫生间地滑,想装扶手。",
    "敲门三分钟没人应,对门说白天上班,晚上七点后在家。",
    "新租客两人,在物流园上班,合同到明年三月,电动车在楼下充。",
    "老伴上月走的,情绪低,聊了半小时,约好周五再来。",
    "燃气软管老化,已当场提醒,联系燃气公司明天换。",
)


def fill(place: Workplace, seed: int, visits: int = 0) -> None:
    """Bring the people, each household with so many ``visits`` that have a note."""
    rng = random.Random(seed)
    for start in range(0, HOUSEHOLDS, AT_ONCE):
        grid = news(place, GRID)
        for number in range(start, start + AT_ONCE):
            _put_home(grid, number, rng, visits)
        bring(place, grid)
        while place.store.dues.refresh():
            pass


def _put_home(grid: Feed, number: int, rng: random.Random, visits: int) -> None:
    room = f"{number % 40 + 10}-{number % 3 + 1}-{(number // 120 + 1) * 100 + number % 7 + 1}"
    home = household_id(f"{room} {number}")
    dwelling = f"dwelling {number}"
    where = {"building_id": "building 6", "room": room, "floor": 3, "address": f"丰和苑{room}"}
    grid.put("dwelling", dwelling, **where)
    grid.put("household", home, dwelling_id=dwelling, contact="13700113305")
    for at in range(PEOPLE):
        name = rng.choice(_SURNAMES) + "".join(rng.choice(_GIVEN) for _ in range(2))
        grid.put(
            "person",
            f"person {number} {at}",
            household_id=home,
            name=name,
            py=py(name),
            phone=f"139{rng.randrange(10**8):08}",
            birth="1960-01-01",
            id_tail=f"{rng.randrange(1000):03}{rng.choice('0123456789X')}",
        )
    for at in range(visits):
        body = {"started_at": f"2026-0{at + 1}-11T02:00:00Z", "result": "met"}
        note = rng.choice(_NOTES)
        grid.put("visit", f"visit {number} {at}", household_id=home, note=note, **body)
