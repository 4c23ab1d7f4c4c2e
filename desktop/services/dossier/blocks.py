"""What a paper is made of, before it is drawn: the same for the screen, a printer, PDF and Word.

None of it shows itself: what people said must not stand in a trace.
"""

from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    """How a line of text stands on the page."""

    BIG = "big"
    ORG = "org"  # Whose paper it is, above the title.
    TITLE = "title"
    HEAD = "head"
    BODY = "text"  # Its first line is drawn in by two characters.
    PLAIN = "plain"
    RIGHT = "right"
    SMALL = "small"


@dataclass(frozen=True, repr=False)
class Text:
    """One paragraph."""

    style: Style
    words: str

    @property
    def lines(self) -> list[str]:
        """Its words, a line each."""
        return [self.words]


@dataclass(frozen=True, repr=False)
class Named:
    """Who somebody is: what they are in the case on the left, the person on the right."""

    name: str
    words: str

    @property
    def lines(self) -> list[str]:
        """Its words, a line each."""
        return [f"{self.name} {self.words}"]


@dataclass(frozen=True, repr=False)
class Grid:
    """A form of labels and what is filled in: (label, value) pairs row by row."""

    rows: tuple[tuple[tuple[str, str], ...], ...]
    tall: bool = False

    @property
    def lines(self) -> list[str]:
        """Its words, a line each."""
        return [f"{label} {value}" for row in self.rows for label, value in row]


@dataclass(frozen=True, repr=False)
class Table:
    """A table with a head. ``widths`` are parts of a hundred."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]

    @property
    def lines(self) -> list[str]:
        """Its words, a line each."""
        return [" ".join(self.heads), *(" ".join(row) for row in self.rows)]


@dataclass(frozen=True, repr=False)
class Signs:
    """Lines to sign on, by hand. Nothing is ever written on them here."""

    labels: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        """Its words, a line each."""
        return list(self.labels)


@dataclass(frozen=True, repr=False)
class Seal:
    """The place for the seal, with the day of signing beside it."""

    label: str
    day: str = ""

    @property
    def lines(self) -> list[str]:
        """Its words, a line each."""
        return [self.label, self.day]


@dataclass(frozen=True, repr=False)
class Day:
    """The day of signing: written by hand where it is empty."""

    words: str

    @property
    def lines(self) -> list[str]:
        """Its words, a line each."""
        return [self.words]


@dataclass(frozen=True, repr=False)
class Gap:
    """Empty lines."""

    count: int

    @property
    def lines(self) -> list[str]:
        """Nothing to read."""
        return []


Block = Text | Named | Grid | Table | Signs | Seal | Day | Gap


@dataclass(frozen=True, repr=False)
class Paper:
    """One document of the file. ``key`` is the paper it is of, ``about`` the entry it shows."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    about: str = ""

    def text(self) -> str:
        """Every word of it, for a search and for the tests."""
        return "\n".join(line for block in self.blocks for line in block.lines)
