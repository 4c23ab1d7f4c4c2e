"""What was said and agreed in the written cases, one quarrel for each of ``words.DISPUTES``."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final


@dataclass(frozen=True)
class TermWords:
    """One term of an agreement. ``text`` names the parties as ``{first}`` and ``{second}``; it is
    due ``days`` after signing, ``None`` where it simply holds from then on."""

    text: str
    cents: int = 0
    days: int | None = None
    way: str = ""
    place: str = ""

    def signed_on(self, day: date, first: str, second: str) -> dict[str, Any]:
        """As a row holds it, between these two."""
        due = "" if self.days is None else (day + timedelta(days=self.days)).isoformat()
        told = {
            "text": self.text.format(first=first, second=second),
            "amount": self.cents,
            "due_on": due,
            "way": self.way,
            "place": self.place,
        }
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True)
class Quarrel:
    """What is asked for and differed about, what each said, what the talk came to."""

    demands: str
    points: str
    said: tuple[str, str]
    outcome: str
    terms: tuple[TermWords, ...]


_FACE: Final = "当面"
_ROOM: Final = "社区调解室"

QUARRELS: Final = (
    Quarrel(
        "修好漏水\n赔偿吊顶费1500元",
        "吊顶赔多少\n什么时候修好",
        ("吊顶泡坏了，水还没停。", "我找人来修，一千五高了些。"),
        "{second}同意修好防水、赔偿吊顶费1200元，{first}接受。",
        (
            TermWords("{second}修好卫生间防水", 0, 7, "请人维修", "楼上卫生间"),
            TermWords("{second}赔偿{first}吊顶费", 120_000, 7, "当面付清", _ROOM),
            TermWords("双方不再争执"),
        ),
    ),
    Quarrel(
        "晚上九点后安静\n孩子房间铺地垫",
        "几点以后安静",
        ("夜里睡不好，第二天还要上班。", "孩子小，麻将以后早点收。"),
        "{second}答应九点后不打麻将，孩子房间铺地垫。",
        (
            TermWords("{second}家晚上九点后不打麻将"),
            TermWords("{second}在孩子房间铺地垫", 0, 7, "自行购买", "楼上"),
        ),
    ),
    Quarrel(
        "三家轮流照顾母亲",
        "怎么轮、药费怎么出",
        ("去年大半年都在我家。", "我上夜班，轮可以，药费要一起出。"),
        "每家轮一个月，药费三家平摊。",
        (
            TermWords("三兄妹每家轮流照顾母亲一个月，从{first}家起", 0, 7, "接到家中"),
            TermWords("药费三家平摊，大姐记账，每月月底结清"),
        ),
    ),
    Quarrel(
        "当面道歉",
        "车位是谁的",
        ("车位我租的，挪一下就骂人。", "那天急着接孩子，话说重了。"),
        "双方当面道歉，以后先打电话。",
        (
            TermWords("{first}、{second}当面互相道歉", 0, 0, _FACE, _ROOM),
            TermWords("以后占了车位，先打挡风玻璃上的电话"),
        ),
    ),
    Quarrel(
        "结清工钱2000元",
        "返工算谁的",
        ("活干完两个月了，还差两千。", "卫生间返过工，不能全给。"),
        "{second}三日内结清1600元，剩下的抵返工。",
        (
            TermWords("{second}结清{first}的工钱", 160_000, 3, "转账"),
            TermWords("剩下的工钱抵返工，双方两清"),
        ),
    ),
    Quarrel(
        "道歉\n遛狗牵绳",
        "狗要不要牵绳",
        ("孩子吓得不敢下楼。", "是我没牵，给孩子赔不是。"),
        "{second}道歉，答应牵绳、避开放学时间。",
        (
            TermWords("{second}向{first}和孩子道歉", 0, 0, _FACE, _ROOM),
            TermWords("{second}遛狗牵绳，避开放学时间"),
        ),
    ),
)
