"""The editor in place of the cards at the left, whatever it edits: the home, or who lives there.

One form is open at a time; the other one hears nothing of the editor then.
"""

from PySide6.QtCore import QObject, Signal

from desktop.page import Page
from desktop.pages.household.body import HouseholdBody
from desktop.pages.household.home_editing import HomeEditing
from desktop.pages.household.resident_editing import ResidentEditing
from desktop.services.opening import Opened
from desktop.services.residents import Move


class Editing(QObject):
    """Attributes: ``home`` and ``residents``, of which at most one is open.

    Signals:
        ended: the editor closed; the household is to be read anew.
    """

    ended = Signal()

    def __init__(self, page: Page, body: HouseholdBody) -> None:
        super().__init__(page)
        self._body = body
        self.home = HomeEditing(page, body)
        self.residents = ResidentEditing(page, body)
        for form in (self.home, self.residents):
            form.ended.connect(self.ended)

    def change_home(self, opened: Opened, *, has_draft: bool) -> None:
        """Change what is known of the home; or go on with what is open."""
        if not self._body.is_editing:
            self.residents.ended_elsewhere()
            self.home.open(opened, has_draft=has_draft)

    def add_resident(self, opened: Opened, *, has_draft: bool) -> None:
        """Somebody moved in; or go on with what is open."""
        if not self._body.is_editing:
            self.home.ended_elsewhere()
            self.residents.open_new(opened, has_draft=has_draft)

    def move(self, opened: Opened, person_id: str, move: Move) -> None:
        """What became of one person, or of all; or go on with what is open."""
        if not self._body.is_editing:
            self.home.ended_elsewhere()
            self.residents.open_move(opened, person_id, move)

    def save(self) -> None:
        """Save the form that is open."""
        (self.residents if self.residents.is_open else self.home).save()

    def close(self) -> None:
        """Leave the form that is open for later."""
        (self.residents if self.residents.is_open else self.home).close()

    def flush(self) -> None:
        """The page goes away: keep what was typed."""
        self.home.flush()
        self.residents.flush()

    def stop(self) -> None:
        """The page shows another household: put the editor away."""
        self.home.ended_elsewhere()
        self.residents.ended_elsewhere()
        self._body.stop_editing()
