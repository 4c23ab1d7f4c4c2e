"""Who has which ID number, without the number: what is kept is a keyed hash that only the server
can make. Read and written with the rows of one transaction."""

import hmac
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select

from sync.rules.idcard import plain_id
from sync.server.journal import Journal
from sync.server.many import among, insert_lines
from sync.server.own_secret import secret_in
from sync.server.sealed_types import key_of
from sync.server.tables import PERSON_NUMBER

_PURPOSE: Final = "id number"


_SHARED: Final = (
    select(PERSON_NUMBER.c.community_id, PERSON_NUMBER.c.number_hash)
    .where(
        among(PERSON_NUMBER.c.community_id, "communities"),
        among(PERSON_NUMBER.c.number_hash, "hashes"),
    )
    .group_by(PERSON_NUMBER.c.community_id, PERSON_NUMBER.c.number_hash)
    .having(func.count() > 1)
)


@dataclass(frozen=True)
class Number:
    """The number that an ``id_number`` row tells of a person, hashed, in one community."""

    community_id: str
    hash: str
    person_id: str


def hashed(key: bytes, number: str) -> str:
    """What is kept of a number, however it is spelt."""
    return hmac.new(key, f"{_PURPOSE}\x1f{plain_id(number)}".encode(), sha256).hexdigest()


class NumberBook:
    """The numbers that one transaction reads and writes. :meth:`write` puts them into the store."""

    def __init__(self, connection: Connection, journal: Journal) -> None:
        self._connection = connection
        self._journal = journal
        self._key = b""
        self._held: dict[str, Number | None] = {}
        self._changed: dict[str, bool] = {}

    def number(self, community_id: str, text: str, person_id: str) -> Number:
        """The number of a person, hashed with the server's own key."""
        if not self._key:
            self._key = secret_in(self._connection, key_of(self._connection))
        return Number(community_id, hashed(self._key, text), person_id)

    def of(self, row_id: str) -> Number | None:
        """What an ``id_number`` row told so far."""
        if row_id not in self._held:
            query = select(PERSON_NUMBER).where(PERSON_NUMBER.c.id == row_id)
            line = self._connection.execute(query).first()
            self._held[row_id] = (
                Number(line.community_id, line.number_hash, line.person_id) if line else None
            )
        return self._held[row_id]

    def sharing(self, number: Number) -> set[str]:
        """The people who have this number, by their ids."""
        query = select(PERSON_NUMBER.c.id, PERSON_NUMBER.c.person_id).where(
            PERSON_NUMBER.c.community_id == number.community_id,
            PERSON_NUMBER.c.number_hash == number.hash,
        )
        stored = self._connection.execute(query).all()
        found = {line.person_id for line in stored if line.id not in self._changed}
        written = (self._held[row_id] for row_id in self._changed)
        same = (number.community_id, number.hash)
        return found | {
            one.person_id for one in written if one and (one.community_id, one.hash) == same
        }

    def shared(self, numbers: Collection[Number]) -> set[tuple[str, str]]:
        """(community, hash) of those of these numbers that several rows of the store tell of."""
        communities = {number.community_id for number in numbers}
        hashes = {number.hash for number in numbers}
        asked = {"communities": communities, "hashes": hashes}
        return {(place, found) for place, found in self._connection.execute(_SHARED, asked)}

    def keep(self, row_id: str, number: Number | None) -> None:
        """From now on the row tells this, or nothing."""
        self._journal.set(self._held, row_id, number)
        self._journal.set(self._changed, row_id, True)

    def made(self, told: Iterable[tuple[str, Number]]) -> None:
        """New rows tell these: written at once."""
        lines = [_line(row_id, number) for row_id, number in told]
        insert_lines(self._connection, PERSON_NUMBER, lines)

    def write(self) -> None:
        """Put what changed into the store; :meth:`written` once nothing failed."""
        if not self._changed:
            return
        gone = PERSON_NUMBER.c.id.in_(list(self._changed))
        self._connection.execute(delete(PERSON_NUMBER).where(gone))
        told = ((row_id, self._held[row_id]) for row_id in self._changed)
        lines = [_line(row_id, number) for row_id, number in told if number]
        if lines:
            self._connection.execute(insert(PERSON_NUMBER), lines)

    def written(self) -> None:
        """The store holds what is here."""
        self._changed.clear()


def _line(row_id: str, number: Number) -> dict[str, str]:
    return {
        "id": row_id,
        "community_id": number.community_id,
        "number_hash": number.hash,
        "person_id": number.person_id,
    }
