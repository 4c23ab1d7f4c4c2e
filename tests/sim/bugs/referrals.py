"""Bugs of matters that a department is brought: what it reads, and what becomes of its answers."""

from collections.abc import Iterator, Mapping
from typing import Any

from sync.server import moving, referral_parts, referrals
from sync.server.referral_parts import Part
from sync.server.tables import REFERRAL
from tests.sim import server
from tests.sim.bugs.planted import planted
from tests.sim.limits import swapped


@planted("a department reads who told a matter", 14)
def told_too_much() -> Iterator[None]:
    real = referral_parts.matter_as_shown

    def shown(locked: Any, matter: Any, grid: Any, post: str) -> dict[str, Any]:
        return real(locked, matter, grid, post) | {"reporter": matter.body.get("reporter")}

    with swapped(referral_parts, "matter_as_shown", shown):
        yield


@planted("the note of a visit goes to a department", 14)
def note_told() -> Iterator[None]:
    real = referral_parts.matter_as_shown

    def shown(locked: Any, matter: Any, grid: Any, post: str) -> dict[str, Any]:
        told = real(locked, matter, grid, post)
        return told | ({"text": matter.body.get("text")} if "text" in told else {})

    with swapped(referral_parts, "matter_as_shown", shown):
        yield


@planted("answers do not come home once the household moved", 1, 6)
def lost_with_the_move() -> Iterator[None]:
    """What the server knew of the copies is forgotten with the move."""
    real = moving.move_roots

    def move(connection: Any, roots: Any, move_: Any) -> int:
        moved = real(connection, roots, move_)
        if moved:
            connection.execute(REFERRAL.delete())
        return moved

    with swapped(moving, "move_roots", move):
        yield


@planted("a department's answer is put over the community's word", 9)
def put_over() -> Iterator[None]:
    real = Part._answer

    def answer(self: Any, name: str, pair: tuple[Any, Any], op_id: str, writer: Any) -> None:
        line = self._of.grid.row(*self._line)
        real(self, name, (line.body.get(name), pair[1]), op_id, writer)

    with swapped(Part, "_answer", answer):
        yield


@planted("a copy is written before its answers are taken home", 1, 6)
def shown_before_taken() -> Iterator[None]:
    real = Part.show

    def take(self: Any) -> None:
        real(self, is_called=True)

    with swapped(Part, "take", take):
        yield


@planted("a question of a department's is answered for it", 1)
def not_asked_at_home() -> Iterator[None]:
    with swapped(Part, "_take_questions", lambda self: {}):
        yield


@planted("a department keeps what it was called off from", 6)
def kept_when_called_off() -> Iterator[None]:
    real = Part.show

    def show(self: Any, *, is_called: bool) -> None:
        if is_called:
            real(self, is_called=True)

    with swapped(Part, "show", show):
        yield


@planted("a matter that changed is not brought again", 6, 1)
def brought_once() -> Iterator[None]:
    real = referrals._bring

    def bring(of: Any, wanted: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
        here = of.locked.scopes
        called = {key for key, one in wanted.items() if one.is_called and one.scope_id in here}
        return False if called <= known.keys() else real(of, wanted, known)

    with swapped(referrals, "_bring", bring):
        yield


@planted("what waits for a department is not passed on at a start", 1, 19)
def not_tried_again() -> Iterator[None]:
    with swapped(server, "try_again", lambda *_: None):
        yield
