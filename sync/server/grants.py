"""What one person may hold and write now: their assignments, laid over the table of roles."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, select, update

from sync.rules.post_areas import HELD_IN
from sync.schema.canonical import decode_body
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.server.cases import cases_in, cases_of
from sync.server.database import Database
from sync.server.roles import CASE_FILE, RIGHTS
from sync.server.tables import ACCOUNT, COMPANION, LED_TO, ROW, SCOPE

# Made once: making this statement costs more than running it.
_LIVE: Final = select(ROW.c.id, ROW.c.body).where(
    ROW.c.scope_id == bindparam("scope"),
    ROW.c.type == bindparam("type"),
    LED_TO,
    ROW.c.deleted.is_(False),
)


@dataclass(frozen=True)
class Grants:
    """Scopes, and the entities that may be written in each. ``rev`` rises when they change."""

    rev: int
    writes: Mapping[str, frozenset[str]]

    @property
    def scopes(self) -> list[str]:
        """Every scope that may be held: the community's first, so that names are known."""
        return list(self.writes)

    def may_hold(self, scope_id: str) -> bool:
        """Whether the scope may be read at all."""
        return scope_id in self.writes

    def may_write(self, scope_id: str, type_: str) -> bool:
        """Whether rows of this entity may be written there."""
        return type_ in self.writes.get(scope_id, ())

    def with_cases(self, scopes: Iterable[str]) -> "Grants":
        """The same with cases that begin just now: whoever opens one writes in it."""
        begun = dict.fromkeys(scopes, CASE_FILE)
        return Grants(self.rev, {**self.writes, **begun}) if begun else self


def grants_of(connection: Connection, account_id: str, today: date) -> Grants:
    """The person's grants: those remembered, or new ones that :func:`remember_grants` will keep."""
    text, rev, _ = _current(connection, account_id, today)
    return _read(text, rev)


def kept_grants(connection: Connection, account_id: str, today: date) -> Grants | None:
    """The same of those that are written down; nothing where something changed them since, and
    :func:`remember_grants` is to be called before anybody is told of them."""
    text, rev, stale = _current(connection, account_id, today)
    return None if stale else _read(text, rev)


def remember_grants(db: Database, account_id: str, today: date) -> None:
    """Write the grants down where the community, the day or a companion changed them."""
    with db.read() as connection:
        _, _, stale = _current(connection, account_id, today)
    if not stale:
        return

    def remember(connection: Connection) -> None:
        # Nobody may write down an older state of the community over a newer one.
        mine = ACCOUNT.c.id == account_id
        connection.execute(select(ACCOUNT.c.id).where(mine).with_for_update())
        text, rev, key = _current(connection, account_id, today)
        of = key or ACCOUNT.c.grants_of
        connection.execute(
            update(ACCOUNT).where(mine).values(grants=text, grants_of=of, grant_rev=rev)
        )

    db.run(remember)


# Asked with every request: made once.
_WITH_COMMUNITY: Final = (
    select(ACCOUNT, SCOPE.c.head)
    .join(
        SCOPE,
        SCOPE.c.scope_id == scope_name(ScopeKind.COMMUNITY, "") + ACCOUNT.c.community_id,
        isouter=True,
    )
    .where(ACCOUNT.c.id == bindparam("account_id"))
)


def _current(connection: Connection, account_id: str, today: date) -> tuple[str, int, str]:
    """The grants as text, their ``rev``, and what they rest on: empty where that is remembered."""
    account = connection.execute(_WITH_COMMUNITY, {"account_id": account_id}).one()
    key = f"{account.head}:{today.isoformat()}"
    if account.grants_of == key:
        return account.grants, account.grant_rev, ""
    text = _text(_computed(connection, account_id, account.community_id, today))
    return text, account.grant_rev + (text != account.grants), key


def forget_grants(connection: Connection, account_id: str) -> None:
    """Have the person's grants computed again at their next request."""
    connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account_id).values(grants_of=""))


def posts_of(connection: Connection, account_id: str, community_id: str, today: date) -> list[str]:
    """The posts that a person holds today, each once."""
    assigned = _assignments(connection, account_id, community_id, today)
    return sorted({str(body.get("post")) for body in assigned})


