"""Where a post is held: a level of area for each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

HELD_IN: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "secretary": ("community",),
        "desk_clerk": ("community",),
        "it_admin": ("community",),
        "partner": ("department",),
        "street": ("street",),
    }
)
IN_GRIDS: Final = ("community", "grid")
"""The levels of the area in which a post is held; ``IN_GRIDS`` for all that are not named."""


def levels_of(post: str) -> tuple[str, ...]:
    """The levels of area in which a post is held; in any other it gives nothing."""
    return HELD_IN.get(post, IN_GRIDS)
