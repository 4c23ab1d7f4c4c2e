"""What the administrator's commands do: communities, areas, users, posts.

They write reference data through the same settling as everybody else, as the client ``admin``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from sync.errors import Bug, DoorstepError, NotFound
from sync.i18n import N_, _
from sync.identity import Clock, Minter, derived_id, local_day, stamp
from sync.merge.operation import Op, OpKind, Outcome
from sync.merge.values import Writer
from sync.rules.matter_rights import ANSWERS_OF
from sync.rules.post_areas import levels_of
from sync.schema.codes import AREA_LEVEL, POST
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.schema.values import settled_fields
from sync.server.audit import record_command
from sync.server.crossing import insert_missing
from sync.server.database import Database
from sync.server.grants import community_rows, forget_grants
from sync.server.locked import Locked, lock_scopes
from sync.server.outside import (
    OUTSIDE,
    call_newcomers,
    require_alone,
    require_one_kind,
    tell_newcomers,
)
from sync.server.people import account_by_login
from sync.server.roster.matching import grid_key
from sync.server.rows import ensure_scope, home_of
from sync.server.settling import settle_operation
from sync.server.tables import ACCOUNT, COMPANION, SCOPE

ADMIN: Final = "admin"


class CommunityUnknown(DoorstepError):
    """No community has that id."""

    code = "server.community_unknown"
    message = N_("There is no community {community}. Add it: doorstep-server community add")


class CommunityUnnamed(DoorstepError):
    """A command was given no community, and not exactly one is there."""

    code = "server.community_unnamed"
    message = N_("Say which community: --community ID. There are: {known}.")


class AreaUnknown(DoorstepError):
    """No area of the community has that id or name."""

    code = "server.area_unknown"
    message = N_("There is no area {area}. List them: doorstep-server area list")


class PostElsewhere(DoorstepError):
    """A post in an area of another level than those in which it is held: it would give nothing."""

    code = "server.post_elsewhere"
    message = N_("{area} cannot have the post {post}: it is held in {levels}.")


class AreaUnclear(DoorstepError):
    """Several areas have that name, such as building 1 of two estates."""

    code = "server.area_unclear"
    message = N_("Several areas are called {area}. Use one of these ids: {ids}.")


class UserExists(DoorstepError):
    """The login is taken."""

    code = "server.user_exists"
    message = N_("There is a user {login} already. Choose another login.")


@dataclass(frozen=True)
class Office:
    """The administrator's desk: a store, and the clock and ids its commands use."""

    db: Database
    clock: Clock
    minter: Minter
    author: str = ADMIN
    """Who is named in the history and the audit: a command, or whoever asked over the network."""

    def add_community(self, community_id: str, name: str, **fields: Any) -> str:
        """A community with its scopes; adding it again changes only what is different."""

        def add(connection: Connection) -> str:
            ensure_scope(connection, scope_name(ScopeKind.COMMUNITY, community_id))
            ensure_scope(connection, scope_name(ScopeKind.DESK, community_id))
            body = {"level": "community", "name": name, **fields}
            self._write(connection, community_id, [("area", community_id, body)])
            self.audit(connection, "community.add", community_id)
            return community_id

        return self.db.run(add)

    def has_community(self, community_id: str) -> bool:
        """Whether it was added already."""
        with self.db.read() as connection:
            return community_id in _communities(connection)

    def add_areas(self, community_id: str, areas: Iterable[Mapping[str, Any]]) -> list[str]:
        """Estates, courtyards, buildings, grids; an area is known by level, parent and name.

        Adding one again changes only what is different. Grids and departments get their scopes,
        and a department what it was whistled for before it came. Raises :class:`AreaTaken`.
        """
        listed = [dict(area) for area in areas]
        ids = [area_id(community_id, area) for area in listed]
        named = list(zip(ids, listed, strict=True))
        comes = any(body.get("level") in OUTSIDE for body in listed)

        def add(connection: Connection) -> list[str]:
            _require(connection, community_id)
            require_alone(connection, community_id, named)
            for row_id, body in named:
                if body.get("level") == "grid":
                    ensure_scope(connection, scope_name(ScopeKind.GRID, row_id))
                    ensure_scope(connection, scope_name(ScopeKind.ID_NUMBERS, row_id))
                elif body.get("level") in OUTSIDE:
                    ensure_scope(connection, scope_name(ScopeKind.UNIT, row_id))
            rows = [("area", row_id, body) for row_id, body in named]
            self._write(connection, community_id, rows)
            self.audit(connection, "area.add", community_id)
            if comes:
                call_newcomers(connection, community_id)
            return ids

        self.db.run(add)
        if comes:
            tell_newcomers(self.db, self.clock, community_id)
        return ids

    def add_user(self, community_id: str, login: str, name: str, phone: str = "") -> str:
        """Someone who may enrol computers, with an inbox. Raises :class:`UserExists`."""
        staff_id = derived_id("staff", login)

        def add(connection: Connection) -> str:
            _require(connection, community_id)
            taken = select(ACCOUNT.c.id).where(ACCOUNT.c.login == login)
            if connection.execute(taken).first() is not None:
                raise UserExists(login=login)
            body = {"login": login, "name": name, "phone": phone}
            self._write(connection, community_id, [("staff", staff_id, body)])
            connection.execute(
                insert(ACCOUNT).values(id=staff_id, login=login, community_id=community_id)
            )
            ensure_scope(connection, scope_name(ScopeKind.USER, staff_id))
            self.audit(connection, "user.add", staff_id)
            return staff_id

        return self.db.run(add)

    def assign(
        self, login: str, post: str, area: str, since: str | None = None, until: str | None = None
    ) -> str:
        """Give a user a post in an area (its id, or its name where only one has it).

        Raises :class:`PostElsewhere` where the area is of a level in which nobody holds that post,
        and :class:`PostsMixed` where somebody of the community would be of a department as well.
        """
        with self.db.write() as connection:
            account = account_by_login(connection, login)
            found = self.find_area(connection, account.community_id, area)
            areas = community_rows(connection, account.community_id, "area")
            levels = levels_of(post)
            if areas[found].get("level") not in levels:
                named = _(", ").join(_(AREA_LEVEL[one]) for one in levels)
                raise PostElsewhere(area=area, post=_(POST.get(post, post)), levels=named)
            if post in ANSWERS_OF:
                ensure_scope(connection, scope_name(ScopeKind.UNIT, found))
            assignment_id = derived_id("assignment", account.id, post, found)
            body = {
                "staff_id": account.id,
                "post": post,
                "area_id": found,
                "valid_from": since,
                "valid_to": until,
            }
            today = local_day(self.clock.now())
            require_one_kind(connection, account.community_id, assignment_id, body, today)
            self._write(connection, account.community_id, [("assignment", assignment_id, body)])
            self.audit(connection, "assign", account.id)
            if post in ANSWERS_OF:
                call_newcomers(connection, account.community_id)
        if post in ANSWERS_OF:
            tell_newcomers(self.db, self.clock, account.community_id)
        return assignment_id

    def add_companion(self, login: str, person_id: str) -> None:
        """Name the user as companion of a person: they then hold that person's tier-3 care."""
        with self.db.write() as connection:
            account = account_by_login(connection, login)
            if home_of(connection, "person", person_id) is None:
                raise NotFound(what=person_id)
            ensure_scope(connection, scope_name(ScopeKind.CARE, person_id))
            line = {"account_id": account.id, "person_id": person_id}
            insert_missing(connection, COMPANION, [line])
            forget_grants(connection, account.id)
            self.audit(connection, "companion.add", person_id)

    def community(self, named: str) -> str:
        """The id of the community that a command speaks of: the named one, or the only one.

        Raises :class:`CommunityUnknown` or :class:`CommunityUnnamed`.
        """
        with self.db.read() as connection:
            if named:
                _require(connection, named)
                return named
            known = _communities(connection)
        if len(known) != 1:
            raise CommunityUnnamed(known=", ".join(known) or "–")
        return known[0]

    def note(self, action: str, object_id: str) -> None:
        """Keep in the audit what a command did that needs no other write of this desk."""
        with self.db.write() as connection:
            self.audit(connection, action, object_id)

    def find_area(
        self, connection: Connection, community_id: str, wanted: str, level: str = ""
    ) -> str:
        """The id of the area (of this ``level``, where one is given) that is called so; a grid
        answers to 第三网格 and 第3网格 alike.

        Raises :class:`AreaUnknown` or :class:`AreaUnclear`.
        """
        areas = {
            row_id: body
            for row_id, body in community_rows(connection, community_id, "area").items()
            if level in ("", body.get("level"))
        }
        if wanted in areas:
            return wanted
        named = [row_id for row_id, body in areas.items() if body.get("name") == wanted]
        named = named or [
            row_id
            for row_id, body in areas.items()
            if body.get("level") == "grid" and grid_key(str(body.get("name"))) == grid_key(wanted)
        ]
        if not named:
            raise AreaUnknown(area=wanted)
        if len(named) > 1:
            raise AreaUnclear(area=wanted, ids=", ".join(sorted(named)))
        return named[0]

    def _write(
        self,
        connection: Connection,
        community_id: str,
        rows: Sequence[tuple[str, str, Mapping[str, Any]]],
    ) -> None:
        scope_id = scope_name(ScopeKind.COMMUNITY, community_id)
        ops = [create_op(self.minter, type_, row_id, body) for type_, row_id, body in rows]
        locked = lock_scopes(connection, {scope_id}, stamp(self.clock.now()))
        submit(locked, scope_id, ops, self.writer(locked.at), self.db.epoch)
        locked.save()

    def writer(self, at: str) -> Writer:
        """Who asserts what this desk writes: the office, by the word of its author."""
        return Writer(ADMIN, self.author, at=at)

    def audit(self, connection: Connection, action: str, object_id: str) -> None:
        """Keep in the audit what a command did, in the transaction in which it did it."""
        clock, minter = self.clock, self.minter
        record_command(connection, self.db.key, clock, minter, action, object_id, self.author)


