"""Forms that were begun about households of a scope that is taken away: handed to the office.

Their author sees the household no more, so nobody could finish them here, and the words of the
people behind that door must not stay on a computer that has no business with them. Each becomes an
operation of the scope's lane, which the server keeps aside for a person to look at.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, delete, select

from sync.identity import Clock, Device, Minter, stamp
from sync.merge.operation import LARGEST_OPERATION_BYTES, UNFINISHED, Op, OpKind, encode_op
from sync.schema.registry import SCHEMA_VERSION
from sync.store import outbox
from sync.store.edit_journal import Entries
from sync.store.tables import DRAFT, TABLES


@dataclass(frozen=True)
class Kept:
    """A draft as it lies in the store. ``form`` names what it is a draft of."""

    key: str
    form: str
    household_id: str
    value: str
    saved_at: str


class Unfinished:
    """Turns the drafts of a scope into operations."""

    def __init__(self, device: Device, clock: Clock, minter: Minter) -> None:
        self._device = device
        self._clock = clock
        self._minter = minter

    def hand_over(
        self, connection: Connection, generation: int, scope_id: str, entries: Entries
    ) -> None:
        """Send instead of keep what was begun about the households of this copy.

        A form that is too large to travel stays a draft, for its author to throw away.
        """
        for kept in list(_begun(connection, generation)):
            op = self._operation(connection, scope_id, kept)
            raw = encode_op(op)
            if len(raw) <= LARGEST_OPERATION_BYTES:
                outbox.save(connection, scope_id, op, raw, op.at)
                entries.add(op.op_id, scope_id, raw)
                connection.execute(delete(DRAFT).where(DRAFT.c.key == kept.key))
                entries.ended.append(kept.key)

    def _operation(self, connection: Connection, scope_id: str, kept: Kept) -> Op:
        told = {
            "household_id": kept.household_id,
            "form": kept.form,
            "words": msgspec.json.decode(kept.value),
            "kept_at": kept.saved_at,
        }
        return Op(
            op_id=self._minter.new_id(),
            seq=outbox.next_seq(connection, scope_id),
            kind=OpKind.APPEND.value,
            type=UNFINISHED,
            id=self._minter.new_id(),
            f={name: (None, value) for name, value in told.items()},
            at=stamp(self._clock.now()),
            boot=self._device.boot,
            mono=self._clock.monotonic(),
            schema=SCHEMA_VERSION,
        )


def _begun(connection: Connection, generation: int) -> Iterator[Kept]:
    household = TABLES["household"].c
    here = select(household.id).where(household.generation == generation)
    homes = set(connection.execute(here).scalars())
    for key, value, saved_at in connection.execute(
        select(DRAFT.c.key, DRAFT.c.value, DRAFT.c.saved_at).order_by(DRAFT.c.saved_at)
    ):
        form, _, household_id = key.partition(":")
        if household_id in homes:
            yield Kept(key, form, household_id, value, saved_at)
