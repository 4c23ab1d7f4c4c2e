"""Dispatch by keys: rows are chosen, the panel says what would move, and it can be stopped."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot

from desktop.jobs.job import Job
from desktop.page import Undone, undone
from desktop.pages.people.ask_panel import Choose, Line
from desktop.pages.people.run_strip import RunStrip
from desktop.services.dispatch import Handover
from desktop.services.dispatch_board import Board, Carrier, Plan, Task, plan
from desktop.services.workplace import Workplace
from desktop.viewmodels.people import DISPATCH
from desktop.viewmodels.people_dispatch import choice_words, plan_words, task_key
from sync.errors import DoorstepError
from sync.i18n import N_, _, n_
from sync.progress import Progress

if TYPE_CHECKING:
    from desktop.pages.people.page import PeoplePage


class Dispatching(QObject):
    """Acts about what people have in hand. ``strip`` shows how far a handover is."""

    def __init__(self, page: "PeoplePage") -> None:
        super().__init__(page)
        self._page = page
        self._job: Job | None = None
        self._done: Handover | None = None
        self.strip = RunStrip(page.look)
        self.strip.stopped.connect(self.stop)

    @property
    def is_running(self) -> bool:
        """Whether something is being handed over."""
        return self._job is not None

    def stop(self) -> None:
        """Stop after what is being written; what has moved stays moved, and can be undone."""
        if self._job is not None:
            self._job.cancel()

    # --- Choosing ---------------------------------------------------------------------------------

    def do(self, act: str, key: str) -> None:
        """What a key asks for, about a row of dispatch or of the load."""
        load = self._page.lists.load_of(key)
        if act != "hand":
            self._mark(act, key)
        elif load is not None:
            self._choose_of(load.staff_id)
        else:
            self._ask(key)

    def _mark(self, act: str, key: str) -> None:
        """Choose, or leave again, one row or all that go with it."""
        board, task = self._page.lists.board, self._page.lists.task(key)
        if board is None or task is None:
            return
        wanted: Mapping[str, Callable[[Task], bool]] = {
            "mark": lambda one: one is task,
            "mark_owner": lambda one: (one.owner_id, one.unit) == (task.owner_id, task.unit),
            "mark_grid": lambda one: one.grid_id == task.grid_id,
            "mark_away": lambda one: one.owner_id in board.away,
        }
        self._toggle({task_key(one) for one in board.tasks if wanted[act](one)})

    def _choose_of(self, staff_id: str) -> None:
        """Everything that one colleague has, from their row of the load."""
        board = self._page.lists.board
        if board is not None:
            mine = [task_key(one) for one in board.tasks if one.owner_id == staff_id]
            self._page.lists.marked = frozenset(mine)
            self._page.show_tab(DISPATCH)
            self._page.rows.go_to(mine[0] if mine else "")

    def choose_none(self) -> None:
        """Leave everything again."""
        self._page.lists.marked = frozenset()
        self._page.show_rows()

    def _toggle(self, keys: set[str]) -> None:
        lists = self._page.lists
        lists.marked = lists.marked - keys if keys <= lists.marked else lists.marked | keys
        self._page.show_rows()

    # --- Giving -----------------------------------------------------------------------------------

    def _ask(self, key: str) -> None:
        """To whom: what is chosen, or the row."""
        lists, today = self._page.lists, self._page.place.day()
        board, task = lists.board, lists.task(key)
        if board is None or self.is_running:
            return
        tasks = [one for one in board.tasks if task_key(one) in lists.marked]
        tasks = tasks or ([task] if task is not None else [])
        able = {one.id: one for one in board.carriers if plan(tasks, one).moves}
        if not able:
            self._page.said.emit(_(N_("Nobody else can take these.")), None)
            return
        choices = {one.id: choice_words(one, today) for one in able.values()}
        parts = (
            Choose("who", _(N_("Who takes them")), choices),
            Line("text", _(N_("Why, if it has to be said"))),
        )
        title = n_("Hand over {count}", "Hand over {count}", len(tasks)).format(count=len(tasks))
        give, tell = partial(self._give, tasks, able), partial(_told, tasks, able, board)
        self._page.asking.show(title, _(N_("Hand over")), parts, give, tell)

    def _give(
        self, tasks: list[Task], able: Mapping[str, Carrier], told: Mapping[str, Any]
    ) -> None:
        to = able.get(str(told["who"]))
        if to is None:
            return
        self._page.asking.close()
        wanted, done = plan(tasks, to), Handover(to.id)
        dispatch = self._page.place.dispatch

        def work(report: Progress) -> None:
            dispatch.give(wanted, str(told["text"]), done, report)

        self._job, self._done = Job(work), done
        self._job.progressed.connect(self._step)
        self._job.done.connect(partial(self._end, wanted))
        self._job.cancelled.connect(partial(self._end, wanted))
        self._job.failed.connect(partial(self._refuse, wanted))
        self.strip.begin()
        self._page.context.lanes.store.start(self._job)

    @Slot(str, int, int)
    def _step(self, step: str, so_far: int, in_all: int) -> None:
        self.strip.step(step, so_far, in_all)

    def _refuse(self, wanted: Plan, error: DoorstepError) -> None:
        self._end(wanted)
        self._page.failed.emit(error)

    def _end(self, wanted: Plan, _result: object = None) -> None:
        done, self._job, self._done = self._done, None, None
        self.strip.hide()
        if done is None:
            return
        self._page.lists.marked = frozenset()
        undo = partial(_take_back, self._page.place, done) if done.moved else None
        self._page.said.emit(_end_words(wanted, done), undo)
        self._page.changed.emit()
        self._page.refresh()


def _told(
    tasks: list[Task], able: Mapping[str, Carrier], board: Board, told: Mapping[str, Any]
) -> str:
    to = able.get(str(told["who"]))
    if to is None:
        return _(N_("Choose who takes them; then it says here what moves."))
    return plan_words(plan(tasks, to), board)


def _end_words(wanted: Plan, done: Handover) -> str:
    count, in_all = len(done.moved), len(wanted.moves)
    words = _(N_("Handed to {name}: {count} of {in_all}")).format(
        name=wanted.to.name, count=count, in_all=in_all
    )
    if done.left:
        words += _("; ") + n_(
            "{count} was changed meanwhile and stays",
            "{count} were changed meanwhile and stay",
            done.left,
        ).format(count=done.left)
    return words


def _take_back(place: Workplace, done: Handover) -> Undone:
    return undone(*place.dispatch.take_back(done))
