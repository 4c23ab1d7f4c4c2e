"""Words that no search finds and no list shows: care of tiers 2 and 3, however it is called."""

import re
from typing import Final

_CLOSED: Final = (
    # Tier 3.
    "严重精神障碍",
    "精神障碍",
    "精神分裂",
    "精神病",
    "社区矫正",
    "矫正对象",
    "社矫",
    "戒毒康复",
    "戒毒",
    "吸毒",
    "涉毒",
    "安置帮教",
    "刑满释放",
    "刑释",
    "家庭暴力",
    "家暴",
    "艾滋病",
    "艾滋",
    "mental health",
    "community correction",
    "drug recovery",
    "resettlement help",
    "domestic violence",
    # Tier 2.
    "低保边缘",
    "低保",
    "低边",
    "特困",
    "失独",
    "特殊家庭",
    "失能",
    "失智",
    "残疾",
    "重病",
    "留守儿童",
    "困境儿童",
    "孤儿",
    "孕产妇",
    "minimum living allowance",
    "disability",
)

_ANY: Final = re.compile("|".join(map(re.escape, _CLOSED)), re.IGNORECASE)


def discreet(text: str) -> str:
    """``text`` without these words: what is left may be searched."""
    return _ANY.sub("\n", text)


def is_closed(text: str) -> bool:
    """Whether somebody searches by such a word."""
    return bool(_ANY.search(text))
