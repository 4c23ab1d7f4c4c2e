"""What every screen is: how it gets its data, says what it did, and asks to go elsewhere.

A page lays out widgets and connects them. It reads and writes through ``ask``, on the store lane,
so that no screen ever waits for the disk.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.jobs.job import Job
from desktop.jobs.lanes import Lane, Lanes
from desktop.keys import Act, KeyHints, KeyTable
from desktop.services.workplace import Workplace
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import is_composing_in
from desktop.widgets.veil import Veil
from sync.errors import DoorstepError, NotFound
from sync.i18n import N_, _, n_

__all__ = [
    "Act",
    "Answer",
    "KeyHints",
    "Page",
    "PageContext",
    "Route",
    "Standing",
    "Undoing",
    "Undone",
    "Waiting",
    "ask_beside",
    "ask_on",
    "sentence_of",
]

T = TypeVar("T")


@dataclass(frozen=True)
class Route:
    """Where to go: a page by its key, and the record it shows. ``detail`` is the page's own."""

    page: str
    record_id: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Undone:
    """What undoing came to, in words, where it is not simply undone."""

    words: str
    is_whole: bool = True
    """Whether nothing of it stays."""


class Standing:
    """In place of an undo where what was done stays, by law: undoing says so in words, and does
    not take back what was done before it."""

    def __call__(self) -> Undone:
        """What there is to say."""
        return Undone(
            _(N_("This cannot be undone: write a correction.")),
            is_whole=False,
        )


@dataclass(frozen=True)
class Undoing:
    """A long undo on its way: so many of so many are taken back; ``go_on`` takes the next portion
    back, and returns another of these, or what it came to."""

    so_far: int
    in_all: int
    go_on: Callable[[], object]


def undone(back: int, kept: int) -> Undone:
    """So many were given back, and so many stay because somebody has gone on with them."""
    if not kept:
        return Undone(_(N_("Undone.")))
    words = n_(
        "Undone: {count}. {kept} were gone on with meanwhile and stay.",
        "Undone: {count}. {kept} were gone on with meanwhile and stay.",
        back,
    )
    return Undone(words.format(count=back, kept=kept), is_whole=False)


def sentence_of(error: DoorstepError) -> str:
    """What an error says on a screen: pages ask by ids, which tell nobody anything."""
    if isinstance(error, NotFound):
        return _(N_("This is not on this computer. It may belong to another grid."))
    return error.sentence()


@dataclass(frozen=True)
class PageContext:
    """What the composition root hands to each page."""

    place: Workplace
    lanes: Lanes
    look: ThemeProvider


