"""The handbook of duties: a data file in both languages, searched without a network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import msgspec

from resources import resource

HEADING = "# "
POINT = "- "


@dataclass(frozen=True)
class Chapter:
    """One duty or one rule.

    Attributes:
        group: ``duty`` or ``rule``.
        title, lines: by language. A line is a heading (``# ``), a point (``- ``) or a sentence.
        keywords: Chinese words under which people look for it.
        sources: by language, the articles of the law behind it; none where it is our own rule.
        py: initials and full pinyin of the title, the keywords and the headings.
    """

    key: str
    group: str
    icon: str
    title: Mapping[str, str]
    keywords: Sequence[str]
    lines: Mapping[str, Sequence[str]]
    py: Sequence[str]
    sources: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @cached_property
    def _words(self) -> tuple[str, ...]:
        """Every line of both languages, titles and keywords first, in lower case."""
        lines = [*self.title.values(), *self.keywords]
        for told in (*self.lines.values(), *self.sources.values()):
            lines += [text_of(line) for line in told]
        return tuple(line.casefold() for line in lines)

    def answers(self, word: str) -> bool:
        """Whether the chapter says ``word`` (lower case), or its pinyin begins so."""
        if any(word in line for line in self._words):
            return True
        return any(part.startswith(word) for one in self.py for part in one.split())

    def line_with(self, words: Sequence[str], language: str) -> str:
        """The first line that says one of ``words``; else the first sentence."""
        told = [text_of(line) for line in self.lines[language]]
        found = (line for line in told if any(word in line.casefold() for word in words))
        return next(found, told[0])


def handbook() -> tuple[Chapter, ...]:
    """All chapters, duties first."""
    text = resource("catalogues", "handbook.json").read_bytes()
    return tuple(msgspec.json.decode(text, type=list[Chapter]))


def look_up(chapters: Sequence[Chapter], wanted: str) -> list[Chapter]:
    """The chapters that answer every word of ``wanted``; a title that does comes first."""
    words = wanted.casefold().split()
    found = [one for one in chapters if all(one.answers(word) for word in words)]
    titles = {one.key: " ".join(one.title.values()).casefold() for one in found}
    return sorted(found, key=lambda one: not all(word in titles[one.key] for word in words))


def text_of(line: str) -> str:
    """A line without its mark."""
    return line.removeprefix(HEADING).removeprefix(POINT)
