"""Lengths of the design in pixels at 100 %. Widgets ask ``ThemeProvider.px`` for the real ones."""

from enum import IntEnum


class Radius(IntEnum):
    """Corner radii."""

    KEY = 4
    CONTROL = 7
    CARD = 10
    OVERLAY = 14


class Height(IntEnum):
    """Heights of rows and controls. ``TARGET`` is the least size of anything pressable."""

    TARGET = 32
    ROW_DENSE = 32
    ROW = 40
    ROW_NAVIGATION = 36
    ROW_TWO_LINE = 58
    ROW_GROUP = 38
    ROW_FOLDED = 36
    CONTROL = 32
    PRIMARY = 38
    PRIMARY_LARGE = 42
    TOP_BAR = 56
    STATUS_BAR = 30


COMPACT_ROWS = 0.75  # Share of a row's height that compact density keeps.