def posts_at(connection: Connection, account: Any, scope_id: str, today: date) -> list[str]:
    """The posts by which a person may write in one scope today: a leader of one grid leads no
    other one, and whoever is of a department as well answers in its scope as the department."""
    areas = community_rows(connection, account.community_id, "area")
    found = set()
    for body in _assignments(connection, account.id, account.community_id, today):
        post = str(body.get("post"))
        area_id = str(body.get("area_id", ""))
        rights = RIGHTS.get(post)
        if rights is None:
            continue
        kind, _colon, name = scope_id.partition(":")
        if kind == ScopeKind.UNIT:
            counts = ScopeKind.UNIT in rights.writes and area_id == name
        else:
            counts = (
                kind != ScopeKind.GRID
                or rights.everywhere
                or name in grids_in(areas, area_id, account.community_id)
            )
        if counts:
            found.add(post)
    return sorted(found)


def may_open_cases(connection: Connection, account_id: str, community_id: str, today: date) -> bool:
    """Whether one of the person's posts lets mediation cases begin with them."""
    posts = posts_of(connection, account_id, community_id, today)
    return any(RIGHTS[post].opens_cases for post in posts if post in RIGHTS)


def community_rows(
    connection: Connection, community_id: str, type_: str
) -> dict[str, dict[str, Any]]:
    """The live reference rows of one entity in a community, by id."""
    asked = {"scope": scope_name(ScopeKind.COMMUNITY, community_id), "type": type_}
    lines = connection.execute(_LIVE, asked)
    return {row_id: decode_body(body) for row_id, body in lines}


def _computed(
    connection: Connection, account_id: str, community_id: str, today: date
) -> dict[str, frozenset[str]]:
    areas = community_rows(connection, community_id, "area")
    companions = list(
        connection.execute(
            select(COMPANION.c.person_id).where(COMPANION.c.account_id == account_id)
        ).scalars()
    )
    own_cases = cases_of(connection, account_id)
    every_case = cases_in(connection, community_id)
    writes: dict[str, frozenset[str]] = {}
    for body in _assignments(connection, account_id, community_id, today):
        post = str(body.get("post"))
        rights = RIGHTS.get(post)
        if rights is None:
            continue
        area_id = community_id if rights.everywhere else str(body.get("area_id", ""))
        names = {
            ScopeKind.COMMUNITY: [community_id],
            ScopeKind.USER: [account_id],
            ScopeKind.DESK: [community_id],
            ScopeKind.GRID: grids_in(areas, area_id, community_id),
            ScopeKind.ID_NUMBERS: grids_in(areas, area_id, community_id),
            ScopeKind.CARE: companions,
            ScopeKind.CASE: every_case if rights.every_case else own_cases,
            ScopeKind.UNIT: [area_id] if _is_held_in(post, areas.get(area_id)) else [],
        }
        for kind, types in rights.writes.items():
            for name in names[kind]:
                scope_id = scope_name(kind, name)
                writes[scope_id] = writes.get(scope_id, frozenset()) | types
    return dict(sorted(writes.items(), key=_community_first))


def _is_held_in(post: str, area: Mapping[str, Any] | None) -> bool:
    return area is not None and area.get("level") in HELD_IN.get(post, ())


def grids_in(
    areas: Mapping[str, Mapping[str, Any]], area_id: str, community_id: str
) -> Iterable[str]:
    """The grids that a post in this area is about: all of them where it is the community."""
    grids = sorted(row_id for row_id, body in areas.items() if body.get("level") == "grid")
    return grids if area_id == community_id else [grid for grid in grids if grid == area_id]


def _assignments(
    connection: Connection, account_id: str, community_id: str, today: date
) -> list[dict[str, Any]]:
    day = today.isoformat()
    return [
        body
        for body in community_rows(connection, community_id, "assignment").values()
        if body.get("staff_id") == account_id
        and str(body.get("valid_from", "")) <= day <= str(body.get("valid_to", "9999-12-31"))
    ]


def _community_first(item: tuple[str, frozenset[str]]) -> tuple[bool, str]:
    return not item[0].startswith(ScopeKind.COMMUNITY.value), item[0]


def _read(text: str, rev: int) -> Grants:
    held = msgspec.json.decode(text, type=dict[str, list[str]])
    return Grants(rev, {scope: frozenset(types) for scope, types in held.items()})


def _text(writes: Mapping[str, frozenset[str]]) -> str:
    return msgspec.json.encode({scope: sorted(types) for scope, types in writes.items()}).decode()
