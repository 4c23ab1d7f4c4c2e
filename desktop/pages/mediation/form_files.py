"""The photos and scans of a form: chosen, read one after the other, kept until they are saved."""

from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.page import PageContext, ask_on
from desktop.pictures import prepare
from desktop.services.chosen_files import ChosenFile, ChosenFiles
from desktop.services.photos import Photo
from desktop.theme.fonts import TextStep
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import Button, ButtonKind, icon_button
from desktop.widgets.card import Card, SectionTitle
from desktop.widgets.field import IconMark
from desktop.widgets.lines import Lines
from desktop.widgets.progress import CountBar, Part
from desktop.widgets.text import Text
from sync.errors import AttachmentRefused, DiskFull, DoorstepError
from sync.i18n import N_, _, n_

MOST_FILES: Final = 20
_MIDDLE: Final = Qt.AlignmentFlag.AlignVCenter


class FormFiles(Card):
    """What was chosen for the form that is open; what another form chose is read on meanwhile.

    Attributes: ``stop``, which leaves out what was not read yet.

    Signals:
        settled: whether everything chosen is ready, once nothing is read any more.
        grown: there are more files, or something is said of one: it should be in sight.
        failed: a DoorstepError that is about no file.
    """

    settled = Signal(bool)
    grown = Signal()
    failed = Signal(object)

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.look, spacing=6)
        self._context = context
        self._chosen: ChosenFiles = context.place.chosen
        self._draft = ""
        self._files: list[ChosenFile] = []
        self._asked = 0  # Files that were chosen and are not noted yet.
        self._waiting: deque[ChosenFile] = deque()
        self._read: ChosenFile | None = None
        look = context.look
        self._title = SectionTitle(look, _(N_("Photos and scans")))
        column = scaled(look, QVBoxLayout(), spacing=2)
        self._lines = Lines[tuple[int, ChosenFile], _FileRow](column, self._made_row, _FileRow.say)
        self._progress = QWidget()
        row = scaled(look, QHBoxLayout(self._progress), spacing=10)
        self._bar = CountBar(look)
        self._count = Text(look, "", TextStep.NOTE, colour="t2")
        self.stop = Button(look, _(N_("Leave out the rest")), ButtonKind.LINK)
        self.stop.clicked.connect(self.leave_out)
        for part in (self._bar, self._count, self.stop):
            row.addWidget(part, int(part is self._bar), _MIDDLE)
        self._error = Text(look, "", TextStep.NOTE, colour="bad_t", wraps=True)
        self.body.addWidget(self._title)
        self.body.addLayout(column)
        self.body.addWidget(self._progress)
        self.body.addWidget(self._error)
        self._show()

    @property
    def is_reading(self) -> bool:
        """Whether something that was chosen here is not read yet."""
        return self._asked > 0 or any(not one.is_ready for one in self._files)

    @property
    def count(self) -> int:
        """How many files the form has."""
        return len(self._files)

    def error(self) -> str:
        """What is said to be wrong with a file."""
        return self._error.text()

    def close_form(self) -> None:
        """Another form is on its way: show nothing of the one before."""
        self._draft, self._files, self._asked = "", [], 0
        self._say("")

    def open_form(self, draft: str, files: Sequence[ChosenFile]) -> None:
        """The form whose draft has this key, with what was chosen for it before."""
        self._draft, self._files, self._asked = draft, list(files), 0
        known = {one.key for one in self._waiting} | ({self._read.key} if self._read else set())
        self._waiting += [one for one in files if not one.is_ready and one.key not in known]
        self._say("")
        self._read_next()

    def take(self, paths: Sequence[str]) -> None:
        """Add files, as far as there is room."""
        room = MOST_FILES - self.count - self._asked
        self._say("")
        if len(paths) > room:
            self._say(_(N_("At most {count} files at a time.")).format(count=MOST_FILES))
        taken = list(paths[: max(0, room)])
        if taken:
            self._asked += len(taken)
            choose = partial(self._chosen.choose, self._draft, taken)
            then = partial(self._add, self._draft)
            otherwise = partial(self._miss, self._draft, len(taken))
            ask_on(self._context.lanes.store, choose, then, otherwise, self)

    def _add(self, draft: str, files: list[ChosenFile]) -> None:
        self._waiting += files
        if draft == self._draft:
            self._asked -= len(files)
            self._files += files
            self._show()
            self.grown.emit()
        self._read_next()

    def _miss(self, draft: str, count: int, error: DoorstepError) -> None:
        """The disk is full: nothing is chosen, and that is said."""
        if draft != self._draft:
            self.failed.emit(error)
            return
        self._asked -= count
        self._say(error.sentence())
        self._tell_settled(whole=False)

    # --- Reading ----------------------------------------------------------------------------------

    def _read_next(self) -> None:
        """One at a time, so that whatever else is asked of the store is answered in between."""
        if self._read is not None or not self._waiting:
            return
        self._read = one = self._waiting.popleft()
        read = partial(_read, self._chosen, one)
        ask_on(self._context.lanes.store, read, self._take_read, partial(self._refuse, one), self)

    def _take_read(self, ready: ChosenFile) -> None:
        self._read = None
        at = next((at for at, one in enumerate(self._files) if one.key == ready.key), -1)
        if at >= 0:
            self._files[at] = ready
        self._show()
        if at >= 0:
            self._tell_settled(whole=True)
        self._read_next()

    def _refuse(self, one: ChosenFile, error: DoorstepError) -> None:
        """It is no picture, too large, or gone: it is taken out, and that is said. What its form
        cannot say now it says when it is opened again."""
        self._read = None
        if any(each.key == one.key for each in self._files):
            self._files = [each for each in self._files if each.key != one.key]
            if isinstance(error, AttachmentRefused):
                self._take_out(one.key)
            self._say(error.sentence())
            self._tell_settled(whole=False)
        self._read_next()

    def _tell_settled(self, *, whole: bool) -> None:
        if not self.is_reading or not whole:
            self.settled.emit(whole)

    # --- Taking out -------------------------------------------------------------------------------

    def leave_out(self) -> None:
        """Do without what was not read yet; it is said how many that are."""
        rest = [one.key for one in self._files if not one.is_ready]
        for key in rest:
            self._take_out(key)
        words = n_(
            "{count} file was left out. Choose it again to have it.",
            "{count} files were left out. Choose them again to have them.",
            len(rest),
        )
        self._say(words.format(count=len(rest)))
        self._tell_settled(whole=False)

    def _remove(self, key: str) -> None:
        """Its person does without it: whoever waited for it to be read waits no more."""
        self._take_out(key)
        self._tell_settled(whole=True)

    def _take_out(self, key: str) -> None:
        self._files = [one for one in self._files if one.key != key]
        self._waiting = deque(one for one in self._waiting if one.key != key)
        drop = partial(self._chosen.drop, key)
        ask_on(self._context.lanes.store, drop, lambda done: None, self.failed.emit, self)
        self._show()

    # --- Showing ----------------------------------------------------------------------------------

    def _made_row(self) -> "_FileRow":
        row = _FileRow(self._look)
        row.removed.connect(self._remove)
        return row

    def _say(self, words: str) -> None:
        self._error.set_text(words)
        self._show()

    def _show(self) -> None:
        ready = sum(one.is_ready for one in self._files)
        self._title.set_hint(f"{ready} / {self.count}" if self.is_reading else str(self.count))
        self._lines.show(enumerate(self._files, 1))
        self._progress.setVisible(self.is_reading)
        self._bar.set_parts([Part(ready)], self.count)
        told = _(N_("{so_far} of {in_all} read"))
        self._count.set_text(told.format(so_far=ready, in_all=self.count))
        self._error.setVisible(bool(self._error.text()))
        self.setVisible(bool(self._files or self._asked or self._error.text()))


