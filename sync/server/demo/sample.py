"""The homes that stories, pictures and searches name: fixed people behind fixed doors.

Some share initials (wgl), some a whole name (李娜); some have rare characters or a surname
that is read otherwise as a word.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sync.server.demo.model import (
    DAUGHTER,
    FEMALE,
    GRANDCHILD,
    HEAD,
    MALE,
    OTHER,
    PARENT,
    SON,
    SPOUSE,
    Home,
    Member,
    PastVisit,
    Story,
)

Homes = Mapping[tuple[str, str], Home]
"""Homes by estate and room."""

_GARDEN: Final = "丰和苑"
_MILL: Final = "纺织厂家属院"
_MAPLE: Final = "枫林里"


def fenghe_homes() -> Homes:
    """Fresh copies of every sample home: building a community writes into them."""
    homes = {**_todays_round(), **_wgl(), **_li_na(), **_rare_names()}
    return MappingProxyType(homes)


def _wang_guilan() -> Home:
    """The household of every story: monthly, last met 36 days ago."""
    return Home(
        "elder_alone",
        [
            Member(
                HEAD,
                FEMALE,
                78,
                "王桂兰",
                {"elder_alone", "party_member"},
                work="退休教师",
                phone="13800131024",
            )
        ],
        door_note="听力弱，敲门要久一点，靠近右耳说话。\n厨房燃气软管 2019 年装，进门看一眼。",
        contact_name="1601 张阿姨",
        contact="13700113305",
        best_time="上午",
        story=Story(
            late=5,
            visits=(
                PastVisit(
                    36,
                    "09:40",
                    "met",
                    "血压138/86，药按时吃。想在卫生间装扶手；外孙女放假来住，问有没有托管班。",
                    ("repair", "childcare"),
                    condition="fine",
                ),
                PastVisit(65, "19:10", "met", "一切平稳。", condition="fine"),
                PastVisit(68, "10:05", "not_home", "没人应，门上留了便条。"),
                PastVisit(94, "09:30", "met", "血压136/84，降压药够吃到月底。", condition="fine"),
                PastVisit(120, "09:50", "met", "女儿一家刚来看过，精神好。", condition="fine"),
                PastVisit(
                    140,
                    "16:20",
                    "met",
                    "打电话问了问，声音洪亮。",
                    method="phone",
                    condition="fine",
                ),
                PastVisit(149, "10:10", "met", "说卫生间地滑，想装扶手。", ("repair",)),
                PastVisit(178, "09:20", "met", "血压140/88，提醒少吃咸。", condition="fine"),
                PastVisit(206, "15:30", "met", "在楼下晒太阳，聊了一刻钟。", method="outdoor"),
                PastVisit(234, "09:45", "met", "帮着在手机上做了养老认证。", ("papers",)),
                PastVisit(
                    263,
                    "10:00",
                    "met",
                    "燃气软管用了好几年，建议换，她说等女儿回来商量。",
                    hazards=("gas",),
                    condition="attention",
                ),
                PastVisit(293, "09:30", "met", "一切平稳，问社区有什么活动。", condition="fine"),
                PastVisit(321, "09:15", "met_family", "女儿王晓燕在家，说母亲身体还好。"),
                PastVisit(350, "09:40", "met", "血压138/85，药按时吃。", condition="fine"),
            ),
            notes=(
                (6, "扶手的事：民政适老化改造已受理，答应两天内来量尺寸，量完给王桂兰回话。"),
                (29, "女儿王晓燕在外地，晚上好打通，有事先打给她。"),
            ),
        ),
    )


def _todays_round() -> dict[tuple[str, str], Home]:
    """Homes of 第3网格 that the demo's day begins with."""
    return {
        (_GARDEN, "6-2-1602"): _wang_guilan(),
        (_GARDEN, "6-2-1601"): _couple(
            ("张秀芳", FEMALE, 66, HEAD), ("李树林", MALE, 69, SPOUSE), contact="13700113305"
        ),
        (_GARDEN, "6-2-1702"): Home(
            "nuclear",
            [
                Member(HEAD, MALE, 41, "李建国"),
                Member(SPOUSE, FEMALE, 39, "周丽"),
                Member(SON, MALE, 8, "李一鸣"),
                Member(DAUGHTER, FEMALE, 4, "李安然"),
            ],
        ),
        (_GARDEN, "6-2-2803"): Home(
            "three_generations",
            [
                Member(HEAD, MALE, 60, "陈立新"),
                Member(SPOUSE, FEMALE, 58, "罗春梅"),
                Member(PARENT, FEMALE, 88, "高玉珍"),
            ],
            story=Story(late=3),
        ),
        (_GARDEN, "6-1-501"): Home(
            "elder_alone",
            [Member(HEAD, FEMALE, 84, "沈素珍")],
            door_note="走路慢，按一次门铃多等一会儿。",
            story=Story(late=0),
        ),
        (_GARDEN, "6-2-2304"): _couple(
            ("赵秀英", FEMALE, 74, HEAD), ("钱永福", MALE, 73, SPOUSE), story=Story(late=0)
        ),
        (_GARDEN, "6-2-2101"): Home(
            "nuclear",
            [
                Member(HEAD, MALE, 33, "孙浩"),
                Member(SPOUSE, FEMALE, 32, "郭倩"),
                Member(SON, MALE, 5, "孙浩然"),
            ],
            story=Story(late=1),
        ),
        (_GARDEN, "6-2-1203"): Home(
            "group_rented",
            [
                Member(HEAD, MALE, 26, "曹亮"),
                Member(OTHER, MALE, 24, "彭超"),
                Member(OTHER, MALE, 29, "董飞"),
                Member(OTHER, MALE, 23, "范磊"),
            ],
            "group_rented",
            Story(new=9, notes=((9, "物业登记入住，四人合租，信息待核对。"),)),
            best_time="晚上",
        ),
        (_GARDEN, "6-2-904"): _couple(
            ("何美玲", FEMALE, 57, HEAD),
            ("吕志刚", MALE, 59, SPOUSE),
            story=Story(
                appointment="11:00",
                appointment_note="问医保异地备案，约好带材料来，先打电话再上门。",
            ),
        ),
        (_GARDEN, "9-1-102"): Home(
            "single",
            [Member(HEAD, MALE, 38, "许志强", closed={"correction": 0})],
            story=Story(late=1),
        ),
        (_GARDEN, "9-1-301"): _couple(
            ("刘洋", MALE, 35, HEAD),
            ("白静", FEMALE, 33, SPOUSE),
            story=Story(knocks=((6, "10:20"), (3, "15:10"))),
        ),
        (_GARDEN, "9-1-402"): _couple(
            ("周凤仙", FEMALE, 86, HEAD),
            ("冯宝山", MALE, 88, SPOUSE),
            story=Story(
                late=0,
                appointment="15:00",
                appointment_note="想问居家护理，约好下次带护理站的人一起来。",
                notes=((8, "儿子在外地，晚上会来电话问。"),),
            ),
        ),
        (_GARDEN, "9-1-601"): Home(
            "elder_alone",
            [Member(HEAD, MALE, 73, "马德福")],
            story=Story(late=2, notes=((6, "上月答应的助行器到了，答应这两天送上门。"),)),
        ),
        (_GARDEN, "9-2-602"): Home(
            "single", [Member(HEAD, FEMALE, 44, "张美玲")], story=Story(refused=6)
        ),
    }


