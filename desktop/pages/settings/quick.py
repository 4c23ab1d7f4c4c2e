"""Six digits that open it again today, after the password did."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.page import Page, ask_on
from desktop.services.quick_unlock import DIGITS, NoQuickCode, QuickCodeWeak
from desktop.theme.fonts import TextStep
from desktop.theme.metrics import Height
from desktop.viewmodels.moments import day_and_time
from desktop.widgets.base import scaled
from desktop.widgets.button import Button
from desktop.widgets.card import SectionTitle
from desktop.widgets.field import LineField
from desktop.widgets.text import Text
from sync.errors import DoorstepError
from sync.i18n import N_, _

FORM_PX = 440


class QuickForm(QWidget):
    """What is typed is gone as soon as it is set: it stands nowhere but in the memory."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        look = page.look
        column = scaled(look, QVBoxLayout(self), (0, 12, 0, 0), 10)
        rule = _(
            N_("After a lock it opens by them until {time}, with five tries; then by the password.")
        )
        until = day_and_time(page.place.quick.until, page.place.clock)
        column.addWidget(SectionTitle(look, _(N_("Six digits for today")), step=TextStep.TITLE))
        column.addWidget(
            Text(look, rule.format(time=until), TextStep.SECOND, colour="t2", wraps=True)
        )
        self.code = LineField(look, _(N_("Six digits")), secret=True)
        self.code.edit.setMaxLength(DIGITS)
        self.code.edit.returnPressed.connect(self._set)
        self.set_button = Button(look, _(N_("Set for today")), height=Height.PRIMARY)
        self.set_button.clicked.connect(self._set)
        column.addWidget(self.code)
        column.addWidget(self.set_button, 0, Qt.AlignmentFlag.AlignLeft)
        look.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self.code.setMaximumWidth(self._page.look.px(FORM_PX))

    def _set(self) -> None:
        self.code.clear_error()
        quick, typed = self._page.place.quick, self.code.text()
        self.set_button.allow(False, _("Under way"))
        lane = self._page.context.lanes.store
        ask_on(lane, lambda: quick.set(typed), self._after, self._refuse, self)

    def _after(self, done: None) -> None:
        self.set_button.allow(True)
        self.code.set_text("")
        self._page.said.emit(_(N_("These six digits open it again today")), None)

    def _refuse(self, error: DoorstepError) -> None:
        self.set_button.allow(True)
        if isinstance(error, QuickCodeWeak | NoQuickCode):
            self.code.set_error(error.sentence())
            self.code.setFocus()
            return
        self._page.failed.emit(error)
