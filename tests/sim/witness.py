"""Who remembers everything: each operation that a person saved, and how it ended."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sync.merge.operation import Op, decode_op


class Violation(AssertionError):
    """A law does not hold. ``law`` is its number, 0 where the program fell over."""

    def __init__(self, law: int, what: str) -> None:
        self.law = law
        super().__init__(f"law {law}: {what}")


@dataclass
class Judge:
    """Says whether a breach counts: a run may look at some of the laws only."""

    laws: frozenset[int]
    looked: Counter[int] = field(default_factory=Counter)

    def asks(self, *laws: int) -> bool:
        """Whether this run looks at one of these: what only they need is left out otherwise."""
        return not self.laws.isdisjoint(laws)

    def hold(self, law: int, holds: bool, what: str, *facts: Any) -> None:
        """The law was looked at once more. Raises :class:`Violation` where it does not hold."""
        self.looked[law] += 1
        if not holds and law in self.laws:
            raise Violation(law, " ".join([what, *map(str, facts)]))


@dataclass
class Saved:
    """One operation as its author's laptop wrote it. ``outcome`` is the server's, once given."""

    op: Op
    raw: str
    laptop: str
    scope: str
    outcome: str = ""
    conflicts: tuple[str, ...] = ()
    client: str = ""
    lost_with_disk: bool = False


@dataclass
class Witness:
    """All operations of a world, by id; and what a computer was before it was enrolled anew."""

    saved: dict[str, Saved] = field(default_factory=dict)
    formerly: dict[str, str] = field(default_factory=dict)

    def computer(self, client: str) -> str:
        """The computer behind a client id: a copy goes by a longer one once it is found out, and
        with a new code by another."""
        known = client.partition("~")[0]
        return self.formerly.get(known, known)

    def enrolled_anew(self, before: str, client: str) -> None:
        """A computer got another client id; what it stood by is its own still."""
        self.formerly[client] = self.computer(before)

    def remember(self, laptop: str, rows: Iterable[tuple[str, str, str]]) -> list[Saved]:
        """Keep operations that a journal holds, as (op_id, scope, raw). Those that were new."""
        new = []
        for op_id, scope, raw in rows:
            if op_id not in self.saved:
                one = Saved(decode_op(raw), raw, laptop, scope)
                self.saved[op_id] = one
                new.append(one)
        return new

    def of(self, laptop: str) -> Iterator[tuple[str, Saved]]:
        """What was saved on one laptop and must not be lost."""
        for op_id, one in self.saved.items():
            if one.laptop == laptop and not one.lost_with_disk:
                yield op_id, one
