"""Settings: language and text size at once, a new password, and what this computer is."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.page import KeyHints, Page, PageContext, Route, ask_on
from desktop.rows import Lamp, Row, Tag, Tone
from desktop.services.passwords import LEAST, PasswordsDiffer, change
from desktop.services.profiles import ProfileFolder
from desktop.settings import Settings
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.theme.fonts import TextStep
from desktop.theme.metrics import Height
from desktop.viewmodels.row_list import RowListModel
from desktop.widgets.base import scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, Hairline, SectionTitle
from desktop.widgets.field import LineField
from desktop.widgets.form_grid import FormGrid
from desktop.widgets.row_list import RowList
from desktop.widgets.scale_slider import ScaleSlider
from desktop.widgets.scroll import scrolling
from desktop.widgets.sidebar import NavButton, NavItem
from desktop.widgets.tabs import Segments, Tab
from desktop.widgets.text import Text
from sync import __version__
from sync.errors import DoorstepError, PasswordTooShort, WrongPassword
from sync.i18n import LANGUAGES, _
from sync.schema import codes

NAV_PX: Final = 212
FORM_PX: Final = 440
NAV_HIDDEN_BELOW_PX: Final = 560
_LANGUAGE_NAMES: Final = {"zh_CN": "中文", "en": "English"}
"""Each language in its own words, so that anyone finds the way back."""


class SettingsPage(Page):
    """Everything holds at once; only a password takes a button.

    Signals:
        chosen: the new :class:`Settings`.
    """

    KEY = "settings"
    SECTION = "settings"

    chosen = Signal(object)

    def __init__(self, context: PageContext, settings: Settings) -> None:
        super().__init__(context)
        self._settings = settings
        margin = CONTENT_MARGIN_PX
        row = scaled(self.look, QHBoxLayout(self), (margin, 0, margin, 12), CONTENT_GAP_PX)
        self._sections = QStackedWidget()
        self._nav: list[NavButton] = []
        self._nav_card = Card(self.look, (8, 8, 8, 8), 2)
        body = Card(self.look, (0, 4, 0, 4), 0)
        body.body.addWidget(self._sections)
        for words, icon, build in (
            (_("Appearance"), "palette", self._appearance),
            (_("Password"), "lock-simple", self._password),
            (_("This computer"), "info", self._computer),
        ):
            self._add_section(words, icon, build)
        self._nav_card.body.addStretch(1)
        row.addWidget(self._nav_card)
        row.addWidget(body, 1)
        self._choose(0)

    def title(self) -> str:
        """What the top bar says."""
        return _("Settings")

    def hint(self) -> str:
        """A few words after the title."""
        return _("A change holds at once")

    def keys(self) -> KeyHints:
        """The keys of this screen."""
        return (
            (("Ctrl +", "Ctrl −"), _("text size")),
            (("Ctrl 0",), _("usual size")),
            (("Alt ←",), _("back")),
        )

    def enter(self, route: Route) -> None:
        """Show what holds now: keys may have changed the text size."""
        self._slider.set_value(self.look.scale)
        self._settings = replace(self._settings, scale=self.look.scale)
        self._nav[self._sections.currentIndex()].setFocus()

    def _add_section(self, words: str, icon: str, build: Callable[[QVBoxLayout], None]) -> None:
        index = len(self._nav)
        button = NavButton(self.look, NavItem(words, words, icon), self._nav_card)
        button.clicked.connect(partial(self._choose, index))
        self._nav.append(button)
        self._nav_card.body.addWidget(button)
        holder = QWidget()
        column = scaled(self.look, QVBoxLayout(holder), (28, 16, 28, 20), 12)
        build(column)
        column.addStretch(1)
        self._sections.addWidget(scrolling(holder))

    def _choose(self, index: int) -> None:
        for position, button in enumerate(self._nav):
            button.setChecked(position == index)
        self._sections.setCurrentIndex(index)

    # --- Appearance -------------------------------------------------------------------------------

    def _appearance(self, column: QVBoxLayout) -> None:
        look = self.look
        column.addWidget(SectionTitle(look, _("Language"), step=TextStep.TITLE))
        tabs = [Tab(key, _LANGUAGE_NAMES[key]) for key in LANGUAGES]
        self.languages = Segments(look, tabs, _("Language"))
        self.languages.choose(self._settings.language)
        self.languages.changed.connect(self._speak)
        column.addWidget(self.languages, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(Hairline(look))
        column.addWidget(
            SectionTitle(
                look, _("Text size"), _("Changes at once, no restart"), step=TextStep.TITLE
            )
        )
        self._slider = ScaleSlider(look, _("Text size"))
        self._slider.changed.connect(self._resize)
        column.addWidget(self._slider)
        column.addWidget(self._sample())

    def _sample(self) -> QWidget:
        """One invented row, to judge the size by."""
        self._sample_model = RowListModel()
        self._sample_model.replace(
            [
                Row(
                    key="sample",
                    title="王桂兰",
                    lead="1602",
                    lamp=Lamp.RED,
                    tags=(Tag(_("lives alone"), Tone.CARE),),
                    reason=_("5 days overdue"),
                    reason_tone=Tone.BAD,
                    detail=_("a sample row"),
                )
            ]
        )
        shown = RowList(self.look, _("Sample"))
        shown.setModel(self._sample_model)
        shown.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        shown.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._sample_list = shown
        card = Card(self.look, (4, 4, 4, 4))
        card.body.addWidget(shown)
        self.look.changed.connect(self._fit_sample)
        self._fit_sample()
        return card

    def _fit_sample(self) -> None:
        self._sample_list.setFixedHeight(self.look.row_px(Height.ROW_TWO_LINE))

    def _speak(self, language: str) -> None:
        if language != self._settings.language:
            self._settings = replace(self._settings, language=language)
            self.chosen.emit(self._settings)

    def _resize(self, scale: float) -> None:
        self._settings = replace(self._settings, scale=scale)
        self.chosen.emit(self._settings)

    # --- Password ---------------------------------------------------------------------------------

    def _password(self, column: QVBoxLayout) -> None:
        look = self.look
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
            field.edit.returnPressed.connect(self._change_password)
            fields.addWidget(field)
        self.change_button = Button(
            look, _("Change the password"), ButtonKind.PRIMARY, height=Height.PRIMARY
        )
        self.change_button.clicked.connect(self._change_password)
        fields.addWidget(self.change_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._form = form
        column.addWidget(form, 0, Qt.AlignmentFlag.AlignLeft)
        forgotten = _("Nobody can open this data without the password, IT neither.")
        column.addWidget(Text(look, forgotten, TextStep.NOTE, colour="t2", wraps=True))

    def _change_password(self) -> None:
        for field in (self.old, self.new, self.again):
            field.clear_error()
        place = self.place
        typed = (self.old.text(), self.new.text(), self.again.text())
        self.change_button.allow(False, _("Under way"))
        ask_on(
            self.context.lanes.store,
            lambda: change(place, *typed),
            self._after_change,
            self._refuse,
            self,
        )

    def _after_change(self, done: None) -> None:
        self.change_button.allow(True)
        for field in (self.old, self.new, self.again):
            field.set_text("")
        self.said.emit(_("The new password holds from now on"), None)

    def _refuse(self, error: DoorstepError) -> None:
        self.change_button.allow(True)
        at = {WrongPassword: self.old, PasswordTooShort: self.new, PasswordsDiffer: self.again}
        field = at.get(type(error))
        if field is None:
            self.failed.emit(error)
            return
        field.set_error(error.sentence())
        field.setFocus()

    # --- This computer ----------------------------------------------------------------------------

    def _computer(self, column: QVBoxLayout) -> None:
        account, folder = self.place.store.account, self.place.folder
        column.addWidget(SectionTitle(self.look, _("Who works here"), step=TextStep.TITLE))
        grid = FormGrid(self.look)
        posts = _(", ").join(_(codes.POST.get(post, post)) for post in account.user.posts)
        for label, value in (
            (_("Name"), account.user.name),
            (_("Login"), account.user.login),
            (_("Post"), posts),
            (_("Community"), account.user.community_name),
        ):
            grid.add_value(label, value)
        column.addWidget(grid)
        column.addWidget(Hairline(self.look))
        column.addWidget(SectionTitle(self.look, _("This computer"), step=TextStep.TITLE))
        column.addWidget(self._computer_grid(account.device_name, account.server, folder))

    def _computer_grid(self, device: str, server: str, folder: ProfileFolder) -> FormGrid:
        grid = FormGrid(self.look)
        for label, value in (
            (_("Name of this computer"), device),
            (_("Server"), server),
            (_("Profile"), folder.name),
            (_("Version"), __version__),
        ):
            grid.add_value(label, value)
        return grid

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Icons alone at the left where the width is short; the form never wider than it reads."""
        super().resizeEvent(event)
        px = self.look.px
        narrow = self.width() < px(NAV_HIDDEN_BELOW_PX)
        for button in self._nav:
            button.set_narrow(narrow)
        self._nav_card.setFixedWidth(px(60 if narrow else NAV_PX))
        room = self.width() - self._nav_card.width() - px(2 * CONTENT_MARGIN_PX + 80)
        self._form.setFixedWidth(max(px(160), min(px(FORM_PX), room)))
