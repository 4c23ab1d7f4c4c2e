"""The file of a case: its papers as a list, its pages as they print."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QPagedPaintDevice
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.dossier_pages import Bound
from desktop.jobs.job import Job, Task
from desktop.ledger_picker import LedgerPicker
from desktop.page import Act, Answer, Page, PageContext, Route, ask_on, sentence_of
from desktop.pages.dossier.binder import (
    Opened,
    attach_signed,
    bind,
    print_pages,
    write_pdf,
    write_word,
)
from desktop.printing import PAGE
from desktop.rows import Tone
from desktop.services.dossier.oral import MediationTakenBack
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.theme.fonts import TextStep
from desktop.viewmodels.dossier_rows import dossier_rows
from desktop.viewmodels.ledger_people import Unlinked, unlinked_side
from desktop.viewmodels.row_list import RowListModel
from desktop.widgets.banner import Banner
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.beside import Beside, Sides
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, Hairline
from desktop.widgets.flow import FlowLayout
from desktop.widgets.open_dialog import ask_scans
from desktop.widgets.page_view import PageView
from desktop.widgets.progress import CountBar, Part
from desktop.widgets.row_list import RowList
from desktop.widgets.save_dialog import ask_where
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.stack import Stack
from desktop.widgets.state_panel import NotHereState
from desktop.widgets.text import Text
from sync.errors import DoorstepError
from sync.i18n import N_, _, n_
from sync.rules.dossier import State

_LIST_PX: Final = 320
_LIST_HEIGHT_PX: Final = 170
_ONE_PANE_BELOW_PX: Final = 788


class DossierPage(Page):
    """What is seen is what is printed: the same pages, laid out once."""

    KEY: ClassVar[str] = "dossier"
    SECTION: ClassVar[str] = "mediation"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._id = ""
        self._wanted = ""
        self._opened: Opened | None = None
        self._party: Unlinked | None = None
        self._job: Job | None = None
        look = self.look
        self._model = RowListModel(self)
        self.rows = RowList(look, _(N_("Papers of the file")))
        self.rows.setModel(self._model)
        self.rows.opened.connect(self._go_to)
        self.view = PageView(look, PAGE, _(N_("Pages as they print")))
        self._faces = Banner(look, Tone.WARN, "")
        self._faces.hide()
        self._words = Text(look, "", TextStep.NOTE, colour="t2", wraps=True)
        self._bar = CountBar(look)
        self.stop = Button(look, _(N_("Stop")), ButtonKind.GHOST, icon="x")
        self.prints = Button(
            look, _(N_("Print all")), ButtonKind.PRIMARY, icon="printer", key="Ctrl P"
        )
        self.pdf = Button(look, _(N_("Keep as PDF")), icon="file-text", key="E")
        self.word = Button(look, _(N_("For Word")), icon="export", key="W")
        self.attach = Button(look, _(N_("The signed page")), icon="image", key="P")
        self.attach.hide()
        self.links = Button(look, _(N_("Link to the ledger")), icon="link", key="L")
        self.links.hide()
        self.ledger = LedgerPicker(context, self)
        self._missing = NotHereState(look, "")
        self._stack = Stack()
        self._lay_out()
        self.stop.clicked.connect(self._cancel)
        self.prints.clicked.connect(self._print)
        self.pdf.clicked.connect(self._ask_pdf)
        self.word.clicked.connect(self._ask_word)
        self.attach.clicked.connect(self._ask_signed)
        self.links.clicked.connect(self._link)
        self.ledger.linked.connect(self._after_link)
        self.ledger.failed.connect(self.failed)
        self._missing.pressed.connect(self.came_back)
        self._show_idle()

    def title(self) -> str:
        """The name of the page: a case's own title names people."""
        return _(N_("Papers of the file"))

    def hint(self) -> str:
        """The case's number, and how many papers are there."""
        if self._opened is None:
            return ""
        if self._opened.file.register_only:
            return _(N_("oral agreement"))
        lines = self._opened.lines
        there = sum(line.state is State.THERE for line in lines)
        number = self._opened.file.no or _(N_("no number yet"))
        return f"{number} · {there} / {len(lines)}"

    def acts(self) -> Sequence[Act]:
        """Choosing a paper, turning pages, printing."""
        papers, pages = _(N_("up and down")), _(N_("turn the page"))
        return (
            Act(("J",), papers, partial(self.rows.move_by, 1)),
            Act(("K",), papers, partial(self.rows.move_by, -1)),
            Act(("Return",), _(N_("show this paper")), self._show_current),
            Act(("]",), pages, partial(self.view.turn_by, 1)),
            Act(("[",), pages, partial(self.view.turn_by, -1)),
            Act(("Ctrl+P",), _(N_("print all")), self._print, self._is_shown),
            Act(("E",), _(N_("keep as PDF")), self._ask_pdf, self._is_shown),
            Act(("W",), _(N_("for Word")), self._ask_word, self._is_shown),
            Act(("P",), _(N_("attach the signed page")), self._ask_signed, self._is_sheet),
            Act(("L",), _(N_("link to the ledger")), self._link, self._is_sheet),
            Act(("Esc",), _(N_("back")), self.came_back.emit, on_bar=False),
        )

    def enter(self, route: Route) -> None:
        """Show the file of a case; ``detail`` is the paper to begin with."""
        self.ledger.dismiss()
        self._id, self._wanted, self._opened = route.record_id, route.detail, None
        self._party = None
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)
        self._load()

    def leave(self) -> None:
        """Nothing is bound for nobody, and nobody is looked for."""
        self.ledger.dismiss()
        self._cancel()

    def refresh(self) -> None:
        """A sync brought something: bound anew where the page is shown."""
        if self._id and self.isVisible():
            self._wanted = self.rows.current_key()
            self._load()

    # --- Layout -----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        edge = CONTENT_MARGIN_PX
        outer = scaled(self.look, QVBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX))
        listed = Card(self.look, NO_MARGINS, 0)
        rows = scaled(self.look, QVBoxLayout(), (1, 8, 1, 8), 0)
        rows.addWidget(self.rows)
        listed.body.addLayout(rows, 1)
        paper = Card(self.look, NO_MARGINS, 0)
        foot = scaled(self.look, QVBoxLayout(), (16, 10, 16, 12), 8)
        for part in (self._faces, self._bar, self._words):
            foot.addWidget(part)
        holder = QWidget()
        flow = FlowLayout(self.look, holder)
        for button in (self.prints, self.pdf, self.word, self.attach, self.links, self.stop):
            flow.addWidget(button)
        foot.addWidget(holder)
        paper.body.addWidget(self.view, 1)
        paper.body.addWidget(Hairline(self.look))
        paper.body.addLayout(foot)
        sides = Sides(_ONE_PANE_BELOW_PX, _LIST_PX, _LIST_HEIGHT_PX)
        body = Beside(self.look, listed, paper, sides)
        for panel in (body, self._missing):
            self._stack.addWidget(panel)
        scroll = ScrollColumn(self.look)  # A short window scrolls, so that nothing is squeezed.
        scroll.body.addWidget(self._stack, 1)
        outer.addWidget(scroll)

    # --- Binding ----------------------------------------------------------------------------------

    def _load(self) -> None:
        self._run(partial(bind, self.place, self._id), partial(self._show, self._id))

    def _run(self, task: Task, then: Callable[..., None]) -> None:
        """Slow work beside the store's, with its count and a way to stop it."""
        self._cancel()
        job = Job(task)
        job.progressed.connect(self._show_progress)
        job.settled.connect(partial(self._settle, job))
        Answer(job, then, self._refuse, self)
        self._job = job
        self._show_progress("", 0, 0)
        self.context.lanes.net.start(job)

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _settle(self, job: Job) -> None:
        if self._job is job:
            self._job = None
            self._show_idle()

    def _show_progress(self, step: str, so_far: int, in_all: int) -> None:
        running = self._job is not None
        for part in (self._bar, self.stop, self._words):
            part.setVisible(running)
        for button in (self.prints, self.pdf, self.word):
            button.setEnabled(not running and self._opened is not None)
        self._bar.set_parts([Part(so_far)], in_all)
        counts = f" {so_far} / {in_all}" if in_all else ""
        self._words.set_text(f"{_(step)}{counts}" if step else "")

    def _show_idle(self) -> None:
        self._show_progress("", 0, 0)

    def _show(self, case_id: str, opened: Opened) -> None:
        if case_id != self._id:
            return
        self._opened = opened
        bound = opened.bound
        self._model.replace(dossier_rows(opened.lines, dict(bound.starts)))
        self.view.show_pages(len(bound.sheets), bound.paint)
        self._stack.setCurrentIndex(0)
        self._say_faces(bound)
        self.attach.setVisible(self._is_sheet())
        self.links.hide()
        if self._is_sheet():
            self.ask(partial(unlinked_side, self.place, case_id), self._take_party)
        if not (self._wanted and self.rows.go_to(self._wanted)):
            self.rows.go_to_first()
        self._show_current()
        self._show_idle()
        self.headed.emit()

    def _say_faces(self, bound: Bound) -> None:
        """Boxes in a name are seen before anybody signs."""
        self._faces.setVisible(bool(bound.missing))
        if bound.missing:
            told = _(N_("No typeface here has: {characters}. Install one before printing."))
            self._faces.say(told.format(characters=" ".join(bound.missing)))

    def _is_shown(self) -> bool:
        return self._opened is not None

    def _refuse(self, error: DoorstepError) -> None:
        if isinstance(error, MediationTakenBack):
            self._say_taken_back()
            return
        if self._opened is not None or error.retryable:
            self.failed.emit(error)
            return
        why = sentence_of(error)
        self._missing.say(_(N_("These papers cannot be shown")), why, _(N_("Go back")))
        self._stack.setCurrentWidget(self._missing)

    def _say_taken_back(self) -> None:
        """Also where it was taken back while its sheet was seen: nothing is done with that now."""
        self._opened = self._party = None
        self.ledger.dismiss()
        self._missing.say(
            _(N_("This mediation was taken back")),
            _(N_("It stays in the record, marked so. It has no sheet any more.")),
            _(N_("Go back")),
        )
        self._stack.setCurrentWidget(self._missing)
        self.headed.emit()

    def _show_current(self) -> None:
        self._go_to(self.rows.current_key())

    def _go_to(self, key: str) -> None:
        if self._opened is not None:
            page = dict(self._opened.bound.starts).get(key)
            if page is not None:
                self.view.go_to(page)

    # --- Who the second party is ------------------------------------------------------------------

    def _take_party(self, party: Unlinked | None) -> None:
        self._party = party
        self.links.setVisible(party is not None and party.record_id == self._id)
        if party is not None and party.linked:
            self.links.set_words(_(N_("Correct who it is")))
        else:
            self.links.set_words(_(N_("Link to the ledger")))

    def _link(self) -> None:
        """Find in the ledger who was told in words."""
        if self._party is not None and self._party.record_id == self._id:
            self.ledger.open(self._party)

    def _after_link(self, words: str, undo: Callable[[], object]) -> None:
        self.said.emit(words, undo)
        self.changed.emit()
        self._load()

    def is_held(self) -> bool:
        """While somebody is looked for the keys are theirs."""
        return self.ledger.is_open or super().is_held()

    # --- The signed page of an oral agreement -----------------------------------------------------

    def _is_sheet(self) -> bool:
        """Whether it is a registration by itself: the scans of a case belong to its page."""
        return self._opened is not None and self._opened.file.register_only

    def _ask_signed(self) -> None:
        if self._is_sheet():
            ask_scans(self, self.take_signed)

    def take_signed(self, files: Sequence[str]) -> None:
        """Bind in what was signed on paper and scanned."""
        for file in files:
            task = partial(attach_signed, self.place, self._id, Path(file))
            ask_on(self.context.lanes.store, task, self._after_signed, self.failed.emit, self)

    def _after_signed(self, scan_id: str) -> None:
        self.said.emit(_(N_("The signed page is attached.")), None)
        self.changed.emit()
        self._load()

    # --- Out --------------------------------------------------------------------------------------

    def _print(self) -> None:
        """Ask which printer; the pages go there one by one, and that they did is written down."""
        # Loaded when somebody prints: the drivers of a system take their time.
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo

        if self._opened is None or self._job is not None:
            return
        if not QPrinterInfo.availablePrinterNames():
            self._ask_pdf()
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(partial(self.print_on, printer))
        dialog.setModal(True)
        dialog.show()

    def print_on(self, printer: QPagedPaintDevice) -> None:
        """Print every page."""
        if self._opened is None:
            return
        bound = self._opened.bound
        count = len(bound.sheets)
        words = n_("Printed {count} page", "Printed {count} pages", count).format(count=count)
        task = partial(print_pages, self.place, self._id, bound, printer)
        self._run(task, partial(self._say_done, words))

    def _ask_pdf(self) -> None:
        self._ask_where(_(N_("Keep the file as PDF")), "pdf", self.write_pdf)

    def _ask_word(self) -> None:
        self._ask_where(_(N_("Write the papers for Word")), "docx", self.write_word)

    def _ask_where(self, title: str, suffix: str, then: Callable[[str], None]) -> None:
        """Where to; the name that is offered holds the number and nobody's name."""
        if self._opened is None or self._job is not None:
            return
        ask_where(self, title, suffix, then, self._file_name())

    def _file_name(self) -> str:
        file = self._opened.file if self._opened else None
        numbered = file is not None and file.no and not file.register_only
        return file.no if file and numbered else _(N_("papers"))

    def write_pdf(self, file: str) -> None:
        """Write the whole file as PDF."""
        if self._opened is not None:
            task = partial(write_pdf, self.place, self._id, self._opened.bound, Path(file))
            self._run(task, partial(self._say_done, _said(file)))

    def write_word(self, file: str) -> None:
        """Write the papers, without their scans, as a file for Word."""
        if self._opened is not None:
            task = partial(write_word, self.place, self._id, Path(file))
            self._run(task, partial(self._say_done, _said(file)))

    def _say_done(self, words: str, done: object) -> None:
        self.said.emit(words, None)


def _said(file: str) -> str:
    return _(N_("Written: {file}")).format(file=Path(file).name)
