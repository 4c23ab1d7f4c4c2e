"""What a line of the search palette says: view models fill it, the list paints it."""

from dataclasses import dataclass, field
from enum import StrEnum

from desktop.rows import Lamp, Tag, Tone
from sync.i18n import _


class PaletteKind(StrEnum):
    """What a line of the palette is."""

    TITLE = "title"
    HOUSEHOLD = "household"
    ACTION = "action"
    MATTER = "matter"
    CASE = "case"
    COMMAND = "command"


@dataclass(frozen=True)
class PaletteRow:
    """One line. ``key`` is a household's, matter's or case's id, or the key of an action or
    command; ``marked`` is the part of the title that was typed, as (start, end)."""

    kind: PaletteKind
    title: str = field(repr=False)
    key: str = ""
    icon: str = ""
    marked: tuple[int, int] = (0, 0)
    tags: tuple[Tag, ...] = ()
    right: str = ""
    lamp: Lamp | None = None
    tone: Tone = Tone.NEUTRAL
    cap: str = ""

    @property
    def can_be_chosen(self) -> bool:
        """Titles are read, not chosen."""
        return self.kind is not PaletteKind.TITLE

    def sentence(self) -> str:
        """The line for those who hear the screen."""
        parts = (self.title, self.lamp.words if self.lamp else "", *(t.text for t in self.tags))
        return _("; ").join(part for part in (*parts, self.right, self.cap) if part)
