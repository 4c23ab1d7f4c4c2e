"""Checking a condition before anybody stands at a door with it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from sync.rules.expressions import SELF, ExpressionWrong, Node, parse, references_of, walk
from sync.rules.questions import Question, QuestionKind

Found = tuple[str, dict[str, str | int]]
"""A problem's code and its details."""

_EQUAL: Final = ("=", "!=")


def check(
    source: str,
    known: Mapping[str, Question],
    own: Question | None,
    is_later: Callable[[str], bool],
) -> Iterator[Found]:
    """What is wrong with a condition.

    ``known`` are the questions above this row; ``own`` is the question itself where a point may
    stand for its answer, ``None`` in a relevant. ``is_later`` tells of a name that is in the form.
    """
    try:
        node = parse(source)
    except ExpressionWrong as error:
        yield "expression.wrong", {"near": error.near}
        return
    unknown = [name for name in references_of(node) if name not in known]
    for name in dict.fromkeys(unknown):
        yield ("expression.later" if is_later(name) else "expression.unknown"), {"name": name}
    if own is None and any(part.kind == SELF for part in walk(node)):
        yield "expression.own", {}
        return
    for part in walk(node):
        yield from _check_part(part, known, own)


def _check_part(part: Node, known: Mapping[str, Question], own: Question | None) -> Iterator[Found]:
    if part.kind in _EQUAL:
        for side, other in (part.parts, part.parts[::-1]):
            asked = _asked(side, known, own)
            if asked is not None and asked.kind.chooses and other.kind in ("text", "number"):
                yield from _check_equal(asked, other)
    elif part.kind == "selected":
        asked = _asked(part.parts[0], known, own)
        if asked is not None and not asked.kind.chooses:
            yield "expression.no_choices", {"name": asked.name}
        elif asked is not None:
            yield from _check_choice(asked, part.parts[1])


def _check_equal(asked: Question, other: Node) -> Iterator[Found]:
    if other.value == "":
        return  # Whether anything was answered.
    if asked.kind is QuestionKind.SELECT_MULTIPLE:
        yield "expression.selected", {"name": asked.name}
    else:
        yield from _check_choice(asked, other)


def _check_choice(asked: Question, named: Node) -> Iterator[Found]:
    if named.kind not in ("text", "number"):
        return
    number = isinstance(named.value, float) and named.value.is_integer()
    name = str(int(named.value)) if number else str(named.value)
    if asked.choice(name) is None:
        yield "expression.choice", {"name": name, "question": asked.name}


def _asked(node: Node, known: Mapping[str, Question], own: Question | None) -> Question | None:
    if node.kind == SELF:
        return own
    return known.get(str(node.value)) if node.kind == "name" else None
