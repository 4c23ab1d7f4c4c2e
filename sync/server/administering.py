"""Accounts, codes and posts by the word of the office itself, over the network.

Each request is checked against :mod:`sync.server.powers`, written as the administrator's commands
write, and kept in the audit under whoever asked.
"""

import re
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, select

from sync.errors import (
    AreaNotHere,
    DaysWrong,
    LoginTaken,
    LoginWrong,
    NameWanted,
    NotFound,
    NotPermitted,
)
from sync.identity import derived_id, local_day, stamp
from sync.merge.operation import Op, OpKind
from sync.rules.matter_rights import ANSWERS_OF
from sync.rules.post_areas import levels_of
from sync.schema.codes import POST
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.server.grants import community_rows
from sync.server.locked import lock_scopes
from sync.server.office import Office, UserExists, create_op, submit
from sync.server.outside import call_newcomers, require_one_kind, tell_newcomers
from sync.server.people import Caller, NewCode, mint_code
from sync.server.powers import IT, Power, holds, leads, posts_held, require
from sync.server.rows import ensure_scope
from sync.server.tables import ACCOUNT
from sync.wire.office_messages import (
    AccountRequest,
    CodeRequest,
    EndPostRequest,
    OfficeReply,
    PostRequest,
)

_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9.\-]{1,39}")
_LONGEST_COVER_DAYS: Final = 366
_WALKS: Final = "grid_worker"


def add_account(office: Office, caller: Caller, asked: AccountRequest) -> OfficeReply:
    """Somebody who may enrol computers, without any post yet."""
    with office.db.read() as connection:
        require(connection, caller, Power.ACCOUNTS, local_day(office.clock.now()))
    if not _LOGIN.fullmatch(asked.login):
        raise LoginWrong
    if not asked.name.strip():
        raise NameWanted
    community_id = str(caller.account.community_id)
    try:
        staff_id = office.add_user(
            community_id, asked.login, asked.name.strip(), asked.phone.strip()
        )
    except UserExists:
        raise LoginTaken from None
    return OfficeReply(staff_id)


def give_code(office: Office, caller: Caller, asked: CodeRequest) -> tuple[str, NewCode]:
    """The login of a colleague, and a code for one computer of theirs. Raises
    :class:`NotPermitted`, :class:`NotFound`."""
    today = local_day(office.clock.now())
    with office.db.read() as connection:
        giving = require(connection, caller, Power.CODES, today)
        account = _colleague(connection, caller, asked.staff_id)
        theirs = {
            held.post for held in posts_held(connection, account.community_id, account.id, today)
        }
        if IT in theirs and all(held.post != IT for held in giving):
            raise NotPermitted
    code = mint_code(office.db, account.login, office.clock)
    office.note("code", account.id)
    return str(account.login), code


def give_post(office: Office, caller: Caller, asked: PostRequest) -> OfficeReply:
    """A post in an area, or cover for an absent colleague. A leader covers in the grids led.

    Raises :class:`PostsMixed`, and what the checks of days, power and place raise.
    """
    _check_days(asked.valid_from, asked.valid_to)
    today = local_day(office.clock.now())
    community_id, comes = str(caller.account.community_id), asked.post in ANSWERS_OF

    def give(connection: Connection) -> OfficeReply:
        _check_power(connection, caller, asked, today)
        account = _colleague(connection, caller, asked.staff_id)
        _check_place(connection, caller, asked, today)
        if comes:
            ensure_scope(connection, scope_name(ScopeKind.UNIT, asked.area_id))
        row_id = derived_id(
            "assignment",
            account.id,
            asked.post,
            asked.area_id,
            asked.valid_from,
            asked.substitute_for,
        )
        body = {
            "staff_id": account.id,
            "post": asked.post,
            "area_id": asked.area_id,
            "valid_from": asked.valid_from or None,
            "valid_to": asked.valid_to or None,
            "substitute_for": asked.substitute_for or None,
        }
        known = community_rows(connection, account.community_id, "assignment").get(row_id)
        op = create_op(office.minter, "assignment", row_id, body)
        if known is not None:
            changed = {
                name: (known.get(name), body[name])
                for name in ("valid_from", "valid_to")
                if known.get(name) != body[name]
            }
            op = Op(office.minter.new_id(), 0, OpKind.PATCH, "assignment", row_id, changed)
        require_one_kind(connection, account.community_id, row_id, body, today)
        _submit(connection, office, account.community_id, [op])
        office.audit(connection, "cover" if asked.substitute_for else "assign", account.id)
        if comes:
            call_newcomers(connection, community_id)
        return OfficeReply(row_id)

    given = office.db.run(give)
    if comes:
        tell_newcomers(office.db, office.clock, community_id)
    return given


