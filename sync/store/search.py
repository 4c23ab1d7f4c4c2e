"""Finding a door or a person by what somebody remembers: name, pinyin, room, the end of a phone or
of an ID number."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, case, false, or_, select
from sqlalchemy.sql import FromClause

from sync.rules.address import parse_address
from sync.rules.discretion import is_closed
from sync.rules.idcard import typed_tail
from sync.rules.pinyin import py
from sync.store.record import Match
from sync.store.tables import OPERATION, shown

_LEAST_PHONE_DIGITS: Final = 3
_EXACT, _BEGINS, _CONTAINS = 0, 1, 2

Condition = ColumnElement[bool]


def search(connection: Connection, text: str, limit: int) -> list[Match]:
    """What answers to ``text``, best first, each household and person once."""
    wanted = " ".join(text.split())
    if not wanted or is_closed(wanted):
        return []
    found: dict[tuple[str, str], Match] = {}
    for match in (
        *_doors(connection, wanted, limit),
        *_people(connection, wanted, limit),
        *_newcomers(connection, wanted),
    ):
        found.setdefault((match.household_id, match.person_id), match)
    return sorted(found.values(), key=lambda match: match.rank)[:limit]


def _people(connection: Connection, wanted: str, limit: int) -> Iterator[Match]:
    people = shown("person")
    exact, begins, contains = _conditions(people.c.name, people.c.py, people.c.phone, wanted)
    if tail := typed_tail(wanted):
        begins = or_(begins, people.c.id_tail == tail)
    rank = case((exact, _EXACT), (begins, _BEGINS), else_=_CONTAINS).label("rank")
    query = (
        select(people.c.household_id, people.c.id, rank)
        .where(or_(exact, begins, contains), people.c.household_id.is_not(None))
        .order_by(rank, people.c.name, people.c.id)
        .limit(limit)
    )
    for household_id, person_id, found_rank in connection.execute(query):
        yield Match(household_id, person_id, found_rank)


def _newcomers(connection: Connection, wanted: str) -> Iterator[Match]:
    """People created or renamed here whose pinyin the server has not worked out: a few at most."""
    typed = _typed(wanted)
    if not typed:
        return
    people = shown("person")
    pending = select(OPERATION.c.row_id).where(OPERATION.c.folded, OPERATION.c.type == "person")
    query = select(people.c.household_id, people.c.id, people.c.name).where(
        people.c.id.in_(pending), people.c.household_id.is_not(None), people.c.name.is_not(None)
    )
    for household_id, person_id, name in connection.execute(query):
        words = py(name).split()
        if typed in words:
            yield Match(household_id, person_id, _EXACT)
        elif any(word.startswith(typed) for word in words):
            yield Match(household_id, person_id, _BEGINS)


def _typed(wanted: str) -> str:
    """What was typed, if it can be pinyin: Latin letters only, without blanks."""
    letters = wanted.replace(" ", "").lower()
    return letters if letters.isascii() and letters.isalpha() else ""


def _conditions(
    name: ColumnElement[Any], spelt: ColumnElement[Any], phone: ColumnElement[Any], wanted: str
) -> tuple[Condition, Condition, Condition]:
    """Exact, beginning, and anywhere: which column is asked depends on what was typed."""
    if typed := _typed(wanted):
        # ``py`` holds initials and full pinyin, a blank between them.
        exact = or_(spelt.startswith(f"{typed} "), spelt.endswith(f" {typed}"))
        begins = or_(spelt.startswith(typed), spelt.contains(f" {typed}"))
        return exact, begins, name.contains(wanted, autoescape=True)
    if wanted.isdigit():
        never = name == ""
        return never, phone.endswith(wanted), _phone_middle(phone, wanted)
    begins = name.startswith(wanted, autoescape=True)
    return name == wanted, begins, name.contains(wanted, autoescape=True)


def _phone_middle(phone: ColumnElement[Any], wanted: str) -> Condition:
    """Part of a number; short ones would fit half the ledger."""
    if len(wanted) < _LEAST_PHONE_DIGITS:
        return phone == wanted
    return phone.contains(wanted)


def _doors(connection: Connection, wanted: str, limit: int) -> Iterator[Match]:
    households, dwellings = shown("household"), shown("dwelling")
    exact, begins, contains = _door_conditions(dwellings, households.c.contact, wanted)
    rank = case((exact, _EXACT), (begins, _BEGINS), else_=_CONTAINS).label("rank")
    query = (
        select(households.c.id, rank)
        .join_from(dwellings, households, households.c.dwelling_id == dwellings.c.id)
        .where(or_(exact, begins, contains))
        .order_by(rank, dwellings.c.room, households.c.id)
        .limit(limit)
    )
    for household_id, found_rank in connection.execute(query):
        yield Match(household_id, "", found_rank)


def _door_conditions(
    dwellings: FromClause, contact: ColumnElement[Any], wanted: str
) -> tuple[Condition, Condition, Condition]:
    """The same for a door: a number is a room's or the end of a phone, the rest an address."""
    room, address = dwellings.c.room, dwellings.c.address
    if wanted.isdigit():
        return room.endswith(f"-{wanted}"), contact.endswith(wanted), _phone_middle(contact, wanted)
    parsed = parse_address(wanted)
    if parsed is None:
        return room == wanted, address.contains(wanted, autoescape=True), false()
    exact, begins = room == parsed.short, room.startswith(parsed.short)
    if parsed.estate:
        there = address.contains(parsed.estate, autoescape=True)
        exact, begins = exact & there, begins & there
    return exact, begins, false()
