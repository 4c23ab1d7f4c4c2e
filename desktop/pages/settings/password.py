"""A new password: the old one, and the new one twice."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.page import Page, ask_on
from desktop.pages.settings.quick import QuickForm
from desktop.services.passwords import LEAST, PasswordsDiffer, change
from desktop.theme.fonts import TextStep
from desktop.theme.metrics import Height
from desktop.widgets.base import scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import SectionTitle
from desktop.widgets.field import LineField
from desktop.widgets.text import Text
from sync.errors import DoorstepError, PasswordTooShort, WrongPassword
from sync.i18n import _

FORM_PX = 440


class PasswordForm(QWidget):
    """What is wrong is said at its field; everything typed stays until the change is done."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        look = page.look
        column = scaled(look, QVBoxLayout(self), (28, 16, 28, 20), 12)
        rule = _("At least {least} characters. Four unrelated words are easy to keep in mind.")
        column.addWidget(SectionTitle(look, _("New password"), step=TextStep.TITLE))
        column.addWidget(
            Text(look, rule.format(least=LEAST), TextStep.SECOND, colour="t2", wraps=True)
        )
        self.old = LineField(look, _("Password now"), secret=True)
        self.new = LineField(look, _("New password"), secret=True)
        self.again = LineField(look, _("New password once more"), secret=True)
        form = QWidget()
        fields = scaled(look, QVBoxLayout(form), spacing=10)
        for field in (self.old, self.new, self.again):
            field.edit.returnPressed.connect(self._change)
            fields.addWidget(field)
        self.change_button = Button(
            look, _("Change the password"), ButtonKind.PRIMARY, height=Height.PRIMARY
        )
        self.change_button.clicked.connect(self._change)
        fields.addWidget(self.change_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._form = form
        column.addWidget(form)
        forgotten = _("Without the password, only your office's two recovery files open it.")
        column.addWidget(Text(look, forgotten, TextStep.NOTE, colour="t2", wraps=True))
        self.quick = QuickForm(page)
        column.addWidget(self.quick)
        column.addStretch(1)
        look.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self._form.setMaximumWidth(self._page.look.px(FORM_PX))

    def _change(self) -> None:
        for field in (self.old, self.new, self.again):
            field.clear_error()
        place = self._page.place
        typed = (self.old.text(), self.new.text(), self.again.text())
        self.change_button.allow(False, _("Under way"))
        ask_on(
            self._page.context.lanes.store,
            lambda: change(place, *typed),
            self._after_change,
            self._refuse,
            self,
        )

    def _after_change(self, done: None) -> None:
        self.change_button.allow(True)
        for field in (self.old, self.new, self.again):
            field.set_text("")
        self._page.said.emit(_("The new password holds from now on"), None)

    def _refuse(self, error: DoorstepError) -> None:
        self.change_button.allow(True)
        at = {WrongPassword: self.old, PasswordTooShort: self.new, PasswordsDiffer: self.again}
        field = at.get(type(error))
        if field is None:
            self._page.failed.emit(error)
            return
        field.set_error(error.sentence())
        field.setFocus()
