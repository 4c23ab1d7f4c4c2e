"""How the window arranges itself by its width: the one table every page asks."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Arrangement:
    """What stands side by side. Widths are logical pixels at 100 %.

    Attributes:
        rail: whether the sidebar shows icons only.
        sidebar_px: width of the sidebar or rail.
        preview_px: width of the preview beside a list; 0 when a detail is pushed instead.
        panes: how many panes a list page may show.
    """

    rail: bool
    sidebar_px: int
    preview_px: int
    panes: int


LEAST_WIDTH_PX: Final = 1024
LEAST_HEIGHT_PX: Final = 600
CONTENT_MARGIN_PX: Final = 16
CONTENT_GAP_PX: Final = 12

NARROW: Final = Arrangement(rail=True, sidebar_px=60, preview_px=0, panes=1)
SNUG: Final = Arrangement(rail=True, sidebar_px=60, preview_px=340, panes=2)
NORMAL: Final = Arrangement(rail=False, sidebar_px=188, preview_px=380, panes=2)
WIDE: Final = Arrangement(rail=False, sidebar_px=208, preview_px=380, panes=3)

# (least logical width, arrangement), widest first.
_BY_WIDTH: Final = ((1600, WIDE), (1200, NORMAL), (1000, SNUG), (0, NARROW))


def arrangement(width_px: int, scale: float) -> Arrangement:
    """The arrangement of a window ``width_px`` wide when text is shown at ``scale``."""
    logical = width_px / scale
    return next(found for least, found in _BY_WIDTH if logical >= least)
