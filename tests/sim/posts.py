"""Who has which posts now, and what they may hold by them: told apart from the product."""

from datetime import timedelta

from sqlalchemy import update

from sync.server.tables import ACCOUNT
from tests.sim.clocks import WorldClock
from tests.sim.ground import COMMUNITY, Ground, Person
from tests.sim.server import SimServer

AT_THE_DESK = ("desk_clerk", "secretary")
"""Posts whose people hold what their community's front desk receives."""


class Posts:
    """Takes posts and accounts away and gives them back. The laws are told by whoever asks."""

    def __init__(self, ground: Ground, server: SimServer, clock: WorldClock) -> None:
        self._ground = ground
        self._server = server
        self._clock = clock
        self.without: set[str] = set()
        """Logins that are switched off, or without their posts."""

    def granted(self, person: Person) -> frozenset[str]:
        """The scopes that somebody may hold now."""
        if person.login in self.without:
            return frozenset()
        mine = f"user:{self._ground.staff[person.login]}"
        if person.is_outside:
            return frozenset({mine, self._ground.unit_scope})
        scopes = {f"community:{COMMUNITY}", mine}
        for post in person.posts:
            grids = self._ground.grids if post.grid is None else [self._ground.grids[post.grid]]
            scopes |= {f"grid:{grid}" for grid in grids}
            scopes |= {f"id:{grid}" for grid in grids if post.grid is not None}
            if post.name in AT_THE_DESK:
                scopes.add(f"desk:{COMMUNITY}")
        return frozenset(scopes)

    def hold(self, person: Person, *, held: bool) -> None:
        """Take somebody's posts away from yesterday on, or give them back."""
        yesterday = (self._clock.now() - timedelta(days=2)).date().isoformat()
        for post in person.posts:
            until = "9999-12-31" if held else yesterday
            area = self._ground.area_of(post)
            self._server.office.assign(person.login, post.name, area, until=until)
        self._note(person, gone=not held)

    def disable(self, person: Person, *, disabled: bool) -> None:
        """Switch an account off, or on again."""
        moment = "2026-06-18T00:00:00Z" if disabled else ""
        with self._server.database.write() as connection:
            where = ACCOUNT.c.login == person.login
            connection.execute(update(ACCOUNT).where(where).values(disabled_at=moment))
        self._note(person, gone=disabled)

    def give_back(self, person: Person) -> None:
        """Whatever somebody lost is theirs again."""
        self.disable(person, disabled=False)
        self.hold(person, held=True)

    def _note(self, person: Person, *, gone: bool) -> None:
        (self.without.add if gone else self.without.discard)(person.login)
