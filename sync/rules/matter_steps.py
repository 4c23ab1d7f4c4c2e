"""Who may take which step of a matter: from its stage by the graph, and by the person's posts."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, Final

from sync.schema.matter import STAGES

LEADS_TO: Final[Mapping[str, str]] = MappingProxyType(
    {
        "accept": "accepted",
        "assign": "assigned",
        "start": "processing",
        "finish": "finished",
        "check": "verified",
        "redo": "processing",
        "ask_back": "feedback",
        "close": "closed",
        "send_back": "returned",
        "hand_over": "transferred",
        "hold": "suspended",
        "resume": "processing",
        "reopen": "reopened",
        "withdraw": "withdrawn",
        "cancel": "void",
        "whistle": "whistled",
    }
)
"""The stage that each step of the graph leads to."""

_WALKS: Final = frozenset({"grid_worker", "area_officer"})
_LEADS: Final = frozenset({"grid_leader", "secretary"})
_OFFICE: Final = _LEADS | {"desk_clerk"}
_ALL: Final = _OFFICE | _WALKS

_MAY: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "accept": _OFFICE,
        "assign": _OFFICE,
        "start": _ALL,
        "finish": _ALL,
        "check": _LEADS,
        "redo": _LEADS,
        "ask_back": _ALL,
        "close": _ALL,
        "send_back": _ALL,
        "hand_over": _OFFICE,
        "hold": _LEADS,
        "resume": _OFFICE,
        "extend": _LEADS,
        "urge": _OFFICE,
        "reopen": _ALL,
        "withdraw": _ALL,
        "cancel": _OFFICE,
        "merge": _LEADS,
        "part": _LEADS,
        "call": _OFFICE,
        "whistle": frozenset({"secretary", "street"}),
        "note": _ALL,
    }
)
STEPS: Final = tuple(_MAY)
"""Every step there is, in the order of the work."""

_WORKED_ON: Final = frozenset(
    {"reported", "accepted", "assigned", "processing", "whistled", "reopened"}
)
_FROM: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "redo": frozenset({"finished"}),
        "resume": frozenset({"suspended"}),
        "start": frozenset({"accepted", "assigned", "whistled", "reopened"}),
        # Whoever is asked for a hand-on takes the acceptance along; later it is another owner.
        "assign": _WORKED_ON | {"returned"},
        # Whoever brings the answer closes it; the graph has a stage in between.
        "close": frozenset({"draft", "verified", "feedback"}),
        "extend": _WORKED_ON,
        "urge": _WORKED_ON,
        "call": frozenset(at for at, steps in STAGES.steps.items() if "whistled" in steps),
        "merge": frozenset(at for at in STAGES.all if not STAGES.is_closed(at)),
        "part": frozenset(),
    }
)
"""Where steps begin that the graph does not tell apart, or does not know."""

_BESIDE: Final = frozenset({"assign", "close", "extend", "urge", "call", "merge", "note"})
"""Steps that may leave the stage as it is, or take two stages at once."""


def may_take(kind: str, posts: Collection[str]) -> bool:
    """Whether one of the posts takes this step at all."""
    return bool(_MAY[kind] & frozenset(posts))


def begins_at(kind: str, stage: str) -> bool:
    """Whether a step may begin in a stage, as far as the graph does not tell that by itself."""
    begins = _FROM.get(kind)
    return begins is None or stage in begins


def is_possible(kind: str, body: Mapping[str, Any]) -> bool:
    """Whether the matter stands where this step begins."""
    if body.get("duplicate_of"):
        return kind in ("part", "note")
    if kind == "extend" and body.get("extended_to"):
        return False
    stage = str(body.get("stage") or "")
    if not begins_at(kind, stage):
        return False
    return kind in _BESIDE or STAGES.may_step(stage, LEADS_TO[kind])


def steps_for(body: Mapping[str, Any], posts: Collection[str]) -> list[str]:
    """Every step that somebody with these posts may take now, in the order of the work."""
    return [kind for kind in _MAY if may_take(kind, posts) and is_possible(kind, body)]


def way_of(kind: str, stage: str) -> tuple[str, ...]:
    """The stages that a step leads through from ``stage``; none where the stage stays."""
    if kind == "close" and stage == "verified":
        return ("feedback", "closed")
    if kind == "assign":
        way = ("accepted", "assigned") if stage == "reported" else ("assigned",)
        return way if STAGES.may_step(stage, way[0]) else ()
    return (LEADS_TO[kind],) if kind in LEADS_TO else ()
