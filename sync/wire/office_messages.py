"""What the office asks of the server about people, posts and areas, and hears about its lists.

These are no operations: they make accounts, scopes and rights, which no laptop can make offline.
"""

from typing import Any

import msgspec


class AccountRequest(msgspec.Struct):
    """``POST /v1/people/account``: somebody who may enrol computers."""

    login: str
    name: str
    phone: str = ""


class PostRequest(msgspec.Struct):
    """``POST /v1/people/post``: a post for somebody, with its days; empty for no bound.

    With ``substitute_for`` it covers an absent colleague until ``valid_to``.
    """

    staff_id: str
    post: str
    area_id: str
    valid_from: str = ""
    valid_to: str = ""
    substitute_for: str = ""


class EndPostRequest(msgspec.Struct):
    """``POST /v1/people/end-post``: the last day of a post."""

    assignment_id: str
    valid_to: str


class CodeRequest(msgspec.Struct):
    """``POST /v1/people/code``: a one-time code for one computer of this person."""

    staff_id: str


class CodeReply(msgspec.Struct):
    """The code, told once."""

    login: str
    code: str
    expires_at: str


class RegroupRequest(msgspec.Struct):
    """``POST /v1/grids/regroup``: households that belong elsewhere from a day on.

    Either ``target_id`` names a grid or micro-grid, or ``name`` a new one: a micro-grid where
    ``parent_id`` names its grid. ``ends`` are the areas that are no more then.
    """

    households: list[str]
    valid_from: str
    target_id: str = ""
    name: str = ""
    parent_id: str = ""
    ends: list[str] = []


class WithdrawRequest(msgspec.Struct):
    """``POST /v1/grids/withdraw``: take a planned change back."""

    regrouping_id: str


class OfficeReply(msgspec.Struct):
    """The row that was written. ``done``: a change of areas is carried out already."""

    id: str
    done: bool = False
    target_id: str = ""


class ListProblem(msgspec.Struct):
    """One cell that could not be taken. ``what`` and ``mend`` are untranslated."""

    sheet: str
    row: int
    column: str
    what: str
    mend: str
    other: str = ""
    drops_row: bool = False


class ListChange(msgspec.Struct):
    """One difference: ``added``, ``changed`` or ``missing``, told to whoever may know names."""

    kind: str
    name: str
    place: str
    fields: list[str] = []


class ListReply(msgspec.Struct):
    """How far an import came, or would come. ``rows`` = taken + ``dropped``."""

    rows: int = 0
    dropped: int = 0
    new_households: int = 0
    added: int = 0
    changed: int = 0
    missing: int = 0
    missing_households: int = 0
    conflicts: int = 0
    held: int = 0
    changes: list[ListChange] = []
    problems: list[ListProblem] = []


class ListLine(msgspec.Struct, omit_defaults=True):
    """One line of the answer to ``POST /v1/import/…``: how far it is, how it ended, or why not."""

    step: str = ""
    so_far: int = 0
    in_all: int = 0
    ended: ListReply | None = None
    error: str = ""
    message: str = ""
    params: dict[str, Any] = {}
