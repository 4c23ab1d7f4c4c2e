"""What the server adds to a matter: its number and its limits, and those of departments called in.

A number is `S-260615-03`: the day on which the matter came here, and how many came before it to
the same community on that day, without gaps.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, select, update

from sync.identity import local_day, parse_stamp
from sync.merge.values import Writer
from sync.rules.limits import limits_of, unit_limits
from sync.schema.canonical import compact
from sync.server.crossing import insert_missing
from sync.server.journal import Journal
from sync.server.tables import COUNTER

MATTER: Final = "matter"
UNIT: Final = "whistle_unit"
SERVICE: Final = "service_case"
FOLLOWED: Final = frozenset({MATTER, UNIT, SERVICE})
"""The kinds of rows to which the server adds something."""

_DRAFT: Final = "draft"


def matter_number(day: str, number: int) -> str:
    """A matter's number as people say it; ``day`` is 2026-06-15."""
    return f"S-{day[2:].replace('-', '')}-{number:02d}"


def service_number(day: str, number: int) -> str:
    """A service case's number in the register; ``day`` is 2026-06-15."""
    return f"F-{day[2:].replace('-', '')}-{number:03d}"


class Counters:
    """The running numbers that one transaction gives out. :meth:`write` keeps them."""

    def __init__(self, connection: Connection, journal: Journal) -> None:
        self._connection = connection
        self._journal = journal
        self._last: dict[tuple[str, str], int] = {}

    def next(self, community_id: str, name: str) -> int:
        """The next number. The line is locked: nobody else is given the same one."""
        key = (community_id, name)
        number = (self._last[key] if key in self._last else self._stored(key)) + 1
        self._journal.set(self._last, key, number)
        return number

    def _stored(self, key: tuple[str, str]) -> int:
        line = {"community_id": key[0], "name": key[1], "last": 0}
        insert_missing(self._connection, COUNTER, [line])
        query = select(COUNTER.c.last).where(*_line(key)).with_for_update()
        return int(self._connection.execute(query).scalar_one())

    def write(self) -> None:
        """Put what was given out into the store; :meth:`written` once nothing failed."""
        for key, last in self._last.items():
            self._connection.execute(update(COUNTER).where(*_line(key)).values(last=last))

    def written(self) -> None:
        """The store holds what is here."""
        self._last.clear()


def followed_through(
    counters: Counters,
    community_id: str,
    key: tuple[str, str],
    rows: tuple[Mapping[str, Any] | None, Mapping[str, Any]],
    writer: Writer,
    received_at: str,
) -> dict[str, Any]:
    """The body that is about to be written, with what follows from it.

    ``rows`` are the row as it is and as it is wanted. Limits begin when the change was made, as
    far as that is known; a number tells the day on which the matter came here.
    """
    before, after = rows
    at = writer.at or received_at
    if key[0] == UNIT:
        began = after.get("due_check_in") and after.get("deadline") == (before or {}).get(
            "deadline"
        )
        return dict(after) if began else compact({**after, **unit_limits(after, at)})
    if key[0] == SERVICE:
        return _numbered(counters, community_id, dict(after), received_at)
    if key[0] != MATTER:
        return dict(after)
    body = {**after, **limits_of(before, after, at)}
    if not body.get("no") and body.get("stage") not in (None, "", _DRAFT) and community_id:
        day = local_day(parse_stamp(received_at)).isoformat()
        body["no"] = matter_number(day, counters.next(community_id, f"{MATTER}:{day}"))
    return compact(body)


def _numbered(
    counters: Counters, community_id: str, body: dict[str, Any], received_at: str
) -> dict[str, Any]:
    if not body.get("no") and community_id:
        day = local_day(parse_stamp(received_at)).isoformat()
        body["no"] = service_number(day, counters.next(community_id, f"{SERVICE}:{day}"))
    return compact(body)


def _line(key: tuple[str, str]) -> tuple[Any, Any]:
    return COUNTER.c.community_id == key[0], COUNTER.c.name == key[1]
