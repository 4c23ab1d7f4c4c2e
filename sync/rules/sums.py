"""Sums of money as papers write them. Amounts are in cents (分)."""

from typing import Final

_GROUP: Final = 10_000
_UNITS: Final = ("", "拾", "佰", "仟")
_GROUPS: Final = ("", "万", "亿")
_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
MOST_CENTS: Final = 10**14 - 1


def plain_sum(cents: int) -> str:
    """Digits with the thousands marked: 1,200.00."""
    return f"{cents // 100:,}.{cents % 100:02d}"


def capital_sum(cents: int) -> str:
    """The sum in the characters that nobody can alter: 壹仟贰佰元整.

    Raises ValueError for less than nothing and for more than 12 digits of yuan.
    """
    if not 0 <= cents <= MOST_CENTS:
        raise ValueError("a sum that cannot be written out")
    yuan, rest = divmod(cents, 100)
    tenths, hundredths = divmod(rest, 10)
    whole = f"{_whole(yuan)}元" if yuan or not rest else ""
    if not rest:
        return f"{whole}整"
    if not tenths:
        between = _DIGITS[0] if yuan else ""
        return f"{whole}{between}{_DIGITS[hundredths]}分"
    between = _DIGITS[0] if yuan and yuan % 10 == 0 else ""
    end = f"{_DIGITS[hundredths]}分" if hundredths else "整"
    return f"{whole}{between}{_DIGITS[tenths]}角{end}"


def _whole(number: int) -> str:
    if not number:
        return _DIGITS[0]
    groups: list[int] = []
    while number:
        number, group = divmod(number, _GROUP)
        groups.append(group)
    written = ""
    for place in reversed(range(len(groups))):
        group = groups[place]
        if not group:
            continue
        # A nought stands for any number of missing places, also between two groups.
        gap = written and (group < _GROUP // 10 or (groups[place + 1] == 0))
        written += (_DIGITS[0] if gap else "") + _group(group) + _GROUPS[place]
    return written


def _group(number: int) -> str:
    written, skipped = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            written += (_DIGITS[0] if skipped and written else "") + _DIGITS[digit] + _UNITS[place]
            skipped = False
        else:
            skipped = True
    return written
