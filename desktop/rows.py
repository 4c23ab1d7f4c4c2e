"""What a list row or an entry of a history says: view models fill it, widgets paint it.

It stands below both: a view model answers these roles, the row painter reads them, and neither
imports the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from PySide6.QtCore import Qt

from sync.i18n import N_, _


class Tone(StrEnum):
    """What a colour means. Never the only carrier: a shape, an icon or a word goes with it."""

    NEUTRAL = "neutral"
    PRIMARY = "primary"
    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    CARE = "care"


class Lamp(StrEnum):
    """A state by its shape: square, triangle, circle, ring, tick disc, minus disc."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    NOT_DUE = "not_due"
    DONE = "done"
    MISSED = "missed"

    @property
    def words(self) -> str:
        """The lamp for those who hear the screen."""
        return _(_LAMP_WORDS[self])


_LAMP_WORDS = {
    Lamp.RED: N_("red lamp"),
    Lamp.YELLOW: N_("yellow lamp"),
    Lamp.GREEN: N_("green lamp"),
    Lamp.NOT_DUE: N_("not due"),
    Lamp.DONE: N_("done"),
    Lamp.MISSED: N_("not met"),
}


class RowKind(StrEnum):
    """How a row is drawn."""

    ITEM = "item"
    GROUP = "group"
    FOLDED = "folded"


@dataclass(frozen=True)
class Tag:
    """A chip on a row: at most two stand in one row, care first."""

    text: str
    tone: Tone = Tone.NEUTRAL
    icon: str = ""


@dataclass(frozen=True)
class FoldedItem:
    """One of the things that a folded row names."""

    text: str
    lamp: Lamp = Lamp.DONE


@dataclass(frozen=True)
class Column:
    """One column of a row that has several, such as a matter's. ``at`` and ``of`` draw a way of
    so many stations with the present one ringed, and ``text`` below it."""

    text: str
    tone: Tone = Tone.NEUTRAL
    at: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list. What is empty is not drawn.

    Attributes:
        key: what the page opens when the row is activated.
        lead: large text before the title, such as the room; for a group, its number in the walk.
        reason: coloured words before ``detail``; ``reason_tone`` says how urgent.
        action: pressable words at the right, shown while the row is the current one.
        action_key: the key that presses it.
        badge: a chip at the right, such as an appointment or a count.
        when: a time at the right.
        icon: an icon on a tinted square, in place of a lamp and a lead.
        face: a letter of a name on a disc, in place of the icon.
        aside: quiet words right after the title, such as sex and age.
        marked: which letters of the title answer what was typed; ``marked_detail`` of the detail.
        so_far, in_all: progress of a group; ``in_all`` 0 shows none.
        folded: what a folded row sums up.
        columns: what stands in columns at the right, where the list has such.
    """

    key: str
    title: str
    kind: RowKind = RowKind.ITEM
    lamp: Lamp | None = None
    lead: str = ""
    tags: tuple[Tag, ...] = ()
    reason: str = ""
    reason_tone: Tone = Tone.NEUTRAL
    detail: str = ""
    action: str = ""
    action_key: str = ""
    badge: Tag | None = None
    when: str = ""
    icon: str = ""
    icon_tone: Tone = Tone.NEUTRAL
    so_far: int = 0
    in_all: int = 0
    folded: tuple[FoldedItem, ...] = ()
    is_open: bool = False
    columns: tuple[Column, ...] = ()
    face: str = ""
    aside: str = ""
    marked: tuple[int, int] = (0, 0)
    marked_detail: tuple[int, int] = (0, 0)

    def sentence(self) -> str:
        """The whole row for those who hear the screen, in reading order."""
        progress = _progress_words(self.so_far, self.in_all) if self.in_all else ""
        return _("; ").join(
            part
            for part in (
                self.lead,
                self.title,
                self.aside,
                self.lamp.words if self.lamp else "",
                self.reason,
                *(tag.text for tag in self.tags),
                self.detail,
                *(f"{item.lamp.words} {item.text}" for item in self.folded),
                *(column.text for column in self.columns),
                progress,
                self.badge.text if self.badge else "",
                self.when,
                f"{self.action} {self.action_key}".strip(),
            )
            if part
        )


@dataclass(frozen=True)
class TimelineItem:
    """One entry of a history. An item with only a title is a heading, such as a month.

    Attributes:
        delivery: where the record is, in words; ``delivery_icon`` says it by shape.
        lamp: of a limit, with ``limit`` in words beside it; None where nothing runs.
        action: words of a button; pressing it emits ``Timeline.action_pressed`` with ``key``.
        is_quiet: the button is offered at many entries and is no more than a word.
    """

    key: str
    title: str
    icon: str = ""
    tone: Tone = Tone.NEUTRAL
    note: str = ""
    text: str = ""
    who: str = ""
    when: str = ""
    delivery: str = ""
    delivery_icon: str = ""
    tags: tuple[Tag, ...] = ()
    lamp: Lamp | None = None
    limit: str = ""
    action: str = ""
    is_quiet: bool = False

    @property
    def is_heading(self) -> bool:
        """Whether it only parts the entries below it from those above."""
        return not self.icon


class StopState(StrEnum):
    """How far a stop is."""

    DONE = "done"
    PASSED = "passed"  # Behind what is now, and nothing was done there.
    NOW = "now"
    LATER = "later"


@dataclass(frozen=True)
class Stop:
    """One stage: its words, and the day below them."""

    words: str
    day: str
    state: StopState


class ListRole(IntEnum):
    """Roles of every list model that ``RowList`` shows.

    ``Qt.DisplayRole`` is the title and ``Qt.AccessibleTextRole`` is ``Row.sentence()``.
    """

    ROW = Qt.ItemDataRole.UserRole + 1
    KEY = Qt.ItemDataRole.UserRole + 2


def row_data(row: Row, role: int) -> object:
    """What a list model answers for ``row``: the one place that maps roles to a row."""
    if role == ListRole.ROW:
        return row
    if role == ListRole.KEY:
        return row.key
    if role == Qt.ItemDataRole.DisplayRole:
        return row.title
    if role == Qt.ItemDataRole.AccessibleTextRole:
        return row.sentence()
    return None


def first_item(rows: Iterable[Row]) -> int:
    """The position of the first row that can be worked on, or -1."""
    return next((i for i, row in enumerate(rows) if row.kind is RowKind.ITEM), -1)


def _progress_words(so_far: int, in_all: int) -> str:
    return _("{so_far} of {in_all}").format(so_far=so_far, in_all=in_all)
