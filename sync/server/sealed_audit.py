"""The chain of the audit: a line that is edited, cut out or moved breaks it from there on.

Each mark is a keyed hash of the line and the mark before it. Whoever has the server's key could
write a whole new chain: the head that somebody else keeps (``doorstep-server audit``) tells.
"""

import hmac
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, insert, select, update

from sync.errors import DoorstepError
from sync.i18n import N_
from sync.server.tables import AUDIT, META

HEAD: Final = "audit_head"
START: Final = "0" * 64
_SEALED: Final = ("number", "id", "at", "actor", "device", "action", "type", "object_id", "reason")


class HeadUnreadable(DoorstepError):
    """What was kept is no head."""

    code = "server.audit_head"
    message = N_("A head of the audit is a number, a colon and 64 letters and digits.")


def head_text(number: int, mark: str) -> str:
    """A head as it is kept and told."""
    return f"{number}:{mark}"


def head_of(text: str) -> tuple[int, str]:
    """The inverse. Raises :class:`HeadUnreadable`."""
    number, _, mark = text.strip().partition(":")
    if not number.isdecimal() or len(mark) != len(START):
        raise HeadUnreadable
    return int(number), mark


def mark_after(key: bytes, before: str, line: Mapping[str, Any]) -> str:
    """The mark of a line that follows the one with the mark ``before``."""
    told = msgspec.json.encode([before, *(line[name] for name in _SEALED)])
    return hmac.digest(key, b"doorstep audit " + told, "sha256").hex()


def append(connection: Connection, key: bytes, lines: Sequence[Mapping[str, Any]]) -> None:
    """Add those of the lines whose id is not there; writers queue at the head."""
    here = META.c.name == HEAD
    text = connection.execute(select(META.c.value).where(here).with_for_update()).scalar_one()
    number, mark = head_of(text)
    ids = [line["id"] for line in lines]
    known = set(connection.execute(select(AUDIT.c.id).where(AUDIT.c.id.in_(ids))).scalars())
    fresh = []
    for line in lines:
        if line["id"] not in known:
            number += 1
            mark = mark_after(key, mark, {**line, "number": number})
            fresh.append({**line, "number": number, "mark": mark})
    if fresh:
        connection.execute(insert(AUDIT), fresh)
        connection.execute(update(META).where(here).values(value=head_text(number, mark)))


def current_head(connection: Connection) -> str:
    """What to keep somewhere else."""
    return str(connection.execute(select(META.c.value).where(META.c.name == HEAD)).scalar_one())


def check_audit(connection: Connection, key: bytes, kept: str = "") -> Iterator[str]:
    """Whatever was edited, cut or reordered since, and since the head that was ``kept``."""
    number, mark, wanted = 0, START, head_of(kept) if kept else None
    for line in connection.execute(select(AUDIT).order_by(AUDIT.c.number)).mappings():
        number += 1
        mark = mark_after(key, mark, dict(line))
        if line["number"] != number or line["mark"] != mark:
            yield f"audit: line {number} was changed, moved or cut out"
            return
        if wanted == (number, mark):
            wanted = None
    if head_text(number, mark) != current_head(connection):
        yield f"audit: it ends with line {number}, and ended with another one before"
    if wanted not in (None, (0, START)):
        yield f"audit: the head that was kept, line {wanted[0]}, is not in it"
