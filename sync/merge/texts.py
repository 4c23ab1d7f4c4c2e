"""Joining two versions of a long note, sentence by sentence, where they changed different ones."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final, NamedTuple

from sync.schema.values import normal_text

MOST_SENTENCES: Final = 400
"""Beyond it a person decides: comparing takes time that grows with the square."""

_ENDS: Final = re.compile(r"(?<=[。！？；!?;\n])|(?<=\.)(?=\s)")


class _Edit(NamedTuple):
    """Sentences ``start`` to ``end`` of the base become ``after``."""

    start: int
    end: int
    after: tuple[str, ...]


def sentences(text: str) -> list[str]:
    """The text cut after each sentence; joined again, it is the same text."""
    return [part for part in _ENDS.split(text) if part]


def merge_text(base: str, new: str, current: str) -> str | None:
    """``current`` with what ``new`` changed of ``base``; ``None`` where both changed one place.

    Two that added something at the same place do not agree which comes first: a person decides.
    """
    parts = [sentences(normal_text(text)) for text in (base, new, current)]
    if max(len(part) for part in parts) > MOST_SENTENCES:
        return None
    start, ours, theirs = parts
    edits = sorted({*_edits(start, ours), *_edits(start, theirs)})
    if any(_meet(one, other) for one, other in pairwise(edits)):
        return None
    return normal_text("".join(_applied(start, edits)))


def _edits(base: Sequence[str], other: Sequence[str]) -> list[_Edit]:
    codes = SequenceMatcher(None, base, other, autojunk=False).get_opcodes()
    return [
        _Edit(start, end, tuple(other[first:last]))
        for tag, start, end, first, last in codes
        if tag != "equal"
    ]


def _meet(one: _Edit, other: _Edit) -> bool:
    """Whether two edits, in order, are about the same place of the base."""
    return other.start < one.end or one.start == other.start


def _applied(base: Sequence[str], edits: Sequence[_Edit]) -> list[str]:
    made: list[str] = []
    at = 0
    for edit in edits:
        made += [*base[at : edit.start], *edit.after]
        at = edit.end
    return [*made, *base[at:]]