def _wgl() -> dict[tuple[str, str], Home]:
    """The other answers to ``wgl``."""
    return {
        (_GARDEN, "6-1-703"): _couple(("吴国良", MALE, 66, HEAD), ("贺玉兰", FEMALE, 64, SPOUSE)),
        (_GARDEN, "10-1-302"): _couple(("汪桂玲", FEMALE, 70, HEAD), ("石金生", MALE, 71, SPOUSE)),
        (_GARDEN, "4-1-1003"): Home("single", [Member(HEAD, MALE, 55, "魏广林")]),
    }


def _li_na() -> dict[tuple[str, str], Home]:
    """Three people of one name, told apart by room and age."""
    return {
        (_GARDEN, "6-1-1104"): _couple(("李娜", FEMALE, 34, HEAD), ("宋强", MALE, 36, SPOUSE)),
        (_GARDEN, "11-1-502"): _couple(("郑辉", MALE, 54, HEAD), ("李娜", FEMALE, 52, SPOUSE)),
        (_GARDEN, "2-1-401"): Home("single", [Member(HEAD, FEMALE, 29, "李娜")]),
    }


def _rare_names() -> dict[tuple[str, str], Home]:
    """Characters beyond the common plane, and surnames with a reading of their own."""
    rented = "rented"
    return {
        (_GARDEN, "6-1-2802"): _couple(("单晓峰", MALE, 45, HEAD), ("曾慧", FEMALE, 43, SPOUSE)),
        (_GARDEN, "9-3-501"): Home("single", [Member(HEAD, FEMALE, 50, "仇海英")]),
        (_GARDEN, "11-1-1602"): _couple(("解文斌", MALE, 48, HEAD), ("盖玉洁", FEMALE, 47, SPOUSE)),
        (_MILL, "2-1-302"): Home("elder_alone", [Member(HEAD, MALE, 76, "查春生")]),
        (_MAPLE, "1-1-803"): Home(
            "rented_family",
            [Member(HEAD, MALE, 31, "区建华"), Member(SPOUSE, FEMALE, 30, "黎晓红")],
            rented,
        ),
        (_GARDEN, "6-1-1903"): Home(
            "left_behind",
            [
                Member(HEAD, MALE, 68, "吴𠮷祥"),
                Member(SPOUSE, FEMALE, 66, "尹银花", {"left_elder"}),
                Member(SON, MALE, 41, "吴海波", status="away"),
                Member(GRANDCHILD, FEMALE, 10, "吴小满", {"left_child"}),
            ],
        ),
        (_GARDEN, "11-1-904"): Home("single", [Member(HEAD, MALE, 37, "王䶮")]),
        (_MAPLE, "2-1-1204"): Home("single", [Member(HEAD, FEMALE, 27, "李㛃")], rented),
    }


def _couple(
    first: tuple[str, str, int, str],
    second: tuple[str, str, int, str],
    story: Story | None = None,
    contact: str = "",
) -> Home:
    members = [Member(relation, sex, age, name) for name, sex, age, relation in (first, second)]
    kind = "elder_couple" if min(member.age for member in members) >= 60 else "couple"
    return Home(kind, members, story=story or Story(), contact=contact)
