"""Mediation cases on the server: how their scopes begin, who holds them, and their numbers.

A case is a scope of its own. It begins with the operation that makes the case; from then on it
belongs to those whom the case names. Its number is given when it is accepted, without gaps for
each year and community.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from sync.identity import local_day, parse_stamp
from sync.merge.operation import Op, OpKind
from sync.schema.case import UNNUMBERED
from sync.schema.policy import ScopeKind
from sync.schema.registry import ENTITIES, scope_name
from sync.server.crossing import insert_missing
from sync.server.journal import Journal
from sync.server.rows import StoredRow, ensure_scope
from sync.server.tables import ACCOUNT, CASE_COUNTER, CASE_FILE, CASE_MEMBER, SCOPE

CASE: Final = "mediation_case"
CLUE: Final = "clue"
_PREFIX: Final = scope_name(ScopeKind.CASE, "")

Work = Sequence[tuple[str, Sequence[Op]]]


def number_text(year: int, number: int) -> str:
    """A case's number as the papers have it."""
    return f"({year})人调字第{number}号"


def open_cases(connection: Connection, work: Work, community_id: str) -> frozenset[str]:
    """Make the scopes that these operations begin; those made now or by an earlier try of the
    same request are not told apart. The caller may open cases in the community.

    Only a scope whose first operation makes the very case is begun: nobody claims a name that
    says nothing.
    """
    begun = [scope_id for scope_id, ops in work if ops and _begins(scope_id, ops[0])]
    if not begun:
        return frozenset()
    there = select(SCOPE.c.scope_id).where(SCOPE.c.scope_id.in_(begun))
    fresh = sorted(set(begun) - set(connection.execute(there).scalars()))
    for scope_id in fresh:
        ensure_scope(connection, scope_id)
    lines = [{"case_id": _case_id(one), "community_id": community_id} for one in fresh]
    insert_missing(connection, CASE_FILE, lines)
    return frozenset(fresh)


def _begins(scope_id: str, op: Op) -> bool:
    entity = ENTITIES.get(op.type)
    return entity is not None and op.kind == OpKind.CREATE and entity.begins(scope_id, op.id)


def _case_id(scope_id: str) -> str:
    return scope_id.removeprefix(_PREFIX)


def cases_of(connection: Connection, account_id: str) -> list[str]:
    """The cases that a person handles, is invited to, or opened and nobody accepted yet."""
    query = select(CASE_MEMBER.c.case_id).where(CASE_MEMBER.c.account_id == account_id)
    return sorted(connection.execute(query).scalars())


def cases_in(connection: Connection, community_id: str) -> list[str]:
    """Every case of a community."""
    query = select(CASE_FILE.c.case_id).where(CASE_FILE.c.community_id == community_id)
    return sorted(connection.execute(query).scalars())


def file_case(connection: Connection, case_id: str, community_id: str) -> None:
    """Note whose office a case belongs to that is written in bulk, before its rows are."""
    insert_missing(connection, CASE_FILE, [{"case_id": case_id, "community_id": community_id}])


class CaseBook:
    """What one transaction changes about cases beyond their rows. :meth:`write` keeps it."""

    def __init__(self, connection: Connection, journal: Journal) -> None:
        self._connection = connection
        self._journal = journal
        self._members: dict[str, frozenset[str]] = {}
        self._counters: dict[tuple[str, int], int] = {}

    def numbered(self, type_: str, row_id: str, body: Mapping[str, Any], at: str) -> dict[str, Any]:
        """The body with the case's number, once it is accepted; ``at`` is the time of receipt."""
        if type_ != CASE or body.get("no") or str(body.get("stage") or CLUE) in UNNUMBERED:
            return dict(body)
        community_id = self._community(row_id)
        if not community_id:
            return dict(body)
        year = local_day(parse_stamp(at)).year
        number = self._last(community_id, year) + 1
        self._journal.set(self._counters, (community_id, year), number)
        return {**body, "no": number_text(year, number)}

    def note(self, row: StoredRow) -> None:
        """A case was written: those whom it names hold it, and nobody else."""
        if row.type == CASE:
            self._journal.set(self._members, row.id, frozenset() if row.deleted else _named(row))

    def _community(self, case_id: str) -> str:
        query = select(CASE_FILE.c.community_id).where(CASE_FILE.c.case_id == case_id)
        return str(self._connection.execute(query).scalar() or "")

    def _last(self, community_id: str, year: int) -> int:
        """The last number given. The line is locked: two cases never share a number."""
        key = (community_id, year)
        if key not in self._counters:
            line = {"community_id": community_id, "year": year, "last": 0}
            insert_missing(self._connection, CASE_COUNTER, [line])
            query = select(CASE_COUNTER.c.last).where(*_counter(key)).with_for_update()
            return int(self._connection.execute(query).scalar_one())
        return self._counters[key]

    def write(self) -> None:
        """Put what changed into the store; :meth:`written` once nothing failed."""
        for key, last in self._counters.items():
            self._connection.execute(update(CASE_COUNTER).where(*_counter(key)).values(last=last))
        for case_id, named in self._members.items():
            self._write_members(case_id, named)

    def written(self) -> None:
        """The store holds what is here."""
        self._members.clear()
        self._counters.clear()

    def _write_members(self, case_id: str, named: Iterable[str]) -> None:
        """Only people of the case's own community: no other office is let in by a name."""
        community_id = self._community(case_id)
        there = select(CASE_MEMBER.c.account_id).where(CASE_MEMBER.c.case_id == case_id)
        before = set(self._connection.execute(there).scalars())
        ours = select(ACCOUNT.c.id).where(
            ACCOUNT.c.community_id == community_id, ACCOUNT.c.id.in_(sorted(named))
        )
        after = set(self._connection.execute(ours).scalars())
        if before == after:
            return
        gone = (CASE_MEMBER.c.case_id == case_id, CASE_MEMBER.c.account_id.in_(before - after))
        self._connection.execute(delete(CASE_MEMBER).where(*gone))
        fresh = [{"case_id": case_id, "account_id": one} for one in sorted(after - before)]
        if fresh:
            self._connection.execute(insert(CASE_MEMBER), fresh)
        # Whoever sees every case of the community holds it, too: all are asked anew.
        everybody = ACCOUNT.c.community_id == community_id
        self._connection.execute(update(ACCOUNT).where(everybody).values(grants_of=""))


def _named(row: StoredRow) -> frozenset[str]:
    body = row.body
    named = [*(body.get("mediators") or ()), *(body.get("invited") or ())]
    if str(body.get("stage") or CLUE) == CLUE:
        named.append(body.get("opened_by"))
    return frozenset(each for each in named if isinstance(each, str) and each)


def _counter(key: tuple[str, int]) -> tuple[Any, Any]:
    return CASE_COUNTER.c.community_id == key[0], CASE_COUNTER.c.year == key[1]
