"""Which changes of a matter and of its whistle a post may make, field by field.

The screens offer steps by :mod:`sync.rules.matter_steps`; the server holds every operation to what
is said here, whatever the app was that sent it.
"""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from sync.identity import derived_id
from sync.rules.matter_steps import LEADS_TO, STEPS, begins_at, may_take

MATTER: Final = "matter"
STEP: Final = "matter_step"
WHISTLE: Final = "whistle"
UNIT: Final = "whistle_unit"
WATCHED: Final = frozenset({MATTER, STEP, WHISTLE, UNIT})
"""The entities of which a post may change some fields and not others."""

_STAGE: Final = "stage"
_STEP_OF: Final[Mapping[tuple[str, str], str]] = MappingProxyType(
    {
        (MATTER, "owner"): "assign",
        (MATTER, "owner_id"): "assign",
        (MATTER, "deadline"): "assign",
        (MATTER, "duplicate_of"): "merge",
        (MATTER, "extended_to"): "extend",
        (MATTER, "review_on"): "hold",
        (WHISTLE, "units"): "call",
        (WHISTLE, "reason"): "call",
        (WHISTLE, "dropped"): "call",
        (WHISTLE, "called_by"): "call",
        (WHISTLE, "whistled_by"): "whistle",
        (WHISTLE, "whistled_at"): "whistle",
        (WHISTLE, "deadline"): "whistle",
        (UNIT, "unit"): "whistle",
        (UNIT, "deadline"): "whistle",
        (UNIT, "rating"): "whistle",
    }
)
"""The step by which a field is filled; all others anybody fills who works on the matter."""

ANSWERS: Final = ("checked_in_at", "checked_in_by", "arrived_at", "opinion", "finished_at")
"""What a department writes about its own part, and nothing else."""

WHISTLES: Final = ("reason", "units", "whistled_by", "whistled_at", "deadline", "dropped")
"""What the street writes about a call of the community."""

_TOLD_IN: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "checked_in": ("checked_in_at", "checked_in_by"),
        "arrived": ("arrived_at",),
        "opinion": ("opinion",),
        "finished": ("finished_at", "opinion"),
        "rated": ("rating",),
    }
)
"""The fields in which an event of a department is told."""

UNIT_EVENTS: Final = tuple(_TOLD_IN)

RATES: Final = ("deadline", "rating")
"""What the street writes about a department's part."""

ANSWERS_OF: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = MappingProxyType(
    {"partner": {UNIT: ANSWERS}, "street": {WHISTLE: WHISTLES, UNIT: RATES}}
)
"""Posts from outside the community: of a matter that was brought to them they fill these fields."""

_OWN_END: Final = frozenset({"withdrawn", "void"})
"""What whoever reported a matter may do alone, as long as nobody has taken it up."""

_NOT_TAKEN_UP: Final = frozenset({"draft", "reported"})


def line_of(whistle_id: str, unit: str) -> str:
    """The id of a department's line of a whistle, whoever makes it: the office and, for the
    street, the server make the same one."""
    return derived_id("whistle", whistle_id, unit)


def may_change(
    type_: str, before: Mapping[str, Any], wanted: Mapping[str, Any], posts: Collection[str]
) -> bool:
    """Whether one of ``posts`` may bring a row from ``before`` to these values of its fields."""
    if is_outside(posts):
        # Its line is there already: a department takes itself into no matter.
        return bool(before) and may_answer(type_, wanted, posts)
    if type_ == STEP:
        kind = str(wanted.get("kind") or "note")
        return kind not in STEPS or may_take(kind, posts)
    return all(
        _may_set(type_, name, before, value, posts)
        for name, value in wanted.items()
        if not _is_same(before.get(name), value)
    )


def is_outside(posts: Collection[str]) -> bool:
    """Whether somebody has posts outside the community alone: copies are all that they hold."""
    return bool(posts) and ANSWERS_OF.keys() >= set(posts)


def may_answer(type_: str, fields: Iterable[str], posts: Collection[str]) -> bool:
    """Whether a department, or the street, may fill these fields of what was brought to it."""
    return set(fields) <= {name for post in posts for name in ANSWERS_OF[post].get(type_, ())}


def may_remove(posts: Collection[str]) -> bool:
    """Whether one of ``posts`` may take a matter, or what belongs to one, away altogether."""
    return may_take("cancel", posts)


def may_rate(posts: Collection[str]) -> bool:
    """Whether one of ``posts`` rates the departments that came to a whistle."""
    return may_take(_STEP_OF[UNIT, "rating"], posts)


def may_tell(event: str, posts: Collection[str]) -> bool:
    """Whether one of ``posts`` may tell what a department did: of its own part it does, the office
    may for it; whoever whistles rates it (``rated``)."""
    if is_outside(posts) and not may_answer(UNIT, _TOLD_IN[event], posts):
        return False
    return event != "rated" or may_rate(posts)


def _may_set(
    type_: str, name: str, before: Mapping[str, Any], value: Any, posts: Collection[str]
) -> bool:
    if type_ == MATTER and name == _STAGE:
        return _may_go(before, str(value or ""), posts)
    step = _STEP_OF.get((type_, name))
    return step is None or may_take(step, posts)


def _may_go(before: Mapping[str, Any], stage: str, posts: Collection[str]) -> bool:
    now = str(before.get(_STAGE) or "")
    if stage in _OWN_END and (now in _NOT_TAKEN_UP or before.get("duplicate_of")):
        # One's own word is taken back; and a twin is over with the one that was answered.
        return True
    leading = [kind for kind, to in LEADS_TO.items() if to == stage]
    begun = [kind for kind in leading if begins_at(kind, now)]
    return not leading or any(may_take(kind, posts) for kind in begun or leading)


def _is_same(before: Any, wanted: Any) -> bool:
    return (before or None) == (wanted or None)