def _require(connection: Connection, community_id: str) -> None:
    scope_id = scope_name(ScopeKind.COMMUNITY, community_id)
    there = select(SCOPE.c.scope_id).where(SCOPE.c.scope_id == scope_id)
    if connection.execute(there).first() is None:
        raise CommunityUnknown(community=community_id)


def _communities(connection: Connection) -> list[str]:
    prefix = scope_name(ScopeKind.COMMUNITY, "")
    found = select(SCOPE.c.scope_id).where(SCOPE.c.scope_id.startswith(prefix))
    return sorted(scope_id.removeprefix(prefix) for scope_id in connection.execute(found).scalars())


def area_id(community_id: str, area: Mapping[str, Any]) -> str:
    """The id of an area, the same whenever it is added: from its level, parent and name."""
    parent = str(area.get("parent_id") or community_id)
    return derived_id("area", community_id, str(area["level"]), parent, str(area["name"]))


def create_op(minter: Minter, type_: str, row_id: str, body: Mapping[str, Any]) -> Op:
    """An operation that makes a row, or brings one that is there to these values."""
    fields = {
        name: (None, value)
        for name, value in settled_fields(type_, body).items()
        if value is not None
    }
    return Op(op_id=minter.new_id(), seq=0, kind=OpKind.CREATE, type=type_, id=row_id, f=fields)


def submit(
    locked: Locked, scope_id: str, ops: Sequence[Op], writer: Writer, epoch: str
) -> list[Outcome]:
    """Settle operations of the server's own commands. Nothing of theirs may be held."""
    scope = locked.scopes[scope_id]
    outcomes: list[Outcome] = []
    for op in ops:
        ended = settle_operation(locked, scope, op, writer, epoch)
        if ended.outcome is Outcome.HELD:
            raise Bug(what=ended.code)
        outcomes.append(ended.outcome)
    return outcomes
