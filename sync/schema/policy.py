"""How a field settles when two devices changed it (``sync/README.md``, merge rules)."""

from enum import StrEnum
from typing import Final

WHOLE_ROW: Final = "*"
"""The field of a conflict that is about the row itself: removed here, changed there."""


class Merge(StrEnum):
    """One policy for each field, declared with the field."""

    ASK = "ask"  # Whatever a person typed: different values wait for a person.
    TEXT = "text"  # Long notes: joined by sentence where both sides changed different ones.
    SET = "set"  # Adds and removes of elements; a concurrent add wins.
    APPEND = "append"  # Part of an entry that is written once and never changed.
    STAGE = "stage"  # One step of a declared graph at a time; closed stays closed.
    LEDGER = "ledger"  # Part of an entry that counts once for its occasion and is never changed.
    LWW = "lww"  # Low stakes only: the later estimated time wins.
    SERVER = "server"  # Computed by the server; a client's write is recorded and ignored.
    IMMUTABLE = "immutable"  # Set at creation; another value is held.


JOINS: Final = frozenset({Merge.SET, Merge.TEXT, Merge.STAGE})
"""Policies that join what was changed on both sides, or go on from a step. Such a change starts
from what the person saw, their own pending edits included; what a person decides about starts
from the server's value."""


class Kind(StrEnum):
    """What a field holds, in values that JSON knows: text, number, flag or a list of words."""

    TEXT = "text"
    DAY = "day"  # 2026-06-18
    MOMENT = "moment"  # 2026-06-18T02:00:00Z
    CODE = "code"  # One of ``choices``.
    WORDS = "words"  # Some of ``choices`` (or free words), kept sorted.
    NUMBER = "number"
    FLAG = "flag"
    REF = "ref"  # Another row's id, which may not be on this computer.
    JSON = "json"  # A small structure of its own, compared as a whole.


class ScopeKind(StrEnum):
    """The families of scopes; a scope's id is the kind, a colon and a name."""

    COMMUNITY = "community"  # Reference data: areas, staff, assignments.
    GRID = "grid"  # Households of one grid and everything below them.
    ID_NUMBERS = "id"  # ID numbers of one grid.
    CARE = "care3"  # Tier-3 care of one person.
    CASE = "case"  # One mediation case.
    DESK = "desk"  # Services of one community's front desk.
    UNIT = "unit"  # What one department was whistled for, copied as far as it needs.
    USER = "user"  # One person's inbox: verdicts and notices.
