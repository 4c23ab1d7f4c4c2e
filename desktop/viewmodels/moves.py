"""What may become of somebody who lives here, in the words of a menu."""

from typing import Final

from desktop.services.households import PersonLine
from desktop.services.residents import Move
from sync.i18n import N_, _

_MENU: Final = {
    Move.MOVED_OUT: N_("Moved out"),
    Move.AWAY: N_("Away for a while"),
    Move.BACK: N_("Lives here again"),
    Move.DIED: N_("Has passed away"),
}


def moves_of(person: PersonLine) -> list[tuple[Move, str]]:
    """What may become of somebody, with the words of the menu."""
    if person.is_here and person.status != "away":
        found = [Move.AWAY, Move.MOVED_OUT, Move.DIED]
    elif person.is_here:
        found = [Move.BACK, Move.MOVED_OUT, Move.DIED]
    else:
        found = [Move.BACK] if person.status == "moved_out" else []
    return [(move, _(_MENU[move])) for move in found]
