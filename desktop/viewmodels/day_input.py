"""Reading a day as people type it: 2026-06-12, 20260612, 6-12, 6.12, 6月12日, 今天, 昨天."""

import re
from contextlib import suppress
from datetime import date, timedelta
from typing import Final

from sync.i18n import N_, _

_WHOLE: Final = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?")
_SHORT: Final = re.compile(r"(\d{1,2})\D(\d{1,2})\D?")
_AHEAD: Final = {"明天": 1, "tomorrow": 1, "后天": 2}
_WORDS: Final = {"今天": 0, "today": 0, "昨天": 1, "yesterday": 1, "前天": 2}


def read_day(typed: str, today: date) -> date | None:
    """The day that ``typed`` names; one without a year is the last such day. ``None`` for none."""
    text = typed.strip().lower()
    if text in _WORDS:
        return today - timedelta(days=_WORDS[text])
    with suppress(ValueError):
        whole = _WHOLE.fullmatch(text)
        if whole:
            return date(*(int(part) for part in whole.groups()))
        short = _SHORT.fullmatch(text)
        if short:
            month, day = (int(part) for part in short.groups())
            found = date(today.year, month, day)
            return found if found <= today else date(today.year - 1, month, day)
    return None


def coming_day(typed: str, today: date) -> date | None:
    """The same of a day to come: one without a year is the next such day; 明天, 后天."""
    text = typed.strip().lower()
    if text in _AHEAD:
        return today + timedelta(days=_AHEAD[text])
    found = read_day(text, today)
    if found is None or found >= today or _WHOLE.fullmatch(text) or text in _WORDS:
        return found
    with suppress(ValueError):
        return found.replace(year=found.year + 1)
    return None


def day_error(typed: str, today: date) -> str:
    """Why a day cannot be taken like this; empty where it can, or where nothing is typed."""
    if not typed.strip():
        return ""
    day = read_day(typed, today)
    if day is None:
        return _(N_("Write the day like 2026-06-12 or 6-12."))
    if day > today:
        return _(N_("This day has not come yet."))
    return ""
