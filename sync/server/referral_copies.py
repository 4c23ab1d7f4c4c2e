"""What a department's copy of a matter and of its line of the whistle says: as far as needed."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Connection, select

from sync.rules.limits import LIMIT_FIELDS
from sync.rules.matter_rights import ANSWERS, MATTER, UNIT, WHISTLE, WHISTLES
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.server.locked import Locked
from sync.server.openscope import OpenScope
from sync.server.referral_queue import is_open
from sync.server.rows import StoredRow, read_rows, stored
from sync.server.tables import LED_TO, ROW

CONFLICT: Final = "conflict"
_COPIES: Final = scope_name(ScopeKind.UNIT, "")
_SHOWN: Final = ("no", "category", "urgency", "stage", "deadline", "extended_to", "review_on")
_WHILE_OPEN: Final = ("title", "subject")
_LINE: Final = (
    *("unit", "deadline", "due_check_in", "amber_check_in", "due_finish", "amber_finish"),
    *ANSWERS,
)
_WORDS: Final = frozenset({"reason", "opinion"})
_FIELDS: Final[Mapping[tuple[str, str], tuple[str, ...]]] = MappingProxyType(
    {
        # Its own line, without how it is rated.
        ("partner", UNIT): _LINE,
        ("street", UNIT): (*_LINE, "rating"),
        ("street", WHISTLE): ("called_at", *WHISTLES),
    }
)


def line_as_shown(line: StoredRow, matter: StoredRow, post: str) -> dict[str, Any]:
    """A line of a whistle, or the whistle itself, as a department or the street has it. Once the
    matter is over, the street reads when, and not why or what was said."""
    fields = _FIELDS[post, line.type]
    if post == "street" and (matter.deleted or not is_open(matter.body)):
        fields = tuple(name for name in fields if name not in _WORDS)
    return {name: line.body.get(name) for name in fields}


def matter_as_shown(
    locked: Locked, matter: StoredRow, grid: OpenScope, post: str
) -> dict[str, Any]:
    """The matter's own words and where to go, as long as there is something to do."""
    body = matter.body
    shown = {name: body.get(name) for name in (*_SHOWN, *LIMIT_FIELDS)}
    if matter.deleted or not is_open(body):
        return shown
    shown |= {name: body.get(name) for name in _WHILE_OPEN}
    # Of a matter from a visit the text is the visit's note: the department reads why it was called.
    shown["text"] = (
        _reason(locked, matter, grid, post) if body.get("visit_id") else body.get("text")
    )
    shown["place"] = body.get("place") or _address(grid, str(body.get("household_id") or ""))
    return shown


def _reason(locked: Locked, matter: StoredRow, grid: OpenScope, post: str) -> str:
    calls = rows_about(locked.connection, grid.scope_id, "whistle", matter.id)
    # The street reads what it is called for; a department what it was whistled for.
    reasons = [
        str(row.body.get("reason") or "")
        for row in calls
        if post == "street" or row.body.get("whistled_at")
    ]
    return "\n".join(dict.fromkeys(filter(None, reasons)))


def _address(grid: OpenScope, household_id: str) -> str:
    home = grid.row("household", household_id) if household_id else None
    door_id = str(home.body.get("dwelling_id") or "") if home else ""
    door = grid.row("dwelling", door_id) if door_id else None
    return str(door.body.get("address") or door.body.get("room") or "") if door else ""


def rows_about(connection: Connection, home: str, type_: str, matter_id: str) -> list[StoredRow]:
    """The rows of a type in a scope that belong to a matter, removed ones as well."""
    told = ROW.c.body.contains(f'"matter_id":"{matter_id}"', autoescape=True)
    where = (ROW.c.scope_id == home, ROW.c.type == type_, LED_TO, ROW.c.moved_to == "", told)
    return [stored(line) for line in connection.execute(select(ROW).where(*where))]


def is_given_back(connection: Connection, scope_id: str, type_: str, row_id: str) -> bool:
    """Whether a row is a copy that was taken from its department, or belongs to a matter that is
    over: what it said before is nobody's business there any more."""
    if not scope_id.startswith(_COPIES):
        return False
    key: tuple[str, str] = (type_, row_id)
    while True:
        row = next(iter(read_rows(connection, scope_id, [key])), None)
        if row is None or row.deleted:
            return True
        if row.type == MATTER:
            return not is_open(row.body)
        target = (str(row.body.get("target_type")), str(row.body.get("target_id")))
        key = target if row.type == CONFLICT else (MATTER, str(row.body.get("matter_id")))