class Answer(QObject):
    """Brings a job's result back to the Qt thread, and dies with the page that asked."""

    def __init__(
        self,
        job: Job,
        then: Callable[[Any], None],
        otherwise: Callable[[DoorstepError], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._job = job  # Alive until its last signal has been delivered.
        self._then = then
        self._otherwise = otherwise
        if isinstance(parent, Page):
            parent.veil.wait()
        job.done.connect(self._deliver)
        job.failed.connect(self._refuse)
        job.settled.connect(self.deleteLater)

    @Slot(object)
    def _deliver(self, result: Any) -> None:
        asker = self.parent()
        if isinstance(asker, Page):
            asker.veil.lift()
        self._then(result)

    @Slot(object)
    def _refuse(self, error: DoorstepError) -> None:
        self._otherwise(error)
        asker = self.parent()
        if isinstance(asker, Page):
            asker.veil.give_way()


def ask_on(
    lane: Lane,
    task: Callable[[], T],
    then: Callable[[T], None],
    otherwise: Callable[[DoorstepError], None],
    parent: QObject,
) -> None:
    """Run ``task`` on ``lane``; ``then`` or ``otherwise`` follows on the Qt thread."""
    job = Job(lambda report: task())
    Answer(job, then, otherwise, parent)
    lane.start(job)


def ask_beside(
    lanes: Lanes,
    task: Callable[[], T],
    then: Callable[[T], None],
    otherwise: Callable[[DoorstepError], None],
    parent: QObject,
) -> None:
    """Read on the store lane what stands beside the page, once the page itself is painted: the
    two would only wait for each other. Nothing is read where ``parent`` is gone by then."""
    ask = partial(ask_on, lanes.store, task, then, otherwise, parent)
    if not lanes.calm_ms:
        ask()
        return
    waiting = Waiting(parent)
    waiting.setSingleShot(True)
    waiting.timeout.connect(ask)
    waiting.timeout.connect(waiting.deleteLater)
    waiting.start(lanes.calm_ms)


class Waiting(QTimer):
    """A reading that waits for a calm moment. Whoever closes the store stops it before."""


class Page(QWidget):
    """One screen. Attributes: ``built``, the keys of the pages that one can go to.

    Signals:
        went: a :class:`Route` that this page wants shown.
        came_back: the person wants the page before this one.
        said: words for the toast, and a callable that undoes it or ``None``. Undoing runs on
            the store lane, and may return :class:`Undone`, or :class:`Undoing` where it goes on;
            :class:`Standing` for what stays.
        warned: words for the toast on what was not done.
        failed: a DoorstepError to show.
        changed: something was saved; counts and other pages may be stale.
        headed: title, hint, tools or keys are new.
        counted: a section of the sidebar, and the figure beside it.
    """

    KEY: ClassVar[str]
    SECTION: ClassVar[str]

    went = Signal(object)
    came_back = Signal()
    said = Signal(str, object)
    warned = Signal(str)
    failed = Signal(object)
    changed = Signal()
    headed = Signal()
    counted = Signal(str, int)

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context = context
        self.place = context.place
        self.look = context.look
        self._table: KeyTable | None = None
        self.built: frozenset[str] = frozenset()
        self.veil = Veil(context.look, self)

    def title(self) -> str:
        """What the top bar says."""
        raise NotImplementedError

    def hint(self) -> str:
        """A few words after the title."""
        return ""

    def tools(self) -> Sequence[QWidget]:
        """Widgets for the top bar."""
        return ()

    def acts(self) -> Sequence[Act]:
        """What keys do on this screen, the most useful first. Asked once, when it is built."""
        return ()

    @property
    def table(self) -> KeyTable:
        """The keys of this screen, wired when first asked for."""
        if self._table is None:
            self._table = KeyTable(self, self.acts(), self.is_held)
        return self._table

    def is_held(self) -> bool:
        """Whether the keys belong to something else now: an input method, or a picker that lies
        over the page."""
        return is_composing_in(self)

    def keys(self) -> KeyHints:
        """The keys of this screen, for the status bar."""
        return self.table.hints(on_bar=True)

    def enter(self, route: Route) -> None:
        """Show what ``route`` names; called each time the page comes up."""

    def leave(self) -> None:
        """The page goes away: keep drafts."""

    def refresh(self) -> None:
        """The data changed under the page, by a sync or by another page."""

    def ask(self, task: Callable[[], T], then: Callable[[T], None]) -> None:
        """Read or write on the store lane; a failure goes to the toast, the form stays."""
        ask_on(self.context.lanes.store, task, then, self.failed.emit, self)

    def ask_beside(self, task: Callable[[], T], then: Callable[[T], None]) -> None:
        """Read what stands beside this page, once the page itself is painted."""
        ask_beside(self.context.lanes, task, then, self.failed.emit, self)

    def give_up(self, error: DoorstepError) -> None:
        """What the page is about is not here: go back to where one came from, and say so there."""
        self.came_back.emit()
        self.failed.emit(error)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Plain keys that no widget of the page wanted."""
        if not self.table.press(event):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """The shortcuts of the table must exist before anybody presses one."""
        super().showEvent(event)
        assert self.table is not None
