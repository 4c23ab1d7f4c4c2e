"""The page of certificates: what is certified, the register below it, the paper beside both."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from desktop.dossier_pages import Bound, bind_paper
from desktop.page import Act, Page, PageContext, Route, ask_on
from desktop.pages.certificates.form_pane import CertificatePane
from desktop.pages.certificates.leaving import Leaving
from desktop.printing import PAGE
from desktop.services.certificates import CertificateDraft, CertificateLine
from desktop.services.dossier.blocks import Paper
from desktop.settings import Settings
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.viewmodels.certificates import CertificateForm, register_rows
from desktop.viewmodels.draft_keeper import DraftKeeper
from desktop.viewmodels.row_list import RowListModel
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.beside import Beside, Sides
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, Hairline
from desktop.widgets.flow import FlowLayout
from desktop.widgets.page_view import PageView
from desktop.widgets.row_list import RowList
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.stack import Stack
from desktop.widgets.state_panel import EmptyState
from sync.errors import DoorstepError
from sync.i18n import N_, _, n_

_LEFT_PX: Final = 420
_ONE_PANE_BELOW_PX: Final = 828
_PANE_PX: Final = 240
_REGISTER_PX: Final = 150
_PAPER_PX: Final = 360


class CertificatesPage(Page):
    """What is seen is what is printed. Signature and seal are given on paper."""

    KEY: ClassVar[str] = "certificates"
    SECTION: ClassVar[str] = "desk"

    def __init__(self, context: PageContext, settings: Callable[[], Settings] = Settings) -> None:
        super().__init__(context)
        self._settings = settings
        self._lines: list[CertificateLine] = []
        self.leaving = Leaving(self)
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
        self.prints.clicked.connect(self.leaving.print)
        self.pdf.clicked.connect(self.leaving.ask_pdf)
        self.word.clicked.connect(self.leaving.ask_word)
        self.void.clicked.connect(self.make_void)

    # --- What the frame asks ----------------------------------------------------------------------

    def title(self) -> str:
        """The name of the page."""
        return _(N_("Certificates"))

    def hint(self) -> str:
        """How many stand in the register, and the last number that it gave."""
        if not self._lines:
            return ""
        words = n_("{count} in the register", "{count} in the register", len(self._lines))
        last = _(N_("last: {number}")).format(number=self._lines[0].number)
        return f"{words.format(count=len(self._lines))} · {last}"

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
            Act(("Ctrl+P",), _(N_("print")), self.leaving.print),
            Act(("Ctrl+E",), _(N_("keep as PDF")), self.leaving.ask_pdf),
            Act(("Ctrl+W",), _(N_("for Word")), self.leaving.ask_word),
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
        self._said = QWidget()
        left = scaled(self.look, QVBoxLayout(self._said), spacing=CONTENT_GAP_PX)
        left.addWidget(self.pane, 2)
        self._register = Card(self.look, NO_MARGINS, 0)
        rows = scaled(self.look, QVBoxLayout(), (1, 8, 1, 8), 0)
        self._no_rows = EmptyState(self.look, _(N_("No certificate was issued yet")))
        self._listed = Stack()
        for part in (self.rows, self._no_rows):
            self._listed.addWidget(part)
        rows.addWidget(self._listed)
        self._register.body.addLayout(rows, 1)
        left.addWidget(self._register, 1)
        for card in (self.pane, self._register):  # They scroll: the page need not do it for them.
            card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._paper = Card(self.look, NO_MARGINS, 0)
        holder = QWidget()
        holder.setContentsMargins(16, 10, 16, 12)
        flow = FlowLayout(self.look, holder)
        for button in (self.prints, self.pdf, self.word, self.void):
            flow.addWidget(button)
        self._paper.body.addWidget(self.view, 1)
        self._paper.body.addWidget(Hairline(self.look))
        self._paper.body.addWidget(holder)
        body = Beside(self.look, self._said, self._paper, Sides(_ONE_PANE_BELOW_PX, _LEFT_PX))
        scroll = ScrollColumn(self.look)  # A short window scrolls, so that nothing is squeezed.
        scroll.body.addWidget(body, 1)
        outer.addWidget(scroll)
        self.look.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.pane.setMinimumHeight(self.look.px(_PANE_PX))
        self._said.setMinimumHeight(self.look.px(_PANE_PX + CONTENT_GAP_PX + _REGISTER_PX))
        self._register.setMinimumHeight(self.look.px(_REGISTER_PX))
        self._paper.setMinimumHeight(self.look.px(_PAPER_PX))

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
        self.leaving.key, self.leaving.bound = key, None
        self.leaving.name_by(self._lines)
        self._allow()

    def _show_bound(self, asked: int, bound: Bound) -> None:
        if asked != self._asked:
            return
        self.leaving.bound = bound
        self.view.show_pages(len(bound.sheets), bound.paint)
        self._allow()

    def _allow(self) -> None:
        for button in (self.prints, self.pdf, self.word, self.void):
            button.setEnabled(self.leaving.stands)

    # --- The register -----------------------------------------------------------------------------

    def _load(self) -> None:
        self.ask(self.place.certificates.listed, self._show_register)

    def _show_register(self, lines: list[CertificateLine]) -> None:
        self._lines = lines
        self.leaving.name_by(lines)
        self._model.replace(register_rows(lines, self.place.clock))
        self._listed.setCurrentWidget(self.rows if lines else self._no_rows)
        if self.leaving.key:
            self.rows.go_to(self.leaving.key)
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
        if not self.leaving.stands:
            return
        task = partial(self.place.certificates.make_void, self.leaving.key, self.pane.reason())
        then = partial(self._after_void, self.leaving.key)
        ask_on(self.context.lanes.store, task, then, self._refuse, self)

    def _after_void(self, key: str, before: str) -> None:
        back = partial(self.place.certificates.make_valid, key)
        self.pane.clear_reason()
        self.said.emit(_(N_("The certificate is void. Its number is not given again.")), back)
        self.changed.emit()
        self._load()