class _FileRow(Themed):
    """One file. ``removed`` carries its key."""

    removed = Signal(str)

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        self._key = ""
        row = scaled(look, QHBoxLayout(self), spacing=8)
        self._mark = IconMark(look, "image")
        self._words = Text(look, "", TextStep.SECOND)
        self._remove = icon_button(look, "x", "")
        self._remove.clicked.connect(self._tell)
        self._remove.installEventFilter(self)
        row.addWidget(self._mark, 0, _MIDDLE)
        row.addWidget(self._words, 1, _MIDDLE)
        row.addWidget(self._remove, 0, _MIDDLE)

    def say(self, told: tuple[int, ChosenFile]) -> None:
        """Show another file, by its place: its name may tell of somebody."""
        number, one = told
        self._key = one.key
        self._mark.set_icon("file-text" if one.is_pdf else "image")
        words = _(N_("PDF {number}")) if one.is_pdf else _(N_("Photo {number}"))
        if not one.is_ready:
            words = _(N_("File {number}"))
        name = words.format(number=number)
        state = _size(one.size) if one.is_ready else _(N_("being read"))
        self._words.set_text(f"{name} · {state}")
        remove = _(N_("Take out: {file}")).format(file=name)
        self._remove.setAccessibleName(remove)
        self._remove.setToolTip(remove)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The next file moves up under the pointer: a double click takes out one alone."""
        return watched is self._remove and event.type() == QEvent.Type.MouseButtonDblClick

    def _tell(self) -> None:
        self.removed.emit(self._key)


def _read(chosen: ChosenFiles, one: ChosenFile) -> ChosenFile:
    """On the store lane. Raises AttachmentRefused."""
    made = prepare(Path(one.path))
    photo = Photo(made.content, made.media, made.thumb)
    with suppress(DiskFull):  # It is in memory; whoever saves is told that there is no room.
        chosen.keep(one.key, photo)
    return ChosenFile(one.key, media=photo.media, size=len(photo.content))


def _size(count: int) -> str:
    """Kilobytes of small files, megabytes of large ones."""
    kilobytes = max(1, round(count / 1024))
    return f"{kilobytes} KB" if kilobytes < 1000 else f"{kilobytes / 1024:.1f} MB"
