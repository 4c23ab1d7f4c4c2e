"""People in a household: how old they are, and in which order they are named."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple

from sync.i18n import N_, _
from sync.schema import codes

_NAME_AND_AGE: Final = N_("{name}, aged {age}")
_STATUS_ORDER: Final = ("living", "away", "hukou_only", "moved_out", "dead")
_RELATION_ORDER: Final = tuple(codes.RELATION)


class Member(NamedTuple):
    """What the order of a household's members rests on."""

    person_id: str
    relation: str | None
    status: str | None
    birth: date | None


def age(birth: date, on: date) -> int:
    """Full years on the day ``on``; someone born on 29 February turns older on 1 March."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def birthday(birth: date, years: int) -> date:
    """The day on which someone reaches ``years``: the first one where :func:`age` says so."""
    try:
        return birth.replace(year=birth.year + years)
    except ValueError:
        return date(birth.year + years, 3, 1)


def age_of(body: Mapping[str, object], on: date) -> int | None:
    """The age of a person's row, where its birth is known and not in the future."""
    born = birth_of(body)
    return age(born, on) if born and born <= on else None


def birth_of(body: Mapping[str, object]) -> date | None:
    """The day of birth of a person's row."""
    born = body.get("birth")
    return date.fromisoformat(born) if isinstance(born, str) and born else None


def name_with_age(name: str, years: int | None) -> str:
    """A name as it is always shown, with the age where it is known."""
    return name if years is None else _(_NAME_AND_AGE).format(name=name, age=years)


def in_household_order(members: Iterable[Member]) -> list[Member]:
    """Who lives there first, the head before all, then by relation, the oldest first."""
    return sorted(members, key=_place)


def _place(member: Member) -> tuple[int, int, date, str]:
    status = _index(_STATUS_ORDER, member.status)
    relation = _index(_RELATION_ORDER, member.relation)
    return status, relation, member.birth or date.max, member.person_id


def _index(order: tuple[str, ...], key: str | None) -> int:
    """The place of ``key`` in ``order``; what is not known comes last."""
    return order.index(key) if key in order else len(order)
