"""Rules of a mediation case: its time limit, what is owed by when, and sums of money.

Sources: 人民调解工作若干规定 (30 days, longer only if both parties agree), 人民调解法 art. 33 (a
court is asked within 30 days of the agreement).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

LIMIT_DAYS: Final = 30
CONFIRM_WITHIN_DAYS: Final = 30
CALL_BACK_DAYS: Final = 7
"""After what was agreed is done, the parties are asked within so many days."""
SOON_FROM: Final = 0.7
"""The share of the limit after which a case's lamp turns yellow."""
OF_AGE: Final = 18

RUNNING: Final = frozenset({"accepted", "investigating", "mediating"})
"""Stages in which the time limit runs."""
CONCLUDED: Final = frozenset(
    {"agreed", "judicial_confirm", "performing", "follow_up", "archived", "failed", "declined"}
)

_SUM: Final = re.compile(r"[¥]?(\d+(?:,\d{3})*|\d+)(\.\d+)?(万|千|百)?(?:元|块|圆)?(?:整)?")
_TIMES: Final = {None: 1, "百": 100, "千": 1000, "万": 10000}
MOST_CENTS: Final = 10**13
"""A hundred billion yuan: more is a slip of the finger."""


@dataclass(frozen=True)
class Extension:
    """More time, until a day; ``agreed_by`` are the sides (codes) that agreed to it."""

    until: date
    agreed_by: frozenset[str]

    @property
    def holds(self) -> bool:
        """Whether both sides agreed: one alone lengthens nothing."""
        return {"applicant", "respondent"} <= self.agreed_by


def limit_of(accepted_on: date, extensions: Iterable[Extension] = ()) -> date:
    """The last day of a case: 30 days from its acceptance, later where both sides agreed."""
    longer = (one.until for one in extensions if one.holds)
    return max(accepted_on + timedelta(days=LIMIT_DAYS), *longer, date.min)


def is_soon(accepted_on: date, limit: date, today: date) -> bool:
    """Whether so much of the time is over that somebody should look."""
    span = (limit - accepted_on).days or 1
    return (today - accepted_on).days >= SOON_FROM * span


def confirm_until(signed_on: date) -> date:
    """The last day on which both parties may ask the court to confirm."""
    return signed_on + timedelta(days=CONFIRM_WITHIN_DAYS)


def read_sum(typed: str) -> int | None:
    """Cents from a sum as people write it: 1200, 1,200.50元, 1.2万元, ¥1200; ``None`` for none."""
    plain = unicodedata.normalize("NFKC", typed)
    found = _SUM.fullmatch(re.sub(r"\s", "", plain))
    if found is None:
        return None
    whole, part, unit = found.groups()
    cents = Decimal(whole.replace(",", "") + (part or "")) * _TIMES[unit] * 100
    if cents != cents.to_integral_value() or cents > MOST_CENTS:
        return None
    return int(cents)


def sum_text(cents: int) -> str:
    """A sum as it is shown and typed: 1200, 1200.50."""
    yuan, rest = divmod(cents, 100)
    return f"{yuan}.{rest:02d}" if rest else str(yuan)
