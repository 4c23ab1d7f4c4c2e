"""Steps of matters, new ones and what departments did: asked in a panel, saved, told."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.page import Page, Undone, ask_on, undone
from desktop.pages.matters.new_panel import NewPanel
from desktop.pages.matters.step_panel import StepPanel
from desktop.services.matter_forms import NewMatter, Step
from desktop.services.matter_list import ListedMatter, Record
from desktop.services.matter_places import Known, known_for, report_at_door
from desktop.services.matter_work import TAKEN_BACK
from desktop.services.taken import Taken
from desktop.services.workplace import Workplace
from desktop.viewmodels.matter_face import STEP_WORDS
from desktop.viewmodels.matter_step_form import UNASKED, StepForm, begin_step, same_choices
from sync.errors import DoorstepError
from sync.i18n import N_, _, n_

_Saved = TypeVar("_Saved")
_AT_ONCE: Final = frozenset({"checked_in", "arrived"})
_EVENTS: Final = {"opinion": "finished", "rate": "rated"}


class Stepping(QObject):
    """One panel at a time over ``page``; the keyboard goes back to ``home``.

    Signals:
        taken: a step was saved.
        reported: a new matter was saved; its id.
    """

    taken = Signal()
    reported = Signal(str)

    def __init__(self, page: Page, home: QWidget) -> None:
        super().__init__(page)
        self._page = page
        self._home = home
        self._targets: list[Record] = []
        self._unit = ""
        self._about: ListedMatter | None = None
        self.panel: StepPanel | NewPanel | None = None

    def begin(
        self,
        kind: str,
        line: ListedMatter,
        targets: Sequence[ListedMatter],
        lines: list[ListedMatter],
    ) -> None:
        """Take a step of ``targets`` at once, or ask about ``line`` what it needs first."""
        self._targets = [one.record for one in targets]
        if kind in UNASKED:
            self._take(StepForm(kind))
            return
        place, self._about = self._page.place, line
        form = begin_step(kind, line, place.day())
        self._page.ask(partial(known_for, place, line), partial(self._ask_known, form, line, lines))

    def begin_unit(self, key: str, line: ListedMatter) -> None:
        """What a department did next; ``key`` names it and the step."""
        _kind, self._unit, event = key.split(":")
        if event in _AT_ONCE:
            self._tell_unit(event)
        elif event:
            self._ask(StepForm(event), line, [], Known([]))

    def begin_new(self, room: str = "") -> None:
        """Write a new matter, of the home at ``room`` where one is meant."""
        # What a clerk writes down was told at the desk; nobody there walks a round.
        is_desk = "desk_clerk" in self._page.place.sight.posts
        panel = NewPanel(self._page.look, self._page, "desk" if is_desk else "patrol")
        panel.room.set_text(room)
        panel.reported.connect(self._report)
        self._open(panel)

    def close(self) -> None:
        """Leave what is open, and what was about to be."""
        self._about = None
        panel, self.panel = self.panel, None
        if panel is not None:
            panel.dismiss()
            panel.deleteLater()
            self._home.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask_known(
        self, form: StepForm, line: ListedMatter, lines: list[ListedMatter], known: Known
    ) -> None:
        """The page may have been left, or shows another matter by now."""
        if self._about is line:
            self._ask(form, line, lines, known)

    def _ask(
        self,
        form: StepForm,
        line: ListedMatter,
        lines: list[ListedMatter],
        known: Known,
    ) -> None:
        panel = StepPanel(self._page.look, self._page, form, known, same_choices(line, lines))
        panel.taken.connect(self._take)
        self._open(panel)

    def _open(self, panel: StepPanel | NewPanel) -> None:
        self.close()
        panel.closed.connect(self.close)
        self.panel = panel
        panel.open()

    def _take(self, form: StepForm) -> None:
        if form.kind in _EVENTS:
            self._tell_unit(_EVENTS[form.kind], form.text, int(form.rating or 0))
            return
        step, before = form.step(self._page.place.day()), list(self._targets)
        ids = [row.id for row in before]
        task = partial(self._page.place.matter_work.take_all, ids, step)
        self._save(task, partial(self._after, step, before))

    def _tell_unit(self, event: str, words: str = "", rating: int = 0) -> None:
        work = self._page.place.matter_work
        task = partial(work.tell_unit, self._unit, event, words, rating)
        self._save(task, self._after_unit)

    def _save(self, task: Callable[[], _Saved], then: Callable[[_Saved], None]) -> None:
        ask_on(self._page.context.lanes.store, task, then, self._refuse, self._page)

    def _after(self, step: Step, before: list[Record], done: None) -> None:
        self.close()
        count, words = len(before), _(STEP_WORDS[step.kind])
        if count > 1:
            words = n_("{step}: {count} matter", "{step}: {count} matters", count).format(
                step=words, count=count
            )
        self._page.said.emit(words, _undo_of(self._page.place, before, step))
        self._page.changed.emit()
        self.taken.emit()

    def _after_unit(self, told: Taken) -> None:
        self.close()
        untell = partial(_untell, self._page.place, told)
        self._page.said.emit(_(N_("Written down.")), untell)
        self._page.changed.emit()
        self.taken.emit()

    def _report(self, told: NewMatter) -> None:
        report = partial(report_at_door, self._page.place, told)
        lane = self._page.context.lanes.store
        ask_on(lane, report, self._after_report, self._refuse, self._page)

    def _after_report(self, matter_id: str) -> None:
        self.close()
        self._page.said.emit(_(N_("Reported. The number comes with the next sync.")), None)
        self._page.changed.emit()
        self.reported.emit(matter_id)

    def _refuse(self, error: DoorstepError) -> None:
        if self.panel is not None:
            self.panel.say(error.sentence())
        else:
            self._page.failed.emit(error)


def _undo_of(place: Workplace, before: list[Record], step: Step) -> Callable[[], Undone] | None:
    if step.kind == "assign":
        return lambda: undone(*place.matter_work.give_back(before, step))
    if step.kind in TAKEN_BACK:
        return lambda: undone(*place.matter_work.take_back(before, step))
    return None


def _untell(place: Workplace, told: Taken) -> Undone:
    is_back = place.matter_work.untell_unit(told)
    return undone(int(is_back), int(not is_back))
