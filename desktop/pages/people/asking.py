"""What each act asks for before it is done, and how it is done."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from desktop.jobs.lanes import Lane
from desktop.page import ask_on
from desktop.pages.people.ask_panel import AskPanel, Choose, Line
from desktop.pages.people.asking_areas import AreaAsks
from desktop.pages.people.asking_roster import RosterAsks
from desktop.pages.people.asking_staff import StaffAsks
from sync.errors import DoorstepError

if TYPE_CHECKING:
    from desktop.pages.people.page import PeoplePage


class Asking:
    """Opens a panel for an act, and keeps it open with the reason until it is done."""

    def __init__(self, page: "PeoplePage") -> None:
        self.page = page
        self.panel: AskPanel | None = None
        self.roster = RosterAsks(self)
        self.staff = StaffAsks(self)
        self.areas = AreaAsks(self)

    def ask(self, act: str, key: str) -> None:
        """Begin an act about a row."""
        begin: Mapping[str, Callable[[str], None]] = {
            "new": self.roster.new,
            "edit": self.roster.edit,
            "cover": self.roster.cover,
            "end": self.roster.end,
            "post": self.staff.post,
            "code": self.staff.code,
            "move": self.areas.move,
            "withdraw": self.areas.withdraw,
        }
        begin[act](key)

    def forget_code(self) -> None:
        """Show no code that is still on its way."""
        self.staff.forget_code()

    def show(
        self,
        title: str,
        button: str,
        parts: Sequence[Line | Choose],
        then: Callable[[dict[str, Any]], None],
        tells: Callable[[Mapping[str, Any]], str] | None = None,
    ) -> None:
        """Open a panel with these parts; ``then`` gets what was filled in."""
        self.close()
        panel = AskPanel(self.page.look, self.page, title, button, parts, then, tells)
        panel.closed.connect(self.close)
        self.panel = panel
        panel.open()

    def close(self) -> None:
        """Leave what is open."""
        panel, self.panel = self.panel, None
        if panel is not None:
            panel.dismiss()
            panel.deleteLater()
            self.page.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def store(
        self, work: Callable[[], object], words: str, undo: Callable[[], None] | None = None
    ) -> None:
        """An ordinary edit: saved here, sent with the next sync."""
        self._run(self.page.context.lanes.store, work, words, undo)

    def server(self, work: Callable[[], object], words: str) -> None:
        """What only the server can do: it needs the line."""
        self._run(self.page.context.lanes.net, work, words, None)

    def _run(
        self, lane: Lane, work: Callable[[], object], words: str, undo: Callable[[], None] | None
    ) -> None:
        # The answer belongs to the panel that asked, and another one may be open by then.
        panel = self.panel
        if panel is not None:
            panel.save.setEnabled(False)
        done, refuse = partial(self._done, panel, words, undo), partial(self._refuse, panel)
        ask_on(lane, work, done, refuse, self.page)

    def _done(
        self, panel: AskPanel | None, words: str, undo: Callable[[], None] | None, _result: object
    ) -> None:
        if self.panel is panel:
            self.close()
        self.page.said.emit(words, undo)
        self.page.changed.emit()
        self.page.refresh()

    def _refuse(self, panel: AskPanel | None, error: DoorstepError) -> None:
        if panel is not None and self.panel is panel:
            panel.save.setEnabled(True)
            panel.say(error.sentence())
        else:
            self.page.failed.emit(error)
