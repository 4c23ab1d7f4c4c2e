"""A leak from the floor above: a case that went all its way, as plain values."""

from dataclasses import replace
from datetime import UTC, date, datetime

from sync.rules.paper_case import Agreement, PaperCase, Party, Scan, Step, Talk, Term

WANG = Party(
    name="王桂兰",
    side="applicant",
    sex="2",
    nation="汉族",
    birth=date(1948, 3, 12),
    occupation="退休教师",
    id_no="110101194803120021",
    phone="13800001024",
    address="丰和苑6号楼2单元1602",
)
LI = Party(
    name="李建国",
    side="respondent",
    sex="1",
    nation="汉族",
    birth=date(1981, 5, 2),
    occupation="货车司机",
    phone="13900005530",
    address="丰和苑6号楼2单元1702",
)


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of 2026, by China's clocks."""
    return datetime(2026, month, day, hour - 8, minute, tzinfo=UTC)


INQUIRY = Talk(
    id="talk-1",
    kind="inquiry",
    held_at=at(6, 4, 15),
    place="6号楼2单元1702",
    present=("李建国", "张玉珍"),
    said=(("邹大海", "您家卫生间的排水接头什么时候换过？"), ("李建国", "搬来以后没有换过。")),
    result="排水接头老化渗漏，楼下吊顶约2平方米发霉。",
    writer="邹大海",
)
MEETING = Talk(
    id="talk-2",
    kind="mediation",
    held_at=at(6, 9, 19, 10),
    place="社区调解室",
    present=("王桂兰", "李建国", "张玉珍"),
    said=(
        ("王桂兰", "吊顶泡坏了，要求修好漏水并赔偿。"),
        ("李建国", "我修，赔多少可以商量。"),
        ("邹大海", "双方说说各自能接受的办法。"),
    ),
    result="双方同意：修好防水，赔偿吊顶费1200元。",
    writer="邹大海",
)
CORRECTION = Talk(
    id="talk-3",
    kind="mediation",
    held_at=at(6, 12, 9, 5),
    text="修好后回访应为3日内，原写7日内。",
    writer="邹大海",
    corrects="talk-2",
    reason="记错了日期",
)
AGREED = Agreement(
    id="agreement-1",
    kind="agreement",
    facts="2026年6月1日起，1702室卫生间排水接头渗漏，泡坏楼下1602室卫生间吊顶约2平方米。",
    points="赔偿数额\n维修期限",
    terms=(
        Term(
            "李建国于7日内修好卫生间防水，并做闭水试验", 0, date(2026, 6, 18), "自行维修", "1702室"
        ),
        Term("李建国赔偿王桂兰吊顶费", 120000, date(2026, 6, 18), "当面付清", "社区调解室"),
        Term("双方就本次漏水不再争执"),
    ),
    copies=3,
    signed_on=date(2026, 6, 11),
)
SCANNED = ("application", "rights", "identity", "inquiry", "mediation", "agreement", "follow_up")

LEAK = PaperCase(
    no="(2026)人调字第17号",
    title="楼上卫生间漏水，泡了吊顶",
    stage="follow_up",
    dispute="02",
    scale="01",
    origin="application",
    opened_on=date(2026, 6, 1),
    accepted_on=date(2026, 6, 2),
    community="丰和社区",
    mediators=("邹大海",),
    invited=("张玉珍",),
    facts="楼上1702室卫生间漏水，泡坏1602室卫生间吊顶，多次上门没有修好。",
    demands="1. 修好漏水\n2. 赔偿吊顶费1500元",
    points="赔偿数额\n维修期限",
    parties=(WANG, LI),
    talks=(INQUIRY, MEETING, CORRECTION),
    agreements=(AGREED,),
    steps=(
        Step("rights_told", date(2026, 6, 2), id="s1"),
        Step(
            "performed",
            date(2026, 6, 15),
            done=True,
            text="防水修好，吊顶费1200元当面付清。",
            writer="邹大海",
            id="s2",
        ),
        Step(
            "called_back",
            date(2026, 6, 17),
            text="未再渗水，双方见面能打招呼。",
            satisfaction=5,
            writer="邹大海",
            id="s3",
        ),
    ),
    scans=tuple(Scan(f"scan-{key}", key, "image/jpeg", size=1000) for key in SCANNED),
)

RARE = replace(
    LEAK,
    parties=(replace(WANG, name="𠮷䶮㛃"), LI),
)
"""A name of characters that few fonts have."""


def oral_case() -> PaperCase:
    """The same quarrel, settled by word of mouth on the day."""
    return replace(
        LEAK,
        origin="visit",
        agreements=(),
        talks=(replace(MEETING, result="李建国当场关阀，三天内换接头。\n双方不再争执。"),),
        scans=(Scan("scan-oral", "oral"), Scan("scan-registration", "registration")),
    )
