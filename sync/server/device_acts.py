"""What IT sees and does about the community's computers over the network.

The list is the one of ``doorstep-server devices``, and each act writes what its command writes.
Whose data was on a lost computer is counted here and told to nobody: the list of it is made by the
command, for those who write the notice.
"""

from typing import Final

import msgspec
from sqlalchemy import Connection, select

from sync.errors import NotFound, NotPermitted, OwnComputer
from sync.identity import local_day
from sync.server.devices import DeviceLine, device_lines
from sync.server.grants import community_rows
from sync.server.leases import destroy, next_code, rules_of
from sync.server.lost import loss_of
from sync.server.office import Office
from sync.server.people import Caller, revoke
from sync.server.powers import IT, Power, posts_held, require
from sync.server.signatures import resume
from sync.server.tables import ACCOUNT, DEVICE
from sync.wire.device_messages import DeviceAct, DeviceReply, DevicesReply, DeviceTold

_AUDITED: Final = {
    DeviceAct.EXTEND: "lease.extend",
    DeviceAct.RESUME: "device.resume",
    DeviceAct.REVOKE: "device.revoke",
    DeviceAct.LOST: "device.lost",
}
_ENDS: Final = frozenset({DeviceAct.REVOKE, DeviceAct.LOST})


def listed(office: Office, caller: Caller) -> DevicesReply:
    """Every computer of the caller's community. Raises :class:`NotPermitted`."""
    now = office.clock.now()
    with office.db.read() as connection:
        require(connection, caller, Power.DEVICES, local_day(now))
        community_id = str(caller.account.community_id)
        staff = community_rows(connection, community_id, "staff")
        lines = device_lines(connection, now, community_id)
        days = rules_of(connection).days
    told = [
        msgspec.convert(
            {name: getattr(line, name) for name in DeviceLine.__dataclass_fields__}
            | {
                "owner": str(staff.get(line.staff_id, {}).get("name", "")),
                "silent": line.is_silent(now),
                "own": line.device == caller.client_id,
            },
            DeviceTold,
        )
        for line in lines
    ]
    return DevicesReply(told, days)


def act_on(office: Office, caller: Caller, act: DeviceAct, device: str) -> DeviceReply:
    """Do it, and keep it in the audit.

    Raises :class:`NotPermitted`, NotFound where the computer is of another community,
    :class:`OwnComputer`, NothingLent, NotSuspended.
    """

    def work(connection: Connection) -> DeviceReply:
        _check(connection, office, caller, act, device)
        reply = DeviceReply(device)
        match act:
            case DeviceAct.EXTEND:
                reply.code = next_code(connection, device)
            case DeviceAct.RESUME:
                resume(connection, device)
            case DeviceAct.REVOKE:
                revoke(connection, device, office.clock)
            case DeviceAct.LOST:
                reply.people = len(loss_of(connection, device, office.clock).people)
                destroy(connection, device, office.clock)
        office.audit(connection, _AUDITED[act], device)
        return reply

    return office.db.run(work)


def _check(
    connection: Connection, office: Office, caller: Caller, act: DeviceAct, device: str
) -> None:
    """No secretary ends a computer of IT's, as none appoints IT; nobody ends their own."""
    today = local_day(office.clock.now())
    giving = require(connection, caller, Power.DEVICES, today)
    owner = connection.execute(
        select(ACCOUNT.c.id, ACCOUNT.c.community_id)
        .join(DEVICE, DEVICE.c.account_id == ACCOUNT.c.id)
        .where(DEVICE.c.client_id == device)
    ).first()
    if owner is None or owner.community_id != caller.account.community_id:
        raise NotFound(what=device)
    if act in _ENDS and device == caller.client_id:
        raise OwnComputer
    theirs = {held.post for held in posts_held(connection, owner.community_id, owner.id, today)}
    if IT in theirs and all(held.post != IT for held in giving):
        raise NotPermitted
