"""What is recorded from the list, without opening a door: nobody answered, what was promised came
back, who was found at the door, and doors that are put off. All of it can be undone."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from desktop.page import Route
from desktop.services.day import CheckDue
from desktop.services.door_checks import LIVES
from desktop.services.postponing import PutOff
from desktop.services.residents import Done
from desktop.services.today import DoorLine, PromiseDue
from desktop.services.visits import SavedVisit, VisitForm
from desktop.services.words import said_put_off, said_visit
from desktop.viewmodels.days import put_off_days
from sync.i18n import N_, _
from sync.rules.reason import standing_words

if TYPE_CHECKING:
    from desktop.pages.today.page import TodayPage


class Recording(QObject):
    """Writes on the store lane, says what was done, and has the day read anew."""

    def __init__(self, page: "TodayPage") -> None:
        super().__init__(page)
        self._page = page
        self._place = page.place

    # --- Nobody answered --------------------------------------------------------------------------

    def no_answer(self, door: DoorLine) -> None:
        """One press, unless words wait there that must not be lost."""
        self._page.ask(partial(self._knock, door), self._after_knock)

    def _knock(self, door: DoorLine) -> tuple[DoorLine, SavedVisit | None, str]:
        """On the store lane: record it, and read what the rules ask for now."""
        saved = self._place.visits.knock(door.id)
        if saved is None:
            return door, None, ""
        due = self._place.store.reading.due_of(door.id)
        urgent = due is not None and due.confirm_safe_by is not None
        return door, saved, standing_words(due, self._place.day()) if due and urgent else ""

    def _after_knock(self, result: tuple[DoorLine, SavedVisit | None, str]) -> None:
        door, saved, urgent = result
        if saved is None:
            # A draft waits there, and its words must not be lost.
            self._page.went.emit(Route("visit", door.id, "not_home"))
            return
        words = said_visit(door.household, saved)
        undo = partial(self._place.visits.undo, saved, VisitForm(result=saved.result))
        self._say_done(f"{words} · {urgent}" if urgent else words, undo)

    # --- Promises, and whom to verify -------------------------------------------------------------

    def keep(self, due: PromiseDue) -> None:
        """What was promised was brought back."""
        found, home = due.promise.id, due.household
        words = _(N_("Brought back to {room} {who}")).format(room=home.room, who=home.who)
        undo = partial(self._place.promises.open_again, found)
        keep = partial(self._place.promises.keep, found)
        self._page.ask(keep, lambda _nothing: self._say_done(words, undo))

    def verify(self, due: CheckDue, answer: str) -> None:
        """What was found at the door about somebody whom a newer roster does not name."""
        known = _(N_("lives here")) if answer == LIVES else _(N_("moved out"))
        words = _(N_("Verified {room} {who}: {answer}")).format(
            room=due.household.room, who=due.check.name, answer=known
        )
        write = partial(self._place.door_checks.answer, due.check.id, answer)
        self._page.ask(write, partial(self._after_verified, due.check.id, words))

    def _after_verified(self, found: str, words: str, done: Done | None) -> None:
        self._say_done(words, partial(self._place.door_checks.ask_again, found, done))

    # --- Another day ------------------------------------------------------------------------------

    def offer_days(self, door: DoorLine, at: QPoint) -> None:
        """Which day to put a door off to; the keyboard is in the menu."""
        menu = QMenu(self._page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for number, choice in enumerate(put_off_days(self._place.day()), 1):
            put = partial(self._put_off, (door,), choice.day)
            menu.addAction(f"&{number}  {choice.words}").triggered.connect(put)
        menu.setActiveAction(menu.actions()[0])
        menu.popup(at)

    def put_off_to_tomorrow(self, doors: Sequence[DoorLine]) -> None:
        """Accept what was proposed for a crowded day."""
        self._put_off(doors, self._place.day() + timedelta(days=1))

    def _put_off(self, doors: Sequence[DoorLine], day: date, *_checked: bool) -> None:
        put = partial(self._place.postponing.put_off, [door.id for door in doors], day)
        words = said_put_off([door.household for door in doors], day, self._place.day())
        self._page.ask(put, partial(self._after_put_off, words))

    def _after_put_off(self, words: str, put_off: PutOff) -> None:
        self._say_done(words, partial(self._place.postponing.undo, put_off))

    def _say_done(self, words: str, undo: Callable[[], None]) -> None:
        self._page.said.emit(words, undo)
        self._page.changed.emit()
        self._page.refresh()