def end_post(office: Office, caller: Caller, asked: EndPostRequest) -> OfficeReply:
    """The last day of a post; what was written while it held stays.

    Raises :class:`DaysWrong` where it would be longer than before: that is giving a post.
    """
    _check_days("", asked.valid_to)
    if not asked.valid_to:
        raise DaysWrong
    today = local_day(office.clock.now())

    def end(connection: Connection) -> OfficeReply:
        community_id = str(caller.account.community_id)
        body = community_rows(connection, community_id, "assignment").get(asked.assignment_id)
        if body is None:
            require(connection, caller, Power.COVER, today)
            raise NotFound(what=asked.assignment_id)
        named = PostRequest(
            staff_id=str(body.get("staff_id")),
            post=str(body.get("post")),
            area_id=str(body.get("area_id")),
            valid_from=str(body.get("valid_from") or ""),
            valid_to=asked.valid_to,
            substitute_for=str(body.get("substitute_for") or ""),
        )
        _check_power(connection, caller, named, today)
        _check_days(named.valid_from, asked.valid_to)
        if asked.valid_to > str(body.get("valid_to") or asked.valid_to):
            raise DaysWrong
        pair = (body.get("valid_to"), asked.valid_to)
        op = Op(
            office.minter.new_id(),
            0,
            OpKind.PATCH,
            "assignment",
            asked.assignment_id,
            {"valid_to": pair},
        )
        _submit(connection, office, community_id, [op])
        office.audit(connection, "end_post", named.staff_id)
        return OfficeReply(asked.assignment_id)

    return office.db.run(end)


def _check_power(connection: Connection, caller: Caller, asked: PostRequest, today: date) -> None:
    """A secretary gives every post but IT's, nobody one to themselves; a leader only covers."""
    if asked.post not in POST or asked.post == IT or asked.staff_id == caller.staff_id:
        require(connection, caller, Power.COVER, today)
        raise NotPermitted
    if not asked.substitute_for:
        require(connection, caller, Power.POSTS, today)
        return
    giving = require(connection, caller, Power.COVER, today)
    if any(held.post == "secretary" for held in giving):
        return
    if asked.post != _WALKS or not leads(connection, caller, giving, asked.area_id):
        raise NotPermitted


def _check_place(connection: Connection, caller: Caller, asked: PostRequest, today: date) -> None:
    """The area is one of the community, and cover is for somebody who holds that very post."""
    community_id = str(caller.account.community_id)
    area = community_rows(connection, community_id, "area").get(asked.area_id)
    if area is None or area.get("level") not in levels_of(asked.post):
        raise AreaNotHere
    if not asked.substitute_for:
        return
    if not asked.valid_from or not asked.valid_to:
        raise DaysWrong
    span = date.fromisoformat(asked.valid_to) - date.fromisoformat(asked.valid_from)
    if span.days > _LONGEST_COVER_DAYS:
        raise DaysWrong
    first = max(today, date.fromisoformat(asked.valid_from))
    theirs = [
        body
        for body in community_rows(connection, community_id, "assignment").values()
        if body.get("staff_id") == asked.substitute_for
        and body.get("post") == asked.post
        and body.get("area_id") == asked.area_id
        and holds(body, first)
    ]
    if not theirs:
        raise NotFound(what=asked.substitute_for)


def _colleague(connection: Connection, caller: Caller, staff_id: str) -> Any:
    """The account of somebody of the same community. Whoever is of another is not found."""
    where = (ACCOUNT.c.id == staff_id, ACCOUNT.c.community_id == caller.account.community_id)
    found = connection.execute(select(ACCOUNT).where(*where)).first()
    if found is None:
        raise NotFound(what=staff_id)
    return found


def _submit(connection: Connection, office: Office, community_id: str, ops: list[Op]) -> None:
    scope_id = scope_name(ScopeKind.COMMUNITY, community_id)
    locked = lock_scopes(connection, {scope_id}, stamp(office.clock.now()))
    submit(locked, scope_id, ops, office.writer(locked.at), office.db.epoch)
    locked.save()


def _check_days(first: str, last: str) -> None:
    try:
        days = [date.fromisoformat(day) for day in (first, last) if day]
    except ValueError:
        raise DaysWrong from None
    if any(len(day) != len("2026-06-18") for day in (first, last) if day) or days != sorted(days):
        raise DaysWrong
