"""What is certified: the kind, for whom, and the lines that the clerk fills in."""

from functools import partial

from PySide6.QtCore import Signal

from desktop.services.certificates import KINDS, template
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Height
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.certificates import CertificateForm
from desktop.widgets.base import NO_MARGINS
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, SectionTitle
from desktop.widgets.chip import Choice
from desktop.widgets.field import LineField
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.segment import SegmentChoice
from desktop.widgets.text import Text
from sync.i18n import N_, _


class CertificatePane(Card):
    """The form of one certificate.

    Signals:
        changed: the form as it is now.
        issued: it is to be entered in the register.
    """

    changed = Signal(object)
    issued = Signal()

    count = len(KINDS)

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, NO_MARGINS, 0)
        self.form = CertificateForm()
        choices = [
            Choice(kind, template(kind).words, shortcut=str(at)) for at, kind in enumerate(KINDS, 1)
        ]
        self.kinds = SegmentChoice(look, choices, name=_(N_("Kind of certificate")))
        self._whom = Text(look, "", TextStep.BODY, weight=Weight.MEDIUM, wraps=True)
        self._all: dict[tuple[str, str], LineField] = {}
        self._void = LineField(look, _(N_("Why one is made void")))
        self.error = Text(look, "", TextStep.SECOND, colour="bad_t", wraps=True)
        note = _(N_("The ID number is written by hand from the card; signature and seal, too."))
        enter = Button(
            look,
            _(N_("Enter it in the register")),
            ButtonKind.PRIMARY,
            key="Ctrl S",
            height=Height.PRIMARY,
        )
        enter.clicked.connect(self.issued)
        scroll = ScrollColumn(look, (16, 12, 16, 12), 8)
        self._column = scroll.body
        title = SectionTitle(look, _(N_("What is certified")), _(N_("press its digit")))
        for part in (title, self.kinds, self._whom):
            self._column.addWidget(part)
        self._make_fields()
        for last in (Text(look, note, TextStep.NOTE, colour="t2", wraps=True), self.error):
            self._column.addWidget(last)
        self._column.addWidget(enter)
        self._column.addWidget(self._void)
        self._column.addStretch(1)
        self.body.addWidget(scroll, 1)
        self.setFocusProxy(self.kinds)
        self.kinds.changed.connect(self.choose)
        self.begin(self.form)

    def begin(self, form: CertificateForm) -> None:
        """Begin a certificate."""
        self.form = form
        self._whom.set_text(form.whom)
        self.kinds.choose(form.kind)
        self.say("")
        self._show_fields()

    def choose(self, kind: str) -> None:
        """Another kind: what was filled in stays where it is asked for, too."""
        self.begin(CertificateForm(self.form.visitor, kind, self.form.said))
        self.changed.emit(self.form)

    def choose_number(self, number: int) -> None:
        """The kind under a digit."""
        self.choose(KINDS[number - 1])
        next(iter(self.fields.values())).setFocus()

    def say(self, reason: str) -> None:
        """Why it cannot be entered like this."""
        self.error.set_text(reason)
        self.error.setVisible(bool(reason))

    def reason(self) -> str:
        """Why one is made void."""
        return self._void.text()

    def clear_reason(self) -> None:
        """It was made void."""
        self._void.set_text("")

    def _make_fields(self) -> None:
        """Those of every kind, once: in the order in which the keyboard walks them."""
        for kind in KINDS:
            for ask in template(kind).asks:
                line = LineField(self._look, ask.words)
                line.edit.textChanged.connect(partial(self._write, kind, ask.key))
                self._column.addWidget(line)
                self._all[kind, ask.key] = line

    def _show_fields(self) -> None:
        for (kind, key), line in self._all.items():
            line.setVisible(kind == self.form.kind)
            if kind == self.form.kind and line.text() != self.form.said.get(key, ""):
                line.set_text(self.form.said.get(key, ""))

    @property
    def fields(self) -> dict[str, LineField]:
        """The lines of the kind that is chosen."""
        return {key: line for (kind, key), line in self._all.items() if kind == self.form.kind}

    def _write(self, kind: str, key: str, words: str) -> None:
        if kind == self.form.kind and words != self.form.said.get(key, ""):
            self.form = self.form.say(key, words)
            self.changed.emit(self.form)
