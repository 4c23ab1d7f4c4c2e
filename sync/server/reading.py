"""What a person may ask besides rows: who they are, what is kept aside, how a row came to be."""

from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, or_, select

from sync.identity import Clock, local_day, parse_stamp, stamp
from sync.merge.operation import UNFINISHED, decode_op
from sync.schema.household import Household
from sync.schema.policy import ScopeKind
from sync.schema.registry import SCHEMA_VERSION, scope_name
from sync.server.carrying import in_order
from sync.server.database import Database
from sync.server.epochs import epoch_of
from sync.server.grants import Grants, community_rows, grants_of, posts_of
from sync.server.people import Caller
from sync.server.referral_copies import is_given_back
from sync.server.rows import home_of
from sync.server.tables import HELD, HISTORY
from sync.wire.messages import (
    WIRE_VERSION,
    HeldItem,
    HeldReply,
    Hello,
    HistoryItem,
    HistoryReply,
    UserInfo,
)
from sync.wire.sealed import server_key

MOST_HELD: Final = 1000
MOST_HISTORY: Final = 1000
LOCK_MINUTES: Final = 5
DESK_LOCK_MINUTES: Final = 2
_AT_THE_DESK: Final = frozenset({"desk_clerk"})


def hello(db: Database, caller: Caller, clock: Clock) -> Hello:
    """Versions spoken, scopes granted, policy."""
    now = clock.now()
    with db.read() as connection:
        grants = grants_of(connection, caller.staff_id, local_day(now))
        user = user_info(connection, caller.account, clock)
        epoch = epoch_of(connection)
    at_the_desk = bool(_AT_THE_DESK & set(user.posts))
    return Hello(
        wire=WIRE_VERSION,
        schema=SCHEMA_VERSION,
        epoch=epoch,
        grant_rev=grants.rev,
        grants=grants.scopes,
        user=user,
        server_time=stamp(now),
        courier_key=server_key(db.key).public_key().public_bytes_raw(),
        policy={"lock_minutes": DESK_LOCK_MINUTES if at_the_desk else LOCK_MINUTES},
    )


def user_info(connection: Connection, account: Any, clock: Clock) -> UserInfo:
    """The person behind an account, as their laptop greets them."""
    today = local_day(clock.now())
    community_id = str(account.community_id)
    staff = community_rows(connection, community_id, "staff").get(account.id, {})
    areas = community_rows(connection, community_id, "area")
    grids = scope_name(ScopeKind.GRID, "")
    granted = grants_of(connection, account.id, today).scopes
    return UserInfo(
        staff_id=account.id,
        login=account.login,
        name=str(staff.get("name", account.login)),
        posts=posts_of(connection, account.id, community_id, today),
        community_id=community_id,
        community_name=str(areas.get(community_id, {}).get("name", community_id)),
        grid_ids=[scope.removeprefix(grids) for scope in granted if scope.startswith(grids)],
    )


def held(db: Database, caller: Caller, clock: Clock) -> HeldReply:
    """What is kept aside: the caller's own, and what they might settle in their scopes."""
    with db.read() as connection:
        grants = grants_of(connection, caller.staff_id, local_day(clock.now()))
        lines = connection.execute(
            select(HELD)
            .where(or_(HELD.c.author == caller.staff_id, HELD.c.scope_id.in_(grants.scopes)))
            .order_by(HELD.c.at, HELD.c.op_id)
            .limit(MOST_HELD)
        ).all()
    now = clock.now()
    return HeldReply([_held_item(line, now) for line in lines if _may_see(line, caller, grants)])


def _may_see(line: Any, caller: Caller, grants: Grants) -> bool:
    # An unfinished form is no row: whoever may work on its household looks at it.
    about = Household.TYPE if line.type == UNFINISHED else line.type
    return line.author == caller.staff_id or grants.may_write(line.scope_id, about)


def _held_item(line: Any, now: datetime) -> HeldItem:
    try:
        fields = dict(decode_op(line.payload).f)
    except (msgspec.DecodeError, RecursionError):
        fields = {}
    return HeldItem(
        op_id=line.op_id,
        scope=line.scope_id,
        type=line.type,
        id=line.id,
        code=line.code,
        at=line.at,
        author=line.author,
        device=line.device,
        f=fields,
        age_s=max(0, int((now - parse_stamp(line.at)).total_seconds())),
    )


def history(
    db: Database, caller: Caller, type_: str, row_id: str, clock: Clock
) -> HistoryReply | None:
    """A row's history; nothing where there is no such row, or the caller may not hold it, or gave
    it back."""
    with db.read() as connection:
        grants = grants_of(connection, caller.staff_id, local_day(clock.now()))
        scope_id = home_of(connection, type_, row_id)
        if scope_id is None or not grants.may_hold(scope_id):
            return None
        if is_given_back(connection, scope_id, type_, row_id):
            return None
        where = (HISTORY.c.type == type_, HISTORY.c.id == row_id)
        lines = connection.execute(select(HISTORY).where(*where)).all()
    return HistoryReply([_history_item(line) for line in in_order(lines)[:MOST_HISTORY]])


def _history_item(line: Any) -> HistoryItem:
    return HistoryItem(
        rev=line.rev,
        type=line.type,
        id=line.id,
        field=line.field,
        author=line.author,
        device=line.device,
        at=line.at,
        old=msgspec.json.decode(line.old) if line.old is not None else None,
        new=msgspec.json.decode(line.new) if line.new is not None else None,
    )
