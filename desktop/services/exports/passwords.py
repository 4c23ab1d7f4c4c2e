"""The password of one file: made here, so that none is weak, and told apart from the file."""

import secrets
from typing import Final

_SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Read aloud without a doubt: no 0 and O, no 1, I and L."""
_GROUPS, _IN_A_GROUP = 4, 4


def new_password() -> str:
    """Sixteen signs in groups, such as ``K7QX-…``: 79 bits."""
    groups = (
        "".join(secrets.choice(_SIGNS) for _ in range(_IN_A_GROUP)) for _group in range(_GROUPS)
    )
    return "-".join(groups)
