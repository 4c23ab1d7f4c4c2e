"""The door beside the list: read as soon as the list comes to it."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop.page import ask_on
from desktop.pages.today.preview import DoorPreview
from desktop.services.households import HouseholdCard
from desktop.services.matters import matter_line
from desktop.viewmodels.door_card import DoorCard, Fact, door_card, open_things
from desktop.viewmodels.household import Target
from sync.errors import DoorstepError

if TYPE_CHECKING:
    from desktop.pages.today.page import TodayPage

Read = tuple[HouseholdCard, tuple[Fact, ...]]
"""A household, and what is still open there."""


class DoorBeside(QObject):
    """Reads a door and shows it in ``preview``. Attributes: ``card``, what was shown last."""

    def __init__(self, page: "TodayPage") -> None:
        super().__init__(page)
        self._page = page
        self._place = page.place
        self._wanted = ""
        self._reading = ""
        self.card: DoorCard | None = None
        self.preview = DoorPreview(page.look)
        self.preview.number_asked.connect(self._show_number)

    @property
    def is_reading(self) -> bool:
        """Whether a door is on its way."""
        return bool(self._reading)

    def want(self, household_id: str) -> None:
        """Show this door. While one is read, only the last one asked for is read next."""
        self._wanted = household_id
        if household_id and not self._reading:
            self._read()

    def _read(self) -> None:
        self._reading = self._wanted
        read = partial(self._read_card, self._wanted)
        ask_on(self._page.context.lanes.store, read, self._show, self._drop, self._page)

    def _read_card(self, household_id: str) -> Read:
        """On the store lane: the household, what was promised there, and what is still open."""
        place = self._place
        promises = place.promises.open(household_id)
        matters = [matter_line(row) for row in place.matters.open_of(household_id)]
        return place.households.card(household_id), open_things(promises, matters, place.day())

    def _show(self, read: Read) -> None:
        fetched, self._reading = self._reading, ""
        if fetched != self._wanted:
            self.want(self._wanted)
            return
        found, still_open = read
        self.card = replace(door_card(found, self._place.day()), open_things=still_open)
        self.preview.show_card(self.card)

    def _drop(self, error: DoorstepError) -> None:
        self._reading = ""
        self._page.failed.emit(error)

    def _show_number(self, target: Target) -> None:
        """Whose it is goes with the answer: by then another door may be shown."""
        show = partial(self.preview.show_number, target)
        self._page.ask(partial(self._place.reveals.show, *target), show)
