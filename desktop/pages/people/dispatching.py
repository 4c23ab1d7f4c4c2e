"""Dispatch by keys: rows are chosen, the panel says what would move, and it can be stopped."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject

from desktop.page import Undoing, Undone, ask_on, undone
from desktop.pages.people.ask_panel import Choose, Line
from desktop.pages.people.lists import Read, read_all
from desktop.pages.people.run_strip import RunStrip
from desktop.services.dispatch import PORTION, Dispatch, Handover, portions
from desktop.services.dispatch_board import Board, Carrier, Plan, Task, plan
from desktop.services.workplace import Workplace
from desktop.viewmodels.people import DISPATCH
from desktop.viewmodels.people_dispatch import choice_words, plan_words, task_key
from sync.errors import DoorstepError
from sync.i18n import N_, _, n_

if TYPE_CHECKING:
    from desktop.pages.people.page import PeoplePage

_GIVING: Final = N_("Handing over")


class Dispatching(QObject):
    """Acts about what people have in hand. ``strip`` shows how far a handover is."""

    def __init__(self, page: "PeoplePage") -> None:
        super().__init__(page)
        self._page = page
        self._run: _Run | None = None
        self._lane = page.context.lanes.store
        self.strip = RunStrip(page.look)
        self.strip.stopped.connect(self.stop)

    @property
    def is_running(self) -> bool:
        """Whether something is being handed over."""
        return self._run is not None

    def stop(self) -> None:
        """Stop after what is being written; what has moved stays moved, and can be undone."""
        if self._run is not None:
            self._run.is_stopped = True

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
        lists = self._page.lists
        board, task = lists.board, lists.task(key)
        if board is None or self.is_running:
            return
        tasks = [one for one in board.tasks if task_key(one) in lists.marked]
        self._ask_for(tasks or ([task] if task is not None else []))

    def _ask_for(self, tasks: list[Task], told: Mapping[str, Any] | None = None) -> None:
        """To whom; with what was ``told`` before, where that could not be written."""
        board, today, told = self._page.lists.board, self._page.place.day(), told or {}
        if board is None:
            return
        able = {one.id: one for one in board.carriers if plan(tasks, one).moves}
        if not able:
            self._page.warned.emit(_(N_("Nobody else can take these.")))
            return
        choices = {one.id: choice_words(one, today) for one in able.values()}
        parts = (
            Choose("who", _(N_("Who takes them")), choices, [str(told.get("who", ""))]),
            Line("text", _(N_("Why, if it has to be said")), str(told.get("text", ""))),
        )
        title = n_("Hand over {count}", "Hand over {count}", len(tasks)).format(count=len(tasks))
        give = partial(self._give, tasks, able)
        tell = partial(_told, tasks, able, board)
        self._page.asking.show(title, _(N_("Hand over")), parts, give, tell)

    def _give(
        self, tasks: list[Task], able: Mapping[str, Carrier], told: Mapping[str, Any]
    ) -> None:
        to = able.get(str(told["who"]))
        if to is None or self.is_running:
            return
        self._page.asking.close()
        wanted = plan(tasks, to)
        self._lane = self._page.context.lanes.store
        self._run = _Run(wanted, told, Handover(to.id), deque(portions(wanted.moves)))
        self._page.lists.marked -= {task_key(one) for one in tasks}
        self.strip.begin()
        self._next(self._run)

    def _next(self, run: "_Run", _done: object = None) -> None:
        """One portion at a time, so that whatever else is asked of the store is answered in
        between."""
        if run.is_stopped or not run.waiting:
            self._end(run)
            return
        self.strip.step(_GIVING, run.reached, len(run.wanted.moves))
        task = partial(run.write, self._page.place.dispatch)
        ask_on(self._lane, task, partial(self._next, run), partial(self._refuse, run), self)

    def _refuse(self, run: "_Run", error: DoorstepError) -> None:
        """What is not written yet is asked for again, with the words that were typed."""
        self._end(run)
        if not self._page.isVisible():
            self._page.failed.emit(error)
            return
        self._page.ask(partial(read_all, self._page.place), partial(self._again, run, error))

    def _again(self, run: "_Run", error: DoorstepError, found: Read) -> None:
        self._page.take_read(found)
        keys = {task_key(one) for portion in run.waiting for one in portion}
        self._ask_for([one for one in found.board.tasks if task_key(one) in keys], run.told)
        if self._page.asking.panel is not None:
            self._page.asking.panel.say(error.sentence())
        else:
            self._page.failed.emit(error)

    def _end(self, run: "_Run") -> None:
        self._run = None
        self.strip.hide()
        rest = {task_key(one) for portion in run.waiting for one in portion}
        self._page.lists.marked |= rest
        if run.done.moved or not run.waiting:
            undo = partial(_begin_back, self._page.place, run.done) if run.done.moved else None
            self._page.said.emit(_end_words(run.wanted, run.done), undo)
        if run.done.moved:
            self._page.changed.emit()
        self._page.refresh()


@dataclass
class _Run:
    """A handover on its way. ``waiting`` are the portions that are not written yet."""

    wanted: Plan
    told: Mapping[str, Any]
    done: Handover
    waiting: deque[Sequence[Task]]
    is_stopped: bool = False

    def write(self, dispatch: Dispatch) -> None:
        """Write the next portion, on the store lane: where it stopped meanwhile, nothing."""
        if not self.is_stopped:
            dispatch.give(self.waiting[0], str(self.told["text"]), self.done)
            self.waiting.popleft()

    @property
    def reached(self) -> int:
        """How many were asked for so far."""
        return len(self.done.moved) + self.done.left


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


def _begin_back(place: Workplace, done: Handover) -> Undoing:
    """Give it back in portions as well."""
    return Undoing(0, len(done.moved), partial(_take_back, place, done, 0, 0))


def _take_back(place: Workplace, done: Handover, at: int, back: int) -> Undoing | Undone:
    """The portion from ``at`` on; ``back`` were given back before it."""
    end, in_all = at + PORTION, len(done.moved)
    back += place.dispatch.take_back(Handover(done.to_id, done.moved[at:end]))[0]
    if end >= in_all:
        return undone(back, in_all - back)
    return Undoing(end, in_all, partial(_take_back, place, done, end, back))
