"""Names and numbers as everybody may see them; the full value takes a deliberate press."""

import re
from typing import Final

_DIGIT: Final = re.compile(r"\d")
_NUMBER: Final = re.compile(r"[\d-]+")


def mask_name(name: str) -> str:
    """王*兰, 李*: the first sign, and the last where there are three or more."""
    plain = name.strip()
    if len(plain) < 2:
        return "*" if plain else ""
    if len(plain) == 2:
        return f"{plain[0]}*"
    return f"{plain[0]}{'*' * (len(plain) - 2)}{plain[-1]}"


def mask_phone(phone: str) -> str:
    """138****1024 for each number in ``phone``; what is no number around them stays hidden."""
    return "、".join(_mask_number(found) for found in _NUMBER.findall(phone))


def mask_id(number: str) -> str:
    """The last four signs alone: ****002X. A number too short to hide behind them is all stars."""
    plain = number.strip()
    if not plain:
        return ""
    return f"****{plain[-4:]}" if len(plain) >= 8 else "****"


def _mask_number(number: str) -> str:
    digits = "".join(_DIGIT.findall(number))
    if len(digits) >= 11:
        return f"{digits[:3]}****{digits[-4:]}"
    return f"****{digits[-4:]}" if len(digits) >= 7 else "****"
