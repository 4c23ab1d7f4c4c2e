"""The page of certificates: what is certified, the register below it, the paper beside both."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from desktop.dossier_pages import Bound, bind_paper
from desktop.page import Act, Page, PageContext, Route, ask_on
from desktop.pages.certificates.form_pane import CertificatePane
from desktop.printing import PAGE
from desktop.services.certificates import CertificateDraft, CertificateLine
from desktop.services.dossier.blocks import Paper
from desktop.settings import Settings
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.viewmodels.certificates import CertificateForm, register_rows
from desktop.viewmodels.draft_keeper import DraftKeeper
from desktop.viewmodels.row_list import RowListModel
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, Hairline
from desktop.widgets.flow import FlowLayout
from desktop.widgets.page_view import PageView
from desktop.widgets.row_list import RowList
from desktop.widgets.save_dialog import ask_where
from desktop.widgets.scroll_column import ScrollColumn
from sync.errors import DoorstepError
from sync.i18n import N_, _

_LEFT_PX: Final = 420
_ONE_PANE_BELOW_PX: Final = 860
_REGISTER_PX: Final = 220
_PAPER_PX: Final = 360
_ANY: Final = 16_777_215  # Qt's own word for a size without a limit.


class CertificateUnwritten(DoorstepError):
    """The file cannot be written there."""

    code = "certificate.unwritten"
    message = N_("{file} cannot be written. Choose another place.")


class CertificatesPage(Page):
    """What is seen is what is printed. Signature and seal are given on paper."""

    KEY: ClassVar[str] = "certificates"
    SECTION: ClassVar[str] = "desk"

    def __init__(self, context: PageContext, settings: Callable[[], Settings] = Settings) -> None:
        super().__init__(context)
        self._settings = settings
        self._lines: list[CertificateLine] = []
        self._bound: Bound | None = None
        self._shown = ""
        self._person = ""
        self._asked = 0
        self._issuing = False
        look = self.look
        self.pane = CertificatePane(look)
        self._model = RowListModel(self)
        self.rows = RowList(look, _(N_("Register of certificates")))
        self.rows.setModel(self._model)
        self.view = PageView(look, PAGE, _(N_("The certificate as it prints")))
        self.prints = Button(look, _(N_("Print")), icon="printer", key="Ctrl P")
        self.pdf = Button(look, _(N_("Keep as PDF")), icon="file-text", key="Ctrl E")
        self.word = Button(look, _(N_("For Word")), icon="export", key="Ctrl W")
        self.void = Button(look, _(N_("Make void")), ButtonKind.GHOST, key="Ctrl D")
        self.keeper = DraftKeeper(self._keep, self)
        self._lay_out()
        self.rows.moved.connect(self._show_line)
        self.pane.changed.connect(self._after_change)
        self.pane.issued.connect(self.issue)
        self.prints.clicked.connect(self._print)
        self.pdf.clicked.connect(self._ask_pdf)
        self.word.clicked.connect(self._ask_word)
        self.void.clicked.connect(self.make_void)

    # --- What the frame asks ----------------------------------------------------------------------

    def title(self) -> str:
        """The name of the page."""
        return _(N_("Certificates"))

    def hint(self) -> str:
        """How far the register has come."""
        return self._lines[0].number if self._lines else ""

    def acts(self) -> Sequence[Act]:
        """Kinds by digits, then the paper."""
        digits = tuple(
            Act(
                (str(number),),
                _(N_("kind of certificate")),
                partial(self.pane.choose_number, number),
                on_bar=number == 1,
            )
            for number in range(1, self.pane.count + 1)
        )
        return (
            *digits,
            Act(("Ctrl+S", "Ctrl+Return"), _(N_("enter it in the register")), self.issue),
            Act(("Ctrl+P",), _(N_("print")), self._print),
            Act(("Ctrl+E",), _(N_("keep as PDF")), self._ask_pdf),
            Act(("Ctrl+W",), _(N_("for Word")), self._ask_word),
            Act(("Ctrl+D",), _(N_("make void")), self.make_void, on_bar=False),
            Act(("J",), _(N_("up and down")), partial(self.rows.move_by, 1), on_bar=False),
            Act(("K",), _(N_("up and down")), partial(self.rows.move_by, -1), on_bar=False),
            Act(("Esc",), _(N_("back")), self.came_back.emit, on_bar=False),
        )

    def enter(self, route: Route) -> None:
        """For somebody whose case is open at the desk; without one the register alone."""
        self.keeper.flush()
        self._person = route.record_id
        self._forget_paper("")
        self.view.show_pages(0, None)
        self.pane.begin(CertificateForm())
        self.pane.setFocus(Qt.FocusReason.OtherFocusReason)
        self._load()
        if self._person:
            self.ask(partial(self._open, self._person), partial(self._begin, self._person))
        else:
            self._preview(self.pane.form)

    def leave(self) -> None:
        """What was filled in is kept."""
        self.keeper.flush()

    def refresh(self) -> None:
        """A sync brought certificates of another window."""
        self._load()

    def _open(self, person: str) -> CertificateForm:
        """Somebody's certificate, as it was left."""
        visitor = self.place.desk.open_case(person)
        kept = self.place.certificates.draft(visitor)
        return CertificateForm(visitor, kept.kind, kept.said) if kept else CertificateForm(visitor)

    def _begin(self, person: str, form: CertificateForm) -> None:
        if person != self._person:
            return  # Somebody else was opened meanwhile.
        self.pane.begin(form)
        self._preview(form)

    # --- The draft --------------------------------------------------------------------------------

    def _after_change(self, form: CertificateForm) -> None:
        self._preview(form)
        if form.visitor is not None:
            self.keeper.touch()

    def _keep(self) -> None:
        form = self.pane.form
        if form.visitor is None:
            return
        draft = CertificateDraft(form.kind, form.said)
        keep = partial(self.place.certificates.keep_draft, form.visitor, draft)
        ask_on(self.context.lanes.store, keep, lambda _kept: None, self._keep_later, self)

    def _keep_later(self, error: DoorstepError) -> None:
        """The disk refused it: say so and try again."""
        self.keeper.failed()
        self.failed.emit(error)

    # --- Layout -----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        edge = CONTENT_MARGIN_PX
        outer = scaled(self.look, QVBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX))
        body = QWidget()
        across = QBoxLayout(QBoxLayout.Direction.LeftToRight, body)
        self._across = scaled(self.look, across, NO_MARGINS, CONTENT_GAP_PX)
        self._left = QWidget()
        left = scaled(self.look, QVBoxLayout(self._left), spacing=CONTENT_GAP_PX)
        left.addWidget(self.pane, 2)
        self._register = Card(self.look, NO_MARGINS, 0)
        rows = scaled(self.look, QVBoxLayout(), (1, 8, 1, 8), 0)
        rows.addWidget(self.rows)
        self._register.body.addLayout(rows, 1)
        left.addWidget(self._register, 1)
        self._paper = Card(self.look, NO_MARGINS, 0)
        holder = QWidget()
        holder.setContentsMargins(16, 10, 16, 12)
        flow = FlowLayout(self.look, holder)
        for button in (self.prints, self.pdf, self.word, self.void):
            flow.addWidget(button)
        self._paper.body.addWidget(self.view, 1)
        self._paper.body.addWidget(Hairline(self.look))
        self._paper.body.addWidget(holder)
        self._across.addWidget(self._left)
        self._across.addWidget(self._paper, 1)
        scroll = ScrollColumn(self.look)  # A short window scrolls, so that nothing is squeezed.
        scroll.body.addWidget(body, 1)
        outer.addWidget(scroll)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The paper stands beside what it says, or below it."""
        super().resizeEvent(event)
        px = self.look.px
        wide = self.width() >= px(_ONE_PANE_BELOW_PX)
        direction = QBoxLayout.Direction
        self._across.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        self._left.setMaximumWidth(px(_LEFT_PX) if wide else _ANY)
        self._left.setMinimumWidth(px(_LEFT_PX) if wide else 0)
        self._register.setMinimumHeight(px(_REGISTER_PX))
        self._paper.setMinimumHeight(px(_PAPER_PX))

    # --- The paper --------------------------------------------------------------------------------

    def _preview(self, form: CertificateForm) -> None:
        preview = partial(self.place.certificates.preview, form.kind, form.visitor, form.said)
        self._read_paper("", preview)

    def _show_line(self, key: str) -> None:
        if key and self.rows.hasFocus():
            self._show_paper(key)

    def _show_paper(self, key: str) -> None:
        self._read_paper(key, partial(self.place.certificates.paper, key))

    def _read_paper(self, key: str, read: Callable[[], Paper]) -> None:
        self._forget_paper(key)
        self.ask(lambda: bind_paper(read()), partial(self._show_bound, self._asked))

    def _forget_paper(self, key: str) -> None:
        """Another paper is wanted: until it is here nothing leaves, least under its name."""
        self._asked += 1
        self._shown, self._bound = key, None
        self._allow()

    def _show_bound(self, asked: int, bound: Bound) -> None:
        if asked != self._asked:
            return
        self._bound = bound
        self.view.show_pages(len(bound.sheets), bound.paint)
        self._allow()

    @property
    def _stands(self) -> bool:
        """Whether a certificate of the register is before one's eyes."""
        return bool(self._shown) and self._bound is not None

    def _allow(self) -> None:
        for button in (self.prints, self.pdf, self.word, self.void):
            button.setEnabled(self._stands)

    # --- The register -----------------------------------------------------------------------------

    def _load(self) -> None:
        self.ask(self.place.certificates.listed, self._show_register)

    def _show_register(self, lines: list[CertificateLine]) -> None:
        self._lines = lines
        self._model.replace(register_rows(lines, self.place.clock))
        if self._shown:
            self.rows.go_to(self._shown)
        self.headed.emit()

    def issue(self) -> None:
        """Enter it in the register; from then on it can be printed."""
        form = self.pane.form
        if self._issuing:
            return  # A second press is no second certificate.
        if form.visitor is None:
            self.pane.say(form.whom)
            return
        self._issuing = True
        self.keeper.forget()
        certificates, window = self.place.certificates, self._settings().window
        task = partial(certificates.issue, form.kind, form.visitor, form.said, window)
        then = partial(self._after_issue, form)
        ask_on(self.context.lanes.store, task, then, self._refuse_issue, self)

    def _refuse_issue(self, error: DoorstepError) -> None:
        self._issuing = False
        self._refuse(error)
        self.keeper.touch()

    def _refuse(self, error: DoorstepError) -> None:
        self.pane.say(error.sentence())

    def _after_issue(self, form: CertificateForm, certificate_id: str) -> None:
        self._issuing = False
        self.pane.say("")
        if self.pane.form is form:
            self.pane.begin(CertificateForm(form.visitor, form.kind))
        self._show_paper(certificate_id)
        self.said.emit(_(N_("Entered in the register. Print it, then sign and seal it.")), None)
        self.changed.emit()
        self._load()

    def make_void(self) -> None:
        """The certificate that is shown holds no more; the reason stands in the line for it."""
        if not self._stands:
            return
        task = partial(self.place.certificates.make_void, self._shown, self.pane.reason())
        then = partial(self._after_void, self._shown)
        ask_on(self.context.lanes.store, task, then, self._refuse, self)

    def _after_void(self, key: str, before: str) -> None:
        back = partial(self.place.certificates.make_valid, key)
        self.pane.clear_reason()
        self.said.emit(_(N_("The certificate is void. Its number is not given again.")), back)
        self.changed.emit()
        self._load()

    # --- Out of the house -------------------------------------------------------------------------

    def _print(self) -> None:
        """Offer the printers of this computer; without one, a place for a PDF."""
        # Loaded when somebody prints: the drivers of a system take their time.
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo

        if not self._shown or self._bound is None:
            return
        if not QPrinterInfo.availablePrinterNames():
            self._ask_pdf()
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(partial(self._print_on, printer, self._shown, self._bound))
        dialog.setModal(True)
        dialog.show()

    def _print_on(self, printer: object, key: str, bound: Bound) -> None:
        from PySide6.QtPrintSupport import QPrinter

        assert isinstance(printer, QPrinter)
        bound.print_on(printer)
        note = partial(self.place.certificates.note_print, key)
        self.ask(note, partial(self._say_done, _(N_("The certificate is out."))))

    def _ask_pdf(self) -> None:
        self._ask_where(_(N_("Keep the certificate as PDF")), "pdf", self.write_pdf)

    def _ask_word(self) -> None:
        self._ask_where(_(N_("Write the certificate for Word")), "docx", self.write_word)

    def _ask_where(self, title: str, suffix: str, then: Callable[[str], None]) -> None:
        """Where to; the name that is offered holds the number and nobody's name."""
        if not self._stands:
            return
        number = next((line.number for line in self._lines if line.id == self._shown), "")
        ask_where(self, title, suffix, then, number or _(N_("certificate")))

    def write_pdf(self, file: str) -> None:
        """Write what is shown as a PDF."""
        if self._shown and self._bound is not None:
            self._write(file, self._bound.write_pdf)

    def write_word(self, file: str) -> None:
        """Write what is shown for a word processor."""
        if self._stands:
            key, certificates = self._shown, self.place.certificates
            self._write(file, lambda path: certificates.write_word(path, key))

    def _write(self, file: str, write: Callable[[Path], None]) -> None:
        key, certificates = self._shown, self.place.certificates

        def written() -> None:
            path = Path(file)
            try:
                write(path)
            except OSError as error:
                raise CertificateUnwritten(file=path.name) from error
            certificates.note_print(key, export=True)

        words = _(N_("Written: {file}")).format(file=Path(file).name)
        self.ask(written, partial(self._say_done, words))

    def _say_done(self, words: str, done: object) -> None:
        self.said.emit(words, None)
